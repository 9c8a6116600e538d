"""What events do when a contact is registered or taken back, or two clients become one, in the same transaction."""

from __future__ import annotations

from cartera.clients.actions.carrying import carry, give_back
from cartera.events import actions
from cartera.events.models import Event
from cartera.interactions.models import REACHED, Interaction, Outcome, Purpose
from cartera.kernel.actor import Actor
from cartera.kernel.recording import Recording

LEDGER = Actor.system("events", "client.view", "event.answer", "event.reopen")


ANSWERS = {
    Event.Kind.MATURITY: frozenset({Purpose.RENEWAL}),
    Event.Kind.RUN_DOWN: frozenset({Purpose.REVIEW, Purpose.RENEWAL, Purpose.SALE}),
    Event.Kind.SILENCE: frozenset(Purpose),
}
"""Contacts about what answer each kind of event."""


def answer_what_it_was_about(record: Recording) -> None:
    """A contact that reached the client answers the open events that it was about; silence ends with any conversation."""
    contact: Interaction = record.result
    if contact.outcome not in REACHED:
        return
    kinds = [kind for kind, purposes in ANSWERS.items() if contact.purpose in purposes]
    if contact.outcome != Outcome.TALKED and Event.Kind.SILENCE in kinds:
        kinds.remove(Event.Kind.SILENCE)
    for event in Event.objects.filter(client=contact.client_id, kind__in=kinds, state=Event.State.OPEN):
        actions.answer(actor=LEDGER, event=event, contact=contact)


def put_back_what_it_answered(record: Recording) -> None:
    """A contact that is taken back answers nothing; what has expired meanwhile stays so."""
    contact: Interaction = record.result
    for event in contact.events_answered.filter(state=Event.State.ACTED):
        actions.reopen(actor=LEDGER, event=event)


def go_with_the_client(record: Recording) -> None:
    """What was raised for a client that was merged is raised for the one that stays."""
    carry(record.result, Event._base_manager.all())


def come_back(record: Recording) -> None:
    give_back(record.result, Event)
