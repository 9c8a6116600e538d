"""Questions about staff."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date

from cartera.clock.queries import institution
from cartera.kernel.actor import Actor, ActorKind, Scope
from cartera.kernel.memory import Remembered
from cartera.rulebook.queries import value_of
from cartera.team.calendars import place_of
from cartera.team.models import Absence, Branch, Role, RolePermission, SignIn, Staff, StaffQuerySet
from cartera.team.roles import allowed
from cartera.team.settings import HOUR_COSTS
from cartera.team.standing_in import stands_in_for


@dataclass(frozen=True, slots=True)
class StaffActor(Actor):
    """A member of staff who acts: with the row that it was made of, so that nobody asks for it again."""

    staff: Staff | None = field(default=None, compare=False, repr=False)


def actor_of(sign_in: SignIn) -> Actor | None:
    """The actor behind a sign-in: an active member of staff, or None."""
    staff: Staff | None = getattr(sign_in, "staff", None)
    return actor_for(staff) if staff is not None and staff.active else None


def _role_changes(_key: Hashable) -> Mapping[str, Mapping[str, bool]]:
    found: dict[str, dict[str, bool]] = {}
    for role, name, given in RolePermission.objects.values_list("role", "name", "given"):
        found.setdefault(role, {})[name] = given
    return found


role_changes = Remembered(_role_changes)
"""What this institution gave to each role (true) and took from it (false); remembered, because every request asks."""


def actor_for(staff: Staff) -> Actor:
    """Staff as an actor: an adviser reaches the own book, a manager the branches below, an administrator everything.

    On the days on which somebody stands in for others, also their books.
    """
    return StaffActor(
        kind=ActorKind.STAFF,
        id=staff.pk,
        name=staff.name,
        role=staff.role,
        permissions=allowed(staff.role, role_changes().get(staff.role, {})),
        scope=_scope(staff),
        staff=staff,
    )


def hour_cost_of(staff: Staff, on: date) -> int:
    """What an hour of somebody costs on a day: their own cost, and that of their role where they have none."""
    return staff.hour_cost_minor or value_of(HOUR_COSTS[Role(staff.role)], on)


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


def colleagues(*, actor: Actor) -> StaffQuerySet:
    """Active advisers to whom the actor may hand clients over, by name: those of its branch and the branches below."""
    rows = Staff.objects.filter(role=Role.ADVISER, active=True).select_related("branch").order_by("name", "id")
    if actor.scope.everything:
        return rows
    me = staff_of(actor)
    return rows.filter(branch__path__startswith=me.branch.path) if me is not None and me.branch.path else rows.none()


def _scope(staff: Staff) -> Scope:
    if staff.role == Role.ADMIN:
        return Scope(everything=True, staff_id=staff.pk)
    books = stands_in_for(staff.pk)
    if staff.role in (Role.MANAGER, Role.AGENT):
        # Every path begins with an empty one: who stands in a branch without a path would see the whole institution.
        return Scope(branch_path=staff.branch.path or None, staff_id=staff.pk, stands_in_for=books)
    return Scope(staff_id=staff.pk, stands_in_for=books)


def absences_ahead(*, actor: Actor, day: date, until: date) -> list[Absence]:
    """Who will be away between two days, the first first, with their stand-ins."""
    rows = Absence.objects.visible_to(actor).filter(first_day__lte=until, last_day__gte=day, cancelled=False)
    return list(rows.select_related("staff__branch", "stand_in").order_by("first_day", "id"))


def places(*, actor: Actor) -> list[tuple[str, str]]:
    """The countries and regions whose holidays the institution's branches keep, the institution's own first."""
    bank = institution()
    asked = Branch.objects.visible_to(actor).filter(active=True).order_by().values_list("country", "region").distinct()
    found = {place_of(Branch(country=country, region=region), bank) for country, region in asked}
    own = (bank.country, bank.region)
    return [own, *sorted(found - {own})]
