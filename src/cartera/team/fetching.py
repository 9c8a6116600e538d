"""Fetching a calendar from an address that somebody typed: nothing inside the institution's own network is reached.

Every address that a name stands for is checked before a connection is opened to that very address, redirections
included, so that a name that changes its mind in between gains nothing. Time and size are bounded.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

MOST_BYTES = 4_000_000
SECONDS = 20.0
MOST_REDIRECTIONS = 4
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class CannotFetch(OSError):
    """`flaw`: "address", "private", "unreachable", "slow", "large", "redirected", or "status" with its number."""

    def __init__(self, flaw: str, status: int = 0) -> None:
        super().__init__(flaw)
        self.flaw, self.status = flaw, status


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered; None of `content` when it has not changed since `etag`."""

    content: bytes | None
    etag: str


def checked_url(url: str) -> str:
    """The address as it is fetched; "webcal:" is "https:". Raises CannotFetch for what is no address of the web."""
    text = url.strip()
    if text.lower().startswith("webcal:"):
        text = f"https:{text[len('webcal:') :]}"
    _parts(text)
    return text


def fetch(url: str, *, etag: str = "", private_too: bool = False) -> Fetched:
    """The content of a calendar's address, unless it is as `etag` says. Raises CannotFetch."""
    until = time.monotonic() + SECONDS
    for _hop in range(MOST_REDIRECTIONS + 1):
        parts = _parts(url)
        connection = _connected(parts, until, private_too)
        try:
            answer = _asked(connection, parts, etag)
            if answer.status in (301, 302, 303, 307, 308):
                url = urljoin(url, answer.headers.get("Location", ""))
                continue
            if answer.status == 304 and etag:
                return Fetched(None, etag)
            if answer.status != 200:
                raise CannotFetch("status", answer.status)
            return Fetched(_content(answer, until), answer.headers.get("ETag", "")[:200])
        except TimeoutError as error:
            raise CannotFetch("slow") from error
        except (http.client.HTTPException, ssl.SSLError, ConnectionError) as error:
            raise CannotFetch("unreachable") from error
        finally:
            connection.close()
    raise CannotFetch("redirected")


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        named = parts.scheme in _PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError as error:
        raise CannotFetch("address") from error
    clean = url.isascii() and url.isprintable() and " " not in url
    if not named or not clean or parts.username or parts.password:
        raise CannotFetch("address")
    return parts


def _connected(parts: SplitResult, until: float, private_too: bool) -> http.client.HTTPConnection:
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    try:
        known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotFetch("unreachable") from error
    if not private_too and not all(is_public(str(address[4][0])) for address in known):
        raise CannotFetch("private")
    connection = http.client.HTTPConnection(host, port, timeout=_left(until))
    connection.sock = _socket(known, until)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        try:
            connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
        except TimeoutError as error:
            raise CannotFetch("slow") from error
        except (ssl.SSLError, OSError) as error:
            raise CannotFetch("unreachable") from error
    return connection


def _socket(known: Sequence[tuple[Any, ...]], until: float) -> socket.socket:
    for family, kind, protocol, _name, address in known:
        made = socket.socket(family, kind, protocol)
        made.settimeout(_left(until))
        try:
            made.connect(address)
        except OSError:
            made.close()
            continue
        return made
    raise CannotFetch("unreachable")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open Internet, also inside one that carries another."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _NAT64:
            return is_public(str(ipaddress.ip_address(int(found) & 0xFFFFFFFF)))
        carried = found.ipv4_mapped or found.sixtofour
        if carried is not None:
            return is_public(str(carried))
        if found.teredo is not None:
            return False
    return found.is_global and not found.is_multicast


def _asked(connection: http.client.HTTPConnection, parts: SplitResult, etag: str) -> http.client.HTTPResponse:
    path = parts.path or "/"
    headers = {"Accept": "text/calendar", "User-Agent": "Cartera", "Accept-Encoding": "identity"}
    if etag:
        headers["If-None-Match"] = etag
    connection.request("GET", f"{path}?{parts.query}" if parts.query else path, headers=headers)
    return connection.getresponse()


def _content(answer: http.client.HTTPResponse, until: float) -> bytes:
    content = bytearray()
    while part := answer.read1(65_536):
        content += part
        if len(content) > MOST_BYTES:
            raise CannotFetch("large")
        _left(until)
    return bytes(content)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise CannotFetch("slow")
    return left
