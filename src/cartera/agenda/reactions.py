"""What the agenda does when the day changes: it marks the plan, so that the page says so, and a worker makes another."""

from __future__ import annotations

from django.db import transaction

from cartera.agenda.actions import out_of_date, people_changed
from cartera.agenda.models import PlanItem, Unplaced
from cartera.clients.actions.carrying import carry, give_back
from cartera.clients.models import Merge
from cartera.kernel.jobs import enqueue
from cartera.kernel.recording import Recording


def mark_the_plan(record: Recording) -> None:
    """The plans that this client stands in are out of date, until a worker has made others."""
    client_id = next((change.client_id for change in record.changes if change.client_id), None)
    if client_id is not None:
        out_of_date(client_id=client_id)


def mark_the_plans_of_people(record: Recording) -> None:
    """Somebody's hours, absences or meetings changed: the plans of all whom the action named are out of date."""
    people_changed(staff_ids=record.facts.get("days_of", ()))


def plan_both_books_again(record: Recording) -> None:
    """Clients went from one adviser to another: the days of both are planned anew."""
    told = (side.get("adviser") for change in record.changes for side in (change.before, change.after))
    people = sorted({int(staff_id) for staff_id in told if staff_id})
    people_changed(staff_ids=people)
    for staff_id in people:
        transaction.on_commit(lambda staff_id=staff_id: enqueue("agenda.replan", staff_id=staff_id))  # type: ignore[misc]


def go_with_the_client(record: Recording) -> None:
    """The survivor's adviser sees the contact that was planned with the other client at once; both plans are made anew.

    Where both had a contact on a day, or another person had it planned, the plan that comes in a moment settles it.
    """
    merge: Merge = record.result
    planned = PlanItem.objects.filter(client=merge.survivor_id).values("day")
    own = {"plan__staff": merge.survivor.adviser_id}
    carry(merge, PlanItem._base_manager.filter(**own).exclude(day__in=planned))
    carry(merge, Unplaced._base_manager.filter(**own))
    _mark_both(merge)


def come_back(record: Recording) -> None:
    merge: Merge = record.result
    if merge.survivor.adviser_id == merge.absorbed.adviser_id:
        give_back(merge, PlanItem)
        give_back(merge, Unplaced)
    _mark_both(merge)


def _mark_both(merge: Merge) -> None:
    out_of_date(client_id=merge.survivor_id)
    out_of_date(client_id=merge.absorbed_id)
