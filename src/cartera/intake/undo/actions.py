"""Remembering what a load writes, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cartera.engine import lake
from cartera.intake.frames import Entity
from cartera.intake.models import SourceRow, Trace
from cartera.intake.tables import FACTS
from cartera.intake.undo import traces
from cartera.intake.undo.blockers import Blocker, blockers, relations_to, sliced
from cartera.intake.undo.queries import undo_state, undo_window, undoable
from cartera.intake.undo.traces import Traced, traces_of
from cartera.interactions.actions_in_bulk import tell_last_contacts
from cartera.kernel.actions import bulk_action
from cartera.kernel.actor import Actor
from cartera.kernel.alone import alone
from cartera.kernel.bulk import Written, merge
from cartera.kernel.errors import Conflict, InvalidTransition, TooLate
from cartera.kernel.models import Run
from cartera.kernel.recording import current_recording
from cartera.kernel.runs import LOAD

LEDGER = Actor.system("ledger of contacts", "interaction.tell_last_contacts")


class BuiltUpon(Conflict):
    """Something was built on what the load brought; `context["blockers"]` says what."""

    code = "built-upon"


def rememberer(run: Run) -> Callable[[Written], None]:
    """What `merge` tells of each chunk, kept in the chunk's own transaction."""

    def remember(written: Written) -> None:
        Trace.objects.create(
            run=run,
            table=written.model._meta.label_lower,
            columns=list(written.columns),
            created=traces.packed(written.created),
            before=traces.packed(written.before),
            rows=len(written.created) + len(written.before),
        )

    return remember


def month_rememberer(run: Run, fact: str) -> lake.Remember:
    """What `lake.merge` tells of each month, kept before the month is replaced."""

    def remember(month: str, going: pl.DataFrame, coming: pl.DataFrame) -> None:
        traces.keep_month(run, fact, month, going, coming)

    return remember


@bulk_action("import.undo")
def undo_load(
    *, actor: Actor, run: Run, now: datetime, progress: Callable[[int, int], None] = lambda a, b: None
) -> None:
    """Take a load back: what it created goes, what it changed is as it was before.

    Killed at any point, a repeat completes: each chunk is taken back in a transaction of its own, the last one first. One
    at a time, and not beside a load. Raises TooLate after `undo_window()`, BuiltUpon when something stands on it, and
    InvalidTransition when there is nothing left to undo.
    """
    with alone(LOAD):
        run.refresh_from_db()
        began = undo_state(run) == "running"
        _require_undoable(run, now, began=began)
        if not began:
            standing = blockers(run)
            if standing:
                _write_down(run, state="refused", at=now, by=actor.name, blockers=standing)
                raise BuiltUpon(_("Something was built on it since."), blockers=standing)
            _write_down(run, state="running", at=now, by=actor.name)
        rows = _take_back(run, progress)
        current_recording().tell(rows=rows, run=run.pk, title=run.title)
        _write_down(run, state="done", at=now, by=actor.name, rows=rows)


def _require_undoable(run: Run, now: datetime, *, began: bool) -> None:
    if undo_state(run) == "done":
        raise InvalidTransition(_("This load was undone already."))
    if not began and now - run.started_at > (window := undo_window()):
        raise TooLate(_("A load can be undone for %(n)d days.") % {"n": window.days})
    if run.kind != Run.Kind.IMPORT or not (began or undoable(run, now)):
        raise InvalidTransition(_("There is nothing to undo."))


def _take_back(run: Run, progress: Callable[[int, int], None]) -> int:
    total = Trace.objects.filter(run=run).count()
    touched: set[str] = set()
    for path, month in traces.months_of(run):
        lake.put_back(month.fact, month.month, month.before, month.after, FACTS[Entity(month.fact)])
        path.unlink()
    for traced in traces_of(run, latest_first=True):
        touched.add(traced.model._meta.label_lower)
        try:
            with transaction.atomic():
                _restore(traced)
                _remove(traced)
                Trace.objects.filter(pk=traced.id).update(undone=True)
        except IntegrityError as error:
            raise BuiltUpon(_("Something was built on it meanwhile.")) from error
        progress(Trace.objects.filter(run=run, undone=True).count(), total)
    if "interactions.interaction" in touched:
        tell_last_contacts(actor=LEDGER)
    SourceRow.objects.filter(mended_in=run).update(state=SourceRow.State.REFUSED, mended_in=None)
    traces.forget(run)
    return sum(Trace.objects.filter(run=run).values_list("rows", flat=True))


def _restore(traced: Traced) -> None:
    """The rows that were changed, as they were; each counts as another edit."""
    if not traced.before:
        return
    there: set[int] = set()
    for ids in sliced([int(row[0]) for row in traced.before]):
        there.update(traced.model._base_manager.filter(pk__in=ids).values_list("pk", flat=True))
    rows = [(row[0], *row[2:]) for row in traced.before if int(row[0]) in there]
    frame = pl.DataFrame(rows, schema=["id", *traced.columns], orient="row", infer_schema_length=None)
    merge(traced.model, frame, key=("id",))


def _remove(traced: Traced) -> None:
    for ids in sliced(traced.created):
        for related, column in relations_to(traced.model, derived=True):
            rows = related._base_manager.filter(**{f"{column}__in": ids})
            rows._raw_delete(rows.db)
        rows = traced.model._base_manager.filter(pk__in=ids)
        rows._raw_delete(rows.db)


def _write_down(
    run: Run, *, state: str, at: datetime, by: str, rows: int = 0, blockers: list[Blocker] | None = None
) -> None:
    told: dict[str, Any] = {"state": state, "at": at.astimezone(UTC).isoformat(), "by": by, "rows": rows}
    told["blockers"] = [one.as_data() for one in blockers or ()]
    run.summary = {**run.summary, "undo": told}
    Run.objects.filter(pk=run.pk).update(summary=run.summary)
