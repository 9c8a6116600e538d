"""Questions about plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from cartera.agenda.models import Plan, PlanItem, Unplaced
from cartera.agenda.rules import WhyNot
from cartera.agenda.words import in_words
from cartera.clock import queries as clock
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.team.models import Staff


class NoPlanYet(NotFound):
    """A person without a book has no plan, and nobody has one before the first night."""

    code = "no-plan-yet"
    title = _("There is no plan for this person: the night makes one for everybody who has clients.")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Minutes that did not fit, and their expected cost in minor units."""

    minutes: int
    cost_minor: int


def plan_of(*, actor: Actor, staff_id: int | None) -> Plan | None:
    """The plan of a person as it stands, or None before the first night. NotFound for somebody whom the actor may not see."""
    if staff_id is None or not Staff.objects.visible_to(actor).filter(pk=staff_id).exists():
        raise NotFound()
    return Plan.objects.visible_to(actor).filter(staff_id=staff_id).select_related("staff").first()


def items_on(*, actor: Actor, plan: Plan, day: date) -> list[PlanItem]:
    """The contacts of one day, in order."""
    rows = PlanItem.objects.visible_to(actor).filter(plan=plan, day=day).select_related("client")
    return list(rows.order_by("place"))


def plan_json(*, actor: Actor, staff: Staff, since: date | None = None) -> dict[str, Any]:
    """The plan of a person as `cartera agenda --json` and the API print it; its days from `since` on when that is given.

    Values are in minor units. Raises NoPlanYet when there is none, NotFound for somebody whom the actor may not see.
    """
    plan = plan_of(actor=actor, staff_id=staff.pk)
    if plan is None:
        raise NoPlanYet()
    rows = PlanItem.objects.visible_to(actor).filter(plan=plan).select_related("client").order_by("day", "place")
    items = list(rows.filter(day__gte=since) if since else rows)
    unplaced = list(
        Unplaced.objects.visible_to(actor).filter(plan=plan).select_related("client").order_by("-cost_minor", "id")
    )
    given = [row.reasons for row in items] + [row.reasons for row in unplaced]
    words = in_words(actor=actor, reasons=chain.from_iterable(given), now=clock.now())
    zone = clock.zone()
    by_day: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in items:
        by_day[str(item.day)].append(
            {
                "client": item.client.key,
                "channel": item.channel,
                "start": item.starts_at.astimezone(zone).isoformat(),
                "minutes": item.minutes,
                "value": item.value_minor,
                "reasons": _reasons(item.reasons, words),
            }
        )
    return {
        "person": staff.sign_in.username if staff.sign_in else staff.key,
        "gap": plan.gap_ppm / 1_000_000,
        "days": [
            {
                "date": name,
                "minutes_available": of_day["available"],
                "minutes_planned": of_day["planned"],
                "items": by_day[name],
            }
            for name, of_day in sorted(plan.capacity.items())
            if since is None or name >= str(since)
        ],
        "unplaced": [
            {
                "client": row.client.key,
                "minutes": row.minutes,
                "cost": row.cost_minor,
                "repair": row.repair,
                "reasons": _reasons(row.reasons, words),
            }
            for row in unplaced
        ],
    }


def _reasons(reasons: list[dict[str, Any]], words: Any) -> list[dict[str, Any]]:
    told = ((reason, words.get((reason["kind"], int(reason["id"])))) for reason in reasons)
    return [
        {"kind": reason["kind"], "id": reason["id"], "text": word.text if word else "", "cost": reason["cost"]}
        for reason, word in told
    ]


def plans_of_team(*, actor: Actor) -> Mapping[int, Plan]:
    """The plans of everybody whom the actor sees, by person."""
    return {plan.staff_id: plan for plan in Plan.objects.visible_to(actor).select_related("staff")}


def due_in_horizon(*, actor: Actor) -> QuerySet[Unplaced]:
    """Contacts that fall due in the horizon of their plan, would be missed, and are not in it, whatever the reason."""
    return Unplaced.objects.visible_to(actor).filter(due_on__isnull=False, cost_minor__gt=0)


def without_room(*, actor: Actor) -> QuerySet[Unplaced]:
    """What does not fit: contacts that are worth their minutes and fall due in the horizon, for which no minutes are left.

    Those that are left out for another reason would not be made with an hour more either: `set_aside` has them.
    """
    return due_in_horizon(actor=actor).filter(repair__why=WhyNot.NO_ROOM)


def set_aside(*, actor: Actor) -> QuerySet[Unplaced]:
    """What more hours would not help: contacts worth less than their minutes, and clients whom no channel reaches."""
    return due_in_horizon(actor=actor).exclude(repair__why=WhyNot.NO_ROOM)


def left_out_by_plan(*, actor: Actor) -> Mapping[int, LeftOut]:
    """What does not fit in each plan: minutes, and what that is expected to cost."""
    sums = without_room(actor=actor).order_by().values_list("plan").annotate(Sum("minutes"), Sum("cost_minor"))
    return {plan_id: LeftOut(minutes, cost) for plan_id, minutes, cost in sums}


def costliest_left_out(*, actor: Actor, most: int = 12) -> list[Unplaced]:
    """What does not fit anywhere in the team and costs most."""
    rows = without_room(actor=actor).select_related("client", "plan__staff")
    return list(rows.order_by("-cost_minor", "id")[:most])


def set_aside_by_reason(*, actor: Actor) -> Mapping[WhyNot, int]:
    """How many contacts of the team more hours would not help, by reason."""
    counts = set_aside(actor=actor).order_by().values_list("repair__why").annotate(Count("id"))
    return {WhyNot(why): count for why, count in counts}
