"""When a client answers: the share of our attempts that reached it, by weekday and hour; and how old a contact may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LOOK_BACK = timedelta(days=548)
LEAST_ATTEMPTS = 8
LONGEST_HOURS = 3
PRIOR_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """Our attempts in one hour of a weekday: Monday is 0, `hour` begins it."""

    weekday: int
    hour: int
    tried: int
    reached: int


@dataclass(frozen=True, slots=True)
class BestTime:
    """Weekdays, both included, from an hour until another at which it ends; and how our attempts went in it."""

    first_weekday: int
    last_weekday: int
    from_hour: int
    until_hour: int
    tried: int
    reached: int

    @property
    def middle_minute(self) -> int:
        """The minute of the day around which a call has the best chance."""
        return (self.from_hour + self.until_hour) * 30


def best_time(slots: Sequence[Slot]) -> BestTime | None:
    """The block of weekdays and hours in which a client answered most beyond what its overall share promises.

    That is the largest excess of answers over those expected, as scan statistics look for clusters (Kulldorff 1997),
    in blocks of up to three hours. None with fewer than eight attempts, and when the hour made no difference. The plan
    and every screen that says when a client answers ask here, of our calls within `LOOK_BACK`.
    """
    tried, reached = sum(slot.tried for slot in slots), sum(slot.reached for slot in slots)
    if tried < LEAST_ATTEMPTS:
        return None

    def excess(block: BestTime) -> tuple[int, int]:
        return block.reached * tried - reached * block.tried, block.tried

    best = max(_blocks(slots), key=excess)
    return best if excess(best)[0] > 0 else None


def share_answered(slot: Slot, overall: float) -> float:
    """Shrunk towards the client's overall share by two attempts, so that one lucky call does not look certain."""
    if not slot.tried:
        return 0.0
    return (slot.reached + PRIOR_ATTEMPTS * overall) / (slot.tried + PRIOR_ATTEMPTS)


def _blocks(slots: Sequence[Slot]) -> Iterator[BestTime]:
    """Every block whose edges are hours and weekdays that were tried."""
    days, hours = sorted({slot.weekday for slot in slots}), sorted({slot.hour for slot in slots})
    for place, first in enumerate(days):
        tried: Counter[int] = Counter()
        reached: Counter[int] = Counter()
        for last in days[place:]:
            for slot in slots:
                if slot.weekday == last:
                    tried[slot.hour] += slot.tried
                    reached[slot.hour] += slot.reached
            yield from _hours(first, last, hours, tried, reached)


def _hours(
    first: int, last: int, hours: Sequence[int], tried: Mapping[int, int], reached: Mapping[int, int]
) -> Iterator[BestTime]:
    """The blocks of one stretch of weekdays, from the attempts by hour in it."""
    for begin in hours:
        all_tried = all_reached = 0
        for hour in range(begin, begin + LONGEST_HOURS):
            all_tried += tried.get(hour, 0)
            all_reached += reached.get(hour, 0)
            if all_tried:
                yield BestTime(first, last, begin, hour + 1, all_tried, all_reached)
