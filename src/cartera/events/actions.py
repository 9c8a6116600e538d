"""What people do with events: act on one, dismiss it, take that back, and say how far ahead they are raised."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Channel
from cartera.clock import queries as clock
from cartera.events.models import Event, LeadTime
from cartera.interactions.models import Interaction, Purpose
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition
from cartera.kernel.models import Happening
from cartera.products.models import Line
from cartera.promises import actions as promises
from cartera.promises.models import Origin
from cartera.promises.rules import State

MINUTES = 20


@action("event.act", undone_by="event.reopen")
def act(
    *, actor: Actor, event: Event, due_at: datetime | None = None, channel: Channel | str = "", minutes: int = MINUTES
) -> Event:
    """Promise the client a contact about an event, by the day on which one has to act unless another is said."""
    _require_open(event)
    due = due_at or max(_end_of(event.act_by, clock.zone()), _end_of(clock.today(), clock.zone()))
    promise = promises.make(
        actor=actor,
        client=event.client,
        what=_what(event),
        due_at=due,
        latest_at=max(due, _end_of(event.expires_on, clock.zone())),
        channel=channel,
        purpose=Purpose.RENEWAL,
        minutes=minutes,
        origin=Origin.EVENT,
        origin_key=_key_of_promise(event),
        at_stake_minor=0,
    )
    return event.change(state=Event.State.ACTED, promise=promise)


@action("event.answer", undone_by="event.reopen")
def answer(*, actor: Actor, event: Event, contact: Interaction) -> Event:
    """The client was contacted about an event, so that nothing more has to be promised."""
    _require_open(event)
    if contact.client_id != event.client_id:
        raise Invalid(fields={"contact": [_("That contact was with another client.")]})
    return event.change(state=Event.State.ACTED, answered_in=contact)


@action("event.dismiss", undone_by="event.reopen")
def dismiss(*, actor: Actor, event: Event, reason: str) -> Event:
    """Say why nothing needs to be done. Raises Invalid without a reason."""
    _require_open(event)
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why nothing needs to be done.")]})
    return event.change(state=Event.State.DISMISSED, why_dismissed=reason)


@action("event.reopen")
def reopen(*, actor: Actor, event: Event, undoes: Happening | None = None) -> Event:
    """Undo acting, answering or dismissing: the event is open again, and what was promised for it is withdrawn.

    Raises InvalidTransition when that promise was kept already.
    """
    if event.state not in (Event.State.ACTED, Event.State.DISMISSED):
        raise InvalidTransition(_("The event is open, or has expired."))
    if event.promise is not None:
        if event.promise.state != State.PROMISED:
            raise InvalidTransition(_("What was promised for it is settled already."))
        promises.withdraw(actor=actor, promise=event.promise)
    return event.change(state=Event.State.OPEN, promise=None, answered_in=None, why_dismissed="")


@action("event.set_lead_time")
def set_lead_time(*, actor: Actor, line: Line, days_ahead: int, days_to_settle: int) -> LeadTime:
    """Say how long before a line's maturities people hear of them, and by when they must have contacted the client."""
    values = {"days_ahead": days_ahead, "days_to_settle": days_to_settle}
    there = LeadTime.objects.filter(line=line).first()
    return there.change(**values) if there else LeadTime.add(line=line, **values)


def _require_open(event: Event) -> None:
    if event.state != Event.State.OPEN:
        raise InvalidTransition(_("Somebody acted on this event or dismissed it already, or it has expired."))


def _what(event: Event) -> str:
    product = event.evidence.get("product") or event.get_kind_display()
    return _now("Contact about the maturity of %(product)s on %(day)s") % {
        "product": product,
        "day": f"{event.expires_on:%d/%m/%Y}",
    }


def _key_of_promise(event: Event) -> str:
    """One for each time that somebody acts on the event: taking it back and acting again promises anew."""
    return f"event:{event.pk}:{event.version}"


def _end_of(day: object, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(23, 59), tzinfo=zone)  # type: ignore[arg-type]
