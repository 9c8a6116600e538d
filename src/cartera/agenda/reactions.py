"""What the agenda does when the day changes: it marks the plan, so that the page says so, and a worker makes another."""

from __future__ import annotations

from cartera.agenda.actions import out_of_date
from cartera.agenda.models import PlanItem, Unplaced
from cartera.clients.actions.carrying import carry, give_back
from cartera.clients.models import Merge
from cartera.kernel.recording import Recording


def mark_the_plan(record: Recording) -> None:
    """The plans that this client stands in are out of date, until a worker has made others."""
    client_id = next((change.client_id for change in record.changes if change.client_id), None)
    if client_id is not None:
        out_of_date(client_id=client_id)


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
