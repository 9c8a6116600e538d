"""A real server, a real worker and a real browser: what a person sees, on a small demonstration bank.

The bank's clock stands on a Tuesday, so that every run sees the same day. Skipped, saying so, where there is no Chromium.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
TUESDAY = "2026-06-16"
PASSWORD = "paramo-2026"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("browser"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: apt-get install chromium"))


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An installation of its own, on PostgreSQL too when the tests run there."""
    folder = tmp_path_factory.mktemp("browser")
    given = {
        **os.environ,
        "CARTERA_HOME": str(folder / "home"),
        "CARTERA_KEYS": str(folder / "keys"),
        "CARTERA_JOBS": "queue",
        "DJANGO_SETTINGS_MODULE": "cartera.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    if not given.get("DATABASE_URL"):
        yield given
        return
    name = f"cartera_browser_{os.getpid()}"
    server = urlsplit(given["DATABASE_URL"])._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    yield {**given, "DATABASE_URL": urlsplit(given["DATABASE_URL"])._replace(path=f"/{name}").geturl()}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def cartera(environment: dict[str, str], *words: str) -> str:
    """Run the command as a person would, and give what it printed."""
    command = [sys.executable, "-m", "cartera.config.command", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="session")
def address(environment: dict[str, str]) -> Iterator[str]:
    """The demonstration bank, served with its worker on a free port."""
    cartera(environment, "demo", "--no-serve", "--clients", "200", "--date", TUESDAY)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "cartera.config.command", "serve", "--port", str(port)]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server)
        yield url
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert server.poll() is None, "the server stopped by itself"
        try:
            urllib.request.urlopen(f"{url}/ingreso", timeout=5)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.25)
        else:
            return
    pytest.fail("the server did not answer within a minute")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody at a browser; `complaints` collects what the page wrote to its console."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def goes_to(self, path: str) -> Page:
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def hears(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url')})")


SitsDown = Callable[..., Person]


@pytest.fixture
def sits_down(browser: Browser, address: str) -> Iterator[SitsDown]:
    """`sits_down("lucia", width=390, theme="dark")` gives a person who is signed in; None is nobody."""
    contexts: list[Any] = []

    def sit(user: str | None, *, width: int = 1440, theme: str = "light", language: str = "es-EC") -> Person:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=language, color_scheme=theme)  # type: ignore[arg-type]
        contexts.append(context)
        if theme == "dark":
            context.add_cookies([{"name": "cartera_theme", "value": "dark", "url": address}])
        person = Person(context.new_page(), address)
        person.page.on("console", person.hears)
        person.page.on("pageerror", lambda error: person.complaints.append(f"exception: {error}"))
        if user is not None:
            person.goes_to("/ingreso")
            person.page.fill("input[name=username]", user)
            person.page.fill("input[name=password]", PASSWORD)
            person.page.click("form:has(input[name=password]) button[type=submit]")
            person.page.wait_for_url(lambda url: "/ingreso" not in url)
        return person

    yield sit
    for context in contexts:
        context.close()
