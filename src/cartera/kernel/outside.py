"""Asking a web server outside the house, at an address that somebody typed: never one of our own network (SSRF, CWE-918).

The name is resolved once and the connection goes to what was found, so that a name that changes in between fools nobody.
Redirects are not followed, proxies are not used, and the whole of it is over within a time limit.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext_lazy as _

from cartera.kernel.errors import CarteraError

MOST_READ = 64 * 1024
SECONDS = 15.0
_CONNECT_SECONDS = 5.0
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotOutside(CarteraError):
    """The address is none that we may ask: another protocol, no encryption, or a machine of our own network."""

    status = 422
    code = "address-not-allowed"
    title = _("That address cannot be asked from here.")


class NoAnswer(CarteraError):
    """Nobody listens there, or nobody answered in time; `detail` says which, as the network tells it."""

    status = 502
    code = "no-answer"
    title = _("There was no answer.")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side said: its status, headers in lower case, the beginning of its content, and how long it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: int


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    private: bool = False,
    most: int = MOST_READ,
    seconds: float = SECONDS,
) -> Reply:
    """Send one request and read at most so many bytes of the answer. Raises NotOutside and NoAnswer.

    `private` lets it go to our own network and without encryption, which an installation may want for its own systems.
    """
    target = checked(url, private=private)
    began = time.monotonic()
    host, port = target.hostname or "", target.port or _PORTS[target.scheme]
    connection = _Pinned(target.scheme, host, port, _resolved(host, port, private=private))
    limit = Timer(seconds, connection.cut)
    limit.start()
    path = f"{target.path or '/'}{'?' + target.query if target.query else ''}"
    try:
        connection.request(method, path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        content = answer.read(most)
        if connection.is_cut:
            raise TimeoutError(f"no whole answer within {seconds:g} seconds")
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        limit.cancel()
        connection.close()
    told = {name.lower(): value for name, value in answer.getheaders()}
    return Reply(answer.status, told, content, round((time.monotonic() - began) * 1000))


def checked(url: str, *, private: bool = False) -> SplitResult:
    """The parts of an address that may be asked, as far as it can be told without asking. Raises NotOutside."""
    try:
        target = urlsplit(url.strip())
        there = bool(target.hostname) and target.port != 0
    except ValueError as error:
        raise NotOutside(
            _("That is no address of a web server: write it like https://core.example.com/cartera.")
        ) from error
    if (
        target.scheme not in _PORTS
        or not there
        or any(ord(letter) <= 32 or ord(letter) > 126 for letter in url.strip())
    ):
        raise NotOutside(_("That is no address of a web server: write it like https://core.example.com/cartera."))
    if target.username is not None or target.password is not None:
        raise NotOutside(_("An address holds no user and no password: they would be read in every log."))
    if target.scheme == "http" and not private:
        raise NotOutside(_("Only https: what is sent must not be read on its way."))
    return target


def is_outside(address: str) -> bool:
    """Whether an IP address is one of the open network, also behind the disguises that IPv6 has for IPv4."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in (found, *_within(found)))


def _within(found: Address) -> list[Address]:
    if isinstance(found, ipaddress.IPv4Address):
        return []
    carried: list[Address | None] = [found.ipv4_mapped, found.sixtofour]
    if found in _NAT64:
        carried.append(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))
    if found.teredo is not None:
        carried.extend(found.teredo)
    return [one for one in carried if one is not None]


def _resolved(host: str, port: int, *, private: bool) -> str:
    """One address that the name stands for; all of them must be outside, or the name is a trap."""
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}"[:300]) from error
    if not private and not all(is_outside(address) for address in found):
        raise NotOutside(_("That address is one of our own network, which nothing is sent to."))
    return found[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked up and judged before, under the name that was asked for."""

    def __init__(self, scheme: str, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=_CONNECT_SECONDS)
        self.address, self.encrypted, self.is_cut = address, scheme == "https", False
        self.default_port = _PORTS[scheme]  # which the Host header does not name
        self.line: socket.socket | None = None  # `sock` is given up once the answer has begun

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        self.sock.settimeout(SECONDS)
        if self.encrypted:
            self.sock = _context().wrap_socket(self.sock, server_hostname=self.host)
        self.line = self.sock

    def cut(self) -> None:
        """The time is over, whatever the other side is doing."""
        self.is_cut = True
        if self.line is not None:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)


@lru_cache(maxsize=1)
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()
