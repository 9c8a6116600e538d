"""How many people, branches and absences there are: what the sections of administration say of themselves."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from cartera.kernel.actor import Actor
from cartera.team.models import Absence, Branch, Role, Staff
from cartera.team.queries import role_changes


def people(*, actor: Actor) -> int:
    return Staff.objects.visible_to(actor).filter(active=True).count()


def invited(*, actor: Actor) -> int:
    """How many people who are no administrators come in, or have a link to."""
    rows = Staff.objects.visible_to(actor).filter(active=True).exclude(role=Role.ADMIN)
    return rows.filter(Q(sign_in__isnull=False) | Q(invitations__isnull=False)).distinct().count()


def branches(*, actor: Actor) -> int:
    return Branch.objects.visible_to(actor).filter(active=True).count()


def away(*, actor: Actor, day: date) -> int:
    """How many people are away on a day."""
    rows = Absence.objects.visible_to(actor).filter(first_day__lte=day, last_day__gte=day, cancelled=False)
    return rows.values("staff").distinct().count()


def role_changes_made() -> int:
    return sum(len(changes) for changes in role_changes().values())
