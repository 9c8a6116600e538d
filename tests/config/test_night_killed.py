"""A night that is killed, again and again, ends where an undisturbed one does; done twice it changes nothing.

A replay of an earlier date writes what is a snapshot of that date, and no other row.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DAY, DAY_BEFORE = "2026-06-16", "2026-06-15"
KILLED_IN = ("export", "value", "service", "agenda")


class Installation:
    """A bank of its own in a SQLite file, whatever database the other tests run on."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def copied_to(self, home: Path) -> Installation:
        shutil.copytree(self.home, home)
        shutil.copytree(f"{self.home}.keys", f"{home}.keys")
        return Installation(home)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        given = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        given |= {
            "CARTERA_HOME": str(self.home),
            "CARTERA_KEYS": f"{self.home}.keys",
            "CARTERA_JOBS": "off",
            "CARTERA_PROCESSES": "1",
            "CARTERA_SECRET_KEY": "x",
            "DJANGO_SETTINGS_MODULE": "cartera.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }
        program = [sys.executable, "-m", "tests.config.killed_night", *arguments]
        return subprocess.run(program, env=given, capture_output=True, text=True, timeout=120, check=False)

    def night(self, day: str) -> dict[str, Any]:
        return told(self.run("night", day))


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.mark.row("V1", "V5")
def test_killed_at_random_points_the_night_ends_where_an_undisturbed_one_does(tmp_path: Path):
    founded = Installation(tmp_path / "founded")
    assert founded.run("found").returncode == 0
    undisturbed, killed = founded.copied_to(tmp_path / "undisturbed"), founded.copied_to(tmp_path / "killed")

    once = undisturbed.night(DAY)
    assert all(once["held"][table][0] > 50 for table in ("service.Agreement", "promises.Promise", f"values {DAY}"))
    assert once["held"]["agenda.PlanItem"][0] > 0

    chance = random.Random(11)
    for step in KILLED_IN:
        beat = chance.randrange(1, once["beats"][step] + 1)
        assert killed.run("night", DAY, step, str(beat)).returncode == -signal.SIGKILL, (step, beat)
    assert killed.night(DAY)["held"] == once["held"]

    again = undisturbed.night(DAY)
    assert again["held"] == once["held"]
    assert {step["name"]: step["changed"] for step in again["steps"] if step["name"] != "export"} == dict.fromkeys(
        ("value", "service", "events", "agenda", "results"), 0
    )

    replayed = undisturbed.night(DAY_BEFORE)["held"]
    assert replayed.pop(f"values {DAY_BEFORE}")[0] > 50
    assert replayed.pop(f"results {DAY_BEFORE}")[0] > 0
    assert replayed == once["held"]
