"""What can be loaded, and for which bank: words that a web process may know too, since they need no frames."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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
class Bank:
    """The institution that a source describes: ISO 3166 country, ISO 4217 currency, IANA zone.

    `pinned_date` stops the clock of an installation that holds data of another time; None for one that lives today.
    """

    name: str
    country: str
    currency: str
    zone: str
    pinned_date: date | None = None
