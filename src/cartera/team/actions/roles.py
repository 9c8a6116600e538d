"""What a role may do, given or taken by an administrator against the usual."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid
from cartera.kernel.models import Happening
from cartera.team.models import Role, RolePermission
from cartera.team.permissions import OFFERED
from cartera.team.queries import role_changes


@action("role.set_permission", undone_by="role.turn_back")
def set_permission(*, actor: Actor, role: Role, name: str, given: bool, reason: str = "") -> RolePermission:
    """Give a role something to do, or take it away. Everybody of that role has it, or has it not, within seconds.

    Administrators keep everything: nobody can lock the institution out. Raises Invalid for a permission that is no person's.
    """
    if role == Role.ADMIN:
        raise Invalid(_("Administrators may do everything, so that nobody is ever locked out."))
    if name not in OFFERED:
        raise Invalid(fields={"name": [_("That is not for people to be given.")]})
    role_changes.forget()
    there = RolePermission.objects.filter(role=role, name=name).first()
    return there.change(given=given) if there else RolePermission.add(role=role, name=name, given=given)


@action("role.turn_back")
def turn_back(*, actor: Actor, role_permission: RolePermission, undoes: Happening | None = None) -> RolePermission:
    """Undo a giving or a taking."""
    role_changes.forget()
    return role_permission.change(given=not role_permission.given)
