"""Inviting people by a link: made, sent again, withdrawn, accepted once."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition
from cartera.rulebook.queries import value_of
from cartera.team.actions.people import new_sign_in
from cartera.team.invitations import invitation_of
from cartera.team.models import Invitation, SignIn, Staff
from cartera.team.settings import INVITATION_DAYS

GATE = Actor.system("the gate", "team.accept_invitation")


@action("team.invite")
def invite(*, actor: Actor, staff: Staff, email: str) -> Invitation:
    """Invite somebody who was hired, or invite them again: the link that was sent before stops working.

    Raises InvalidTransition for somebody who left, or who signs in already.
    """
    if not staff.active:
        raise InvalidTransition(_("This person does not work here any more."))
    if staff.sign_in is not None:
        raise InvalidTransition(_("This person signs in already: a forgotten password is asked for at the gate."))
    sent_at = datetime.now(UTC)
    values = {
        "email": email,
        "nonce": secrets.token_urlsafe(32),
        "sent_at": sent_at,
        "expires_at": sent_at + timedelta(days=value_of(INVITATION_DAYS)),
    }
    open_one = Invitation.objects.filter(staff=staff, accepted_at__isnull=True, withdrawn_at__isnull=True).first()
    return open_one.change(**values) if open_one else Invitation.add(staff=staff, **values)


@action("team.withdraw_invitation")
def withdraw_invitation(*, actor: Actor, invitation: Invitation) -> Invitation:
    """The link stops working."""
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise InvalidTransition(_("This invitation was used or withdrawn already."))
    return invitation.change(withdrawn_at=datetime.now(UTC))


def accept(*, token: str, name: str, username: str, password: str) -> SignIn:
    """Whoever holds the link chooses a name, a user and a password; the link works once.

    Raises NotFound for a link that is not good (any more), Invalid for a user name that is taken or a weak password.
    """
    return _accept(actor=GATE, invitation=invitation_of(token), name=name, username=username, password=password)


@action("team.accept_invitation")
def _accept(*, actor: Actor, invitation: Invitation, name: str, username: str, password: str) -> SignIn:
    try:
        validate_password(password, SignIn(username=username, email=invitation.email))
    except ValidationError as weak:
        raise Invalid(fields={"password": weak.messages}) from weak
    invitation.change(accepted_at=datetime.now(UTC))  # first: of two who hold the link, one crosses the other's version
    sign_in = new_sign_in(username, invitation.email, password)
    invitation.staff.change(sign_in=sign_in, name=name)
    return sign_in
