"""The shapes in which everything arrives: nine frames, whatever the source.

A source (a recipe over files, or the demonstration bank) gives frames with these columns; rows refer to each other by
key. Money is in minor units, rates in parts per million, days are dates, instants are UTC. A null is "nothing", which
the loader turns into the table's default. A column that a source does not give is not its business: a new row takes the
table's default there, and a row that is there keeps what it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

import polars as pl

INSTANT = pl.Datetime("us", "UTC")


class Entity(StrEnum):
    """In the order in which they are loaded: each refers only to those before it."""

    BRANCHES = "branches"
    STAFF = "staff"
    CLIENTS = "clients"
    RELATIONSHIPS = "relationships"
    HOLDINGS = "holdings"
    BALANCES = "balances"
    TRANSACTIONS = "transactions"
    STANDING_ORDERS = "standing_orders"
    INTERACTIONS = "interactions"


@dataclass(frozen=True, slots=True)
class EntityCounts:
    """What became of the rows of one entity; `read` is the sum of the other four."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0

    @property
    def changed(self) -> int:
        return self.created + self.updated


class Progress(Protocol):
    """Hears how far an entity has come: `done` of its `total` rows."""

    def __call__(self, entity: Entity, done: int, total: int) -> None: ...


def silent(entity: Entity, done: int, total: int) -> None:
    """The progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Bank:
    """The institution that a source describes: ISO 3166 country, ISO 4217 currency, IANA zone.

    `pinned_date` stops the clock of an installation that holds data of another time; None for one that lives today.
    """

    name: str
    country: str
    currency: str
    zone: str
    pinned_date: date | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What is there before the first row: the bank, and its products in a frame with the columns of `PRODUCTS`."""

    institution: Bank
    products: pl.DataFrame


PRODUCTS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "key": pl.String,
    "name": pl.String,
    "line": pl.String,
    "currency": pl.String,
    "margin_ppm": pl.Int64,
    "fee_minor": pl.Int64,
}

# fmt: off
SCHEMAS: Mapping[Entity, Mapping[str, pl.DataType | type[pl.DataType]]] = {
    Entity.BRANCHES: {
        "key": pl.String, "name": pl.String, "parent": pl.String,              # parent: key of another branch
        "country": pl.String, "region": pl.String, "zone": pl.String,
    },
    Entity.STAFF: {
        "key": pl.String, "name": pl.String, "role": pl.String, "title": pl.String, "branch": pl.String,
        "username": pl.String, "email": pl.String, "hour_cost_minor": pl.Int64, "active": pl.Boolean,
    },
    Entity.CLIENTS: {
        "key": pl.String, "kind": pl.String, "name": pl.String, "given_name": pl.String, "surname": pl.String,
        "second_surname": pl.String, "identifier_kind": pl.String, "identifier": pl.String, "birth_date": pl.Date,
        "sex": pl.String, "sector": pl.String, "country": pl.String, "branch": pl.String, "adviser": pl.String,
        "household": pl.String, "household_name": pl.String, "since": pl.Date, "until": pl.Date,
        "phone": pl.String, "email": pl.String, "address": pl.String,
        "channels": pl.Int64, "consent": pl.Int64, "preferred": pl.String, "days": pl.Int64,   # wishes; all null: none said
        "from_minute": pl.Int64, "to_minute": pl.Int64, "contacts_a_year": pl.Int64, "words": pl.String, "said_on": pl.Date,
    },
    Entity.RELATIONSHIPS: {
        "client": pl.String, "other": pl.String, "kind": pl.String, "since": pl.Date, "until": pl.Date, "note": pl.String,
    },
    Entity.HOLDINGS: {
        "key": pl.String, "client": pl.String, "product": pl.String, "number": pl.String, "currency": pl.String,
        "balance_minor": pl.Int64, "balance_on": pl.Date, "limit_minor": pl.Int64, "rate_ppm": pl.Int64,
        "opened_on": pl.Date, "matures_on": pl.Date, "closed_on": pl.Date,
    },
    Entity.BALANCES: {                                                        # one a holding and month end
        "holding": pl.String, "on": pl.Date, "balance_minor": pl.Int64, "currency": pl.String,
    },
    Entity.TRANSACTIONS: {                                                    # amount: negative when money leaves the client
        "key": pl.String, "holding": pl.String, "on": pl.Date, "amount_minor": pl.Int64, "currency": pl.String,
        "kind": pl.String, "purpose": pl.String, "counterparty": pl.String,
    },
    Entity.STANDING_ORDERS: {
        "key": pl.String, "holding": pl.String, "payee": pl.String, "purpose": pl.String,
        "amount_minor": pl.Int64, "currency": pl.String,
    },
    Entity.INTERACTIONS: {
        "key": pl.String, "client": pl.String, "staff": pl.String, "channel": pl.String, "direction": pl.String,
        "purpose": pl.String, "outcome": pl.String, "happened_at": INSTANT, "minutes": pl.Int64, "said": pl.String,
        "counts_as_touchpoint": pl.Boolean,
    },
}
# fmt: on


REQUIRED: Mapping[Entity, tuple[str, ...]] = {
    Entity.BRANCHES: ("key", "name"),
    Entity.STAFF: ("key", "name", "role", "branch"),
    Entity.CLIENTS: ("key", "kind", "name", "branch", "since"),
    Entity.RELATIONSHIPS: ("client", "other", "kind"),
    Entity.HOLDINGS: ("key", "client", "product", "opened_on"),
    Entity.BALANCES: ("holding", "on", "balance_minor"),
    Entity.TRANSACTIONS: ("key", "holding", "on", "amount_minor"),
    Entity.STANDING_ORDERS: ("key", "holding", "payee", "amount_minor"),
    Entity.INTERACTIONS: ("key", "client", "channel", "happened_at", "minutes"),
}

KEYS: Mapping[Entity, tuple[str, ...]] = {
    **dict.fromkeys(Entity, ("key",)),
    Entity.RELATIONSHIPS: ("client", "other", "kind"),
    Entity.BALANCES: ("holding", "on"),
}

REFERENCES: Mapping[Entity, Mapping[str, Entity]] = {
    Entity.BRANCHES: {"parent": Entity.BRANCHES},
    Entity.STAFF: {"branch": Entity.BRANCHES},
    Entity.CLIENTS: {"branch": Entity.BRANCHES, "adviser": Entity.STAFF},
    Entity.RELATIONSHIPS: {"client": Entity.CLIENTS, "other": Entity.CLIENTS},
    Entity.HOLDINGS: {"client": Entity.CLIENTS},
    Entity.BALANCES: {"holding": Entity.HOLDINGS},
    Entity.TRANSACTIONS: {"holding": Entity.HOLDINGS},
    Entity.STANDING_ORDERS: {"holding": Entity.HOLDINGS},
    Entity.INTERACTIONS: {"client": Entity.CLIENTS, "staff": Entity.STAFF},
}


def shaped(entity: Entity, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column of its entity, in order and typed; columns it lacks are null."""
    schema = SCHEMAS[entity]
    _require_known(entity, frame)
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


def given(entity: Entity, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the columns that its source gives, in order and typed."""
    _require_known(entity, frame)
    return frame.select(pl.col(name).cast(kind) for name, kind in SCHEMAS[entity].items() if name in frame.columns)


def _require_known(entity: Entity, frame: pl.DataFrame) -> None:
    unknown = set(frame.columns) - set(SCHEMAS[entity])
    if unknown:
        raise ValueError(f"{entity} has no column {', '.join(sorted(unknown))}")
