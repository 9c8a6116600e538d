"""What promises do when a contact is registered or taken back, in the same transaction."""

from __future__ import annotations

from cartera.clients.models import Channel, Client
from cartera.interactions.models import REACHED, Interaction
from cartera.kernel.actor import Actor
from cartera.kernel.recording import Recording
from cartera.promises import actions, queries
from cartera.promises.actions_for_books import follow_book
from cartera.promises.rules import Contact, State
from cartera.team.models import Staff

LEDGER = Actor.system(
    "ledger of promises",
    *("client.view", "promise.keep", "promise.reopen", "promise.withdraw", "promise.follow_book", "promise.pass_on"),
)


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


def follow_the_book(record: Recording) -> None:
    """What the leaver still owed is owed by whoever took over the clients."""
    people = Staff.objects.in_bulk([record.facts["of"], record.facts["to"]])
    follow_book(actor=LEDGER, staff=people[record.facts["of"]], successor=people[record.facts["to"]])


def go_with_the_client(record: Recording) -> None:
    """What a client is owed goes to its new adviser, when it is handed over and when it is taken back."""
    for change in record.changes:
        if change.kind == Client._meta.label_lower and "adviser" in change.after:
            before, after = (
                int(told["adviser"]) if told["adviser"] else None for told in (change.before, change.after)
            )
            actions.pass_on(actor=LEDGER, client_id=change.id, from_id=before, to_id=after)
