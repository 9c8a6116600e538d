"""What a search through all clients found, written down for people to decide. For workers and commands."""

from __future__ import annotations

from datetime import UTC

import polars as pl

from cartera.clients.models import DuplicatePair, DuplicateSearch
from cartera.clients.models.duplicates import PPM
from cartera.clock.queries import now
from cartera.kernel.actions import action, bulk_action
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import merge
from cartera.kernel.recording import current_recording


@bulk_action("duplicate.record")
def record_duplicates(
    *, actor: Actor, pairs: pl.DataFrame, clients: int, threshold: float, precision: float, recall: float
) -> DuplicateSearch:
    """Keep the pairs (`client_id` < `other_id`, `probability`) that a search among so many clients found.

    A pair that somebody decided stays decided. One that waits and was not found again waits no longer: a correction,
    or a merge, has settled it. Commits in chunks; the same pairs again change nothing but their time.
    """
    at = now().astimezone(UTC)
    rows = pairs.select(
        pl.col("client_id").cast(pl.Int64),
        pl.col("other_id").cast(pl.Int64),
        (pl.col("probability") * PPM).round().cast(pl.Int64).alias("probability_ppm"),
        pl.lit(at).cast(pl.Datetime("us", "UTC")).alias("found_at"),
    )
    counts = merge(DuplicatePair, rows, key=("client_id", "other_id"), silently=True)
    settled, _ = DuplicatePair.objects.filter(state=DuplicatePair.State.OPEN, found_at__lt=at).delete()
    current_recording().tell(rows=counts.changed + settled, clients=clients, created=counts.created, settled=settled)
    return _record_search(
        actor=actor, clients=clients, pairs=rows.height, threshold=threshold, precision=precision, recall=recall
    )


@action("duplicate.record_search")
def _record_search(
    *, actor: Actor, clients: int, pairs: int, threshold: float, precision: float, recall: float
) -> DuplicateSearch:
    return DuplicateSearch.add(
        searched_at=now(),
        clients=clients,
        pairs=pairs,
        threshold_ppm=round(threshold * PPM),
        precision_ppm=round(precision * PPM),
        recall_ppm=round(recall * PPM),
    )
