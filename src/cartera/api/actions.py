"""Giving out tokens and taking them back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.api.models import Token
from cartera.api.rules import ALL_SCOPES, PREFIX, digest_of, is_scope
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition, NotPermitted
from cartera.rulebook.queries import value_of
from cartera.team.models import Staff
from cartera.team.queries import staff_of
from cartera.team.settings import MOST_TOKENS, TOKEN_DAYS


@dataclass(frozen=True, slots=True)
class Issued:
    """A token and its secret, which is known at this moment only."""

    token: Token
    secret: str = field(repr=False)


@action("token.issue")
def issue_token(
    *, actor: Actor, staff: Staff, label: str, days: int | None = None, scopes: Sequence[str] = ALL_SCOPES
) -> Issued:
    """Let a program act as a member of staff, within scopes, for so many days or until it is revoked.

    Raises Invalid for a scope that is none and for longer than the institution lets one last.
    """
    return _issued(staff, label, days, scopes)


@action("token.issue_own")
def issue_own_token(*, actor: Actor, label: str, days: int | None = None, scopes: Sequence[str] = ALL_SCOPES) -> Issued:
    """Let a program act as oneself. Raises as `issue_token` does, and Invalid for one token too many."""
    staff = staff_of(actor)
    if staff is None:
        raise NotPermitted()
    if _in_use(staff) >= (most := value_of(MOST_TOKENS)):
        raise Invalid(_("You have %(n)d tokens in use: revoke one that nobody needs any more.") % {"n": most})
    return _issued(staff, label, days, scopes)


@action("token.revoke")
def revoke_token(*, actor: Actor, token: Token, reason: str = "") -> Token:
    """From now on this token opens nothing."""
    return _revoked(token)


@action("token.revoke_own")
def revoke_own_token(*, actor: Actor, token: Token) -> Token:
    """From now on one's own token opens nothing. Raises NotPermitted for somebody else's."""
    if not Token.objects.own(actor).filter(pk=token.pk).exists():
        raise NotPermitted()
    return _revoked(token)


def _issued(staff: Staff, label: str, days: int | None, scopes: Sequence[str]) -> Issued:
    longest = value_of(TOKEN_DAYS)
    if days is not None and not 1 <= days <= longest:
        told = _("A token lasts from one day to %(n)d, or until it is revoked.") % {"n": longest}
        raise Invalid(fields={"days": [told]})
    if wrong := [scope for scope in scopes if not is_scope(scope)]:
        raise Invalid(fields={"scopes": [_("%(scope)s is no scope.") % {"scope": ", ".join(wrong)}]})
    if not scopes:
        raise Invalid(fields={"scopes": [_("Choose what the token may do.")]})
    secret = PREFIX + secrets.token_urlsafe(32)
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    kept = {"digest": digest_of(secret), "scopes": sorted(set(scopes)), "expires_at": expires_at}
    return Issued(Token.add(staff=staff, label=label, **kept), secret)


def _revoked(token: Token) -> Token:
    if token.revoked_at is not None:
        raise InvalidTransition(_("This token was revoked already."))
    return token.change(revoked_at=datetime.now(UTC))


def _in_use(staff: Staff) -> int:
    runs = Q(expires_at__isnull=True) | Q(expires_at__gt=datetime.now(UTC))
    return Token.objects.filter(runs, staff=staff, revoked_at__isnull=True).count()
