"""Open time laid end to end: how much of it lies before an instant, and at which instant so much has gone by.

Everything is whole microseconds since 1970 in UTC, so that going there and back is exact and a column of instants
gives what one instant gives.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cartera.clock.intervals import in_utc

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000
MINUTE = 60_000_000


def micros_at(instant: datetime) -> int:
    """Microseconds from 1970 to an instant. Raises ValueError for a naive datetime."""
    return (in_utc(instant) - _EPOCH) // _MICROSECOND


def instant_at(micros: int) -> datetime:
    """The instant, in UTC, so many microseconds after 1970 began."""
    return _EPOCH + timedelta(microseconds=micros)


def micros_of(duration: timedelta) -> int:
    """A duration in microseconds."""
    return duration // _MICROSECOND


def midnight_of(day: date) -> int:
    """Microseconds from 1970 to a day's midnight, were its clocks on UTC."""
    return (day.toordinal() - _EPOCH.toordinal()) * _DAY


class Regime(NamedTuple):
    """A stretch of instants during which a zone's clocks stand at one `offset` from UTC. All in microseconds."""

    since: int
    until: int
    offset: int


@lru_cache(maxsize=1024)
def regimes(zone: ZoneInfo, year: int) -> tuple[Regime, ...]:
    """The regimes of a zone that a local year meets: one without daylight saving, as a rule three with it.

    It looks once a day and would take two changes within a day for one: no zone has had such a pair.
    """
    first = midnight_of(date(year, 1, 1)) - 2 * _DAY
    last = midnight_of(date(year, 12, 31)) + 3 * _DAY
    changes = [
        _change_between(zone, instant, instant + _DAY)
        for instant in range(first, last, _DAY)
        if _offset(zone, instant) != _offset(zone, instant + _DAY)
    ]
    bounds = [first, *changes, last]
    return tuple(Regime(since, until, _offset(zone, since)) for since, until in pairwise(bounds))


def _offset(zone: ZoneInfo, instant: int) -> int:
    wall_clock = instant_at(instant).astimezone(zone).replace(tzinfo=UTC)
    return micros_at(wall_clock) - instant


def _change_between(zone: ZoneInfo, before: int, after: int) -> int:
    """The first instant of the offset that holds at `after` but not yet at `before`."""
    new = _offset(zone, after)
    return bisect_left(range(before, after), True, key=lambda instant: _offset(zone, instant) == new) + before


@dataclass(frozen=True, slots=True)
class Timeline:
    """Disjoint open spans in order: where each opens and closes, and the open time `before` each and after the last."""

    opens: "array[int]"
    closes: "array[int]"
    before: "array[int]"

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> "Timeline":
        ordered = sorted(spans)
        return cls(
            array("q", (opens for opens, _ in ordered)),
            array("q", (closes for _, closes in ordered)),
            array("q", accumulate((closes - opens for opens, closes in ordered), initial=0)),
        )

    @property
    def total(self) -> int:
        return self.before[-1]

    def gone_by(self, instant: int) -> int:
        """The open time before an instant."""
        latest = bisect_right(self.opens, instant) - 1
        if latest < 0:
            return 0
        return self.before[latest] + min(instant, self.closes[latest]) - self.opens[latest]

    def reaches(self, open_time: int) -> int:
        """The earliest instant with so much open time before it, more than none and at most `total`."""
        within = bisect_left(self.before, open_time) - 1
        return self.opens[within] + open_time - self.before[within]
