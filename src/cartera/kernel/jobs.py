"""Work that a page does not wait for: named jobs, run by a worker on the queue, or at once where there is no worker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db.models import Q
from django_q.tasks import async_task

P = ParamSpec("P")
R = TypeVar("R")

JOBS: dict[str, Callable[..., Any]] = {}
IN_THE_QUEUE = timedelta(minutes=2)
"""How long an errand is left to the queue before the sweep takes it for lost."""

LONGEST_PAUSE = timedelta(days=1)
"""How long an errand that fails every time waits at most before it is tried again."""

log = logging.getLogger(__name__)


def job(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Name a function that a worker can run. It must be idempotent: a job whose worker dies is run again."""

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        JOBS[name] = body
        return body

    return decorate


def enqueue(name: str, **arguments: Any) -> None:
    """Hand a job to the workers; `CARTERA_JOBS=now` runs it at once, `off` leaves its errand for the next sweep."""
    if settings.CARTERA_JOBS == "now":
        perform(name, arguments)
    elif settings.CARTERA_JOBS == "queue":
        async_task("cartera.kernel.jobs.perform", name, arguments, task_name=name)


def schedule(title: str, name: str, *, minutes: int) -> None:
    """Have the workers do a job every so many minutes. Said again, it changes what differs and forgets no turn."""
    from django_q.models import Schedule  # noqa: PLC0415 - jobs must load before apps do

    Schedule.objects.update_or_create(
        name=title,
        defaults={
            "func": "cartera.kernel.jobs.perform",
            "args": repr((name, {})),
            "schedule_type": Schedule.MINUTES,
            "minutes": minutes,
        },
    )


def perform(name: str, arguments: dict[str, Any]) -> Any:
    """Do a job by its name. The modules that hold the jobs are loaded by whoever works, not by who asks."""
    return _job(name)(**arguments)


def _job(name: str) -> Callable[..., Any]:
    for module in settings.CARTERA_JOB_MODULES:
        import_module(module)
    return JOBS[name]


@job("kernel.run_errand")
def run_errand(*, errand_id: int) -> None:
    """Do what a subscriber asked for after a happening, unless it was done already.

    The attempt is counted before it is made: one that takes its worker down with it waits its turn too.
    """
    from cartera.kernel.models import Errand  # noqa: PLC0415 - models import nothing from here; jobs must load before apps do

    errand = Errand.objects.filter(pk=errand_id, done_at__isnull=True).first()
    if errand is None:
        return
    attempts = errand.attempts + 1
    next_at = datetime.now(UTC) + pause_after(attempts)
    Errand.objects.filter(pk=errand_id).update(attempts=attempts, next_at=next_at)
    _job(errand.job)(happening_id=errand.happening_id)
    Errand.objects.filter(pk=errand_id).update(done_at=datetime.now(UTC))


def pause_after(attempts: int) -> timedelta:
    """How long to wait for the next attempt: two minutes after the first, and twice as long after each."""
    return min(IN_THE_QUEUE * (1 << min(attempts - 1, 16)), LONGEST_PAUSE)


@job("kernel.sweep_errands")
def sweep_errands() -> int:
    """Do the errands that a crash or a full queue left behind; returns how many. One that fails holds up no other."""
    from cartera.kernel.models import Errand  # noqa: PLC0415

    now = datetime.now(UTC)
    lost = Q(next_at__isnull=True, happening__at__lt=now - IN_THE_QUEUE) | Q(next_at__lte=now)
    done = 0
    for errand_id in list(
        Errand.objects.filter(lost, done_at__isnull=True).order_by("id").values_list("id", flat=True)[:1000]
    ):
        try:
            run_errand(errand_id=errand_id)
        except Exception:
            log.exception("errand %s failed: a later sweep tries again", errand_id)
        else:
            done += 1
    return done
