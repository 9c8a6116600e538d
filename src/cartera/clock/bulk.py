"""Deadlines by the column: what `WorkingCalendar.deadline` gives, for arrays.

Apart from `rules`, so that a process that serves pages need not load NumPy.
"""

from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cartera.clock.rules import WorkingCalendar, open_time_of
from cartera.clock.timeline import instant_at

Instants: TypeAlias = NDArray[np.datetime64]
Durations: TypeAlias = NDArray[np.timedelta64]
_Micros: TypeAlias = NDArray[np.int64]


def deadlines(calendar: WorkingCalendar, starts: Instants, durations: Durations) -> Instants:
    """For each start the earliest instant at which its duration of business time has gone by; all in UTC.

    Both columns have one length and no missing value; anything finer than a microsecond is cut off. Raises
    ValueError otherwise or for a negative duration, NoWorkingTime when the longest duration from the latest start is
    not used up within the horizon.
    """
    begun, wanted = _micros(starts, "datetime64[us]"), _micros(durations, "timedelta64[us]")
    if begun.shape != wanted.shape:
        raise ValueError(f"{begun.shape} starts cannot have {wanted.shape} durations.")
    if not begun.size:
        return np.array([], "datetime64[us]")
    if wanted.min() < 0:
        raise ValueError("A deadline lies ahead, not before its start.")
    opens, closes = _open_spans(calendar, instant_at(int(begun.min())), _latest(calendar, begun, wanted))
    if not opens.size:
        return begun.astype("datetime64[us]")
    before = np.concatenate(([0], np.cumsum(closes - opens)))
    due = _reaches(opens, before, _gone_by(opens, closes, before, begun) + wanted)
    return np.where(wanted == 0, begun, due).astype("datetime64[us]")


def _micros(column: Instants | Durations, unit: str) -> _Micros:
    if np.isnat(column).any():
        raise ValueError("Every row needs a start and a duration.")
    return column.astype(unit).astype(np.int64)


def _latest(calendar: WorkingCalendar, begun: _Micros, wanted: _Micros) -> datetime:
    """An instant that no deadline passes: neither a later start nor a longer duration is due sooner."""
    return calendar.deadline(instant_at(int(begun.max())), timedelta(microseconds=int(wanted.max())))


def _open_spans(calendar: WorkingCalendar, first: datetime, last: datetime) -> tuple[_Micros, _Micros]:
    years = [open_time_of(calendar, year) for year in range(calendar.local_year(first), calendar.local_year(last) + 1)]
    return (
        np.concatenate([np.asarray(year.opens, np.int64) for year in years]),
        np.concatenate([np.asarray(year.closes, np.int64) for year in years]),
    )


def _gone_by(opens: _Micros, closes: _Micros, before: _Micros, instants: _Micros) -> _Micros:
    """`Timeline.gone_by` for a column."""
    latest = np.searchsorted(opens, instants, side="right") - 1
    within = np.maximum(latest, 0)
    gone = before[within] + np.minimum(instants, closes[within]) - opens[within]
    return np.where(latest < 0, 0, gone)


def _reaches(opens: _Micros, before: _Micros, open_time: _Micros) -> _Micros:
    """`Timeline.reaches` for a column, and the first opening for no open time at all."""
    within = np.maximum(np.searchsorted(before, open_time, side="left") - 1, 0)
    return opens[within] + open_time - before[within]
