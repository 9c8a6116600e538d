"""Questions about runs: nights and imports."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from statistics import median
from typing import Any

from django.db.models import Count, QuerySet

from cartera.kernel.actor import Actor
from cartera.kernel.models import Errand, Happening, RefusedRow, Run, RunQuerySet, Step
from cartera.kernel.records import Record


def runs(*, actor: Actor, kinds: tuple[Run.Kind, ...]) -> RunQuerySet:
    """Runs of these kinds, the latest first."""
    rows: RunQuerySet = Run.objects.visible_to(actor).filter(kind__in=kinds)
    return rows.annotate(refusals=Count("refused")).order_by("-id")


def steps_of(run: Run) -> list[Step]:
    return list(run.steps.order_by("position"))


def usual_seconds(kind: Run.Kind, *, before: Run) -> Mapping[str, float]:
    """The median of the last thirty that were done, by the name of the step: what each usually takes."""
    earlier = Run.objects.filter(kind=kind, state=Run.State.DONE, replay=before.replay, id__lt=before.pk).order_by(
        "-id"
    )[:30]
    taken: dict[str, list[float]] = {}
    for name, seconds in Step.objects.filter(run__in=list(earlier)).values_list("name", "seconds"):
        taken.setdefault(name, []).append(seconds)
    return {name: median(values) for name, values in taken.items()}


def refused_by_reason(run: Run) -> list[Mapping[str, Any]]:
    """How many rows were refused in each file for each reason, the most first."""
    rows = RefusedRow.objects.filter(run=run).values("entity", "file", "reason")
    return [*rows.annotate(rows=Count("id")).order_by("entity", "file", "-rows", "reason")]


def refused(run: Run, *, most: int | None = None) -> list[RefusedRow]:
    """Refused rows in the order of their files, all or the first ones."""
    rows = RefusedRow.objects.filter(run=run).order_by("file", "line", "id")
    return list(rows[:most] if most else rows)


def last_change_of(record: Record) -> Happening | None:
    """Who last changed a record, and when: for somebody whose own change crossed that one."""
    rows = Happening.objects.filter(subject_kind=record._meta.label_lower, subject_id=record.pk)
    return rows.order_by("-id").first()


def changes_of_record(record: Record) -> QuerySet[Happening]:
    """All that was done to a record, the latest first."""
    rows = Happening.objects.filter(subject_kind=record._meta.label_lower, subject_id=record.pk)
    return rows.order_by("-id").defer("sealed")


def failing_errands() -> int:
    """Errands that went wrong and are tried again."""
    return Errand.objects.filter(done_at__isnull=True).exclude(error="").count()


def latest_of(*, kinds: Collection[str], most: int) -> list[Happening]:
    """What was done to tables of these kinds, the latest first."""
    return list(Happening.objects.filter(subject_kind__in=kinds).order_by("-id")[:most])


def made_of(*, kind: str, ids: Collection[int]) -> Mapping[int, Happening]:
    """Who made each of these records: the first that happened to it, by its id."""
    rows = Happening.objects.filter(subject_kind=kind, subject_id__in=ids).order_by("-id").defer("sealed")
    return {happening.subject_id: happening for happening in rows if happening.subject_id is not None}


def happenings_of(record: Record) -> list[Happening]:
    """All that happened to a record, the first first."""
    rows = Happening.objects.filter(subject_kind=record._meta.label_lower, subject_id=record.pk)
    return list(rows.order_by("id").defer("sealed"))
