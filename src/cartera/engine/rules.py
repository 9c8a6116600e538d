"""What a date means to the engine: its instants, what was known by then, and which snapshots are worth keeping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS_KEPT = 7
MONTHS_KEPT = 13


@dataclass(frozen=True, slots=True)
class AsOf:
    """A date of the institution, seen whole: what began later, or became known later, does not count.

    `first_known_at` is when the installation recorded its first client. Before that day nothing was known, so a
    historical load is asked by validity alone: by the days on which things began and ended, not by when we heard.
    """

    day: date
    zone: str
    currency: str
    first_known_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """The first instant that is later than the date."""
        return self._midnight(self.day + timedelta(days=1))

    @property
    def year_before(self) -> date:
        """The same day a year earlier: the twelve months to the date are the days after it."""
        return same_day_of_year(self.day, self.day.year - 1)

    @property
    def year_begins_at(self) -> datetime:
        """The first instant of the twelve months to the date."""
        return self._midnight(self.year_before + timedelta(days=1))

    @property
    def by_validity_alone(self) -> bool:
        return self.first_known_at is None or self.first_known_at >= self.ends_at

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


def same_day_of_year(day: date, year: int) -> date:
    """The day in another year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def snapshots_to_keep(dates: Iterable[date], current: date) -> frozenset[date]:
    """The current one, the seven latest, and the last one of each of the latest thirteen months that have any."""
    newest_first = sorted(set(dates), reverse=True)
    last_of_month: dict[tuple[int, int], date] = {}
    for day in newest_first:
        last_of_month.setdefault((day.year, day.month), day)
    return frozenset({current, *newest_first[:DAYS_KEPT], *list(last_of_month.values())[:MONTHS_KEPT]})
