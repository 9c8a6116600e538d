"""Demonstration banks of a size, made as `cartera demo` makes them, with what each step took: for the web and the night."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.machine import forget_peak, peak_mib, timed
from benchmarks.scratch import apart, backends, installation, set_up

T = TypeVar("T")
SEED = 1


@dataclass(frozen=True, slots=True)
class Step:
    """What a step took: CPU seconds of this process, its children and the database; the peak of this process's memory."""

    name: str
    rows: int
    cpu: float
    seconds: float
    mib: float


@dataclass(frozen=True, slots=True)
class Bank:
    """An installation that holds so many clients after a night."""

    clients: int
    environment: dict[str, str]
    steps: dict[str, Step]


@contextmanager
def bank(clients: int, *, server: str, keep: str) -> Iterator[Bank]:
    """A bank on SQLite, or on a PostgreSQL server; one that was kept is taken as it is."""
    name = f"{'postgresql' if server else 'sqlite'}_{clients}"
    with installation(name, server=server, keep=keep) as environment:
        steps = apart("benchmarks.banks:make", environment, clients=clients)
        yield Bank(clients, environment, {step["name"]: Step(**step) for step in steps})


def make(clients: int) -> list[dict[str, Any]]:
    """Found the bank and run its night, unless that was done; what was measured then is kept beside it."""
    done = Path(os.environ["CARTERA_HOME"]) / "made.json"
    if not done.exists():
        set_up()
        done.write_text(json.dumps([asdict(step) for step in _made(clients)]))
    steps: list[dict[str, Any]] = json.loads(done.read_text())
    return steps


def _made(clients: int) -> Iterator[Step]:
    from cartera.clock.queries import today
    from cartera.config.nightly import STEPS
    from cartera.intake.demo.actions import found_bank
    from cartera.intake.demo.bank import build
    from cartera.intake.demo.command import FOUNDER
    from cartera.kernel.models import Run
    from cartera.kernel.runs import run_step, running, start_run

    day = _today()
    drawn, step = _measured("drawing", lambda: [build(clients, SEED, date=day)], lambda drawn: _rows_of_bank(drawn[0]))
    yield step
    yield _measured("loading", lambda: found_bank(actor=FOUNDER, bank=drawn.pop()), _rows_of_run)[1]
    assert today() == day, "midnight passed"
    night = start_run(Run.Kind.NIGHT, title=f"Night of {day}", asked_by=FOUNDER.name, on_date=day)
    with running(night):
        for position, (name, work) in enumerate(STEPS, start=1):
            _step, step = _measured(
                name,
                lambda: run_step(night, position, name, lambda: work(day, night, False)),  # noqa: B023 - called at once
                lambda recorded: recorded.rows,
            )
            yield step
    _analyse()


def _measured(name: str, work: Callable[[], T], rows: Callable[[T], int]) -> tuple[T, Step]:
    from time import perf_counter

    forget_peak()
    began = perf_counter()
    done, cpu = timed(work, backends(own=True))
    return done, Step(name, rows(done), round(cpu, 2), round(perf_counter() - began, 2), round(peak_mib()))


def _today() -> Any:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from cartera.intake.demo.blueprint import ZONE

    return datetime.now(ZoneInfo(ZONE)).date()


def _rows_of_bank(built: Any) -> int:
    return sum(frame.height for frame in built.frames.values()) + int(built.promises.height)


def _rows_of_run(run: Any) -> int:
    return sum(run.steps.values_list("rows", flat=True))


def _analyse() -> None:
    """As the autovacuum or a nightly `PRAGMA optimize` leaves a database that has stood for a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
