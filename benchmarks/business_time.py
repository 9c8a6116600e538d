"""Deadlines in business time: Cartera against `businesstimedelta`, in one process and one run.

Both get the same office hours with a lunch break, the same holidays of Ecuador and the same deadlines, and must give
the same instants. The peer takes minutes for them all, so it is timed on the first PEER_DEADLINES and compared by the
deadline.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import businesstimedelta  # type: ignore[import-untyped]
import numpy as np
import pytz  # type: ignore[import-untyped]

from benchmarks.lines import Line, Result
from benchmarks.machine import timed
from cartera.clock.bulk import Durations, Instants, deadlines
from cartera.clock.holidays import public_holidays
from cartera.clock.rules import Shift, WeeklyHours, WorkingCalendar, open_time_of

DEADLINES = 100_000
PEER_DEADLINES = 5_000
COLUMN_LIMIT = 0.5
OPENS, LUNCH, BACK, CLOSES = time(8, 30), time(13), time(14), time(17, 30)
ZONE = "America/Guayaquil"
HOLIDAYS = public_holidays("EC", None, range(2026, 2029))


def told(**_options: Any) -> dict[str, Any]:
    how = (
        "Office hours with a lunch break and the holidays of Ecuador; durations from a minute to forty hours. Both find the"
        f" same instants. The peer is timed on {PEER_DEADLINES:,} deadlines and compared by the deadline."
    )
    return Result("Business time", how, compared()).as_json()


def compared() -> list[Line]:
    """Time both on the same deadlines. Raises AssertionError when they disagree on any that the peer computed."""
    starts, durations = some_deadlines()
    rows = [
        (start.replace(tzinfo=UTC), duration)
        for start, duration in zip(starts.tolist(), durations.tolist(), strict=True)
    ]
    calendar = our_calendar()
    column, column_cpu = timed(lambda: deadlines(calendar, starts, durations))
    open_time_of.cache_clear()
    singles, singles_cpu = timed(lambda: [calendar.deadline(start, duration) for start, duration in rows])
    rules = peer_rules()
    theirs, sample_cpu = timed(lambda: [peer_deadline(rules, *row) for row in rows[:PEER_DEADLINES]])
    assert singles == [due.replace(tzinfo=UTC) for due in column.tolist()], "the column differs from its rows"
    assert singles[:PEER_DEADLINES] == theirs, "the peer has other deadlines"
    peer_cpu = sample_cpu * DEADLINES / PEER_DEADLINES
    peer, limit = "businesstimedelta", "limit"
    return [
        Line(f"{DEADLINES:,} deadlines in one column", "CPU s", column_cpu, peer, peer_cpu, 1),
        Line(f"{DEADLINES:,} deadlines in one column", "CPU s", column_cpu, limit, COLUMN_LIMIT, 1),
        Line(f"{DEADLINES:,} deadlines one by one", "CPU s", singles_cpu, peer, peer_cpu, 1),
    ]


def some_deadlines() -> tuple[Instants, Durations]:
    """Starts on any second of 2026 and service levels from a minute to forty hours, the same in every run."""
    seeded = np.random.default_rng(2026)
    starts = np.datetime64("2026-01-01", "us") + seeded.integers(0, 365 * 86_400, DEADLINES).astype("timedelta64[s]")
    durations = seeded.integers(1, 40 * 60, DEADLINES).astype("timedelta64[m]").astype("timedelta64[us]")
    return starts, durations


def our_calendar() -> WorkingCalendar:
    hours = WeeklyHours.repeating(Shift.between(OPENS, LUNCH), Shift.between(BACK, CLOSES))
    return WorkingCalendar(hours, ZoneInfo(ZONE), HOLIDAYS)


def peer_rules() -> businesstimedelta.Rules:
    zone, weekdays = pytz.timezone(ZONE), [0, 1, 2, 3, 4]
    return businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(OPENS, CLOSES, weekdays, tz=zone),
            businesstimedelta.LunchTimeRule(LUNCH, BACK, weekdays, tz=zone),
            businesstimedelta.HolidayRule(HOLIDAYS, tz=zone),
        ]
    )


def peer_deadline(rules: businesstimedelta.Rules, start: datetime, duration: timedelta) -> datetime:
    due: datetime = start + businesstimedelta.BusinessTimeDelta(rules, timedelta=duration)
    return due
