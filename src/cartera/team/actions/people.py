"""People: hired, changed, gone and back. What a person did stays theirs; they are deactivated, never deleted."""

from __future__ import annotations

import secrets
from typing import Any

from django.utils.translation import gettext_lazy as _

from cartera.clock.queries import language as institution_language
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition
from cartera.kernel.models import Happening
from cartera.kernel.recording import current_recording
from cartera.team.actions.branches import open_branch
from cartera.team.models import Branch, Role, SignIn, Staff

CHANGEABLE = frozenset({"name", "title", "role", "branch", "hour_cost_minor"})


@action("team.hire")
def hire(
    *,
    actor: Actor,
    name: str,
    role: Role,
    branch: Branch,
    key: str = "",
    title: str = "",
    username: str = "",
    email: str = "",
    password: str | None = None,
    hour_cost_minor: int = 0,
) -> Staff:
    """Take somebody on. Without a user name they get one with their invitation; without a password, by the reset page.

    Raises Invalid for a key or a user name that somebody has, and for a branch that is closed.
    """
    _check_open(branch)
    key = key or f"P-{secrets.token_hex(5)}"
    if Staff.objects.filter(key=key).exists():
        raise Invalid(fields={"key": [_("Somebody has this code already.")]})
    sign_in = new_sign_in(username, email, password) if username else None
    return Staff.add(
        key=key, name=name, role=role, branch=branch, title=title, sign_in=sign_in, hour_cost_minor=hour_cost_minor
    )


def new_sign_in(username: str, email: str, password: str | None) -> SignIn:
    """A user of that name, for somebody who is hired or accepts an invitation. Raises Invalid when it is taken."""
    if SignIn.objects.filter(username__iexact=username).exists():
        raise Invalid(fields={"username": [_("Somebody has this user name already. Choose another.")]})
    sign_in = SignIn(username=username, email=email, language=institution_language())
    sign_in.set_password(password)
    sign_in.save()
    return sign_in


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


@action("team.change_person")
def change_person(*, actor: Actor, staff: Staff, version: int | None = None, **changed: Any) -> Staff:
    """Change what somebody is: any of `CHANGEABLE`.

    Raises Conflict when somebody else changed the person since `version`, Invalid for a branch that is closed, and
    InvalidTransition when the institution would be left without an administrator.
    """
    if unknown := changed.keys() - CHANGEABLE:
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    if version is not None and version != staff.version:
        raise Conflict(theirs=staff, yours=changed)
    if "branch" in changed and changed["branch"] != staff.branch:
        _check_open(changed["branch"])
    if changed.get("role", Role.ADMIN) != Role.ADMIN:
        _keep_an_administrator(actor, staff)
    current_recording().tell(days_of=[staff.pk])
    return staff.change(**changed)


@action("team.deactivate", undone_by="team.reactivate")
def deactivate(*, actor: Actor, staff: Staff, successor: Staff | None = None, reason: str = "") -> Staff:
    """Somebody leaves: their sign-in and their links stop at once, and the successor takes over their clients.

    Upper rooms hear of it together: whoever leaves a book and names no successor is refused there. Raises
    InvalidTransition for the last administrator and for oneself.
    """
    if not staff.active:
        raise InvalidTransition(_("This person does not work here any more already."))
    if actor.scope.staff_id == staff.pk:
        raise InvalidTransition(_("Nobody deactivates themselves: ask another administrator."))
    _keep_an_administrator(actor, staff)
    if successor is not None and (successor == staff or not successor.active):
        raise Invalid(fields={"successor": [_("Choose somebody else who works here.")]})
    people = [staff.pk] if successor is None else [staff.pk, successor.pk]
    current_recording().tell(successor=successor.pk if successor else None, days_of=people)
    if staff.sign_in is not None:
        _may_sign_in(staff.sign_in, is_active=False)
    return staff.change(active=False)


@action("team.reactivate")
def reactivate(*, actor: Actor, staff: Staff, undoes: Happening | None = None) -> Staff:
    """Somebody is back. The clients that were handed over stay where they are: handing them back is a decision of its own."""
    _check_open(staff.branch)
    current_recording().tell(days_of=[staff.pk])
    if staff.sign_in is not None:
        _may_sign_in(staff.sign_in, is_active=True)
    return staff.change(active=True)


def _may_sign_in(sign_in: SignIn, *, is_active: bool) -> None:
    sign_in.is_active = is_active
    sign_in.save(update_fields=["is_active"])


def _keep_an_administrator(actor: Actor, staff: Staff) -> None:
    """An institution without an administrator could not be opened again from any screen; nor may one lock oneself out."""
    if staff.role != Role.ADMIN:
        return
    if actor.scope.staff_id == staff.pk:
        raise InvalidTransition(_("You cannot take your own administration away: ask another administrator."))
    others = Staff.objects.filter(role=Role.ADMIN, active=True, sign_in__is_active=True).exclude(pk=staff.pk)
    if not others.exists():
        raise InvalidTransition(_("This is the last administrator: make somebody else one first."))


def _check_open(branch: Branch) -> None:
    if not branch.active:
        raise Invalid(fields={"branch": [_("This branch is closed.")]})
