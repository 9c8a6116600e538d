"""Who stands in for whom, asked of the absences that are planned."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date

from cartera.clock import queries as clock
from cartera.kernel.errors import NotFound
from cartera.kernel.memory import Remembered
from cartera.team.models import Absence
from cartera.team.rules import Away, Coverage, covers_on, days_between


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


def uncovered(absences: Iterable[Absence], today: date) -> Mapping[int, int]:
    """For each of these absences, how many of its days from today on nobody stands in; those that are covered are left out."""
    ahead = [absence for absence in absences if absence.last_day >= today]
    if not ahead:
        return {}
    covers = coverage(today, max(absence.last_day for absence in ahead)).days
    bare = {
        absence.pk: sum(
            covers.get(day, {}).get(absence.staff_id) is None
            for day in days_between(max(absence.first_day, today), absence.last_day)
        )
        for absence in ahead
    }
    return {pk: days for pk, days in bare.items() if days}


def served_on(staff_id: int, day: date) -> list[Absence]:
    """The absences for which somebody stands in on a day, with who is away; one query, and none for nobody today."""
    if day == clock.today() and staff_id not in covers_today(day).values():
        return []
    rows = list(Absence.objects.standing().between(day, day).select_related("staff", "stand_in").order_by("id"))
    covers = covers_on(day, map(_away, rows))
    latest = {absence.staff_id: absence for absence in rows if covers.get(absence.staff_id) == staff_id}
    return sorted(latest.values(), key=lambda absence: absence.staff.name)


def _away(absence: Absence) -> Away:
    works = absence.stand_in is not None and absence.stand_in.active
    stand_in = absence.stand_in_id if works else None
    return Away(absence.staff_id, absence.first_day, absence.last_day, stand_in, absence.pk)
