"""The engine's result as columns of our tables: the reason and the foreign amounts as the JSON text that they store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from cartera.value.rules import By

FIGURES = ("assets_minor", "liabilities_minor", "revenue_minor", "cost_minor", "minutes", "recency_days", "frequency")
FOREIGN = ("assets_minor", "liabilities_minor", "revenue_minor")


def with_reasons(values: pl.DataFrame) -> pl.DataFrame:
    """`values` and `reason`, the very text of `rules.Decision.reason()`."""
    by_policy = _object(
        {
            "by": _text("by"),
            "amount": _number("amount_minor"),
            "threshold": _number("threshold_minor"),
            "kept_by_hysteresis": pl.when("kept_by_hysteresis").then(pl.lit("true")).otherwise(pl.lit("false")),
            "household": _number("household_id"),
            "policy": _number("policy"),
        }
    )
    by_person = _object(
        {
            "by": _text("by"),
            "override": _number("override_id"),
            "expires_on": pl.concat_str(
                pl.lit('"'), pl.col("override_expires_on").dt.to_string("%Y-%m-%d"), pl.lit('"')
            ),
            "instead_of": _text("instead_of"),
            "policy": _number("policy"),
        }
    )
    reason = pl.when(pl.col("by") == str(By.OVERRIDE)).then(by_person).otherwise(by_policy)
    return values.with_columns(reason=reason)


def client_values(values: pl.DataFrame, foreign: pl.DataFrame, on: date) -> pl.DataFrame:
    """Rows of `ClientValue`. `foreign` has a row for each client and currency that was not converted."""
    return (
        values.select("client_id", *FIGURES)
        .join(_foreign_by_client(foreign), on="client_id", how="left", maintain_order="left")
        .with_columns(pl.lit(on).alias("on_date"), pl.col("foreign").fill_null("{}"))
    )


def _foreign_by_client(foreign: pl.DataFrame) -> pl.DataFrame:
    amounts = _object({name: _number(name) for name in FOREIGN})
    entry = pl.concat_str(pl.lit('"'), pl.col("currency"), pl.lit('": '), amounts)
    by_client = foreign.sort("client_id", "currency").group_by("client_id", maintain_order=True)
    joined = by_client.agg(entry.alias("entries")).with_columns(pl.col("entries").list.join(", "))
    return joined.select("client_id", foreign=pl.concat_str(pl.lit("{"), pl.col("entries"), pl.lit("}")))


def _object(members: Mapping[str, pl.Expr]) -> pl.Expr:
    parts = []
    for place, (name, value) in enumerate(members.items()):
        parts += [pl.lit(f'{", " if place else "{"}"{name}": '), value]
    return pl.concat_str(*parts, pl.lit("}"))


def _number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null("null")


def _text(name: str) -> pl.Expr:
    return pl.concat_str(pl.lit('"'), pl.col(name), pl.lit('"'))
