"""Who stands in for whom: pure, from absences to the person who serves somebody's clients on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

ONE_DAY = timedelta(days=1)


def days_between(first: date, last: date) -> Iterator[date]:
    """The days from one to another, both included."""
    return (first + n * ONE_DAY for n in range((last - first).days + 1))


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody's absence, both days included. `order` rises with when it was planned: the last word counts."""

    staff: int
    first: date
    last: date
    stand_in: int | None
    order: int

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def covers_on(day: date, absences: Iterable[Away]) -> Mapping[int, int | None]:
    """For everybody who is away on a day, who serves their clients then; None when nobody does.

    A stand-in who is away too hands on to their own stand-in. Of absences that overlap, the one planned last counts, and
    the others when it leads to nobody.
    """
    away: dict[int, list[Away]] = {}
    for absence in sorted(absences, key=lambda absence: -absence.order):
        if absence.holds(day):
            away.setdefault(absence.staff, []).append(absence)
    return {staff: _reached(staff, away, frozenset()) for staff in away}


def _reached(staff: int, away: Mapping[int, list[Away]], passed: frozenset[int]) -> int | None:
    if staff not in away:
        return staff
    if staff in passed:
        return None
    asked = (absence.stand_in for absence in away[staff] if absence.stand_in is not None)
    found = (_reached(stand_in, away, passed | {staff}) for stand_in in asked)
    return next((person for person in found if person is not None), None)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who serves whose clients, day by day, over some weeks."""

    days: Mapping[date, Mapping[int, int | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, absences: Collection[Away], first: date, last: date) -> Self:
        """The coverage of the days from `first` to `last`. Days on which nobody is away take no room."""
        found = {
            day: covers_on(day, absences)
            for day in days_between(first, last)
            if any(absence.holds(day) for absence in absences)
        }
        return cls(found)

    def days_for(self, stand_in: int) -> Mapping[int, frozenset[date]]:
        """For whom somebody stands in, and on which days."""
        found: dict[int, set[date]] = {}
        for day, covers in self.days.items():
            for staff, person in covers.items():
                if person == stand_in:
                    found.setdefault(staff, set()).add(day)
        return {staff: frozenset(days) for staff, days in found.items()}

    def is_away(self, staff: int, day: date) -> bool:
        return staff in self.days.get(day, {})

    def holder(self, staff: int, due: date, today: date, reach: timedelta) -> int:
        """Who is to do by a day what this person owes: their stand-in when they are away then, else themselves.

        What is overdue counts as due today. On a day without a stand-in it goes to the one of the days before it in the
        same absence, else after it. What is due past the `reach` from today is not handed over yet.
        """
        on = max(due, today)
        if on > today + reach or not self.is_away(staff, on):
            return staff
        for step in (-ONE_DAY, ONE_DAY):
            day = on
            while day >= today and self.is_away(staff, day):
                person = self.days[day][staff]
                if person is not None:
                    return person
                day += step
        return staff
