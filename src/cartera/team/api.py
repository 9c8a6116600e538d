"""Door: people, branches, absences and appointments in the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import AwareDatetime, Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, answer, created, find, page, told
from cartera.api.auth import ApiRequest
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound, NotPermitted
from cartera.team.actions import time as acting
from cartera.team.models import Absence, Appointment, Branch, Role, Staff

staff_router = Router(tags=["team"])
branches_router = Router(tags=["team"])
absences_router = Router(tags=["team"])
appointments_router = Router(tags=["team"])

STAFF = {
    "id": "id",
    "key": "key",
    "name": "name",
    "title": "title",
    "role": "role",
    "branch": "branch__key",
    "user": "sign_in__username",
    "active": "active",
    "version": "version",
}
BRANCH = {
    **{name: name for name in ("id", "key", "name", "country", "region", "zone", "active", "version")},
    "parent": "parent__key",
}
ABSENCE = {
    **{name: name for name in ("id", "first_day", "last_day", "kind", "reason", "cancelled", "version")},
    "staff": "staff__key",
    "stand_in": "stand_in__key",
}
APPOINTMENT = {
    **{name: name for name in ("id", "starts_at", "ends_at", "title", "place", "cancelled", "version")},
    "staff": "staff__key",
}


class StaffOne(Schema):
    """Somebody who works here, or did."""

    id: int
    key: str
    name: str
    title: str
    role: Role
    branch: str = Field(description="The branch's key.")
    user: str | None = Field(description="The user name, when the person signs in.")
    active: bool
    version: int


class StaffPage(Schema):
    items: list[StaffOne]
    next: str | None


class BranchOne(Schema):
    """A place in the tree. Empty country, region and zone are the institution's."""

    id: int
    key: str
    name: str
    country: str
    region: str
    zone: str
    active: bool
    version: int
    parent: str | None


class BranchPage(Schema):
    items: list[BranchOne]
    next: str | None


class AbsenceOne(Schema):
    """Whole days on which somebody is away, both included; the stand-in serves their clients on those days only."""

    id: int
    first_day: dt.date
    last_day: dt.date
    kind: Absence.Kind
    reason: str
    cancelled: bool
    version: int
    staff: str
    stand_in: str | None


class AbsencePage(Schema):
    items: list[AbsenceOne]
    next: str | None


class NewAbsence(Schema):
    staff: str = Field(description="The key of who is away.")
    first_day: dt.date
    last_day: dt.date
    kind: Absence.Kind = Absence.Kind.OTHER
    reason: str = Field("", max_length=200)
    stand_in: str | None = Field(None, description="The key of who serves their clients meanwhile.")


class ChangedAbsence(Schema):
    """What is left out stays as it is."""

    version: int = Field(description="The version that the change started from.")
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    kind: Absence.Kind | None = None
    reason: str | None = Field(None, max_length=200)
    stand_in: str | None = Field(None, description="A key; empty for nobody.")


class AppointmentOne(Schema):
    """A fixed time that no contact can take."""

    id: int
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    title: str
    place: str
    cancelled: bool
    version: int
    staff: str


class AppointmentPage(Schema):
    items: list[AppointmentOne]
    next: str | None


class NewAppointment(Schema):
    staff: str = Field(description="The key of whose time it takes.")
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    title: str = Field(min_length=1, max_length=200)
    place: str = Field("", max_length=200)


