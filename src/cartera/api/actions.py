"""Giving out tokens and taking them back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from cartera.api.models import Token
from cartera.api.rules import PREFIX, digest_of
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition
from cartera.team.models import Staff


@dataclass(frozen=True, slots=True)
class Issued:
    """A token and its secret, which is known at this moment only."""

    token: Token
    secret: str = field(repr=False)


LONGEST_DAYS = 3653


@action("token.issue")
def issue_token(*, actor: Actor, staff: Staff, label: str, days: int | None = None) -> Issued:
    """Let a program act as a member of staff, with the same rights, for so many days or until it is revoked."""
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise Invalid(fields={"days": [_("A token lasts from one day to ten years, or until it is revoked.")]})
    secret = PREFIX + secrets.token_urlsafe(32)
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    return Issued(Token.add(staff=staff, label=label, digest=digest_of(secret), expires_at=expires_at), secret)


@action("token.revoke")
def revoke_token(*, actor: Actor, token: Token, reason: str = "") -> Token:
    """From now on this token opens nothing."""
    if token.revoked_at is not None:
        raise InvalidTransition(_("This token was revoked already."))
    return token.change(revoked_at=datetime.now(UTC))
