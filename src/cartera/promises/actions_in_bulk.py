"""Promises by the thousand: made by service models and events, broken by the night. For workers and commands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import polars as pl
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery

from cartera.clients.models import Client
from cartera.kernel.actions import bulk_action
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import CHUNK, Counts, merge
from cartera.kernel.recording import current_recording
from cartera.promises.models import Origin, Promise
from cartera.promises.rules import State

ON_INSERTION_ONLY = (
    "made_at",
    "opens_at",
    "due_at",
    "latest_at",
    "state",
    "closed_at",
    "what",
    "channel",
    "purpose",
    "minutes",
)


@bulk_action("promise.make_many")
def make_many(*, actor: Actor, promises: pl.DataFrame) -> Counts:
    """Make the promises that are not there yet. `promises` has the table's columns; `origin_key` identifies one.

    A promise that is there keeps its dates, its words and its state: only its owner follows the client's adviser.
    """
    counts = merge(
        Promise, promises, key=("origin_key",), keep=[name for name in promises.columns if name in ON_INSERTION_ONLY]
    )
    current_recording().tell(rows=counts.changed, created=counts.created, updated=counts.updated)
    return counts


@bulk_action("promise.break_overdue")
def break_overdue(*, actor: Actor, now: datetime) -> int:
    """Break what nothing kept by its latest instant. Returns how many."""
    ids = Promise.objects.open().filter(latest_at__lt=now).order_by("id").values_list("id", flat=True)
    broken = _close(ids, State.BROKEN, now, "")
    current_recording().tell(rows=broken)
    return broken


@bulk_action("promise.withdraw_many")
def withdraw_many(*, actor: Actor, ids: Iterable[int], now: datetime, why: str) -> int:
    """Withdraw open promises, all for one reason. Returns how many were open."""
    withdrawn = _close(ids, State.WITHDRAWN, now, why)
    current_recording().tell(rows=withdrawn)
    return withdrawn


@bulk_action("promise.follow_advisers")
def follow_advisers(*, actor: Actor) -> int:
    """Give what models and events promise for us, and is still open, to the client's adviser of today. Returns how many."""
    adviser = Subquery(Client._base_manager.filter(pk=OuterRef("client_id")).values("adviser_id")[:1])
    elsewhere = Promise.objects.open().ours().exclude(origin=Origin.CONTACT).filter(client__adviser__isnull=False)
    stayed = elsewhere.filter(Q(staff__isnull=True) | ~Q(staff=F("client__adviser")))
    with transaction.atomic():
        handed = stayed.update(staff_id=adviser, version=F("version") + 1)
    current_recording().tell(rows=handed)
    return handed


@bulk_action("promise.tell_next_due")
def tell_next_due(*, actor: Actor) -> int:
    """Bring every client's next due instant up to date. Returns how many differed; it is a copy, so no happening tells it."""
    earliest = (
        "(SELECT MIN(p.due_at) FROM promises_promise p"
        " WHERE p.client_id = clients_client.id AND p.state = 'promised' AND p.owed_by = 'us')"
    )
    same = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE clients_client SET next_due_at = {earliest} WHERE NOT (next_due_at {same} {earliest})")
        return int(cursor.rowcount)


def _close(ids: Iterable[int], state: State, now: datetime, why: str) -> int:
    chosen, closed = list(ids), 0
    for first in range(0, len(chosen), CHUNK):
        of_chunk = 0
        with transaction.atomic():
            for at in range(first, min(first + CHUNK, len(chosen)), 500):
                rows = Promise.objects.open().filter(pk__in=chosen[at : min(at + 500, first + CHUNK)])
                of_chunk += rows.update(state=state, closed_at=now, why_closed=why, version=F("version") + 1)
        current_recording().wrote(of_chunk)
        closed += of_chunk
    return closed
