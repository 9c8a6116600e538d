"""The lists of administration: who works here, where, who is away, what is fixed. Each pages by key along an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cartera.kernel.actor import Actor
from cartera.team.models import Absence, Appointment, Branch, Invitation, RolePermission, Staff, WorkingHours

BY_NAME = ("name", "id")
BY_PATH = ("path", "id")
BY_FIRST_DAY = ("first_day", "id")
BY_START = ("starts_at", "id")


@dataclass(frozen=True, slots=True)
class PeopleWanted:
    """What a list of people is narrowed to; what is empty narrows nothing."""

    text: str = ""
    role: str = ""
    branch_id: int | None = None
    gone: bool = False


def people(*, actor: Actor, wanted: PeopleWanted) -> QuerySet[Staff]:
    """The people whom the actor sees, with where they work and whether an invitation waits. Page them `BY_NAME`."""
    waiting = Invitation.objects.filter(staff=OuterRef("pk"), accepted_at__isnull=True, withdrawn_at__isnull=True)
    rows = Staff.objects.visible_to(actor).filter(active=not wanted.gone)
    if wanted.role:
        rows = rows.filter(role=wanted.role)
    if wanted.branch_id:
        rows = rows.filter(branch=wanted.branch_id)
    for word in wanted.text.split():
        rows = rows.filter(Q(name__icontains=word) | Q(title__icontains=word) | Q(sign_in__username__icontains=word))
    return rows.annotate(invited=Exists(waiting)).select_related("branch", "sign_in")


def branches(*, actor: Actor, text: str = "") -> QuerySet[Branch]:
    """The branches whom the actor sees, in the order of the tree, with how many people work in each."""
    rows = Branch.objects.visible_to(actor)
    for word in text.split():
        rows = rows.filter(Q(name__icontains=word) | Q(key__icontains=word))
    return rows.annotate(people=Count("staff", filter=Q(staff__active=True)))


def absences(*, actor: Actor, since: date, text: str = "") -> QuerySet[Absence]:
    """Absences that have not ended by a day, the first first."""
    rows = Absence.objects.visible_to(actor).filter(last_day__gte=since, cancelled=False)
    for word in text.split():
        rows = rows.filter(staff__name__icontains=word)
    return rows.select_related("staff__branch", "stand_in")


def appointments(*, actor: Actor, since: datetime, text: str = "") -> QuerySet[Appointment]:
    """Fixed times that have not ended by an instant, the first first; what other calendars brought is the person's own."""
    rows = Appointment.objects.visible_to(actor).filter(ends_at__gte=since, cancelled=False, feed__isnull=True)
    for word in text.split():
        rows = rows.filter(Q(staff__name__icontains=word) | Q(title__icontains=word))
    return rows.select_related("staff")


def open_invitation(staff: Staff) -> Invitation | None:
    return Invitation.objects.filter(staff=staff, accepted_at__isnull=True, withdrawn_at__isnull=True).first()


def week_of(owner: Staff | Branch) -> Mapping[int, list[tuple[int, int]]]:
    """The hours that somebody or a branch has of its own, by weekday; empty when they are those of above."""
    mine = {"staff": owner} if isinstance(owner, Staff) else {"branch": owner}
    week: dict[int, list[tuple[int, int]]] = {}
    for row in WorkingHours.objects.filter(**mine).order_by("weekday", "from_minute"):
        week.setdefault(row.weekday, []).append((row.from_minute, row.to_minute))
    return week


def people_by_role() -> Mapping[str, int]:
    """How many active people have each role."""
    return dict(Staff.objects.filter(active=True).order_by().values_list("role").annotate(Count("id")))


def changes_of_roles() -> Iterable[RolePermission]:
    return RolePermission.objects.order_by("id")
