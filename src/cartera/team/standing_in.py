"""Who stands in for whom, asked of the absences that are planned."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date

from cartera.clock import queries as clock
from cartera.kernel.errors import NotFound
from cartera.kernel.memory import Remembered
from cartera.team.models import Absence
from cartera.team.rules import Away, Coverage, covers_on


def coverage(first: date, last: date) -> Coverage:
    """Who serves whose clients on each of these days; one query."""
    return Coverage.of(_absences(first, last), first, last)


def stands_in_for(staff_id: int) -> frozenset[int]:
    """For whom somebody stands in today, so that they see those clients; it ends by itself with the absence."""
    try:
        today = clock.today()
    except NotFound:  # nobody is away before there is an institution
        return frozenset()
    return frozenset(away for away, person in covers_today(today).items() if person == staff_id)


def people_for(staff_id: int, first: date, last: date) -> frozenset[int]:
    """A person, and all who stand in for them on one of these days."""
    covers = coverage(first, last).days.values()
    return frozenset({staff_id, *(found for cover in covers if (found := cover.get(staff_id)) is not None)})


def _absences(first: date, last: date) -> list[Away]:
    """Absences that hold one of these days. Somebody who left the institution stands in for nobody."""
    rows = Absence.objects.standing().between(first, last).order_by("id")
    found = rows.values_list("staff_id", "first_day", "last_day", "stand_in_id", "stand_in__active", "id")
    return [
        Away(staff, begins, ends, stand_in if works else None, order)
        for staff, begins, ends, stand_in, works, order in found
    ]


def _covers_today(day: Hashable) -> Mapping[int, int | None]:
    assert isinstance(day, date)
    return covers_on(day, _absences(day, day))


covers_today = Remembered(_covers_today)
"""For everybody who is away on a day, who serves their clients; remembered, because every request asks."""
