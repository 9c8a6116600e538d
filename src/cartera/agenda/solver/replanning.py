"""Plan again when the day changed: keep what people already know unless a better plan pays for the change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cartera.agenda.rules import Book, Change, Item, Place, Plan, Standing
from cartera.agenda.solver.solving import USUAL_EFFORT, Effort, solve


@dataclass(frozen=True, slots=True)
class Replanned:
    """A new plan, and what it changed of the one before."""

    plan: Plan
    changes: tuple[Change, ...]


def replan(book: Book, old: Plan, *, effort: Effort = USUAL_EFFORT) -> Replanned:
    """Solve `book` again after `old` was announced: what is pinned stays, the rest moves only where it pays."""
    plan = solve(replace(book, announced=announced_by(old, book)), start=old, effort=effort)
    return Replanned(plan, tuple(changes_between(old, plan)))


def announced_by(old: Plan, book: Book) -> dict[str, frozenset[Place]]:
    """Where the old plan put each client, in days of the new horizon; what lies before it is forgotten."""
    day_of = {day: index for index, day in enumerate(book.days)}
    announced: dict[str, set[Place]] = {}
    for item in old.items:
        day = day_of.get(old.days[item.place.day])
        if day is not None and not item.pinned:
            announced.setdefault(item.client, set()).add(item.place._replace(day=day))
    return {client: frozenset(places) for client, places in announced.items()}


def changes_between(old: Plan, new: Plan) -> Iterable[Change]:
    """Contacts that moved, came or no longer fit. What is done or withdrawn is no change."""
    first_day = new.days[0]
    before = {
        reason.key: item for item in old.items if old.days[item.place.day] >= first_day for reason in item.reasons
    }
    told: set[int] = set()
    for item in new.items:
        earlier = [before[reason.key] for reason in item.reasons if reason.key in before]
        told.update(id(was) for was in earlier)
        was = earlier[0] if earlier else None
        now_at = _standing(item, new)
        if not any(_standing(was, old) == now_at for was in earlier):
            yield Change(item.client, _standing(was, old) if was else None, now_at)
    for unplaced in new.unplaced:
        was = next((before[reason.key] for reason in unplaced.reasons if reason.key in before), None)
        if was is not None and id(was) not in told:
            told.add(id(was))
            yield Change(unplaced.client, _standing(was, old), None)


def _standing(item: Item, plan: Plan) -> Standing:
    return Standing(plan.days[item.place.day], item.place.part, item.place.channel, item.start)
