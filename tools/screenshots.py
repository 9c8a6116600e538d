"""Take the pictures of the guide again, on the demonstration bank on a Tuesday morning.

  python tools/screenshots.py              all of them, into docs/images
  python tools/screenshots.py mi-dia       only those named

Needs Chromium and Playwright. The bank is made once in build/screenshots; every run works on a copy of it, so that the same
code gives the same pictures.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from zoneinfo import ZoneInfo

import django
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
BANK = ROOT / "build" / "screenshots"
CLIENTS = "2000"
DAY = "2026-06-16"
MORNING = datetime.combine(datetime.fromisoformat(DAY), time(8, 24), tzinfo=ZoneInfo("America/Guayaquil"))
PASSWORD = "paramo-2026"
WIDE, TALL, NARROW = (1440, 900), (1440, 1300), (390, 844)


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it, after doing something on it; `of` is the part of it that is taken, all when empty."""

    name: str
    user: str
    path: str
    size: tuple[int, int] = WIDE
    first: Callable[[Page], object] = lambda page: None
    of: str = ""


def open_rosa(page: Page) -> None:
    page.click("text=Rosa Elvira Cordero Malo >> nth=0")
    page.wait_for_load_state("networkidle")


def see_why_the_tier(page: Page) -> None:
    open_rosa(page)
    page.click("[popovertarget=pop-tier] >> nth=0")


def begin_a_promise(page: Page) -> None:
    open_rosa(page)
    page.click("a[href*='/compromisos/nuevo']")
    page.fill("[name=what]", "Enviar la comparación de comisiones")


def register_a_proposal(page: Page) -> None:
    page.fill("#register [name=said]", "Pide la tasa a 180 días antes de decidir.")
    page.check("#register [name=then][value=proposal]", force=True)


def see_the_account(page: Page) -> None:
    page.click("[popovertarget=pop-worth] >> nth=0")
    page.wait_for_selector("#pop-worth table")


PICTURES = (
    Picture("mi-dia", "lucia", "/mi-dia"),
    Picture("mi-dia-telefono", "lucia", "/mi-dia", NARROW),
    Picture("la-cuenta", "lucia", "/mi-dia", first=see_the_account, of="#pop-worth"),
    Picture("registrar", "lucia", "/mi-dia", first=register_a_proposal, of="#register"),
    Picture("cliente-360", "lucia", "/mi-dia", TALL, open_rosa),
    Picture("nivel-y-por-que", "lucia", "/mi-dia", first=see_why_the_tier, of="#pop-tier"),
    Picture("prometer", "lucia", "/mi-dia", first=begin_a_promise, of="main"),
    Picture("clientes", "lucia", "/clientes?q=cord"),
    Picture("equipo", "veronica", "/equipo"),
    Picture("noches", "admin", "/noches"),
)


def main(names: list[str]) -> int:
    unknown = set(names) - {picture.name for picture in PICTURES}
    if unknown:
        print(f"No picture is called {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        served(copy_of_the_bank(Path(scratch))) as address,
        chromium() as browser,
    ):
        for picture in PICTURES:
            if not names or picture.name in names:
                file = take(picture, browser, address)
                print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KiB")
    return 0


def copy_of_the_bank(scratch: Path) -> Path:
    """The demonstration bank, made if it is not there, in a folder that may be written to."""
    command = [
        sys.executable,
        "-m",
        "cartera.config.command",
        "demo",
        "--clients",
        CLIENTS,
        "--date",
        DAY,
        "--no-serve",
    ]
    subprocess.run(command, check=True, env={**os.environ, **places(BANK)}, stdout=subprocess.DEVNULL)
    return Path(shutil.copytree(BANK, scratch / "bank"))


def places(folder: Path) -> dict[str, str]:
    return {
        "CARTERA_HOME": str(folder / "home"),
        "CARTERA_KEYS": str(folder / "keys"),
        "CARTERA_JOBS": "now",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "cartera.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }


class Morning(datetime):
    """The clock of the pictures: it stands still."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return MORNING.astimezone(tz)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *words: Any) -> None:
        """Say nothing: the pictures are the result."""


@contextmanager
def served(bank: Path) -> Iterator[str]:
    """The bank at its address, on the morning of the pictures, with what a worker would do done at once."""
    os.environ.update(places(bank))
    sys.path.insert(0, str(ROOT / "src"))
    django.setup()
    from cartera.clock import queries as clock  # noqa: PLC0415 - the settings come first
    from cartera.config.wsgi import application  # noqa: PLC0415

    clock.datetime = Morning  # type: ignore[misc]
    with make_server("127.0.0.1", 0, application, server_class=Server, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def chromium() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("There is no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def take(picture: Picture, browser: Browser, address: str) -> Path:
    width, height = picture.size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="es-EC", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/ingreso")
    page.fill("input[name=username]", picture.user)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/ingreso" not in url)
    page.goto(address + picture.path)
    page.wait_for_load_state("networkidle")
    picture.first(page)
    page.wait_for_load_state("networkidle")
    file = IMAGES / f"{picture.name}.png"
    if picture.of:
        page.locator(picture.of).screenshot(path=file)
    else:
        page.screenshot(path=file)
    context.close()
    return file


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
