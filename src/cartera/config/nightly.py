"""The night: the circle from facts to results, one recorded step after another."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from datetime import date

from django.conf import settings

from cartera.agenda.jobs import agenda_step
from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.config.progress import Report, silent
from cartera.events.jobs import events_step
from cartera.kernel.alone import alone
from cartera.kernel.errors import AlreadyRunning
from cartera.kernel.jobs import job
from cartera.kernel.models import Run
from cartera.kernel.runs import NIGHT, StepResult, run_alone, run_step
from cartera.results.jobs import results_step
from cartera.service.jobs import service_step
from cartera.value.jobs import export_step, value_step

log = logging.getLogger(__name__)

Work = Callable[[date, Run, bool], StepResult]

STEPS: tuple[tuple[str, Work], ...] = (
    ("export", export_step),
    ("value", value_step),
    ("service", service_step),
    ("events", events_step),
    ("agenda", agenda_step),
    ("results", results_step),
)


def run_night(day: date, *, asked_by: str, progress: Report = silent) -> Run:
    """Run the night of a day, or go on with one that was interrupted. Raises AlreadyRunning while one runs.

    Earlier than the last night it is a replay: every step writes snapshots only, and what is current stays as it is.
    """
    replay = Run.objects.filter(kind=Run.Kind.NIGHT, state=Run.State.DONE, replay=False, on_date__gt=day).exists()
    with run_alone(Run.Kind.NIGHT, title=f"Night of {day}", asked_by=asked_by, on_date=day, replay=replay) as run:
        for position, (name, work) in enumerate(STEPS, start=1):
            progress(f"{name}", position - 1, len(STEPS))
            run_step(run, position, name, lambda work=work: work(day, run, replay))  # type: ignore[misc]
            progress(f"{name}", len(STEPS), len(STEPS))
    return run


def begin_night(day: date, *, asked_by: str) -> None:
    """Run the night of a day in a process of its own; raises AlreadyRunning while one runs.

    A worker would be held up by it, and a job has a time limit that a night may not have. It outlives the worker; when
    it is killed, the schedule begins it again and it goes on. Where jobs are done at once, so is the night.
    """
    if settings.CARTERA_JOBS != "queue":
        run_night(day, asked_by=asked_by)
        return
    with alone(NIGHT):
        pass
    arguments = ("nightly", "--date", day.isoformat(), "--asked-by", asked_by)
    subprocess.Popen(
        [sys.executable, "-m", "cartera.config.command", *arguments], stdout=subprocess.DEVNULL, start_new_session=True
    )


@job("night.run")
def run_tonight(*, day: str) -> None:
    """For the screen: begin the night of a day given as text."""
    begin_night(date.fromisoformat(day), asked_by="screen")


@job("night.run_if_due")
def run_if_due() -> None:
    """For the schedule: begin today's night once its hour has come, or go on with it, unless it is done or under way.

    A worker that was off at the hour begins it when it is back. A bank without clients has no night.
    """
    if not _is_due():
        return
    try:
        begin_night(clock.today(), asked_by="schedule")
    except AlreadyRunning:
        log.info("the night is under way already")


def _is_due() -> bool:
    hour = settings.CARTERA_NIGHT_HOUR
    if hour is None or not Client.objects.exists() or clock.now().astimezone(clock.zone()).hour < hour:
        return False
    return not Run.objects.filter(kind=Run.Kind.NIGHT, state=Run.State.DONE, on_date__gte=clock.today()).exists()
