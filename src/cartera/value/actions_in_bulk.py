"""The values and tiers of all clients, as a night found them. For workers and commands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import models, transaction

from cartera.clients.actions.standing_in_bulk import tell_value
from cartera.kernel.actions import bulk_action
from cartera.kernel.actor import Actor
from cartera.kernel.bulk import CHUNK, Counts, merge
from cartera.kernel.recording import current_recording
from cartera.value import columns
from cartera.value.models import ClientValue, TierOverride, TierPeriod, TierPolicy
from cartera.value.rules import By

_OVERRIDDEN = str(By.OVERRIDE)


@bulk_action("value.record")
def record_values(*, actor: Actor, values: pl.DataFrame, foreign: pl.DataFrame, policy: TierPolicy, on: date) -> Counts:
    """Make the clients' values, tiers and standing those of a date. A second time with the same changes nothing.

    `values` has the columns of `tiering.VALUES`, `foreign` those of `facts.foreign_amounts`. Clients on whom a person
    decided after the export keep that tier: the next night sees the decision. Who is no client any more has no value.
    """
    counts = merge(ClientValue, columns.client_values(values, foreign, on), key=("client_id",))
    periods = _periods()
    decided = _decided_since(values, periods, on)
    tiered = columns.with_reasons(values.join(decided, on="client_id", how="anti", maintain_order="left"))
    counts += _record_tiers(tiered, periods, policy, on)
    standing = tiered.select("assets_minor", "revenue_minor", "tier", id="client_id", tier_reason="reason")
    late = values.join(decided, on="client_id", how="semi").select("assets_minor", "revenue_minor", id="client_id")
    counts += tell_value(standing=standing) + tell_value(standing=late) + _let_go(values, periods, on)
    current_recording().tell(rows=counts.changed, on=on.isoformat(), policy=policy.number, clients=values.height)
    return counts


def _decided_since(values: pl.DataFrame, periods: pl.DataFrame, on: date) -> pl.DataFrame:
    """Clients with a later period than the date, or with another override in force than the export found."""
    later = periods.filter(pl.col("from_day") > on).select("client_id")
    given = _rows(TierOverride.objects.filter(from_day__lte=on, expires_on__gt=on), _OVERRIDES)
    given = given.filter(pl.col("ended_on").is_null() | (pl.col("ended_on") > on))
    present = (
        given.sort("client_id", "from_day", "id").unique("client_id", keep="last").select("client_id", present="id")
    )
    seen = values.select("client_id", "override_id").join(present, on="client_id", how="left")
    changed = seen.filter(~pl.col("present").eq_missing(pl.col("override_id"))).select("client_id")
    return pl.concat([later, changed]).unique()


def _record_tiers(values: pl.DataFrame, periods: pl.DataFrame, policy: TierPolicy, on: date) -> Counts:
    """Close the period of each client whose tier changed and open another, from what was before the date.

    The outcome does not depend on what an earlier attempt of the same date wrote.
    """
    before = periods.filter(pl.col("from_day") < on).sort("client_id", "from_day")
    before = before.unique("client_id", keep="last", maintain_order=True).rename({"tier": "old_tier", "by": "old_by"})
    found = values.select("client_id", "tier", "by", "reason").join(
        before.drop("id"), on="client_id", how="left", maintain_order="left"
    )
    stays = pl.col("tier").eq_missing(pl.col("old_tier")) & (
        (pl.col("by") == _OVERRIDDEN) == (pl.col("old_by") == _OVERRIDDEN)
    )
    found = found.with_columns(stays=stays.fill_null(False))
    _forget(periods.filter(pl.col("from_day") == on).join(found.filter("stays"), on="client_id", how="semi"))
    yesterday = pl.when("stays").then(pl.lit(None, dtype=pl.Date)).otherwise(pl.lit(on - timedelta(days=1)))
    known = found.filter(pl.col("from_day").is_not_null()).select("client_id", "from_day", until_day=yesterday)
    counts = merge(TierPeriod, known, key=("client_id", "from_day"))
    opened = found.filter(~pl.col("stays")).select(
        "client_id",
        "tier",
        "by",
        "reason",
        policy_id=pl.lit(policy.pk, dtype=pl.Int64),
        from_day=pl.lit(on),
        until_day=pl.lit(None, dtype=pl.Date),
    )
    return counts + merge(TierPeriod, opened, key=("client_id", "from_day"))


def _let_go(values: pl.DataFrame, periods: pl.DataFrame, on: date) -> Counts:
    """Those whom an earlier night valued and who are clients no more: no value, no standing, no tier from the date on."""
    valued = _rows(ClientValue.objects.all(), {"id": pl.Int64, "client_id": pl.Int64})
    gone = valued.join(values, on="client_id", how="anti")
    if gone.is_empty():
        return Counts()
    present = periods.join(gone, on="client_id", how="semi").sort("client_id", "from_day")
    _forget(present.filter(pl.col("from_day") == on))
    last = present.filter(pl.col("from_day") < on).unique("client_id", keep="last", maintain_order=True)
    closed = last.select("client_id", "from_day", until_day=pl.lit(on - timedelta(days=1)))
    nothing = {"assets_minor": pl.lit(0), "revenue_minor": pl.lit(0), "tier": pl.lit(""), "tier_reason": pl.lit("{}")}
    counts = merge(TierPeriod, closed, key=("client_id", "from_day")) + tell_value(
        standing=gone.select(id="client_id", **nothing)
    )
    for part in gone.iter_slices(500):
        with transaction.atomic():
            ClientValue.objects.filter(pk__in=part["id"].to_list()).delete()
    return counts + Counts(updated=gone.height)


_PERIODS = {"id": pl.Int64, "client_id": pl.Int64, "tier": pl.String, "by": pl.String, "from_day": pl.Date}
_OVERRIDES = {"id": pl.Int64, "client_id": pl.Int64, "from_day": pl.Date, "ended_on": pl.Date}


def _periods() -> pl.DataFrame:
    return _rows(TierPeriod.objects.all(), _PERIODS)


def _rows(found: models.QuerySet[Any], schema: Mapping[str, Any]) -> pl.DataFrame:
    rows = found.order_by("id").values_list(*schema).iterator(chunk_size=CHUNK)
    return pl.DataFrame(list(rows), schema=dict(schema), orient="row")


def _forget(periods: pl.DataFrame) -> None:
    """Take back periods that an attempt of the same date opened, and that the date no longer gives a reason for."""
    for part in periods.iter_slices(500):
        with transaction.atomic():
            TierPeriod.objects.filter(pk__in=part["id"].to_list()).delete()
