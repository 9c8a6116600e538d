"""Roles y permisos: what each role may do, roles as columns, and giving or taking one permission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.desk.screens import StaffRequest, redirect_with_toast, screen
from cartera.kernel.errors import Invalid, NotPermitted
from cartera.kernel.models import Happening
from cartera.kernel.queries import latest_of
from cartera.team import lists
from cartera.team.actions.roles import set_permission
from cartera.team.models import Role
from cartera.team.permissions import OFFERED, PEOPLES, in_words
from cartera.team.queries import role_changes
from cartera.team.roles import PERMISSIONS, allowed

HISTORY = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether a role may do something, whether that was decided here, and whether it can be decided at all."""

    role: str
    may: bool
    decided: bool
    fixed: bool


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    words: str
    cells: Sequence[Cell]


@screen(may="role.view")
def roles(request: StaffRequest) -> HttpResponse:
    """Every permission by role. An administrator's are fixed, so that nobody is ever locked out."""
    changes, there = role_changes(), lists.people_by_role()
    may = {role: allowed(role, changes.get(role, {})) for role in Role.values}
    groups = [(str(group), [_row(name, str(words[name]), may) for name in words]) for group, words in PEOPLES.items()]
    shown = {
        "columns": [(Role(role).label, there.get(role, 0)) for role in Role.values],
        "groups": groups,
        "history": _history(),
    }
    return render(request, "team/roles.html", shown)


@require_POST
@screen(may="role.view")
def set_role(request: StaffRequest) -> HttpResponse:
    """Give a role one permission, or take it."""
    if not request.actor.may("role.set_permission"):
        raise NotPermitted(action="role.set_permission")
    role, name = request.POST.get("role", ""), request.POST.get("name", "")
    if role not in Role.values or name not in OFFERED:
        raise Invalid()
    given = request.POST.get("given") == "1"
    done = set_permission(actor=request.actor, role=Role(role), name=name, given=given)
    said = _("%(role)s may now: %(words)s.") if given else _("%(role)s may no longer: %(words)s.")
    told = said % {"role": Role(role).label, "words": in_words(name)}
    return redirect_with_toast(request, told, to=reverse("team:roles"), done=done)


def _row(name: str, words: str, may: Mapping[str, frozenset[str]]) -> Row:
    noun = f"{name.partition('.')[0]}.*"
    cells = []
    for role in Role.values:
        now = bool(may[role] & {name, noun, "*"})
        usual = bool(PERMISSIONS[role] & {name, noun, "*"})
        cells.append(Cell(role, now, now != usual, role == Role.ADMIN))
    return Row(name, words, cells)


def _history() -> list[tuple[Happening, str, str, bool]]:
    """What was given and taken lately: by whom, to which role, what, and whether it was given."""
    rows = {row.pk: row for row in lists.changes_of_roles()}
    found = []
    for change in latest_of(kinds=("team.rolepermission",), most=HISTORY):
        row = rows.get(change.subject_id or 0)
        if row is not None and change.facts.get("changes"):
            given = change.facts["changes"][0]["after"].get("given") == "True"
            found.append((change, str(Role(row.role).label), in_words(row.name), given))
    return found
