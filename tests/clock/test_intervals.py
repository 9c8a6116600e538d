"""Intervals are sets of instants: proved against sets of minutes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.clock.intervals import Interval, difference, intersection, merge, minutes

NINE = datetime(2026, 5, 18, 9, tzinfo=UTC)


def between(start: int, end: int) -> Interval:
    return Interval(NINE + timedelta(minutes=start), NINE + timedelta(minutes=end))


def minutes_in(intervals) -> set[int]:
    return {
        minute for minute in range(60) if any(i.start <= NINE + timedelta(minutes=minute) < i.end for i in intervals)
    }


def is_canonical(intervals) -> bool:
    apart = all(earlier.end < later.start for earlier, later in pairwise(intervals))
    return apart and all(interval.duration for interval in intervals)


groups = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: between(*sorted(ends))), max_size=6
)


@settings(max_examples=150, deadline=None)
@given(groups, groups)
def test_union_intersection_and_difference_are_those_of_sets(these, those):
    union, common, rest = merge(these, those), intersection(these, those), difference(these, those)
    assert minutes_in(union) == minutes_in(these) | minutes_in(those)
    assert minutes_in(common) == minutes_in(these) & minutes_in(those)
    assert minutes_in(rest) == minutes_in(these) - minutes_in(those)
    assert all(is_canonical(answer) for answer in (union, common, rest))
    assert minutes(these) == len(minutes_in(these))


def test_a_part_of_a_minute_is_no_minute():
    assert minutes([Interval(NINE, NINE + timedelta(seconds=119))]) == 1
    assert minutes([]) == 0


def test_the_length_is_the_time_gone_by_and_not_the_wall_clock():
    madrid = ZoneInfo("Europe/Madrid")
    night = Interval(datetime(2026, 10, 25, tzinfo=madrid), datetime(2026, 10, 25, 4, tzinfo=madrid))
    assert night.duration == timedelta(hours=5)
    assert night.start.tzinfo is UTC


def test_an_interval_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="before it starts"):
        between(1, 0)


def test_an_end_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        Interval(NINE, datetime(2026, 5, 18, 10))  # noqa: DTZ001
