"""Events by the thousand, as the night raises and expires them. For workers and commands."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import transaction
from django.db.models import F, Q

from cartera.events.models import Event
from cartera.kernel.actions import bulk_action
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import Counts, merge
from cartera.kernel.recording import current_recording


@bulk_action("event.raise_many")
def raise_many(*, actor: Actor, events: pl.DataFrame) -> Counts:
    """Raise the events whose `cause_key` was not raised before; what is there stays as it is, whatever came of it."""
    known = set(
        Event.objects.filter(expires_on__in=events["expires_on"].unique().to_list()).values_list("cause_key", flat=True)
    )
    fresh = events.filter(~pl.col("cause_key").is_in(list(known)))
    counts = merge(Event, fresh, key=("cause_key",)) if fresh.height else Counts()
    current_recording().tell(rows=counts.changed, created=counts.created)
    return counts


@bulk_action("event.expire_many")
def expire_many(*, actor: Actor, on: date) -> int:
    """Expire open events whose day has passed, or whose holding ended or got another maturity. Returns how many."""
    renewed = Q(kind=Event.Kind.MATURITY) & ~Q(holding__matures_on=F("expires_on"))
    gone = Q(expires_on__lt=on) | Q(holding__closed_on__lte=on) | renewed
    with transaction.atomic():
        over = Event.objects.filter(state=Event.State.OPEN).filter(gone).values("pk")
        expired = Event.objects.filter(pk__in=over).update(state=Event.State.EXPIRED, version=F("version") + 1)
    current_recording().tell(rows=expired)
    return expired
