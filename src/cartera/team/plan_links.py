"""Whose plan an address shows."""

from __future__ import annotations

from cartera.team.actions.calendars import digest_of
from cartera.team.models import PlanLink


def link_of(secret: str) -> PlanLink | None:
    """The link of a secret, if it was not revoked and its person still works here and may sign in."""
    rows = PlanLink.objects.select_related("staff__branch", "staff__sign_in")
    found: PlanLink | None = rows.filter(
        digest=digest_of(secret), revoked_at__isnull=True, staff__active=True, staff__sign_in__is_active=True
    ).first()
    return found
