"""Busy times in a calendar file (RFC 5545): read, repetitions unfolded, zones told. Pure but for the libraries that read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component, Event

MOST_TIMES = 3000
"""More busy times in the window than anybody has: such a calendar is refused rather than cut."""

MOST_EVENTS = 20_000
MOST_REPEATING = 1_000
LONGEST_TITLE = 200
_PRIVATE = {"PRIVATE", "CONFIDENTIAL"}


class UnreadableCalendar(ValueError):
    """It is no calendar, or one that nobody can have. `flaw` is "form", "many" or "repeats"."""

    def __init__(self, flaw: str) -> None:
        super().__init__(flaw)
        self.flaw = flaw


@dataclass(frozen=True, slots=True, order=True)
class Busy:
    """A time that is taken. The title is empty where the calendar calls it private."""

    starts_at: datetime
    ends_at: datetime
    title: str


def busy_times(content: bytes, *, begin: datetime, end: datetime, zone: ZoneInfo) -> tuple[Busy, ...]:
    """What takes somebody's time between two instants, in order, in UTC.

    Cancelled, declined and transparent ("free") events take none. A whole day is from midnight to midnight in `zone`, as
    are times without a zone. Raises UnreadableCalendar.
    """
    calendar = _read(content)
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    found: set[Busy] = set()
    for event in query.between(begin.astimezone(zone), end.astimezone(zone)):
        found.update(_taken(event, begin, end, zone))
        if len(found) > MOST_TIMES:
            raise UnreadableCalendar("many")
    return tuple(sorted(found))


def _read(content: bytes) -> Calendar:
    try:
        calendar = Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableCalendar("form") from error
    if not isinstance(calendar, Calendar) or calendar.name != "VCALENDAR":
        raise UnreadableCalendar("form")
    events = [part for part in calendar.subcomponents if part.name == "VEVENT"]
    if len(events) > MOST_EVENTS or sum("RRULE" in event for event in events) > MOST_REPEATING:
        raise UnreadableCalendar("many")
    if any(_too_often(event) for event in events):
        raise UnreadableCalendar("repeats")
    return calendar


def _too_often(event: Component) -> bool:
    """Nobody meets every hour of every day: such a rule would only keep the machine busy."""
    rules = event.get("RRULE", [])
    listed = rules if isinstance(rules, list) else [rules]
    return any(
        str(name).upper() in ("SECONDLY", "MINUTELY", "HOURLY") for rule in listed for name in rule.get("FREQ", ())
    )


def _taken(event: Event, begin: datetime, end: datetime, zone: ZoneInfo) -> Iterator[Busy]:
    status = str(event.get("STATUS", "")).upper()
    free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    if status == "CANCELLED" or free or event.get("DTSTART") is None:
        return
    starts, ends = _instant(event.start, zone), _instant(event.end, zone)
    if ends <= starts or ends <= begin or starts >= end:
        return
    private = str(event.get("CLASS", "")).upper() in _PRIVATE
    title = "" if private else " ".join(str(event.get("SUMMARY", "")).replace("\0", "").split())[:LONGEST_TITLE]
    yield Busy(starts, ends, title)


def _instant(when: date, zone: ZoneInfo) -> datetime:
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(), tzinfo=zone)
    return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)


def window(now: datetime) -> tuple[datetime, datetime]:
    """How far busy times are read: from yesterday to a quarter of a year ahead."""
    return now - timedelta(days=1), now + timedelta(days=92)
