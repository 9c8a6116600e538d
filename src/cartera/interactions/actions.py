"""Registering a contact, and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cartera.clients.actions import standing
from cartera.clients.models import Channel, Client
from cartera.clock.queries import now
from cartera.interactions.models import Direction, Interaction, Outcome, Purpose
from cartera.interactions.rules import EARLIEST
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition
from cartera.kernel.models import Happening
from cartera.team.queries import staff_of


@action("interaction.register", undone_by="interaction.retract")
def register(
    *,
    actor: Actor,
    client: Client,
    channel: Channel,
    outcome: Outcome = Outcome.TALKED,
    direction: Direction = Direction.OUT,
    purpose: Purpose = Purpose.TOUCH,
    minutes: int = 10,
    happened_at: datetime | None = None,
    said: str = "",
    counts_as_touchpoint: bool | None = None,
    key: str | None = None,
) -> Interaction:
    """Write down one contact. A call for service that the client makes counts as no touchpoint unless it is marked.

    `key` is how another system, or a form that could be sent twice, calls this contact. Raises Invalid for a contact in
    the future, and for one before 1900.
    """
    at = happened_at or now()
    if at > now():
        raise Invalid(fields={"happened_at": [_("A contact is registered after it happened.")]})
    if at < EARLIEST:
        raise Invalid(fields={"happened_at": [_("No contact is that old.")]})
    asked_for_service = direction == Direction.IN and purpose == Purpose.SERVICE
    contact = Interaction.add(
        key=key,
        client=client,
        staff=staff_of(actor),
        channel=channel,
        direction=direction,
        purpose=purpose,
        outcome=outcome,
        happened_at=at,
        minutes=minutes,
        said=said,
        counts_as_touchpoint=not asked_for_service if counts_as_touchpoint is None else counts_as_touchpoint,
    )
    standing.tell_contact(client_id=client.pk, at=at)
    return contact


@action("interaction.retract")
def retract(*, actor: Actor, interaction: Interaction, undoes: Happening | None = None) -> Interaction:
    """Take back a contact that was registered by mistake; what it kept and what was promised in it goes back too."""
    if interaction.retracted_at is not None:
        raise InvalidTransition(_("This contact was taken back already."))
    interaction.change(retracted_at=now())
    latest = Interaction.objects.standing().filter(client_id=interaction.client_id).order_by("-happened_at").first()
    standing.set_last_contact(client_id=interaction.client_id, at=latest.happened_at if latest else None)
    return interaction
