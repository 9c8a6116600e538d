"""A column of deadlines is the deadlines one by one."""

import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.clock.bulk import deadlines
from cartera.clock.rules import NoWorkingTime, WorkingCalendar

from .examples import GUAYAQUIL, NEVER, QUITO, calendars, durations, instants

rows = st.lists(st.tuples(instants(), st.one_of(st.just(timedelta()), durations)), max_size=30)


def columns(pairs):
    starts = np.array([start.astimezone(UTC).replace(tzinfo=None) for start, _ in pairs], "datetime64[us]")
    return starts, np.array([duration for _, duration in pairs], "timedelta64[us]")


@settings(max_examples=100, deadline=None)
@given(calendars(), rows)
def test_a_column_agrees_with_its_rows(calendar, pairs):
    found = [due.replace(tzinfo=UTC) for due in deadlines(calendar, *columns(pairs)).tolist()]
    assert found == [calendar.deadline(start, duration) for start, duration in pairs]


def test_a_hundred_thousand_deadlines_take_well_under_a_second():
    seeded = np.random.default_rng(7)
    starts = np.datetime64("2026-01-01", "us") + seeded.integers(0, 365 * 86_400, 100_000).astype("timedelta64[s]")
    wanted = seeded.integers(0, 200 * 3600, 100_000).astype("timedelta64[s]")
    began = time.process_time()
    due = deadlines(QUITO, starts, wanted)
    assert time.process_time() - began < 0.5
    for row in range(0, 100_000, 5_000):
        start = starts[row].item().replace(tzinfo=UTC)
        assert due[row].item().replace(tzinfo=UTC) == QUITO.deadline(start, wanted[row].item())


def test_a_start_before_the_first_opening_of_all_runs_from_it():
    new_year, hour = np.array(["2026-01-01T05:01"], "datetime64[us]"), np.array([60], "timedelta64[m]")
    assert deadlines(QUITO, new_year, hour).tolist() == [datetime(2026, 1, 1, 14, 30)]  # noqa: DTZ001


def test_coarser_units_are_taken_as_they_are():
    starts, wanted = np.array(["2026-05-18T14"], "datetime64[h]"), np.array([90], "timedelta64[m]")
    assert deadlines(QUITO, starts, wanted).tolist() == [datetime(2026, 5, 18, 15, 30)]  # noqa: DTZ001


def test_a_week_without_hours_has_only_deadlines_at_once():
    never = WorkingCalendar(NEVER, GUAYAQUIL)
    starts = np.array(["2026-05-18T14"], "datetime64[us]")
    assert deadlines(never, starts, np.array([0], "timedelta64[us]")).tolist() == starts.tolist()
    with pytest.raises(NoWorkingTime):
        deadlines(never, starts, np.array([1], "timedelta64[us]"))


@pytest.mark.parametrize(
    ("starts", "wanted", "reason"),
    [
        (["2026-05-18"], [-1], "lies ahead"),
        (["NaT"], [1], "needs a start"),
        (["2026-05-18"], ["NaT"], "needs a start"),
        (["2026-05-18", "2026-05-19"], [1], "cannot have"),
    ],
)
def test_columns_that_make_no_sense_are_refused(starts, wanted, reason):
    with pytest.raises(ValueError, match=reason):
        deadlines(QUITO, np.array(starts, "datetime64[us]"), np.array(wanted, "timedelta64[us]"))
