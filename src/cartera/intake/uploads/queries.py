"""Questions about uploads, saved recipes and refused rows. For pages: no frames here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from cartera.intake.models import SavedRecipe, SourceRow, Upload, UploadQuerySet
from cartera.kernel.actor import Actor
from cartera.kernel.models import RefusedRow, Run
from cartera.kernel.pages import Page, page_of

State = Upload.State
UNDER_WAY = (State.RECEIVED, State.RECOGNISED, State.TRYING, State.TRIED, State.LOADING, State.STOPPED)


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A row of a file with every reason for which it was refused."""

    row: SourceRow
    reasons: Sequence[RefusedRow]

    @property
    def wrong(self) -> frozenset[str]:
        """The columns that the reasons are about; one reason may name several."""
        return frozenset(name for reason in self.reasons for name in reason.column.split(", "))


def under_way(*, actor: Actor, most: int = 10) -> list[Upload]:
    """Uploads that are not loaded yet, the latest first."""
    rows = Upload.objects.visible_to(actor).filter(state__in=UNDER_WAY)
    return list(rows.select_related("by").order_by("-id")[:most])


def uploads(*, actor: Actor) -> UploadQuerySet:
    return Upload.objects.visible_to(actor).select_related("by", "run", "recipe").order_by("-id")


def page_of_uploads(rows: UploadQuerySet, *, cursor: str, limit: int) -> Page[Upload]:
    return page_of(rows, order=("-id",), cursor=cursor, limit=limit)


def upload_of(run: Run) -> Upload | None:
    """The upload that a run loaded, None for one that came by the command."""
    return Upload.objects.filter(run=run).select_related("by").first()


def saved_recipes(*, actor: Actor) -> list[SavedRecipe]:
    """The last version of each saved recipe, by name."""
    last = SavedRecipe.objects.filter(name=OuterRef("name")).order_by("-number").values("pk")[:1]
    rows = SavedRecipe.objects.visible_to(actor).filter(pk=Subquery(last))
    return list(rows.select_related("by").order_by("name"))


def tallies(run: Run) -> Mapping[str, int]:
    """How many refused rows are still refused, mended, discarded."""
    rows = SourceRow.objects.filter(run=run).values_list("state").annotate(n=Count("id"))
    return {str(state): 0 for state in SourceRow.State} | {str(state): n for state, n in rows}


def refused_lines(run: Run, *, state: str = "", reason: str = "", file: str = "") -> QuerySet[SourceRow]:
    """The refused rows of a run, all or those in a state, of a file, or refused for a reason."""
    rows = SourceRow.objects.filter(run=run)
    if state:
        rows = rows.filter(state=state)
    if file:
        rows = rows.filter(file=file)
    if reason:
        told = RefusedRow.objects.filter(run=run, file=OuterRef("file"), line=OuterRef("line"), reason=reason)
        rows = rows.filter(Exists(told))
    return rows


def with_reasons(rows: Sequence[SourceRow]) -> list[RefusedLine]:
    """Rows with their reasons, in one query."""
    if not rows:
        return []
    lines = {row.line for row in rows}
    told = RefusedRow.objects.filter(run=rows[0].run_id, line__in=lines).order_by("id")
    by_place: dict[tuple[str, int], list[RefusedRow]] = {}
    for one in told:
        by_place.setdefault((one.file, one.line), []).append(one)
    return [RefusedLine(row, by_place.get((row.file, row.line), [])) for row in rows]


def reasons_of(run: Run) -> list[Mapping[str, Any]]:
    """How many rows each reason refused, the most first."""
    rows = RefusedRow.objects.filter(run=run).values("file", "entity", "reason").annotate(rows=Count("id"))
    return [*rows.order_by("-rows", "file", "reason")]


def mendings_of(run: Run) -> list[Run]:
    """The runs that loaded what was mended of a run, the earliest first."""
    ids = SourceRow.objects.filter(run=run, mended_in__isnull=False).values("mended_in").distinct()
    return list(Run.objects.filter(Q(pk__in=ids)).order_by("id"))
