"""A person's plan as a calendar file (RFC 5545), with as little of the clients as the person chose to show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from cartera.agenda.models import Plan, PlanItem
from cartera.clock.queries import today
from cartera.kernel.actor import Actor
from cartera.team.models import Appointment, PlanLink, Staff

REFRESH = timedelta(minutes=30)


def plan_calendar(*, actor: Actor, staff: Staff, detail: PlanLink.Detail) -> bytes:
    """The days of a person's plan from today on and their fixed times; what other calendars brought is not sent back."""
    calendar = Calendar()
    calendar.add("prodid", "-//Cartera//plan//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Cartera, {staff.name}")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for event in (*_contacts(actor, staff, detail), *_meetings(actor, staff)):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _contacts(actor: Actor, staff: Staff, detail: PlanLink.Detail) -> Iterable[Event]:
    plan = Plan.objects.filter(staff=staff).first()
    if plan is None:
        return
    items = PlanItem.objects.visible_to(actor).filter(plan=plan, day__gte=today()).select_related("client")
    for item in items.order_by("starts_at", "id"):
        event = Event()
        event.add("uid", f"contact-{item.client_id}-{item.day}@cartera")
        event.add("dtstamp", plan.solved_at.astimezone(UTC))
        event.add("dtstart", item.starts_at.astimezone(UTC))
        event.add("dtend", (item.starts_at + timedelta(minutes=item.minutes)).astimezone(UTC))
        event.add("summary", _summary(item, detail))
        event.add("class", "PRIVATE")
        yield event


def _summary(item: PlanItem, detail: PlanLink.Detail) -> str:
    if detail == PlanLink.Detail.BUSY:
        return _("Contact of the plan")
    who = item.client.name
    if detail == PlanLink.Detail.INITIALS:
        who = " ".join(f"{word[0]}." for word in who.split() if word[0].isalpha())
    return f"{item.get_channel_display()}: {who}"


def _meetings(actor: Actor, staff: Staff) -> Iterable[Event]:
    rows = Appointment.objects.visible_to(actor).filter(
        staff=staff, feed__isnull=True, cancelled=False, ends_at__date__gte=today()
    )
    for meeting in rows.order_by("starts_at", "id")[:500]:
        event = Event()
        event.add("uid", f"appointment-{meeting.pk}@cartera")
        event.add("dtstamp", meeting.starts_at.astimezone(UTC))
        event.add("sequence", meeting.version)
        event.add("dtstart", meeting.starts_at.astimezone(UTC))
        event.add("dtend", meeting.ends_at.astimezone(UTC))
        event.add("summary", meeting.title)
        if meeting.place:
            event.add("location", meeting.place)
        yield event
