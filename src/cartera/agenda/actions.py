"""What people do with a plan: start a contact, pin it where it is, accept a repair, ask for another plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from cartera.agenda.models import Plan, PlanItem, Unplaced
from cartera.clock.queries import now, zone
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid
from cartera.kernel.jobs import enqueue
from cartera.kernel.models import Happening
from cartera.team.models import Staff


@action("plan.start", undone_by="plan.put_back")
def start_contact(*, actor: Actor, plan_item: PlanItem) -> PlanItem:
    """Say that a contact is under way: from now on no new plan moves it."""
    _day_changed(plan_item.plan_id)
    return plan_item.change(started_at=now())


@action("plan.put_back")
def put_back(*, actor: Actor, plan_item: PlanItem, undoes: Happening | None = None) -> PlanItem:
    """Undo a start or a pin."""
    _day_changed(plan_item.plan_id)
    return plan_item.change(started_at=None, pinned=False)


@action("plan.pin", undone_by="plan.put_back")
def pin(*, actor: Actor, plan_item: PlanItem) -> PlanItem:
    """Fix a contact at its day, hour and channel: a new plan is made around it."""
    _day_changed(plan_item.plan_id)
    return plan_item.change(pinned=True)


@action("plan.place", undone_by="plan.take_out")
def place(*, actor: Actor, unplaced: Unplaced, starts_at: datetime) -> PlanItem:
    """Give a contact that did not fit a place all the same, on the day of its repair: a new plan is made around it.

    Raises Invalid when the client is planned for that day already.
    """
    plan, repair = unplaced.plan, unplaced.repair
    if PlanItem.objects.filter(plan=plan, client=unplaced.client, day=repair["day"]).exists():
        raise Invalid(_("%(client)s has a contact on that day already.") % {"client": unplaced.client.name})
    _day_changed(plan.pk)
    local = starts_at.astimezone(zone())
    item = PlanItem.add(
        plan=plan,
        client=unplaced.client,
        day=local.date(),
        part=repair["part"],
        place=PlanItem.objects.filter(plan=plan, day=local.date()).count() + 1,
        starts_at=starts_at,
        minutes=unplaced.minutes,
        channel=unplaced.channel,
        value_minor=repair["saves"],
        reasons=unplaced.reasons,
        why={"minute": local.hour * 60 + local.minute, "deadline": None},
        pinned=True,
    )
    unplaced.delete()
    return item


@action("plan.take_out")
def take_out(*, actor: Actor, plan_item: PlanItem, undoes: Happening | None = None) -> Plan:
    """Undo a placing: the contact goes back to what did not fit."""
    plan = plan_item.plan
    _day_changed(plan.pk)
    plan_item.delete()
    return ask_again(actor=actor, staff=plan.staff) or plan


@action("plan.store")
def store_plan(
    *,
    actor: Actor,
    staff: Staff,
    plan: dict[str, Any],
    items: Sequence[dict[str, Any]],
    unplaced: Sequence[dict[str, Any]],
    seen: int | None,
) -> Plan:
    """Replace a person's plan by a newly solved one. A contact that stays on its day stays the same row: pages name it.

    `seen` is the plan's `day_changes` before anything was read for the new one, None when there was no plan. Raises
    Conflict when the day has changed since: what somebody started or registered meanwhile would be lost.
    """
    standing = Plan.objects.select_for_update().filter(staff=staff).first()
    if standing is not None and standing.day_changes != seen:
        raise Conflict(theirs=standing, yours=plan)
    values = {**plan, "solved_at": now(), "stale": False}
    stored = standing.change(**values) if standing else Plan.add(staff=staff, **values)
    rows = [PlanItem(plan=stored, **row) for row in items]
    planned = {(row.client_id, row.day) for row in rows}
    gone = [row.pk for row in PlanItem.objects.filter(plan=stored) if (row.client_id, row.day) not in planned]
    PlanItem.objects.filter(pk__in=gone).delete()
    PlanItem.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["plan", "client", "day"], update_fields=_SOLVED
    )
    Unplaced.objects.filter(plan=stored).delete()
    Unplaced.objects.bulk_create(Unplaced(plan=stored, **row) for row in unplaced)
    return stored


@action("plan.ask_again")
def ask_again(*, actor: Actor, staff: Staff) -> Plan | None:
    """Ask for a person's plan again: it is made in a worker, and the one that stands, if any, stands until then."""
    transaction.on_commit(lambda: enqueue("agenda.replan", staff_id=staff.pk))
    plan = Plan.objects.filter(staff=staff).first()
    return plan.change(stale=True) if plan else None


_SOLVED = (
    "part", "place", "starts_at", "minutes", "channel", "value_minor", "waits_minor",
    "reasons", "why", "pinned", "started_at",
)  # fmt: skip


def out_of_date(*, client_id: int) -> None:
    """The plans that a client stands in are out of date. Told like a standing column: no edit, no happening."""
    plans = Plan._base_manager.filter(staff__book=client_id)
    plans.update(stale=True, day_changes=F("day_changes") + 1)


def up_to_date(*, staff: Staff, seen: int | None) -> None:
    """A person's plan holds what was known at `seen`, whether solving it again changed anything or not."""
    if seen is not None:
        Plan._base_manager.filter(staff=staff, stale=True, day_changes=seen).update(stale=False)


def _day_changed(plan_id: int) -> None:
    """Something was fixed or freed. Told before it is written, so that it waits for a plan that is being stored."""
    Plan._base_manager.filter(pk=plan_id).update(day_changes=F("day_changes") + 1)
