"""What other priors would change: what is at stake for everybody, and the plan of some. Imports the solver: for workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from cartera.agenda.book import book_of, desks
from cartera.agenda.priors import Priors
from cartera.agenda.rules import Book, Plan, Reason
from cartera.agenda.solver import solve
from cartera.team.models import Staff

SAMPLE = 6
"""For so many people, those with the most to do, both plans are made."""


def tried(priors: Priors, day: date, people: Sequence[Staff], progress: Callable[[int], None]) -> dict[str, Any]:
    """What is expected to be lost within the horizon if nobody is contacted, as it is and with these priors; and whose
    plan of a few would change, and how. Amounts in minor units."""
    stakes: dict[str, Counter[str]] = {"now": Counter(), "then": Counter()}
    sizes: dict[int, int] = {}
    for done, staff in enumerate(people, start=1):
        for when, book in zip(stakes, _books(staff, day, priors), strict=True):
            for reason in _reasons(book):
                stakes[when][reason.kind] += reason.stake
            sizes[staff.pk] = len(book.candidates)
        progress(done)
    busiest = sorted(people, key=lambda one: (-sizes[one.pk], one.pk))[:SAMPLE]
    return {
        "people": len(people),
        "now": dict(stakes["now"]),
        "then": dict(stakes["then"]),
        "plans": [_compared(staff, *map(solve, _books(staff, day, priors))) for staff in busiest if sizes[staff.pk]],
    }


def _books(staff: Staff, day: date, priors: Priors) -> tuple[Book, Book]:
    [now], [then] = desks([staff], day), desks([staff], day, as_if=priors)
    return book_of(now), book_of(then)


def _reasons(book: Book) -> Iterable[Reason]:
    for candidate in book.candidates:
        yield from candidate.reasons
    for pinned in book.pinned:
        yield from pinned.reasons


def _compared(staff: Staff, now: Plan, then: Plan) -> dict[str, Any]:
    before, after = (Counter(item.client for item in plan.items) for plan in (now, then))
    stayed = _places(now) & _places(then)
    return {
        "staff": staff.pk,
        "name": staff.name,
        "contacts_now": len(now.items),
        "contacts_then": len(then.items),
        "came": (after - before).total(),
        "gone": (before - after).total(),
        "moved": (before & after).total() - stayed.total(),
    }


def _places(plan: Plan) -> Counter[tuple[str, date, str]]:
    """Where each contact of a plan stands."""
    return Counter((item.client, plan.days[item.place.day], item.place.channel) for item in plan.items)
