"""Results as the night writes them down. For workers and commands."""

from __future__ import annotations

import polars as pl

from cartera.kernel.actions import bulk_action
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import Counts, merge
from cartera.kernel.recording import current_recording
from cartera.results.models import PersonResult


@bulk_action("result.write_many")
def write_many(*, actor: Actor, results: pl.DataFrame) -> Counts:
    """Write the figures of people and tiers on a day in place of those that were written before."""
    counts = merge(PersonResult, results, key=("staff_id", "tier", "on_date"))
    current_recording().tell(rows=counts.changed, created=counts.created, updated=counts.updated)
    return counts
