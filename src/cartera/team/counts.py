"""How many people, branches and absences there are: what the sections of administration say of themselves."""

from __future__ import annotations

from datetime import date

from cartera.kernel.actor import Actor
from cartera.team.models import Absence, Branch, Staff
from cartera.team.queries import role_changes


def people(*, actor: Actor) -> int:
    return Staff.objects.visible_to(actor).filter(active=True).count()


def branches(*, actor: Actor) -> int:
    return Branch.objects.visible_to(actor).filter(active=True).count()


def away(*, actor: Actor, day: date) -> int:
    """How many people are away on a day."""
    rows = Absence.objects.visible_to(actor).filter(first_day__lte=day, last_day__gte=day, cancelled=False)
    return rows.values("staff").distinct().count()


def role_changes_made() -> int:
    return sum(len(changes) for changes in role_changes().values())
