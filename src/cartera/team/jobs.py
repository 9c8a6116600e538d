"""Reading other calendars in the background, so that no page waits for somebody else's server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from cartera.clock import queries as clock
from cartera.kernel.actor import Actor
from cartera.kernel.jobs import job
from cartera.team.actions.calendars import differences, note_reading, take_in
from cartera.team.busy import UnreadableCalendar, busy_times, window
from cartera.team.calendars import zone_of
from cartera.team.fetching import CannotFetch, fetch
from cartera.team.models import BusyFeed

READER = Actor.system("reader of calendars", "appointment.take_in")
EVERY = timedelta(minutes=14)
AT_ONCE = 200


@job("calendars.read")
def read_calendars() -> int:
    """Read every calendar that was not read for a quarter of an hour, those waiting longest first. Returns how many changed."""
    waiting = Q(checked_at__isnull=True) | Q(checked_at__lt=datetime.now(UTC) - EVERY)
    rows = BusyFeed.objects.filter(waiting, active=True, staff__active=True).exclude(url="")
    ids = rows.order_by("checked_at", "id").values_list("pk", flat=True)[:AT_ONCE]
    return sum(read_calendar(feed_id=feed_id) for feed_id in list(ids))


@job("calendars.read_one")
def read_calendar(*, feed_id: int) -> bool:
    """Read one calendar again; True when it changed anything. What goes wrong is noted where its person sees it."""
    feed = BusyFeed.objects.select_related("staff__branch").filter(pk=feed_id, active=True).exclude(url="").first()
    if feed is None:
        return False
    # Once a day it is read whole, changed or not: the window has moved, and what repeats comes into it.
    read_today = feed.succeeded_at is not None and feed.succeeded_at.date() == datetime.now(UTC).date()
    try:
        found = fetch(feed.url, etag=feed.etag if read_today else "", private_too=settings.CARTERA_PRIVATE_CALENDARS)
    except CannotFetch as error:
        note_reading(feed, error=f"{error.flaw}:{error.status}" if error.status else error.flaw)
        return False
    if found.content is None:
        note_reading(feed, error="", succeeded_at=datetime.now(UTC))
        return False
    return read_content(feed, found.content, etag=found.etag)


def read_content(feed: BusyFeed, content: bytes, *, etag: str = "") -> bool:
    """Take in what a calendar says, or note why it cannot be read; True when it changed anything."""
    begin, end = window(clock.now())
    try:
        times = busy_times(content, begin=begin, end=end, zone=ZoneInfo(zone_of(feed.staff.branch)))
    except UnreadableCalendar as error:
        note_reading(feed, error=error.flaw)
        return False
    gone, new = differences(feed, times)
    if gone or new:
        take_in(actor=READER, busy_feed=feed, gone=gone, new=new)
    note_reading(feed, error="", succeeded_at=datetime.now(UTC), etag=etag, times=len(times))
    return bool(gone or new)
