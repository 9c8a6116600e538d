"""What an administrator does with a job that waits or failed: have it done again now, or give it up."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _
from django_q.models import OrmQ, Task

from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition, NotFound
from cartera.kernel.jobs import enqueue
from cartera.kernel.models import Errand
from cartera.kernel.recording import current_recording

ERRAND, QUEUED, TASK = "errand", "queued", "task"


@action("job.retry")
def retry_job(*, actor: Actor, job_id: str) -> None:
    """Do a job again now, without waiting for its turn. Raises InvalidTransition for one that is done."""
    kind, key = parts_of(job_id)
    if kind == ERRAND:
        errand = _errand(key)
        Errand.objects.filter(pk=errand.pk).update(next_at=datetime.now(UTC))
        current_recording().tell(job=errand.job, of=errand.happening_id)
        enqueue("kernel.run_errand", errand_id=errand.pk)
    elif kind == QUEUED:
        row = _queued(key)
        current_recording().tell(job=name_of(row))
        OrmQ.objects.filter(pk=row.pk).update(lock=datetime.now(UTC))
    else:
        task = _failed(key)
        name, arguments = task.args
        current_recording().tell(job=name)
        Task.objects.filter(pk=task.pk).delete()
        enqueue(name, **arguments)


@action("job.give_up")
def give_up_job(*, actor: Actor, job_id: str, reason: str) -> None:
    """Try a job no more, and say why. What it should have done is not done. Raises Invalid without a reason."""
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why, for those who come after.")]})
    kind, key = parts_of(job_id)
    if kind == ERRAND:
        errand = _errand(key)
        current_recording().tell(job=errand.job, of=errand.happening_id)
        Errand.objects.filter(pk=errand.pk).update(done_at=datetime.now(UTC), given_up=reason.strip()[:300])
    elif kind == QUEUED:
        row = _queued(key)
        current_recording().tell(job=name_of(row))
        OrmQ.objects.filter(pk=row.pk).delete()
        Task.objects.filter(pk=row.task_id(), success=False).delete()
    else:
        task = _failed(key)
        current_recording().tell(job=name_of(task))
        Task.objects.filter(pk=task.pk).delete()


def parts_of(job_id: str) -> tuple[str, str]:
    """The kind and the key of a job's id, such as "errand-12". Raises NotFound for one that is none."""
    kind, _dash, key = job_id.partition("-")
    if (
        kind not in (ERRAND, QUEUED, TASK)
        or not key.isalnum()
        or (kind != TASK and not key.isdecimal())
        or len(key) > 32
    ):
        raise NotFound()
    if kind != TASK and len(key) > 18:
        raise NotFound()
    return kind, key


def name_of(row: OrmQ | Task) -> str:
    """The job that a row of the queue is about: it stands among the arguments, for the schedule gives it another name."""
    args = row.args() if isinstance(row, OrmQ) else row.args
    return str(args[0]) if isinstance(args, (tuple, list)) and args else "?"


def _errand(key: str) -> Errand:
    errand = Errand.objects.filter(pk=int(key)).first()
    if errand is None:
        raise NotFound()
    if errand.done_at is not None:
        raise InvalidTransition(_("That job is done, or was given up."))
    return errand


def _queued(key: str) -> OrmQ:
    row = OrmQ.objects.filter(pk=int(key)).first()
    if row is None:
        raise NotFound()
    return row


def _failed(key: str) -> Task:
    task = Task.objects.filter(pk=key, success=False).first()
    if task is None or not isinstance(task.args, (tuple, list)) or len(task.args) != 2:
        raise NotFound()
    return task
