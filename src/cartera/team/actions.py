"""Hiring, and what people's days look like."""

from __future__ import annotations

from datetime import date, datetime

from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.team.models import Absence, Appointment, Branch, Role, SignIn, Staff, WorkingHours


@action("team.open_branch")
def open_branch(
    *,
    actor: Actor,
    key: str,
    name: str,
    parent: Branch | None = None,
    country: str = "",
    region: str = "",
    zone: str = "",
) -> Branch:
    """Add a branch below another, or at the root."""
    branch = Branch.add(key=key, name=name, parent=parent, country=country, region=region, zone=zone)
    return branch.change(path=f"{parent.path if parent else '/'}{branch.pk}/")


@action("team.hire")
def hire(
    *,
    actor: Actor,
    key: str,
    name: str,
    role: Role,
    branch: Branch,
    title: str = "",
    username: str = "",
    email: str = "",
    password: str | None = None,
    hour_cost_minor: int = 0,
) -> Staff:
    """Take somebody on. Without a password they sign in once they have set one through the reset page."""
    sign_in = None
    if username:
        sign_in = SignIn(username=username, email=email)
        sign_in.set_password(password)
        sign_in.save()
    return Staff.add(
        key=key, name=name, role=role, branch=branch, title=title, sign_in=sign_in, hour_cost_minor=hour_cost_minor
    )


@action("team.hire_first_administrator")
def hire_first_administrator(*, actor: Actor, username: str, email: str, password: str) -> bool:
    """Give an installation its administrator and its root branch; False when it has an administrator already."""
    if Staff.objects.filter(role=Role.ADMIN, active=True).exists():
        return False
    root = Branch.objects.filter(parent__isnull=True).first() or open_branch(actor=actor, key="root", name="Matriz")
    hire(
        actor=actor,
        key=username,
        name="Administración",
        role=Role.ADMIN,
        branch=root,
        username=username,
        email=email,
        password=password,
    )
    return True


@action("team.set_hours")
def set_hours(*, actor: Actor, branch: Branch, hours: list[tuple[int, int, int]]) -> Branch:
    """Replace a branch's working hours by (weekday, from minute, to minute) stretches."""
    WorkingHours.objects.filter(branch=branch).delete()
    for weekday, from_minute, to_minute in hours:
        WorkingHours.add(branch=branch, weekday=weekday, from_minute=from_minute, to_minute=to_minute)
    return branch


@action("absence.plan")
def plan_absence(*, actor: Actor, staff: Staff, first_day: date, last_day: date, reason: str) -> Absence:
    return Absence.add(staff=staff, first_day=first_day, last_day=last_day, reason=reason)


@action("appointment.make")
def make_appointment(
    *, actor: Actor, staff: Staff, starts_at: datetime, ends_at: datetime, title: str, place: str = ""
) -> Appointment:
    return Appointment.add(staff=staff, starts_at=starts_at, ends_at=ends_at, title=title, place=place)
