"""Why a load cannot be undone: what was built on its rows since, table by table, with a few of the clients it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import models

from cartera.engine import lake
from cartera.intake.frames import Entity
from cartera.intake.models import Trace
from cartera.intake.tables import FACTS
from cartera.intake.undo.traces import Traced, months_of, opened, traces_of
from cartera.kernel.models import Run

SLICE = 5_000
EXAMPLES = 3
CHANGED = "changed"
SIGNED_IN = "signed_in"
DERIVED = frozenset({"team.workinghours", "agenda.plan"})
"""What goes with the row it hangs on: nobody built it, and it is made again."""


@dataclass(slots=True)
class Blocker:
    """`what` is a table (`promises.promise`) or one of `CHANGED`, `SIGNED_IN` with the table behind a colon."""

    what: str
    rows: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, rows: int, examples: Sequence[str]) -> None:
        self.rows += rows
        self.examples = [*dict.fromkeys((*self.examples, *examples))][:EXAMPLES]

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def blockers(run: Run) -> list[Blocker]:
    """Everything that stands in the way, the most rows first; empty when the load can be undone."""
    found: dict[str, Blocker] = {}

    def note(what: str, rows: int, examples: Sequence[str]) -> None:
        if rows:
            found.setdefault(what, Blocker(what)).add(rows, examples)

    ours = _Ours.of(run)
    for traced in traces_of(run, latest_first=True):
        for ids in sliced(traced.created):
            for relation in relations_to(traced.model):
                _note_children(relation, ids, ours, note)
        _note_edits(traced, ours, note)
    for _path, month in months_of(run):
        key = FACTS[Entity(month.fact)]
        if not lake.holds(month.fact, month.month, month.after, key):
            note(f"{CHANGED}:{month.fact}", month.after.height, ())
    return sorted(found.values(), key=lambda blocker: -blocker.rows)


@dataclass(slots=True)
class _Ours:
    """Which rows this run made, by table, and which of any table were seen with their last version already."""

    created: dict[type[models.Model], set[int]]
    seen: dict[type[models.Model], set[int]]

    @classmethod
    def of(cls, run: Run) -> _Ours:
        created: dict[type[models.Model], set[int]] = {}
        for traced in traces_of(run):
            created.setdefault(traced.model, set()).update(traced.created)
        return cls(created, {})


def relations_to(model: type[models.Model], *, derived: bool = False) -> Iterator[tuple[type[models.Model], str]]:
    """The tables that point to a model, and by which column: those that are built on it, or those `derived` from it."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and not relation.many_to_many:
            related = relation.related_model
            if isinstance(related, type) and (related._meta.label_lower in DERIVED) is derived:
                yield related, relation.field.name


def _note_children(relation: tuple[type[models.Model], str], ids: Sequence[int], ours: _Ours, note: Any) -> None:
    related, column = relation
    own = ours.created.get(related, set())
    rows = related._base_manager.filter(**{f"{column}__in": ids}).order_by("pk").values_list("pk", flat=True)
    strangers = [pk for pk in rows.iterator(chunk_size=SLICE) if pk not in own]
    if strangers:
        shown = related._base_manager.filter(pk__in=strangers[:EXAMPLES])
        note(related._meta.label_lower, len(strangers), [_name(one) for one in shown])


def _note_edits(traced: Traced, ours: _Ours, note: Any) -> None:
    """Rows that somebody changed after the load: their version is not the one that it left."""
    label = traced.model._meta.label_lower
    seen = ours.seen.setdefault(traced.model, set())
    if not _versioned(traced.model):
        _note_sign_ins(traced, note)
        return
    expected = {int(row[0]): int(row[1]) + 1 for row in traced.before if int(row[0]) not in seen}
    expected |= {id: 1 for id in traced.created if id not in seen}
    seen.update(expected)
    for ids in sliced(list(expected)):
        versions = traced.model._base_manager.filter(pk__in=ids).values_list("pk", "version")
        there = dict(versions)
        moved = [id for id in ids if there.get(id) != expected[id]]
        if moved:
            since = _taken_back_since(traced, moved)
            moved = [id for id in moved if there.get(id) != expected[id] + 2 * since[id]]
        if moved:
            shown = traced.model._base_manager.filter(pk__in=moved[:EXAMPLES])
            note(f"{CHANGED}:{label}", len(moved), [_name(one) for one in shown])


def _taken_back_since(traced: Traced, ids: Sequence[int]) -> Counter[int]:
    """How often later loads changed these rows and were undone: each moved the version twice, and left nothing."""
    times: Counter[int] = Counter()
    later = Trace.objects.filter(table=traced.model._meta.label_lower, undone=True, id__gt=traced.id).order_by("id")
    for trace in later.iterator(chunk_size=1):
        times.update({int(row[0]) for row in opened(trace).before}.intersection(ids))
    return times


def _note_sign_ins(traced: Traced, note: Any) -> None:
    for ids in sliced(traced.created):
        used = traced.model._base_manager.filter(pk__in=ids, last_login__isnull=False)
        names = list(used.values_list("username", flat=True))
        note(f"{SIGNED_IN}:{traced.model._meta.label_lower}", len(names), names[:EXAMPLES])


def _versioned(model: type[models.Model]) -> bool:
    return any(one.name == "version" for one in model._meta.concrete_fields)


def _name(row: models.Model) -> str:
    """The client that a row is about, or the row itself."""
    return str(getattr(row, "client", None) or row)


def sliced(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), SLICE):
        yield ids[start : start + SLICE]
