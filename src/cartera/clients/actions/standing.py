"""What upper rooms tell a client's row, so that lists can sort and page by it. These columns are no edit: no version moves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from cartera.clients.models import Client


def tell_contact(*, client_id: int, at: datetime) -> None:
    """The client was contacted at this instant; an older contact changes nothing."""
    rows = Client._base_manager.filter(Q(last_contact_at__isnull=True) | Q(last_contact_at__lt=at), pk=client_id)
    rows.update(last_contact_at=at)


def set_last_contact(*, client_id: int, at: datetime | None) -> None:
    Client._base_manager.filter(pk=client_id).update(last_contact_at=at)


def set_next_due(*, client_id: int, at: datetime | None) -> None:
    """The next instant at which something is owed to the client."""
    Client._base_manager.filter(pk=client_id).update(next_due_at=at)


def tell_tier(*, client_id: int, tier: str, reason: dict[str, Any]) -> None:
    """The tier that somebody decided on, with its reason as data."""
    Client._base_manager.filter(pk=client_id).update(tier=tier, tier_reason=reason)
