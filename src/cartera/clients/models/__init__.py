"""Clients first; holdings, wishes and duplicates know clients, never the reverse."""

from cartera.clients.models.access import AccessGrant, HandOver, Occasion
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
from cartera.clients.models.duplicates import DuplicatePair, DuplicateSearch, Merge
from cartera.clients.models.holding import Holding, StandingOrder

__all__ = [
    "AccessGrant",
    "Channel",
    "Client",
    "ContactKind",
    "ContactPoint",
    "DuplicatePair",
    "DuplicateSearch",
    "ExternalKey",
    "HandOver",
    "Holding",
    "Household",
    "Kind",
    "Merge",
    "Occasion",
    "Relationship",
    "RelationshipKind",
    "Sex",
    "StandingOrder",
    "Tier",
    "Wishes",
]
