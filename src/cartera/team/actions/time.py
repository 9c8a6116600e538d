"""Working hours, absences with their stand-ins, and fixed times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from cartera.clock.queries import today
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition
from cartera.kernel.models import Happening
from cartera.kernel.recording import current_recording
from cartera.team.models import Absence, Appointment, Branch, Staff, WorkingHours
from cartera.team.standing_in import covers_today

LONGEST = timedelta(days=366)
"""The longest absence that can be planned at once."""
Stretch = tuple[int, int, int]


@action("team.set_hours")
def set_hours(
    *, actor: Actor, hours: Sequence[Stretch], branch: Branch | None = None, staff: Staff | None = None
) -> Branch | Staff:
    """Replace the working hours of a branch or of one person by (weekday, from minute, to minute) stretches.

    A person without hours keeps the branch's, a branch without hours those of the one above it.
    """
    owner = staff or branch
    if owner is None or (staff is not None and branch is not None):
        raise TypeError("hours are a branch's or a person's")
    _check_week(hours)
    WorkingHours.objects.filter(branch=branch, staff=staff).delete()
    for weekday, from_minute, to_minute in hours:
        WorkingHours.add(branch=branch, staff=staff, weekday=weekday, from_minute=from_minute, to_minute=to_minute)
    current_recording().tell(hours=[list(stretch) for stretch in hours], days_of=[staff.pk] if staff else [])
    return owner


@action("absence.plan", undone_by="absence.cancel")
def plan_absence(
    *,
    actor: Actor,
    staff: Staff,
    first_day: date,
    last_day: date,
    reason: str = "",
    kind: Absence.Kind = Absence.Kind.OTHER,
    stand_in: Staff | None = None,
) -> Absence:
    """Say that somebody is away, and who serves their clients meanwhile. It may overlap another: the last word counts."""
    _check_absence(staff, first_day, last_day, stand_in)
    absence = Absence.add(
        staff=staff, first_day=first_day, last_day=last_day, kind=kind, reason=reason, stand_in=stand_in
    )
    return _told(absence, staff.pk)


@action("absence.change")
def change_absence(*, actor: Actor, absence: Absence, version: int | None = None, **changed: Any) -> Absence:
    """Change the days, the kind, the reason or the stand-in. Raises Conflict when somebody changed it since `version`."""
    if version is not None and version != absence.version:
        raise Conflict(theirs=absence, yours=changed)
    _check_standing(absence)
    days = (changed.get(name, getattr(absence, name)) for name in ("first_day", "last_day", "stand_in"))
    _check_absence(absence.staff, *days)
    before = absence.stand_in_id
    return _told(absence.change(**changed), absence.staff_id, before)


@action("absence.cancel", undone_by="absence.put_back")
def cancel_absence(*, actor: Actor, absence: Absence, undoes: Happening | None = None) -> Absence:
    """They are not away after all; from now on nobody stands in for them."""
    _check_standing(absence)
    return _told(absence.change(cancelled=True), absence.staff_id)


@action("absence.put_back")
def put_absence_back(*, actor: Actor, absence: Absence, undoes: Happening | None = None) -> Absence:
    return _told(absence.change(cancelled=False), absence.staff_id)


@action("appointment.make", undone_by="appointment.cancel")
def make_appointment(
    *, actor: Actor, staff: Staff, starts_at: datetime, ends_at: datetime, title: str, place: str = ""
) -> Appointment:
    """Take a time of somebody's day. Raises Invalid when it is taken already: meetings are not booked twice."""
    _check_free(staff, starts_at, ends_at)
    current_recording().tell(days_of=[staff.pk])
    return Appointment.add(staff=staff, starts_at=starts_at, ends_at=ends_at, title=title, place=place)


@action("appointment.change")
def change_appointment(
    *, actor: Actor, appointment: Appointment, version: int | None = None, **changed: Any
) -> Appointment:
    """Move or rename a fixed time. What came from another calendar is changed there."""
    if version is not None and version != appointment.version:
        raise Conflict(theirs=appointment, yours=changed)
    _check_own(appointment)
    starts_at, ends_at = (changed.get(name, getattr(appointment, name)) for name in ("starts_at", "ends_at"))
    _check_free(appointment.staff, starts_at, ends_at, but=appointment)
    current_recording().tell(days_of=[appointment.staff_id])
    return appointment.change(**changed)


@action("appointment.cancel", undone_by="appointment.put_back")
def cancel_appointment(*, actor: Actor, appointment: Appointment, undoes: Happening | None = None) -> Appointment:
    _check_own(appointment)
    current_recording().tell(days_of=[appointment.staff_id])
    return appointment.change(cancelled=True)


@action("appointment.put_back")
def put_appointment_back(*, actor: Actor, appointment: Appointment, undoes: Happening | None = None) -> Appointment:
    """Undo a cancelling, unless its time was given to another meeting since."""
    _check_free(appointment.staff, appointment.starts_at, appointment.ends_at, but=appointment)
    current_recording().tell(days_of=[appointment.staff_id])
    return appointment.change(cancelled=False)


def _check_week(hours: Sequence[Stretch]) -> None:
    ordered = sorted(hours)
    for weekday, from_minute, to_minute in ordered:
        if not (0 <= weekday <= 6 and 0 <= from_minute < to_minute <= 1440):
            raise Invalid(_("Working hours begin before they end, within one day."))
    for (day, _from, until), (next_day, begins, _until) in pairwise(ordered):
        if day == next_day and begins < until:
            raise Invalid(_("Two stretches of the same day overlap."))


def _check_absence(staff: Staff, first_day: date, last_day: date, stand_in: Staff | None) -> None:
    wrong: dict[str, list[Any]] = {}
    if last_day < first_day:
        wrong["last_day"] = [_("The last day comes before the first one.")]
    elif last_day - first_day > LONGEST:
        wrong["last_day"] = [_("An absence lasts a year at most: plan the rest later.")]
    if stand_in is not None and (stand_in == staff or not stand_in.active):
        wrong["stand_in"] = [_("Choose somebody else who works here.")]
    if wrong:
        raise Invalid(fields=wrong)


def _check_standing(absence: Absence) -> None:
    if absence.cancelled:
        raise InvalidTransition(_("This absence was cancelled already."))
    if absence.last_day < today():
        raise InvalidTransition(_("This absence is over."))


def _told(absence: Absence, *people: int | None) -> Absence:
    covers_today.forget()
    whose = {person for person in (*people, absence.stand_in_id) if person is not None}
    current_recording().tell(days_of=sorted(whose))
    return absence


def _check_own(appointment: Appointment) -> None:
    if appointment.feed_id is not None:
        raise InvalidTransition(_("It comes from another calendar: change it there."))


def _check_free(staff: Staff, starts_at: datetime, ends_at: datetime, but: Appointment | None = None) -> None:
    """Two people who book one person at the same instant wait for each other at the person's row."""
    if ends_at <= starts_at:
        raise Invalid(fields={"ends_at": [_("It ends before it begins.")]})
    Staff.objects.select_for_update().filter(pk=staff.pk).first()
    taken = Appointment.objects.standing().filter(staff=staff, starts_at__lt=ends_at, ends_at__gt=starts_at)
    meeting = taken.exclude(pk=but.pk if but else 0).order_by("starts_at").first()
    if meeting is not None:
        raise Invalid(fields={"starts_at": [_("That time is taken already: %(title)s.") % {"title": meeting.title}]})
