"""What the engine sees: the tables and columns of a snapshot, the facts of the lake, and their types.

Names of people, identifiers, addresses and notes are not here: analysis needs none of them. A test compares every line
with the models of the rooms, which this floor may not import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Type(Enum):
    """A column's type: in SQLite's copy, in DuckDB and Parquet, and in Ibis. Instants are UTC, money is an integer."""

    INTEGER = ("INTEGER", "BIGINT", "int64")
    TEXT = ("TEXT", "VARCHAR", "string")
    FLAG = ("INTEGER", "BOOLEAN", "boolean")
    DATE = ("TEXT", "DATE", "date")
    INSTANT = ("TEXT", "TIMESTAMPTZ", "timestamp('UTC', 6)")

    @property
    def sqlite(self) -> str:
        return self.value[0]

    @property
    def duckdb(self) -> str:
        return self.value[1]

    @property
    def ibis(self) -> str:
        return self.value[2]


Schema = Mapping[str, Type]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the database (`source`) and the columns of it that a snapshot holds."""

    source: str
    columns: Schema


_I, _T, _F, _D, _Z = Type.INTEGER, Type.TEXT, Type.FLAG, Type.DATE, Type.INSTANT

# fmt: off
TABLES: Mapping[str, Table] = {
    "institution": Table("clock_institution", {"id": _I, "country": _T, "region": _T, "currency": _T, "zone": _T}),
    "branches": Table("team_branch", {"id": _I, "key": _T, "parent_id": _I, "path": _T, "country": _T, "region": _T, "zone": _T}),
    "staff": Table("team_staff", {"id": _I, "key": _T, "role": _T, "branch_id": _I, "hour_cost_minor": _I, "active": _F}),
    "products": Table("products_product", {
        "id": _I, "key": _T, "line": _T, "currency": _T, "margin_ppm": _I, "fee_minor": _I, "active": _F,
    }),
    "currency_rates": Table("products_currencyrate", {
        "id": _I, "currency": _T, "quote": _T, "from_day": _D, "rate_ppm": _I,
    }),
    "clients": Table("clients_client", {
        "id": _I, "key": _T, "kind": _T, "birth_date": _D, "sex": _T, "sector": _T, "country": _T, "branch_id": _I,
        "adviser_id": _I, "household_id": _I, "since": _D, "until": _D, "recorded_at": _Z,
    }),
    "relationships": Table("clients_relationship", {
        "id": _I, "client_id": _I, "other_id": _I, "kind": _T, "since": _D, "until": _D,
    }),
    "holdings": Table("clients_holding", {
        "id": _I, "key": _T, "client_id": _I, "product_id": _I, "currency": _T, "balance_minor": _I, "balance_on": _D,
        "limit_minor": _I, "rate_ppm": _I, "opened_on": _D, "matures_on": _D, "closed_on": _D, "recorded_at": _Z,
    }),
    "standing_orders": Table("clients_standingorder", {
        "id": _I, "key": _T, "holding_id": _I, "amount_minor": _I, "currency": _T,
    }),
    "interactions": Table("interactions_interaction", {
        "id": _I, "client_id": _I, "staff_id": _I, "channel": _T, "direction": _T, "purpose": _T, "outcome": _T,
        "happened_at": _Z, "minutes": _I, "counts_as_touchpoint": _F, "retracted_at": _Z, "recorded_at": _Z,
    }),
    "effort": Table("interactions_effort", {
        "id": _I, "client_id": _I, "staff_id": _I, "work": _T, "spent_on": _D, "minutes": _I,
    }),
    "promises": Table("promises_promise", {
        "id": _I, "client_id": _I, "staff_id": _I, "owed_by": _T, "channel": _T, "purpose": _T, "minutes": _I, "made_at": _Z,
        "opens_at": _Z, "due_at": _Z, "latest_at": _Z, "state": _T, "closed_at": _Z, "origin": _T, "kept_by_id": _I,
        "follows_id": _I, "at_stake_minor": _I,
    }),
    "tier_overrides": Table("value_tieroverride", {
        "id": _I, "client_id": _I, "tier": _T, "from_day": _D, "expires_on": _D, "ended_on": _D,
    }),
    "tier_periods": Table("value_tierperiod", {
        "id": _I, "client_id": _I, "tier": _T, "by": _T, "from_day": _D, "until_day": _D,
    }),
}

LAKE: Mapping[str, Schema] = {
    "balances": {"holding": _T, "on": _D, "balance_minor": _I, "currency": _T},
    "transactions": {
        "key": _T, "holding": _T, "on": _D, "amount_minor": _I, "currency": _T, "kind": _T, "purpose": _T, "counterparty": _T,
    },
}
# fmt: on
