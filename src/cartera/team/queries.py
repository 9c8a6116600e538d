"""Questions about staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cartera.kernel.actor import Actor, ActorKind, Scope
from cartera.team.models import Absence, Role, SignIn, Staff, StaffQuerySet
from cartera.team.roles import PERMISSIONS


@dataclass(frozen=True, slots=True)
class StaffActor(Actor):
    """A member of staff who acts: with the row that it was made of, so that nobody asks for it again."""

    staff: Staff | None = field(default=None, compare=False, repr=False)


def actor_of(sign_in: SignIn) -> Actor | None:
    """The actor behind a sign-in: an active member of staff, or None."""
    staff: Staff | None = getattr(sign_in, "staff", None)
    return actor_for(staff) if staff is not None and staff.active else None


def actor_for(staff: Staff) -> Actor:
    """Staff as an actor: an adviser reaches the own book, a manager the branches below, an administrator everything."""
    return StaffActor(
        kind=ActorKind.STAFF,
        id=staff.pk,
        name=staff.name,
        role=staff.role,
        permissions=PERMISSIONS[staff.role],
        scope=_scope(staff),
        staff=staff,
    )


def staff_of(actor: Actor) -> Staff | None:
    """The member of staff that acts, or None when the system does."""
    if isinstance(actor, StaffActor) and actor.staff is not None:
        return actor.staff
    if not actor.scope.staff_id:
        return None
    return Staff.objects.select_related("branch").filter(pk=actor.scope.staff_id).first()


def advisers(*, actor: Actor) -> StaffQuerySet:
    """Active advisers whom the actor sees, with their branches, by name."""
    rows = Staff.objects.visible_to(actor).filter(role=Role.ADVISER, active=True)
    return rows.select_related("branch").order_by("name", "id")


def _scope(staff: Staff) -> Scope:
    if staff.role == Role.ADMIN:
        return Scope(everything=True, staff_id=staff.pk)
    if staff.role in (Role.MANAGER, Role.AGENT):
        # Every path begins with an empty one: who stands in a branch without a path would see the whole institution.
        return Scope(branch_path=staff.branch.path or None, staff_id=staff.pk)
    return Scope(staff_id=staff.pk)


def absences_ahead(*, actor: Actor, day: date, until: date) -> list[Absence]:
    """Who will be away between two days, the first first."""
    rows = Absence.objects.visible_to(actor).filter(first_day__lte=until, last_day__gte=day)
    return list(rows.select_related("staff").order_by("first_day", "id"))
