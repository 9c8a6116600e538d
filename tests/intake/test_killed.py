"""An import that is killed, again and again, ends where an undisturbed one does."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

ROOT = Path(__file__).parents[2]
CLIENTS = 12

RECIPE = """
[bank]
system = "core"
name = "Banco"
country = "EC"
currency = "USD"
zone = "America/Guayaquil"
[files]
clients = { pattern = "clients.csv" }
movements = { pattern = "movements.csv" }
[hours]
mon-fri = "09:00-17:00"
[[products]]
key = "savings"
name = "Savings"
line = "deposit"
[[branches]]
columns = { key = "root", name = "Root" }
[[branches]]
columns = { key = "b1", name = "One", parent = "root" }
[[staff]]
columns = { key = "s1", name = "Ana", role = "adviser", branch = "b1", username = "ana" }
[[clients]]
from = "clients"
columns = { key = "{id}", kind = "person", name = "{name}", branch = "b1", adviser = "s1", since = "2020-01-01", phone = "{phone}", household = "h{id[0:1]}", channels = 8 }
[[relationships]]
from = "clients"
unless = { id = "10" }
columns = { client = "{id}", other = "10", kind = "referred_by" }
[[holdings]]
from = "clients"
columns = { key = "a{id}", client = "{id}", product = "savings", opened_on = "2020-01-01", balance_minor = "{balance}" }
[[balances]]
from = "clients"
columns = { holding = "a{id}", on = "2026-01-31", balance_minor = "{balance}" }
[[transactions]]
from = "movements"
columns = { key = "{id}", holding = "a{client}", on = "{day}", amount_minor = "{amount}" }
"""


@pytest.fixture
def files(tmp_path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    ids = range(10, 10 + CLIENTS)
    people = [f"{n};Cliente {n};{'x' if n == 13 else n};099{n}" for n in ids]
    (folder / "clients.csv").write_text("\n".join(["id;name;balance;phone", *people]) + "\n", encoding="utf-8")
    moves = [f"{n};{10 + n % CLIENTS};2026-0{1 + n % 4}-10;{n}.50" for n in range(40)]
    (folder / "movements.csv").write_text("\n".join(["id;client;day;amount", *moves]) + "\n99;1", encoding="utf-8")
    return folder


Run = Callable[[str, int], subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path, files) -> Iterator[Run]:
    """Import into the installation of a name, to die at a beat (0: to live)."""
    made: set[str] = set()
    url = os.environ.get("DATABASE_URL", "")

    def start(name: str, beat: int) -> subprocess.CompletedProcess[str]:
        home = tmp_path / name
        given = {
            "CARTERA_HOME": str(home),
            "CARTERA_KEYS": f"{home}.keys",
            "CARTERA_JOBS": "off",
            "CARTERA_SECRET_KEY": "x",
        }
        given |= {"DJANGO_SETTINGS_MODULE": "cartera.config.settings", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        if url:
            database = f"cartera_killed_{os.getpid()}_{name}"
            if name not in made:
                _administer(f"CREATE DATABASE {database}")
            given["DATABASE_URL"] = url.rpartition("/")[0] + f"/{database}"
        made.add(name)
        program = [
            sys.executable,
            "-m",
            "tests.intake.killed_import",
            str(files / "recipe.toml"),
            str(files),
            str(beat),
        ]
        return subprocess.run(program, env=os.environ | given, capture_output=True, text=True, timeout=120, check=False)

    yield start
    for name in made if url else ():
        _administer(f"DROP DATABASE cartera_killed_{os.getpid()}_{name} WITH (FORCE)")


def _administer(statement: str) -> None:
    import psycopg  # noqa: PLC0415

    given = settings.DATABASES["default"]
    with psycopg.connect(
        host=given["HOST"],
        port=given["PORT"] or None,
        user=given["USER"],
        password=given["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as server:
        server.execute(statement)


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.row("Y9")
def test_killed_at_random_points_a_repeat_completes(run):
    undisturbed = told(run("undisturbed", 0))
    assert len(undisturbed["held"]["clients.Client"]) == CLIENTS
    assert len(undisturbed["held"]["kernel.RefusedRow"]) > 3
    assert len(undisturbed["held"]["transactions"]) > 30
    chance = random.Random(7)
    assert run("killed", chance.randrange(1, undisturbed["beats"])).returncode == -signal.SIGKILL
    again = run("killed", chance.randrange(1, undisturbed["beats"]))
    done = run("killed", 0) if again.returncode == -signal.SIGKILL else again
    assert told(done)["held"] == undisturbed["held"]
