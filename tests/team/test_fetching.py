"""Fetching what somebody typed: never from inside the institution's network, never for long, never much."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cartera.team import fetching
from cartera.team.fetching import CannotFetch, checked_url, fetch, is_public


class Handler(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        Handler.asked.append(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/calendar.ics")
            self.end_headers()
        elif self.path == "/round":
            self.send_response(302)
            self.send_header("Location", "/round")
            self.end_headers()
        elif self.headers.get("If-None-Match") == '"1"':
            self.send_response(304)
            self.end_headers()
        elif self.path == "/large":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * (fetching.MOST_BYTES + 1))
        elif self.path == "/gone":
            self.send_error(404)
        else:
            self.send_response(200)
            self.send_header("ETag", '"1"')
            self.end_headers()
            self.wfile.write(b"BEGIN:VCALENDAR")

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    there = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=there.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{there.server_port}"
    there.shutdown()
    there.server_close()


def flaw(url: str, *, private_too: bool = False) -> str:
    with pytest.raises(CannotFetch) as refused:
        fetch(url, private_too=private_too)
    return refused.value.flaw


@pytest.mark.row("Y5")
class TestNothingInsideIsReached:
    @pytest.mark.parametrize(
        "address",
        [
            *(
                "127.0.0.1",
                "10.1.2.3",
                "192.168.1.1",
                "172.16.0.1",
                "169.254.169.254",
                "0.0.0.0",
                "100.64.0.1",
                "224.0.0.1",
            ),
            *("::1", "fc00::1", "fe80::1%eth0", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::", "ff02::1"),
        ],
    )
    def test_by_any_spelling(self, address: str):
        assert not is_public(address)

    @pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
    def test_while_the_internet_is(self, address: str):
        assert is_public(address)

    def test_not_even_to_knock(self, server: str):
        Handler.asked.clear()
        assert flaw(f"{server}/calendar.ics") == "private"
        assert Handler.asked == []

    def test_when_one_of_a_names_addresses_is_inside(self, monkeypatch: pytest.MonkeyPatch):
        both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
        assert flaw("http://calendar.example/x.ics") == "private"

    def test_by_a_redirection_neither(self, server: str, monkeypatch: pytest.MonkeyPatch):
        """The first address is let through as if it were public; where it sends one on is checked again."""
        answers = iter([True, False])
        monkeypatch.setattr(fetching, "is_public", lambda _address: next(answers))
        Handler.asked.clear()
        assert flaw(f"{server}/moved") == "private"
        assert Handler.asked == ["/moved"]


@pytest.mark.row("Y5")
class TestFetching:
    def test_gives_the_content_and_remembers_what_it_has(self, server: str):
        first = fetch(f"{server}/calendar.ics", private_too=True)
        assert (first.content, first.etag) == (b"BEGIN:VCALENDAR", '"1"')
        assert fetch(f"{server}/calendar.ics", etag=first.etag, private_too=True).content is None

    def test_follows_a_redirection_but_not_for_ever(self, server: str):
        assert fetch(f"{server}/moved", private_too=True).content == b"BEGIN:VCALENDAR"
        assert flaw(f"{server}/round", private_too=True) == "redirected"

    def test_stops_at_its_size(self, server: str):
        assert flaw(f"{server}/large", private_too=True) == "large"

    def test_says_what_the_other_side_said(self, server: str):
        assert flaw(f"{server}/gone", private_too=True) == "status"

    def test_says_that_nobody_answers(self):
        assert flaw("http://127.0.0.1:9/x", private_too=True) == "unreachable"

    def test_stops_in_time(self, server: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(fetching, "SECONDS", 0.0)
        assert flaw(f"{server}/calendar.ics", private_too=True) == "slow"


@pytest.mark.row("Y5")
class TestAddresses:
    def test_of_calendar_programs_are_understood(self):
        assert checked_url(" webcal://calendar.example/x.ics ") == "https://calendar.example/x.ics"

    @pytest.mark.parametrize(
        "url",
        [
            "file:///etc/passwd",
            "ftp://x.example/",
            "https://",
            "x",
            "http://u:p@x.example/",
            "http://x.example/\r\nHost: y",
            "http://x.example:99999/",
        ],
    )
    def test_that_are_none_are_refused(self, url: str):
        with pytest.raises(CannotFetch):
            checked_url(url)
