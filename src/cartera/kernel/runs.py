"""Long work, recorded: a run, its steps with rows and seconds, what it refused. A step that is done is not done again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from cartera.kernel.alone import alone
from cartera.kernel.models import RefusedRow, Run, Step

NIGHT = "night"
_ONE_AT_A_TIME = {Run.Kind.NIGHT: NIGHT, Run.Kind.IMPORT: "load", Run.Kind.DEMO: "load"}


@dataclass(slots=True)
class StepResult:
    """What a step tells of itself: `rows` it looked at, business rows it `changed`, and any other figures."""

    rows: int = 0
    changed: int = 0
    summary: dict[str, Any] = field(default_factory=dict)


def start_run(kind: Run.Kind, *, title: str, asked_by: str, on_date: date | None = None, replay: bool = False) -> Run:
    """Open a run, or resume the one of the same kind, title and date that did not finish."""
    same = Run.objects.filter(kind=kind, title=title, on_date=on_date, replay=replay)
    unfinished = same.exclude(state=Run.State.DONE).order_by("-id").first()
    if unfinished is not None:
        unfinished.state, unfinished.error = Run.State.RUNNING, ""
        unfinished.save(update_fields=["state", "error"])
        return unfinished
    return Run.objects.create(
        kind=kind, title=title, on_date=on_date, replay=replay, asked_by=asked_by, started_at=datetime.now(UTC)
    )


@contextmanager
def run_alone(
    kind: Run.Kind, *, title: str, asked_by: str, on_date: date | None = None, replay: bool = False
) -> Iterator[Run]:
    """A run of which there is one of its kind at a time: two nights, or two loads, would write over each other.

    Raises AlreadyRunning, and leaves the run that is under way as it is. One whose process was killed is resumed.
    """
    with (
        alone(_ONE_AT_A_TIME[kind]),
        running(start_run(kind, title=title, asked_by=asked_by, on_date=on_date, replay=replay)) as run,
    ):
        yield run


@contextmanager
def running(run: Run) -> Iterator[Run]:
    """Seal the run at the end; a failure is written down and goes on up."""
    try:
        yield run
    except BaseException as error:
        Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, error=_in_short(error))
        raise
    run.state, run.finished_at = Run.State.DONE, datetime.now(UTC)
    run.save(update_fields=["state", "finished_at", "summary"])


def run_step(run: Run, position: int, name: str, work: Callable[[], StepResult]) -> Step:
    """Do one step of a run, unless an earlier attempt has done it."""
    step, _ = Step.objects.get_or_create(
        run=run, name=name, defaults={"position": position, "started_at": datetime.now(UTC)}
    )
    if step.state == Run.State.DONE:
        return step
    began = time.perf_counter()
    step.started_at, step.state, step.error = datetime.now(UTC), Run.State.RUNNING, ""
    step.save(update_fields=["started_at", "state", "error"])
    try:
        result = work()
    except BaseException as error:
        Step.objects.filter(pk=step.pk).update(state=Run.State.FAILED, error=_in_short(error))
        raise
    step.rows, step.changed, step.summary = result.rows, result.changed, result.summary
    step.seconds, step.state = round(time.perf_counter() - began, 3), Run.State.DONE
    step.save(update_fields=["rows", "changed", "summary", "seconds", "state"])
    return step


def refuse(run: Run, rows: list[RefusedRow]) -> None:
    """Keep refused rows once: a repeated run replaces what it refused before in the same file and entity."""
    for file, entity in {(row.file, row.entity) for row in rows}:
        RefusedRow.objects.filter(run=run, file=file, entity=entity).delete()
    RefusedRow.objects.bulk_create(rows, batch_size=5000)


def _in_short(error: BaseException) -> str:
    """The first line alone: in those after it PostgreSQL quotes the row, and a run is no place for what is a client's."""
    first = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {first}"[:2000]
