"""What the workers have before them, what failed, what they did lately, what they do by themselves, and whether they live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django_q.models import OrmQ, Schedule, Task

from cartera.desk.actions_on_jobs import ERRAND, QUEUED, TASK, name_of, parts_of
from cartera.desk.jobs_words import error_in_words, every, job_in_words
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound, NotPermitted
from cartera.kernel.models import Errand, Happening, Worker
from cartera.kernel.tracebacks import kind_in, lines_in
from cartera.team.permissions import in_words

MOST = 50
ALIVE = timedelta(minutes=3)
"""An idle worker sweeps every minute: one that was not seen for longer is busy, or is not there."""

LONGEST_JOB = timedelta(minutes=35)
OF_ERRANDS = "kernel.run_errand"


class State(StrEnum):
    WAITING = "waiting"
    FAILING = "failing"
    UNDER_WAY = "under_way"
    FAILED = "failed"
    DONE = "done"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Job:
    """One job as the page and the API tell it. `because` is what it follows, `error` is in words, `kind` names it."""

    id: str
    name: str
    words: str
    state: State
    since: datetime
    attempts: int = 0
    next_at: datetime | None = None
    ended_at: datetime | None = None
    because: str = ""
    happening_id: int | None = None
    kind: str = ""
    error: str = ""
    traceback: str = ""
    given_up: str = ""

    @property
    def version(self) -> int:
        """What `If-Match` names: another try makes another one."""
        return self.attempts + 1

    @property
    def may_be_retried(self) -> bool:
        return self.state in (State.WAITING, State.FAILING, State.FAILED)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is done by itself: how often, when last and how that ended, when next."""

    words: str
    every: str
    last_at: datetime | None
    went_well: bool | None
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Hand:
    """A process of a worker. `busy_since` is set while it does a job; `silent` says that it was not seen for too long."""

    name: str
    seen_at: datetime
    doing: str
    busy_since: datetime | None
    silent: bool


@dataclass(frozen=True, slots=True)
class JobsPage:
    waiting: Sequence[Job]
    failed: Sequence[Job]
    done: Sequence[Job]
    turns: Sequence[Turn]
    hands: Sequence[Hand]
    more_waiting: int
    queue_is_listed: bool

    @property
    def alive(self) -> bool:
        return any(not hand.silent for hand in self.hands)


def jobs_page(*, actor: Actor, now: datetime | None = None) -> JobsPage:
    """Everything at once, in a fixed number of queries."""
    _require(actor)
    at = now or datetime.now(UTC)
    errands = Errand.objects.filter(done_at__isnull=True).select_related("happening")
    listed = bool(settings.Q_CLUSTER.get("orm"))
    rows = [*_of_errands(errands.order_by("id")[:MOST], at), *(_of_queue(at) if listed else ())]
    return JobsPage(
        waiting=sorted((one for one in rows if one.state != State.FAILING), key=lambda one: one.since),
        failed=[*(one for one in rows if one.state == State.FAILING), *_failures({one.id for one in rows})],
        done=_done(at),
        turns=_turns(),
        hands=_hands(at),
        more_waiting=max(0, errands.count() - MOST),
        queue_is_listed=listed,
    )


def one_job(*, actor: Actor, job_id: str) -> Job:
    """A job by its id. NotFound when it is not there any more."""
    _require(actor)
    kind, key = parts_of(job_id)
    now = datetime.now(UTC)
    found: Iterable[Job]
    if kind == ERRAND:
        found = _of_errands(Errand.objects.filter(pk=int(key)).select_related("happening"), now)
    elif kind == QUEUED:
        found = (one for one in _of_queue(now) if one.id == job_id)
    else:
        found = (_of_task(task) for task in Task.objects.filter(pk=key))
    job = next(iter(found), None)
    if job is None:
        raise NotFound()
    return job


def _require(actor: Actor) -> None:
    if not actor.may("job.view"):
        raise NotPermitted(action="job.view")


def _of_errands(errands: Iterable[Errand], now: datetime) -> list[Job]:
    return [_of_errand(errand, now) for errand in errands]


