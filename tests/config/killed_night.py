"""Run as a program: found a small bank, or run its night and die by SIGKILL at a beat.

A beat is a statement, or a file or folder that is made, renamed or removed. `python -m tests.config.killed_night found`
makes the bank; `… night DAY [STEP BEAT]` runs `cartera nightly` to die in a step, and prints, when it lives, how many
beats each step had and what every business table then holds.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import signal
import sys
from collections import Counter
from datetime import date
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartera.config.settings")
django.setup()

import polars as pl  # noqa: E402
from django.apps import apps  # noqa: E402
from django.db import connection  # noqa: E402

from cartera.config import command, nightly  # noqa: E402
from cartera.config.installation import prepare  # noqa: E402
from cartera.engine import duck  # noqa: E402
from cartera.intake.demo.actions import found_bank  # noqa: E402
from cartera.intake.demo.bank import build  # noqa: E402
from cartera.kernel import bulk  # noqa: E402
from cartera.kernel.actor import Actor  # noqa: E402
from cartera.kernel.runs import StepResult  # noqa: E402
from cartera.results.models import PersonResult  # noqa: E402

DAY = date(2026, 6, 16)
CLIENTS = 120
CHUNK = 25
FILES = {"os.rename", "os.mkdir", "os.remove", "shutil.rmtree"}
NOT_BUSINESS = {"kernel", "auth", "contenttypes", "sessions", "django_q"}
WHEN_IT_WAS_WRITTEN = {"recorded_at", "solved_at"}


class Beats:
    """Counts beats by the step in which they fall; the last one of a step is deadly."""

    def __init__(self, step: str, last: int) -> None:
        self.counts: Counter[str] = Counter()
        self.step, self.deadly = "", (step, last)

    def __call__(self) -> None:
        self.counts[self.step] += 1
        if (self.step, self.counts[self.step]) == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard_in(self, name: str, work: nightly.Work) -> nightly.Work:
        def step(*given: Any) -> StepResult:
            self.step = name
            return work(*given)

        return step

    def statement(self, execute: Any, *given: Any) -> Any:
        self()
        return execute(*given)

    def audit(self, event: str, given: tuple[Any, ...]) -> None:
        if event in FILES:
            self()


def found() -> None:
    prepare()
    found_bank(actor=Actor.system("cartera demo", "*"), bank=build(CLIENTS, 1, date=DAY), pinned=True)


def night(day: str, step: str = "", last: str = "0") -> None:
    beats = Beats(step, int(last))
    nightly.STEPS = tuple((name, beats.heard_in(name, work)) for name, work in nightly.STEPS)
    bulk.merge.__kwdefaults__["chunk"] = CHUNK
    sys.addaudithook(beats.audit)
    with contextlib.redirect_stdout(io.StringIO()) as told, connection.execute_wrapper(beats.statement):
        status = command.main(["nightly", "--date", day, "--json"])
    assert status == 0, told.getvalue()
    json.dump({"beats": beats.counts, "held": held(), "steps": json.loads(told.getvalue())["steps"]}, sys.stdout)


def held() -> dict[str, Any]:
    """Each business table's rows, counted and fingerprinted; what is a snapshot of a date, by its date."""
    tables = {}
    for model in apps.get_models():
        if model._meta.app_label not in NOT_BUSINESS and model is not PersonResult:
            columns = [field.attname for field in model._meta.concrete_fields if field.name not in WHEN_IT_WAS_WRITTEN]
            rows = sorted(map(str, model._base_manager.values_list(*columns)))
            tables[model._meta.label] = [len(rows), _print_of(rows)]
    for path in sorted(duck.home("snapshots").glob("2*/values.parquet")):
        rows = sorted(map(str, pl.read_parquet(path).rows()))
        tables[f"values {path.parent.name}"] = [len(rows), _print_of(rows)]
    for day in PersonResult.objects.values_list("on_date", flat=True).distinct():
        rows = sorted(map(str, PersonResult.objects.filter(on_date=day).values_list()))
        tables[f"results {day}"] = [len(rows), _print_of(rows)]
    return tables


def _print_of(rows: list[str]) -> str:
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


if __name__ == "__main__":
    {"found": found, "night": night}[sys.argv[1]](*sys.argv[2:])
