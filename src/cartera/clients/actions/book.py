"""A book of clients changes hands."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Client
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid
from cartera.kernel.recording import current_recording
from cartera.team.models import Staff


@action("book.hand_over")
def hand_over_book(*, actor: Actor, staff: Staff, successor: Staff, reason: str = "") -> int:
    """Give all current clients of one adviser to another, who keeps them in their own branch. Returns how many.

    The happening names both and counts the clients; each client's version moves, so that an edit under way crosses it.
    """
    if successor == staff or not successor.active:
        raise Invalid(fields={"successor": [_("Choose somebody else who works here.")]})
    handed = Client.objects.filter(adviser=staff).update(adviser=successor, version=F("version") + 1)
    current_recording().tell(rows=handed, of=staff.pk, to=successor.pk)
    return handed