def _of_errand(errand: Errand, now: datetime) -> Job:
    state = State.FAILING if errand.error else State.UNDER_WAY if errand.attempts else State.WAITING
    if errand.done_at is not None:
        state = State.GIVEN_UP if errand.given_up else State.DONE
    return Job(
        id=f"{ERRAND}-{errand.pk}",
        name=errand.job,
        words=job_in_words(errand.job),
        state=state,
        since=errand.happening.at,
        attempts=errand.attempts,
        next_at=errand.next_at if errand.done_at is None else None,
        ended_at=errand.done_at,
        because=_because(errand.happening),
        happening_id=errand.happening_id,
        kind=errand.error,
        error=error_in_words(errand.error),
        traceback=errand.traceback,
        given_up=errand.given_up,
    )


def _because(happening: Happening) -> str:
    return f"{in_words(happening.name)}, {happening.actor_name}"


def _of_queue(now: datetime) -> list[Job]:
    """What stands in the queue beside the errands, which have their own rows."""
    rows = [row for row in OrmQ.objects.order_by("id")[: 4 * MOST] if name_of(row) != OF_ERRANDS][:MOST]
    tried = {task.pk: task for task in Task.objects.filter(pk__in=[row.task_id() for row in rows])}
    return [_queued(row, tried.get(row.task_id()), now) for row in rows]


def _queued(row: OrmQ, tried: Task | None, now: datetime) -> Job:
    package: Mapping[str, Any] = row.task or {}
    text = str(tried.result or "") if tried is not None and not tried.success else ""
    locked = row.lock is not None and row.lock > now
    state = State.FAILING if text else State.UNDER_WAY if locked else State.WAITING
    name = name_of(row)
    return Job(
        id=f"{QUEUED}-{row.pk}",
        name=name,
        words=job_in_words(name),
        state=state,
        since=package.get("started") or row.lock or now,
        attempts=tried.attempt_count if tried else 0,
        next_at=row.lock if text else None,
        kind=kind_in(text),
        error=error_in_words(kind_in(text) or ("?" if text else "")),
        traceback=lines_in(text),
    )


def _failures(there: set[str]) -> list[Job]:
    """Jobs that failed as often as they are tried, the latest first; those that wait for another attempt stand above."""
    waiting = {row.task_id() for row in OrmQ.objects.order_by("id")[: 4 * MOST]} if there else set()
    rows = Task.objects.filter(success=False).exclude(name=OF_ERRANDS).order_by("-stopped")[:MOST]
    return [_of_task(task) for task in rows if task.pk not in waiting]


def _of_task(task: Task) -> Job:
    text = "" if task.success else str(task.result or "")
    name = name_of(task)
    return Job(
        id=f"{TASK}-{task.pk}",
        name=name,
        words=job_in_words(name),
        state=State.DONE if task.success else State.FAILED,
        since=task.started,
        attempts=task.attempt_count,
        ended_at=task.stopped,
        kind=kind_in(text),
        error=error_in_words(kind_in(text) or ("?" if text else "")),
        traceback=lines_in(text),
    )


def _done(now: datetime) -> list[Job]:
    """What was asked for and done; what is done by itself has its last time in the schedule."""
    tasks = Task.objects.filter(success=True, group__isnull=True).exclude(name=OF_ERRANDS).order_by("-stopped")[:MOST]
    errands = Errand.objects.filter(done_at__isnull=False).select_related("happening").order_by("-id")[:MOST]
    found = [*map(_of_task, tasks), *_of_errands(errands, now)]
    return sorted(found, key=lambda one: one.ended_at or now, reverse=True)[:MOST]


def _turns() -> list[Turn]:
    rows = list(Schedule.objects.order_by("next_run"))
    last = {task.pk: task for task in Task.objects.filter(pk__in=[row.task for row in rows if row.task])}
    return [_turn(row, last.get(row.task or "")) for row in rows]


def _turn(row: Schedule, last: Task | None) -> Turn:
    name = str(row.args or "").strip("('").partition("'")[0]
    return Turn(
        words=job_in_words(name),
        every=every(row.minutes or 1),
        last_at=last.stopped if last else None,
        went_well=last.success if last else None,
        next_at=row.next_run,
    )


def _hands(now: datetime) -> list[Hand]:
    rows = Worker.objects.filter(seen_at__gt=now - timedelta(hours=1)).order_by("-seen_at")[:MOST]
    return [
        Hand(
            name=row.name,
            seen_at=row.seen_at,
            doing=job_in_words(row.doing) if row.doing else "",
            busy_since=row.since,
            silent=now - row.seen_at > (LONGEST_JOB if row.doing else ALIVE),
        )
        for row in rows
    ]
