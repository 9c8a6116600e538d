"""Questions about runs: nights and imports."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Any

from django.db.models import Count

from cartera.kernel.actor import Actor
from cartera.kernel.models import RefusedRow, Run, RunQuerySet, Step


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
