"""Days on which the bank works, and local times as instants."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl
from holidays import country_holidays

from cartera.intake.demo.blueprint import COUNTRY, ZONE, Ints
from cartera.intake.frames import INSTANT

OPENS, LUNCH, BACK, CLOSES = 8 * 60 + 30, 13 * 60, 14 * 60, 17 * 60 + 30
HOURS = ((OPENS, LUNCH), (BACK, CLOSES))

Days = npt.NDArray[np.datetime64]


class Calendar:
    """The working days between two dates, as positions that can be counted with."""

    def __init__(self, first: date, last: date) -> None:
        free = country_holidays(COUNTRY, years=range(first.year, last.year + 1))
        every = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
        self.days: Days = every[np.is_busday(every, holidays=np.array(sorted(free), dtype="datetime64[D]"))]

    def at_or_after(self, days: Days) -> Ints:
        """The position of the first working day not before each day."""
        return np.searchsorted(self.days, days, side="left").clip(max=self.days.size - 1)

    def before(self, days: Days) -> Ints:
        """The position of the last working day before each day."""
        return (np.searchsorted(self.days, days, side="left") - 1).clip(min=0)

    def position(self, day: date) -> int:
        """The position of a day, or of the next one that is worked."""
        return int(self.at_or_after(np.array([day], dtype="datetime64[D]"))[0])

    def working_day(self, day: date, ahead: int) -> date:
        """The working day that lies `ahead` of a day; -1 is the one before it, 0 the day itself or the next one worked."""
        found: date = self.days[self.position(day) + ahead].astype(object)
        return found


def around(day: date, *, years_before: int = 3, days_after: int = 200) -> Calendar:
    return Calendar(day - timedelta(days=365 * years_before + 30), day + timedelta(days=days_after))


def instants(days: Days, minutes: Ints) -> pl.Series:
    """Local minutes after midnight of the bank's zone on those days, as UTC."""
    local = days.astype("datetime64[us]") + minutes.astype("timedelta64[m]")
    return pl.Series(local).dt.replace_time_zone(ZONE).dt.convert_time_zone("UTC").cast(INSTANT)
