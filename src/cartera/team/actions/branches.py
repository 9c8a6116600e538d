"""Branches: opened, changed, closed. The tree stays as it was built; a branch that is closed keeps its history."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cartera.clock.actions import check_place
from cartera.clock.queries import institution
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition
from cartera.kernel.models import Happening
from cartera.team.models import Branch, Staff

CHANGEABLE = frozenset({"name", "country", "region", "zone"})


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
    """Add a branch below another, or at the root. Raises Invalid for a place or a zone that does not exist, a key taken."""
    if Branch.objects.filter(key=key).exists():
        raise Invalid(fields={"key": [_("Another branch has this code already.")]})
    _check(country, region, zone)
    branch = Branch.add(key=key, name=name, parent=parent, country=country, region=region, zone=zone)
    return branch.change(path=f"{parent.path if parent else '/'}{branch.pk}/")


@action("team.change_branch")
def change_branch(*, actor: Actor, branch: Branch, version: int | None = None, **changed: Any) -> Branch:
    """Change a branch's name or place: any of `CHANGEABLE`. Raises Conflict when somebody changed it since `version`."""
    if unknown := changed.keys() - CHANGEABLE:
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    if version is not None and version != branch.version:
        raise Conflict(theirs=branch, yours=changed)
    _check(*(changed.get(name, getattr(branch, name)) for name in ("country", "region", "zone")))
    return branch.change(**changed)


@action("team.close_branch", undone_by="team.reopen_branch")
def close_branch(*, actor: Actor, branch: Branch) -> Branch:
    """Nobody is hired into it any more. Raises InvalidTransition while people work there, or branches below are open."""
    if Staff.objects.filter(branch=branch, active=True).exists():
        raise InvalidTransition(_("People work there: move them to another branch first."))
    if branch.children.filter(active=True).exists():
        raise InvalidTransition(_("Branches below it are open: close those first."))
    return branch.change(active=False)


@action("team.reopen_branch")
def reopen_branch(*, actor: Actor, branch: Branch, undoes: Happening | None = None) -> Branch:
    return branch.change(active=True)


def _check(country: str, region: str, zone: str) -> None:
    """Where something is left empty, the institution's holds."""
    if not (country or region or zone):
        return
    bank = institution()
    check_place(
        country=country or bank.country,
        region=region if country or region else bank.region,
        currency=bank.currency,
        zone=zone or bank.zone,
    )
