"""Clients first; holdings and wishes know clients, never the reverse."""

from cartera.clients.models.client import (
    Client,
    ExternalKey,
    Household,
    Kind,
    Relationship,
    RelationshipKind,
    Sex,
    Tier,
)
from cartera.clients.models.contact import Channel, ContactKind, ContactPoint, Wishes
from cartera.clients.models.holding import Holding, StandingOrder

__all__ = [
    "Channel",
    "Client",
    "ContactKind",
    "ContactPoint",
    "ExternalKey",
    "Holding",
    "Household",
    "Kind",
    "Relationship",
    "RelationshipKind",
    "Sex",
    "StandingOrder",
    "Tier",
    "Wishes",
]
