"""What events do when a contact is registered or taken back, in the same transaction."""

from __future__ import annotations

from cartera.events import actions
from cartera.events.models import Event
from cartera.interactions.models import REACHED, Interaction, Purpose
from cartera.kernel.actor import Actor
from cartera.kernel.recording import Recording

LEDGER = Actor.system("events", "client.view", "event.answer", "event.reopen")


def answer_what_it_was_about(record: Recording) -> None:
    """A contact about a renewal that reached the client answers the maturities that are open."""
    contact: Interaction = record.result
    if contact.purpose == Purpose.RENEWAL and contact.outcome in REACHED:
        for event in Event.objects.filter(client=contact.client_id, kind=Event.Kind.MATURITY, state=Event.State.OPEN):
            actions.answer(actor=LEDGER, event=event, contact=contact)


def put_back_what_it_answered(record: Recording) -> None:
    """A contact that is taken back answers nothing; what has expired meanwhile stays so."""
    contact: Interaction = record.result
    for event in contact.events_answered.filter(state=Event.State.ACTED):
        actions.reopen(actor=LEDGER, event=event)
