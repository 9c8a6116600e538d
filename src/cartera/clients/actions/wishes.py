"""What a client asked for, written down."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Client, Wishes
from cartera.clients.models.contact import EVERY_DAY, Channels
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid


@action("wish.record")
def record_wishes(
    *,
    actor: Actor,
    client: Client,
    said_on: date,
    channels: int = int(Channels.ALL),
    consent: int | None = None,
    preferred: str = "",
    days: int = EVERY_DAY,
    from_minute: int = 0,
    to_minute: int = 1440,
    contacts_a_year: int | None = None,
    words: str = "",
    version: int | None = None,
) -> Wishes:
    """Write down how a client wants to be served, in place of what it said before; consent stays unless it is given.

    `version` is that of the wishes that the edit started from, 0 for none. Raises Conflict, with the wishes as they are
    and what was to be written, when somebody wrote others since; Invalid when it prefers a channel that it refuses.
    """
    if preferred and not Channels[preferred.upper()] & channels:
        raise Invalid(fields={"preferred": [_("The preferred channel is among those that the client refused.")]})
    values = {
        "channels": channels,
        "preferred": preferred,
        "days": days,
        "from_minute": from_minute,
        "to_minute": to_minute,
        "contacts_a_year": contacts_a_year,
        "words": words,
        "said_on": said_on,
    }
    if consent is not None:
        values["consent"] = consent
    said = Wishes.objects.filter(client=client).first()
    if version is not None and version != (said.version if said else 0):
        raise Conflict(theirs=said, yours=values)
    return said.change(**values) if said else Wishes.add(client=client, **values)
