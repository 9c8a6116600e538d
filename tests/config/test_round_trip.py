"""The demonstration bank of two hundred clients: backed up, restored beside itself, looked at and compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

ROOT = Path(__file__).parents[2]
URL = os.environ.get("DATABASE_URL", "")


class Place:
    """A home with keys beside it, and a database of its own on the server when the tests run on one."""

    def __init__(self, home: Path, server: str = URL) -> None:
        self.home = home
        self.url = server.rpartition("/")[0] + f"/cartera_trip_{os.getpid()}_{home.name}" if server else ""

    def cartera(self, *words: str) -> subprocess.CompletedProcess[str]:
        given = {name: value for name, value in os.environ.items() if name not in ("CARTERA_KEYS", "DATABASE_URL")}
        given |= {
            "CARTERA_HOME": str(self.home),
            "CARTERA_SECRET_KEY": "",
            "CARTERA_JOBS": "queue",
            "CARTERA_PROCESSES": "1",
            "DJANGO_SETTINGS_MODULE": "cartera.config.settings",
            "PYTHONPATH": str(ROOT / "src"),
            **({"DATABASE_URL": self.url} if self.url else {}),
        }
        program = [sys.executable, "-m", "cartera.config.command", *words, "--json"]
        return subprocess.run(program, env=given, capture_output=True, text=True, timeout=900, check=False)

    def told(self, *words: str) -> dict[str, Any]:
        done = self.cartera(*words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture
def places(tmp_path: Path) -> Iterator[dict[str, Place]]:
    there = {name: Place(tmp_path / name) for name in ("work", "beside")}
    there["file"] = Place(tmp_path / "file", server="")
    for place in there.values():
        if place.url:
            _administer(f'CREATE DATABASE "{place.url.rpartition("/")[2]}"')
    yield there
    for place in there.values():
        if place.url:
            _administer(f'DROP DATABASE "{place.url.rpartition("/")[2]}" WITH (FORCE)')


def _administer(statement: str) -> None:
    with psycopg.connect(URL.rpartition("/")[0] + "/postgres", autocommit=True) as server:
        server.execute(statement)


@pytest.mark.row("Y7", "Y8")
def test_the_demonstration_bank_comes_back_whole_and_the_same(places: dict[str, Place], tmp_path: Path):
    work, shelf = places["work"], str(tmp_path / "shelf")
    work.told("demo", "--clients", "200", "--no-serve")
    made = work.told("backup", "--to", shelf)
    assert made["rows"] > 5000
    assert made["files"] > 50

    for place in ("beside", "file"):
        other = places[place]
        restored = other.told("restore", shelf)
        assert (restored["rows"], restored["files"]) == (made["rows"], made["files"])
        assert other.told("backup", "--compare", shelf)["same"] is True
        looked = other.told("check")
        assert looked["whole"] is True
        assert other.cartera("restore", shelf).returncode == 1, "it is not empty any more"

    assert work.told("check")["whole"] is True
    compared = work.cartera("backup", "--compare", shelf)
    differing = [table["table"] for table in json.loads(compared.stdout)["tables"] if table["verdict"] != "same"]
    assert (compared.returncode, differing) == (4, ["kernel_run"])
