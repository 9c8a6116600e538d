"""Asking outside: never an address of our own network, never for ever."""

from __future__ import annotations

import socket
import time
from threading import Thread
from typing import Any

import pytest

from cartera.kernel import outside
from cartera.kernel.outside import NoAnswer, NotOutside, ask, checked, is_outside
from tests.api.receiver import listening


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"),
    ],
)
def test_addresses_of_our_own_network_are_known_in_every_disguise(address: str):
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_network_are_outside(address: str):
    assert is_outside(address)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://localhost/", "https://127.1/", "https://[::1]/", "https://0x7f.1/"]
)
def test_names_of_this_machine_are_refused_before_anything_is_sent(url: str):
    with pytest.raises((NotOutside, NoAnswer)):
        ask("GET", url, headers={})


def test_a_name_that_stands_for_one_address_of_each_is_a_trap(monkeypatch: pytest.MonkeyPatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(NotOutside):
        ask("GET", "https://core.example.com/", headers={})


def test_the_name_is_looked_up_once_and_sent_as_host(monkeypatch: pytest.MonkeyPatch):
    """A name that stands for another address the second time (DNS rebinding) fools nobody."""
    asked: list[Any] = []
    real = socket.getaddrinfo

    def once(host: str, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if host == "core.example.com" else host, *rest, **more)

    with listening() as receiver:
        port = receiver.url.split(":")[2].partition("/")[0]
        monkeypatch.setattr(socket, "getaddrinfo", once)
        reply = ask("POST", f"http://core.example.com:{port}/x?y=1", headers={}, body=b"{}", private=True)
    assert (reply.status, reply.body) == (200, b"thank you")
    assert asked.count("core.example.com") == 1
    assert receiver.heard[0][0]["host"] == f"core.example.com:{port}"


@pytest.mark.parametrize(
    "url", ["https://a b/", "https://x:99999/", "file:///etc/passwd", "//x", "https://\r\nx/", "https://a/\nb"]
)
def test_what_is_no_address_is_refused(url: str):
    with pytest.raises(NotOutside):
        checked(url)


def test_who_never_ends_is_cut_off():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            there, _ = server.accept()
            with there:
                try:
                    there.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                    for _ in range(100):
                        there.sendall(b".")
                        time.sleep(0.05)
                except OSError:
                    return

        thread = Thread(target=drip, daemon=True)
        thread.start()
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            ask("GET", f"http://127.0.0.1:{server.getsockname()[1]}/", headers={}, private=True, seconds=0.4)
        assert time.monotonic() - began < 3


def test_what_is_long_is_read_to_a_limit():
    with listening() as receiver:
        reply = ask("POST", receiver.url, headers={}, body=b"", private=True, most=5)
    assert reply.body == b"thank"
    assert outside.MOST_READ > 5
