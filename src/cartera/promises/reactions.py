"""What promises do when a contact is registered or taken back, in the same transaction."""

from __future__ import annotations

from cartera.clients.models import Channel
from cartera.interactions.models import REACHED, Interaction
from cartera.kernel.actor import Actor
from cartera.kernel.recording import Recording
from cartera.promises import actions, queries
from cartera.promises.rules import Contact, State

LEDGER = Actor.system("ledger of promises", "client.view", "promise.keep", "promise.reopen", "promise.withdraw")


def keep_the_touchpoint_it_fits(record: Recording) -> None:
    """A contact keeps the most demanding open touchpoint of the service model that it fulfils, and no other."""
    contact: Interaction = record.result
    open_promises = queries.owed_to(actor=LEDGER, client=contact.client).filter(opens_at__lte=contact.happened_at)
    kept = queries.touchpoint_among(
        open_promises,
        Contact(
            at=contact.happened_at,
            demand=Channel(contact.channel).demand,
            purpose=contact.purpose,
            reached=contact.outcome in REACHED,
            counts=contact.counts_as_touchpoint,
        ),
    )
    if kept is not None:
        actions.keep(actor=LEDGER, promise=kept, kept_by=contact)


def put_back_what_it_did(record: Recording) -> None:
    """A contact that is taken back keeps nothing, and nothing was promised in it."""
    contact: Interaction = record.result
    for promise in contact.promises_kept.all():
        actions.reopen(actor=LEDGER, promise=promise)
    for promise in contact.promises_made.filter(state=State.PROMISED):
        actions.withdraw(actor=LEDGER, promise=promise)
