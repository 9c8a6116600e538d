"""The link of an invitation: what it says, and which invitation it opens."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core import signing

from cartera.kernel.errors import NotFound
from cartera.team.models import Invitation

SALT = "cartera.team.invitation"


def token_of(invitation: Invitation) -> str:
    """What the link carries: signed with the installation's secret, so that it can be shown again and not be made up."""
    return signing.Signer(salt=SALT).sign_object([invitation.pk, invitation.nonce])


def invitation_of(token: str) -> Invitation:
    """The open invitation of a link. NotFound, always the same, for one made up, used, withdrawn, replaced or expired."""
    try:
        invitation_id, nonce = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound() from error
    rows = Invitation.objects.select_related("staff__branch", "staff__sign_in").filter(
        pk=invitation_id,
        nonce=nonce,
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=datetime.now(UTC),
        staff__active=True,
        staff__sign_in__isnull=True,
    )
    found = rows.first()
    if found is None:
        raise NotFound()
    return found
