"""Calendars of a person: others that come in with their busy times, and the address at which the own plan is read."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition
from cartera.kernel.recording import current_recording
from cartera.team.busy import Busy
from cartera.team.fetching import CannotFetch, checked_url
from cartera.team.models import Appointment, BusyFeed, PlanLink, Staff

MOST_FEEDS = 8
MOST_LINKS = 5


@dataclass(frozen=True, slots=True)
class Shared:
    """A link and its secret, which is known at this moment only."""

    link: PlanLink
    secret: str = field(repr=False)


def digest_of(secret: str) -> str:
    """SHA-256: enough for a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


@action("calendar.subscribe")
def subscribe(*, actor: Actor, staff: Staff, name: str, url: str = "") -> BusyFeed:
    """Bring in another calendar of a person: from an address that is read again and again, or without one from a file.

    Raises Invalid for what is no address, and past eight calendars.
    """
    if BusyFeed.objects.filter(staff=staff, active=True).count() >= MOST_FEEDS:
        raise Invalid(_("Eight calendars are enough: remove one first."))
    try:
        address = checked_url(url) if url else ""
    except CannotFetch as error:
        raise Invalid(fields={"url": [_("That is no address of the web. Copy it whole, with https://.")]}) from error
    return BusyFeed.add(staff=staff, name=name, url=address)


@action("calendar.unsubscribe")
def unsubscribe(*, actor: Actor, busy_feed: BusyFeed) -> BusyFeed:
    """Remove a calendar; its times are free again, and its address is forgotten."""
    Appointment.objects.filter(feed=busy_feed).delete()
    current_recording().tell(days_of=[busy_feed.staff_id])
    return busy_feed.change(active=False, url="", etag="", times=0, error="")


def differences(busy_feed: BusyFeed, times: Sequence[Busy]) -> tuple[list[int], list[Busy]]:
    """The rows of a calendar that it does not say any more, and the times that are new in it."""
    rows = Appointment.objects.filter(feed=busy_feed).values_list("starts_at", "ends_at", "title", "pk")
    standing = {Busy(starts, ends, title): pk for starts, ends, title, pk in rows}
    wanted = set(times)
    return [pk for busy, pk in standing.items() if busy not in wanted], sorted(wanted - standing.keys())


@action("appointment.take_in")
def take_in(*, actor: Actor, busy_feed: BusyFeed, gone: Sequence[int], new: Sequence[Busy]) -> int:
    """Free the times that a calendar does not say any more and take the new ones. Returns how many changed.

    What it says is the calendar's own, so its rows are not told one by one, and go when it says so.
    """
    Appointment.objects.filter(feed=busy_feed, pk__in=gone).delete()
    Appointment.objects.bulk_create(
        [
            Appointment(
                staff_id=busy_feed.staff_id,
                feed=busy_feed,
                starts_at=busy.starts_at,
                ends_at=busy.ends_at,
                title=busy.title,
            )
            for busy in new
        ],
        batch_size=500,
    )
    current_recording().tell(rows=len(gone) + len(new), feed=busy_feed.pk, days_of=[busy_feed.staff_id])
    return len(gone) + len(new)


def note_reading(busy_feed: BusyFeed, **noted: object) -> None:
    """Note how a reading went, like a standing column: it is nobody's edit, so no version moves."""
    BusyFeed.objects.filter(pk=busy_feed.pk).update(checked_at=datetime.now(UTC), **noted)


@action("calendar.share")
def share(*, actor: Actor, staff: Staff, detail: PlanLink.Detail) -> Shared:
    """Make an address at which a calendar reads the person's plan. It is told once; only its digest is kept."""
    if PlanLink.objects.filter(staff=staff, revoked_at__isnull=True).count() >= MOST_LINKS:
        raise Invalid(_("Five addresses are enough: revoke one first."))
    secret = secrets.token_urlsafe(32)
    link = PlanLink.add(staff=staff, detail=detail, digest=digest_of(secret), made_at=datetime.now(UTC))
    return Shared(link, secret)


@action("calendar.revoke")
def revoke(*, actor: Actor, plan_link: PlanLink) -> PlanLink:
    """From now on that address answers nothing."""
    if plan_link.revoked_at is not None:
        raise InvalidTransition(gettext_lazy("This address was revoked already."))
    return plan_link.change(revoked_at=datetime.now(UTC))
