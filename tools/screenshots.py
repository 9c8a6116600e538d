"""Take the pictures of the guide again, on the demonstration bank on a Tuesday morning.

What each shows is said in tests/browser/pictures.py; the browser tests take them all on their own bank, so that none rots.

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
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from zoneinfo import ZoneInfo

import django
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
from tests.browser.pictures import PICTURES, take  # noqa: E402 - found from the root

IMAGES = ROOT / "docs" / "images"
BANK = ROOT / "build" / "screenshots"
CLIENTS = "2000"
DAY = "2026-06-16"
MORNING = datetime.combine(datetime.fromisoformat(DAY), time(8, 24), tzinfo=ZoneInfo("America/Guayaquil"))


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
                file = lightened(take(picture, browser, address, IMAGES))
                print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KiB")
    return 0


def lightened(file: Path) -> Path:
    """The same picture in 256 colours, which are more than our screens have."""
    with Image.open(file) as taken:
        few = taken.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
    return file


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
