"""When each person works: hours, zone, holidays, absences and appointments, read for many people at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cartera.clock.holidays import public_holidays
from cartera.clock.intervals import Interval
from cartera.clock.queries import days_off, institution
from cartera.clock.rules import Shift, WeeklyHours, WorkingCalendar
from cartera.team.models import Absence, Appointment, Branch, Staff, WorkingHours

OFFICE_HOURS = WeeklyHours.repeating(Shift(8 * 60 + 30, 13 * 60), Shift(14 * 60, 17 * 60 + 30))


@dataclass(frozen=True, slots=True)
class Diary:
    """One person's time over some weeks: the calendar of the place, the days away, what is taken."""

    calendar: WorkingCalendar
    away: frozenset[date]
    appointments: tuple[Appointment, ...]

    @property
    def taken(self) -> tuple[Interval, ...]:
        return tuple(Interval(meeting.starts_at, meeting.ends_at) for meeting in self.appointments)

    def works_on(self, day: date) -> bool:
        return self.calendar.is_working_day(day) and day not in self.away

    def first_open(self, instant: datetime, last: date) -> date | None:
        """The first local day with something left to work after an instant, None when there is none until the last day."""
        today = instant.astimezone(self.calendar.zone).date()
        days = (today + timedelta(days=n) for n in range((last - today).days + 1))
        return next(
            (day for day in days if self.works_on(day) and self.calendar.intervals_on(day)[-1].end > instant), None
        )


def diaries(staff: Iterable[Staff], first: date, last: date) -> Mapping[int, Diary]:
    """The diaries of these people between two days, by the id of each; four queries however many they are."""
    people = list(staff)
    ids = [person.pk for person in people]
    hours_of_branch, hours_of_staff = _hours(ids)
    away: dict[int, set[date]] = defaultdict(set)
    for absence in Absence.objects.filter(staff__in=ids, first_day__lte=last, last_day__gte=first):
        span = (min(absence.last_day, last) - max(absence.first_day, first)).days
        away[absence.staff_id] |= {max(absence.first_day, first) + timedelta(days=n) for n in range(span + 1)}
    meetings: dict[int, list[Appointment]] = defaultdict(list)
    begin, end = _instants(first, last)
    for meeting in Appointment.objects.filter(staff__in=ids, starts_at__lt=end, ends_at__gt=begin).order_by(
        "starts_at"
    ):
        meetings[meeting.staff_id].append(meeting)
    branches = _branches(people)
    return {
        person.pk: Diary(
            calendar=_calendar(
                branches[person.branch_id],
                hours_of_staff.get(person.pk) or _nearest(branches[person.branch_id], hours_of_branch),
                first.year,
                last.year,
            ),
            away=frozenset(away[person.pk]),
            appointments=tuple(meetings[person.pk]),
        )
        for person in people
    }


def calendar_of(branch: Branch, first_year: int, last_year: int) -> WorkingCalendar:
    """The working calendar of a branch, with the holidays of these years."""
    return _calendar(branch, _nearest(branch, _hours([])[0]), first_year, last_year)


def calendar_around(branch: Branch, now: datetime) -> WorkingCalendar:
    """The working calendar of a branch for what is promised about now: this year and the next."""
    return calendar_of(branch, now.year, now.year + 1)


def _branches(people: list[Staff]) -> dict[int, Branch]:
    """The branch of each, asked for only where nobody has read it yet."""
    read = {person.branch_id: person.branch for person in people if "branch" in person._state.fields_cache}
    return read | Branch.objects.in_bulk({person.branch_id for person in people} - read.keys())


def _hours(staff_ids: list[int]) -> tuple[dict[int, WeeklyHours], dict[int, WeeklyHours]]:
    of_branch: dict[int, dict[int, list[Shift]]] = defaultdict(lambda: defaultdict(list))
    of_staff: dict[int, dict[int, list[Shift]]] = defaultdict(lambda: defaultdict(list))
    rows = WorkingHours.objects.filter(staff__isnull=True) | WorkingHours.objects.filter(staff__in=staff_ids)
    for row in rows.order_by("weekday", "from_minute"):
        owner, table = (row.staff_id, of_staff) if row.staff_id else (row.branch_id, of_branch)
        table[owner or 0][row.weekday].append(Shift(row.from_minute, row.to_minute))
    return _weeks(of_branch), _weeks(of_staff)


def _weeks(rows: Mapping[int, Mapping[int, list[Shift]]]) -> dict[int, WeeklyHours]:
    return {owner: WeeklyHours(tuple(tuple(days.get(n, ())) for n in range(7))) for owner, days in rows.items()}


def _nearest(branch: Branch, hours: Mapping[int, WeeklyHours]) -> WeeklyHours:
    """A branch without hours of its own keeps those of the nearest branch above it, or plain office hours."""
    above = [int(part) for part in branch.path.split("/") if part]
    return next((hours[pk] for pk in reversed(above) if pk in hours), OFFICE_HOURS)


def _calendar(branch: Branch, hours: WeeklyHours, first_year: int, last_year: int) -> WorkingCalendar:
    bank = institution()
    country, region = branch.country or bank.country, branch.region or bank.region
    own = days_off(country, region)
    holidays = _holidays(country, region, first_year, last_year)
    return WorkingCalendar(hours, ZoneInfo(branch.zone or bank.zone), holidays | own)


@lru_cache(maxsize=256)
def _holidays(country: str, region: str, first_year: int, last_year: int) -> frozenset[date]:
    return public_holidays(country, region or None, range(first_year, last_year + 1))


def _instants(first: date, last: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(institution().zone)
    begin = datetime.combine(first - timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return begin, datetime.combine(last + timedelta(days=2), datetime.min.time(), tzinfo=zone)
