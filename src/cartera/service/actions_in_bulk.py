"""Agreements by the thousand, as the night settles them. For workers and commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from django.db import transaction

from cartera.kernel.actions import bulk_action
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import Counts, merge
from cartera.kernel.recording import current_recording
from cartera.service.models import Agreement

BATCH = 500


@bulk_action("service.settle_many")
def settle_many(*, actor: Actor, succeeded: pl.DataFrame, others: pl.DataFrame) -> Counts:
    """Write agreements, of which a client and a number identify one.

    `succeeded` holds the ending and the following agreement of each client, one after the other: a pair is written in one
    transaction, so that a crash leaves no client without an agreement. `others` are first ones, and those that change alone.
    """
    key = ("client_id", "number")
    counts = merge(Agreement, succeeded, key=key) + merge(Agreement, others, key=key)
    current_recording().tell(rows=counts.changed, created=counts.created, updated=counts.updated)
    return counts


@bulk_action("service.note_planned")
def note_planned(*, actor: Actor, agreement_ids: Sequence[int], on: date) -> int:
    """Note that the promises of these agreements are made. It is the night's own mark, so no happening tells it."""
    with transaction.atomic():
        return sum(
            Agreement.objects.filter(pk__in=agreement_ids[first : first + BATCH]).update(planned_on=on)
            for first in range(0, len(agreement_ids), BATCH)
        )
