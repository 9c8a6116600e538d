"""What day and hour it is for the institution."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from cartera.clock.models import DayOff, Institution
from cartera.kernel.errors import NotFound

_REMEMBER_SECONDS = 5.0
_remembered: tuple[float, Institution] | None = None


def institution() -> Institution:
    """The one that this installation serves. Remembered for five seconds. Raises NotFound before `cartera init`."""
    global _remembered
    known = _remembered  # read once: another thread may forget it in between
    if known is not None and time.monotonic() - known[0] < _REMEMBER_SECONDS:
        return known[1]
    found = Institution.objects.filter(pk=1).first()
    if found is None:
        raise NotFound("There is no institution yet: run `cartera init` or `cartera demo`.")
    _remembered = (time.monotonic(), found)
    return found


def forget() -> None:
    """Read the institution afresh the next time."""
    global _remembered
    _remembered = None


def zone() -> ZoneInfo:
    return ZoneInfo(institution().zone)


def now() -> datetime:
    """This instant in UTC; in a demonstration with a pinned date, this time of day on that date."""
    real = datetime.now(UTC)
    pinned = institution().pinned_date
    if pinned is None:
        return real
    here = zone()
    return datetime.combine(pinned, real.astimezone(here).time(), tzinfo=here).astimezone(UTC)


def today() -> date:
    """The institution's date."""
    return now().astimezone(zone()).date()


def days_off(country: str, region: str) -> frozenset[date]:
    """The institution's own days off for a country and region."""
    rows = DayOff.objects.filter(country__in=("", country), region__in=("", region))
    return frozenset(rows.values_list("on", flat=True))
