"""What day and hour it is for the institution."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from cartera.clock.models import DayOff, Institution
from cartera.kernel.errors import NotFound

_REMEMBER_SECONDS = 5.0
_remembered: tuple[float, Institution] | None = None
_here: ContextVar[str] = ContextVar("here", default="")
_days_off: dict[tuple[str, str], tuple[float, frozenset[date]]] = {}


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
    """Read the institution and its days off afresh the next time."""
    global _remembered
    _remembered = None
    _days_off.clear()


def zone() -> ZoneInfo:
    """The institution's: its date is this one's."""
    return ZoneInfo(institution().zone)


def language() -> str:
    """That of whoever has chosen none: the institution's, and the server's before there is an institution."""
    try:
        return institution().language
    except NotFound:
        return settings.LANGUAGE_CODE


def here() -> ZoneInfo:
    """The zone of whoever is at a screen: that of their branch; the institution's for everybody else."""
    return ZoneInfo(_here.get() or institution().zone)


@contextmanager
def seen_from(place: str) -> Iterator[None]:
    """Tell and read hours on the clock of a place, by the name of its zone, while somebody there is answered."""
    token = _here.set(place)
    try:
        yield
    finally:
        _here.reset(token)


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
    """The institution's own days off for a country and region. Remembered for five seconds."""
    known = _days_off.get((country, region))
    if known is not None and time.monotonic() - known[0] < _REMEMBER_SECONDS:
        return known[1]
    rows = DayOff.objects.standing().filter(country__in=("", country), region__in=("", region))
    found = frozenset(rows.values_list("on", flat=True))
    _days_off[country, region] = (time.monotonic(), found)
    return found
