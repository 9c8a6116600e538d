"""Business time: when an institution is open, how much of that has gone by, and when so much will have.

A calendar is a week of opening hours, a zone and a set of holidays. An instant is open when the wall clock of the zone
shows, at that instant, an hour of the week on a day that is no holiday. Two things follow when clocks change:
hours that the clock jumps over do not exist, and hours that it shows twice are open twice.

From this one definition come a measure, `elapsed`, and its inverse, `deadline`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cartera.clock.intervals import Interval, difference, in_utc, intersection, merge, minutes
from cartera.clock.timeline import (
    MINUTE,
    Timeline,
    instant_at,
    micros_at,
    micros_of,
    midnight_of,
    regimes,
)

HORIZON_YEARS = 100
"""How far a calendar looks. Past it lies a mistyped date or a calendar that never opens, not a business question."""

MINUTES_OF_A_DAY = 24 * 60
_ONE_DAY = timedelta(days=1)


class NoWorkingTime(ValueError):
    """The calendar does not open often enough, within the horizon, for what was asked."""


class BeyondHorizon(ValueError):
    """The span asked for is longer than a calendar looks."""


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """Opening hours on one day, in minutes from local midnight: from `opens` up to, but not including, `closes`.

    Hours past midnight are two shifts: until 1440 on the one day and from 0 on the next.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MINUTES_OF_A_DAY:
            raise ValueError(f"A shift opens before it closes, within a day of 1440 minutes, not {self}.")

    @classmethod
    def between(cls, opens: time, closes: time) -> "Shift":
        """The shift between two times on the clock, seconds ignored; midnight as `closes` is the end of the day."""
        return cls(opens.hour * 60 + opens.minute, (closes.hour * 60 + closes.minute) or MINUTES_OF_A_DAY)

    def until(self, minute: int) -> "Shift | None":
        """What lies before a minute of the day, None for nothing."""
        return Shift(self.opens, min(self.closes, minute)) if self.opens < minute else None

    def since(self, minute: int) -> "Shift | None":
        """What lies at or after a minute of the day, None for nothing."""
        return Shift(max(self.opens, minute), self.closes) if minute < self.closes else None


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The shifts of each weekday, Monday first, in order and without overlap. A week with no shift is false."""

    days: tuple[tuple[Shift, ...], ...]

    def __post_init__(self) -> None:
        if len(self.days) != 7:
            raise ValueError(f"A week has seven days, not {len(self.days)}.")
        for shifts in self.days:
            if any(later.opens < earlier.closes for earlier, later in pairwise(shifts)):
                raise ValueError(f"The shifts of a day follow one another without overlap, unlike {shifts}.")

    @classmethod
    def repeating(cls, *shifts: Shift, weekdays: Iterable[int] = range(5)) -> "WeeklyHours":
        """The same shifts on each of the weekdays (Monday is 0), none on the others."""
        chosen = frozenset(weekdays)
        return cls(tuple(shifts if weekday in chosen else () for weekday in range(7)))

    def on(self, day: date) -> tuple[Shift, ...]:
        return self.days[day.weekday()]

    def __bool__(self) -> bool:
        return any(self.days)


class PartsOfDay(NamedTuple):
    """The open intervals of a day before and after its noon."""

    morning: tuple[Interval, ...]
    afternoon: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When a place is open: weekly hours on the wall clock of a zone, except on holidays.

    Methods take aware datetimes of any zone and give UTC; a naive datetime raises ValueError. `paused` intervals stop
    the clock; they may overlap each other, reach into closed time and come in any order. One that goes on ends,
    for the caller, now.
    """

    hours: WeeklyHours
    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()

    def elapsed(self, start: datetime, end: datetime, paused: Iterable[Interval] = ()) -> timedelta:
        """Business time from `start` to `end`, less what was paused between them; negative when `end` comes first.

        Raises BeyondHorizon when the two lie more than HORIZON_YEARS apart, as does every span that is measured.
        """
        if in_utc(end) < in_utc(start):
            return -self.elapsed(end, start, paused)
        span = Interval(start, end)
        return self._open_time(span) - self.elapsed_within(intersection(paused, [span]))

    def elapsed_within(self, intervals: Iterable[Interval]) -> timedelta:
        """Business time that the intervals hold together; an instant that two of them hold counts once."""
        return sum((self._open_time(interval) for interval in merge(intervals)), timedelta())

    def deadline(self, start: datetime, duration: timedelta, paused: Iterable[Interval] = ()) -> datetime:
        """The earliest instant at which `duration` of unpaused business time has gone by since `start`.

        So a duration that ends with a shift is due when it closes, not when the next one opens, and a duration of
        zero is due at `start`, open or not. It is the inverse: `elapsed(start, deadline(start, d)) == d`.

        Raises ValueError for a negative duration, NoWorkingTime when it is not used up within HORIZON_YEARS.
        """
        if duration < timedelta():
            raise ValueError(f"A deadline lies ahead, not {-duration} before its start.")
        begun = in_utc(start)
        due = self._reached(begun, duration)
        for pause in merge(Interval(max(begun, pause.start), pause.end) for pause in paused if begun < pause.end):
            if due <= pause.start:
                break
            duration += self._open_time(pause)
            due = self._reached(begun, duration)
        return due

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The opening hours of a local day; none on a holiday."""
        return () if day in self.holidays else self.hours.on(day)

    def is_working_day(self, day: date) -> bool:
        return bool(self.intervals_on(day))

    def next_working_day(self, day: date, n: int = 1) -> date:
        """The n-th working day after `day`, which itself does not count. Raises as `working_days` does."""
        return self.working_days(day + _ONE_DAY, n)[-1]

    def working_days(self, first: date, count: int) -> tuple[date, ...]:
        """So many working days in order, `first` among them when it is one.

        Raises ValueError for a count below one, NoWorkingTime when there are fewer within HORIZON_YEARS.
        """
        if count < 1:
            raise ValueError(f"Working days are counted from one, not {count}.")
        days = tuple(islice(filter(self.is_working_day, _days_ahead(first)), count))
        if len(days) < count:
            raise NoWorkingTime(f"Fewer than {count} working days in the {HORIZON_YEARS} years from {first}.")
        return days

    def intervals_on(self, day: date) -> tuple[Interval, ...]:
        """The open instants of a local day, as disjoint intervals in order."""
        return self._instants_of(day, self.shifts_on(day))

    def free_intervals(self, day: date, less: Iterable[Interval] = ()) -> tuple[Interval, ...]:
        """The open instants of a local day that are not taken, by appointments or absences, say."""
        return difference(self.intervals_on(day), less)

    def minutes_available(self, day: date, less: Iterable[Interval] = ()) -> int:
        """The whole minutes of a day's free intervals."""
        return minutes(self.free_intervals(day, less))

    def split_at(self, day: date, noon_minute: int, less: Iterable[Interval] = ()) -> PartsOfDay:
        """A day's free intervals before and from a minute of its wall clock, which need not be twelve o'clock."""
        free = self.free_intervals(day, less)
        shifts = self.shifts_on(day)
        mornings = tuple(part for shift in shifts if (part := shift.until(noon_minute)))
        afternoons = tuple(part for shift in shifts if (part := shift.since(noon_minute)))
        return PartsOfDay(
            intersection(free, self._instants_of(day, mornings)),
            intersection(free, self._instants_of(day, afternoons)),
        )

    def local_year(self, instant: datetime) -> int:
        """The year on the wall clock of the zone."""
        return in_utc(instant).astimezone(self.zone).year

    def _open_time(self, span: Interval) -> timedelta:
        start, end = micros_at(span.start), micros_at(span.end)
        first, last = self.local_year(span.start), self.local_year(span.end)
        if last - first > HORIZON_YEARS:
            raise BeyondHorizon(f"From {span.start} to {span.end} is more than {HORIZON_YEARS} years.")
        years = (open_time_of(self, year) for year in range(first, last + 1))
        return timedelta(microseconds=sum(year.gone_by(end) - year.gone_by(start) for year in years))

    def _reached(self, start: datetime, duration: timedelta) -> datetime:
        if not duration:
            return start
        if self.hours:
            first = self.local_year(start)
            left = micros_of(duration) + open_time_of(self, first).gone_by(micros_at(start))
            for year in range(first, min(first + HORIZON_YEARS, MAXYEAR - 1) + 1):
                timeline = open_time_of(self, year)
                if left <= timeline.total:
                    return instant_at(timeline.reaches(left))
                left -= timeline.total
        raise NoWorkingTime(f"Not {duration} of working time in the {HORIZON_YEARS} years from {start}.")

    def _instants_of(self, day: date, shifts: tuple[Shift, ...]) -> tuple[Interval, ...]:
        return merge(
            Interval(instant_at(opens), instant_at(closes)) for opens, closes in _spans(self.zone, day, shifts)
        )


@lru_cache(maxsize=512)
def open_time_of(calendar: WorkingCalendar, year: int) -> Timeline:
    """The open time of a local year, from its first opening to its last closing."""
    days = (date.fromordinal(day) for day in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1))
    return Timeline.of(span for day in days for span in _spans(calendar.zone, day, calendar.shifts_on(day)))


def _spans(zone: ZoneInfo, day: date, shifts: tuple[Shift, ...]) -> Iterator[tuple[int, int]]:
    """The instants at which a zone's clock shows one of the shifts on a day, in microseconds."""
    midnight = midnight_of(day)
    for since, until, offset in regimes(zone, day.year):
        for shift in shifts:
            opens = max(midnight + shift.opens * MINUTE - offset, since)
            closes = min(midnight + shift.closes * MINUTE - offset, until)
            if opens < closes:
                yield opens, closes


def _days_ahead(first: date) -> Iterator[date]:
    """The days from `first` to the horizon."""
    horizon = date(min(first.year + HORIZON_YEARS, MAXYEAR - 1), 12, 31)
    return map(date.fromordinal, range(first.toordinal(), horizon.toordinal() + 1))