@staff_router.get("", response={200: StaffPage, **REFUSED}, summary="Who works here")
def list_staff(
    request: ApiRequest,
    role: Role | None = None,
    branch: Annotated[str | None, Query(description="A branch's key.")] = None,
    active: bool | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """The people whom the token sees, by name: an adviser oneself, a manager the own branches."""
    wanted = {"role": role, "branch__key": branch, "active": active}
    narrowed = Q(**{name: value for name, value in wanted.items() if value is not None})
    rows = Staff.objects.visible_to(request.auth).filter(narrowed)
    return page(request, rows, STAFF, order=("name", "id"), cursor=cursor, limit=limit)


@branches_router.get("", response={200: BranchPage, **REFUSED}, summary="The tree of branches")
def list_branches(request: ApiRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    """The branches whom the token sees, each after the one that it depends on."""
    rows = Branch.objects.visible_to(request.auth)
    return page(request, rows, BRANCH, order=("path", "id"), cursor=cursor, limit=limit)


@absences_router.get("", response={200: AbsencePage, **REFUSED}, summary="Who is away")
def list_absences(
    request: ApiRequest,
    since: Annotated[dt.date | None, Query(description="Those that have not ended by this day.")] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Absences, the first first; those that were cancelled too."""
    rows = Absence.objects.visible_to(request.auth).filter(Q(last_day__gte=since) if since else Q())
    return page(
        request,
        rows,
        ABSENCE,
        order=("first_day", "id"),
        cursor=cursor,
        limit=limit,
        finish=lambda item: _discreet(request.auth, item),
    )


@absences_router.post("", response={201: AbsenceOne, **REFUSED_TO_CHANGE}, summary="Plan an absence")
def plan_absence(request: ApiRequest, asked: NewAbsence) -> HttpResponse:
    """The plans of both are made again at once."""
    _require(request.auth, "absence.plan")
    absence = acting.plan_absence(
        actor=request.auth,
        staff=_person(request.auth, asked.staff),
        stand_in=_person_or_none(request.auth, asked.stand_in),
        **asked.dict(exclude={"staff", "stand_in"}),
    )
    return created(told(absence, ABSENCE), f"/api/v1/absences/{absence.pk}")


@absences_router.get("/{int:absence_id}", response={200: AbsenceOne, **REFUSED}, summary="One absence")
def one_absence(request: ApiRequest, absence_id: Annotated[int, Path()]) -> HttpResponse:
    found = find(Absence.objects.visible_to(request.auth), absence_id)
    return answer(_discreet(request.auth, told(found, ABSENCE)))


@absences_router.patch("/{int:absence_id}", response={200: AbsenceOne, **REFUSED_TO_CHANGE}, summary="Change it")
def change_absence(request: ApiRequest, absence_id: Annotated[int, Path()], asked: ChangedAbsence) -> HttpResponse:
    """Its days, its kind or its stand-in; 409 when somebody changed it since `version`."""
    _require(request.auth, "absence.change")
    absence = find(Absence.objects.visible_to(request.auth), absence_id)
    changed = asked.dict(exclude_unset=True, exclude={"version"})
    if "stand_in" in changed:
        changed["stand_in"] = _person_or_none(request.auth, changed["stand_in"])
    kept = {name: value for name, value in changed.items() if value is not None or name == "stand_in"}
    done = acting.change_absence(actor=request.auth, absence=absence, version=asked.version, **kept)
    return answer(told(done, ABSENCE))


@absences_router.post(
    "/{int:absence_id}/cancel", response={200: AbsenceOne, **REFUSED_TO_CHANGE}, summary="They are not away after all"
)
def cancel_absence(request: ApiRequest, absence_id: Annotated[int, Path()]) -> HttpResponse:
    _require(request.auth, "absence.cancel")
    absence = find(Absence.objects.visible_to(request.auth), absence_id)
    return answer(told(acting.cancel_absence(actor=request.auth, absence=absence), ABSENCE))


@appointments_router.get("", response={200: AppointmentPage, **REFUSED}, summary="Fixed times")
def list_appointments(
    request: ApiRequest,
    since: Annotated[AwareDatetime | None, Query(description="Those that have not ended by this instant.")] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Fixed times, the first first. What other calendars brought is the person's own and is not told here."""
    rows = Appointment.objects.visible_to(request.auth).filter(feed__isnull=True)
    narrowed = rows.filter(Q(ends_at__gte=since) if since else Q())
    return page(request, narrowed, APPOINTMENT, order=("starts_at", "id"), cursor=cursor, limit=limit)


@appointments_router.post("", response={201: AppointmentOne, **REFUSED_TO_CHANGE}, summary="Fix a time")
def make_appointment(request: ApiRequest, asked: NewAppointment) -> HttpResponse:
    """422 when that time is taken already: nobody is booked twice."""
    _require(request.auth, "appointment.make")
    staff = _person(request.auth, asked.staff)
    made = acting.make_appointment(actor=request.auth, staff=staff, **asked.dict(exclude={"staff"}))
    return created(told(made, APPOINTMENT), f"/api/v1/appointments/{made.pk}")


@appointments_router.get("/{int:appointment_id}", response={200: AppointmentOne, **REFUSED}, summary="One fixed time")
def one_appointment(request: ApiRequest, appointment_id: Annotated[int, Path()]) -> HttpResponse:
    rows = Appointment.objects.visible_to(request.auth).filter(feed__isnull=True)
    return answer(told(find(rows, appointment_id), APPOINTMENT))


@appointments_router.post(
    "/{int:appointment_id}/cancel", response={200: AppointmentOne, **REFUSED_TO_CHANGE}, summary="Free that time"
)
def cancel_appointment(request: ApiRequest, appointment_id: Annotated[int, Path()]) -> HttpResponse:
    _require(request.auth, "appointment.cancel")
    rows = Appointment.objects.visible_to(request.auth).filter(feed__isnull=True)
    done = acting.cancel_appointment(actor=request.auth, appointment=find(rows, appointment_id))
    return answer(told(done, APPOINTMENT))


def _discreet(actor: Actor, absence: dict[str, Any]) -> dict[str, Any]:
    """Why somebody is away is for whoever plans absences, not for the others."""
    return absence if actor.may("absence.plan") else {**absence, "reason": ""}


def _require(actor: Actor, permission: str) -> None:
    """Whoever may not do it is told so before anything is looked for."""
    if not actor.may(permission):
        raise NotPermitted(action=permission)


def _person(actor: Actor, key: str) -> Staff:
    found: Staff | None = Staff.objects.visible_to(actor).filter(key=key).first()
    if found is None:
        raise NotFound()
    return found


def _person_or_none(actor: Actor, key: str | None) -> Staff | None:
    return _person(actor, key) if key else None
