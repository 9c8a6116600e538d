"""Spans of time as sets of instants: joined, met, taken away.

Instants are kept in UTC, because Python subtracts and compares two datetimes of one zone by their wall clocks, which
is an hour wrong across a change of daylight saving. In UTC the wall clock and the time gone by are the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MINUTE = timedelta(minutes=1)


def in_utc(instant: datetime) -> datetime:
    """The same instant, told in UTC.

    Raises ValueError for a naive datetime: it names no instant.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no time zone, so it names no instant.")
    return instant.astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The instants from `start` up to, but not including, `end`; empty when the two are equal.

    Raises ValueError when it would end before it starts, or when an end has no time zone.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", in_utc(self.start))
        object.__setattr__(self, "end", in_utc(self.end))
        if self.end < self.start:
            raise ValueError(f"An interval cannot end ({self.end}) before it starts ({self.start}).")

    @property
    def duration(self) -> timedelta:
        return self.end - self.start


def merge(*groups: Iterable[Interval]) -> tuple[Interval, ...]:
    """The union of all the intervals, as disjoint ones in order: touching ones joined, empty ones dropped."""
    merged: list[Interval] = []
    for interval in sorted(interval for group in groups for interval in group if interval.duration):
        if merged and interval.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, interval.end))
        else:
            merged.append(interval)
    return tuple(merged)


def intersection(these: Iterable[Interval], those: Iterable[Interval]) -> tuple[Interval, ...]:
    """The instants that both sides hold, as disjoint intervals in order."""
    ours, theirs = merge(these), merge(those)
    common: list[Interval] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        start, end = max(ours[i].start, theirs[j].start), min(ours[i].end, theirs[j].end)
        if start < end:
            common.append(Interval(start, end))
        if ours[i].end <= theirs[j].end:
            i += 1
        else:
            j += 1
    return tuple(common)


def difference(these: Iterable[Interval], less: Iterable[Interval]) -> tuple[Interval, ...]:
    """The instants of `these` that `less` does not hold, as disjoint intervals in order."""
    left = merge(these)
    for taken in merge(less):
        left = tuple(piece for interval in left for piece in _around(interval, taken))
    return left


def minutes(intervals: Iterable[Interval]) -> int:
    """The whole minutes that the intervals cover together; an instant that two of them hold counts once."""
    return sum((interval.duration for interval in merge(intervals)), timedelta()) // _MINUTE


def _around(interval: Interval, taken: Interval) -> Iterable[Interval]:
    if interval.start < taken.start:
        yield Interval(interval.start, min(interval.end, taken.start))
    if taken.end < interval.end:
        yield Interval(max(interval.start, taken.end), interval.end)
