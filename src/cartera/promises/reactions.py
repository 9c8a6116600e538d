"""What promises do when a contact is registered or taken back, or two clients become one, in the same transaction."""

from __future__ import annotations

from cartera.clients.actions.carrying import carry, give_back, note, noted
from cartera.clients.models import Channel, Client, Merge
from cartera.interactions.models import REACHED, Interaction
from cartera.kernel.actor import Actor
from cartera.kernel.recording import Recording
from cartera.promises import actions, queries
from cartera.promises.actions_for_books import follow_book
from cartera.promises.models import Promise
from cartera.promises.rules import Contact, State
from cartera.team.models import Staff

LEDGER = Actor.system(
    "ledger of promises",
    *("client.view", "promise.keep", "promise.reopen", "promise.withdraw", "promise.follow_book", "promise.pass_on"),
)
HANDED_OVER = "promises.staff"


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


def go_to_the_new_adviser(record: Recording) -> None:
    """What a client is owed goes to its new adviser, when it is handed over and when it is taken back."""
    for change in record.changes:
        if change.kind == Client._meta.label_lower and "adviser" in change.after:
            before, after = (
                int(told["adviser"]) if told["adviser"] else None for told in (change.before, change.after)
            )
            actions.pass_on(actor=LEDGER, client_id=change.id, from_id=before, to_id=after)


def go_with_the_client(record: Recording) -> None:
    """What was promised to a client that was merged is owed to the one that stays, by the adviser of that one."""
    merge: Merge = record.result
    carry(merge, Promise._base_manager.all())
    before, after = merge.absorbed.adviser_id, merge.survivor.adviser_id
    if before != after and after is not None:
        open_promises = Promise.objects.open().filter(client=merge.survivor_id, pk__in=_carried(merge))
        handed = {str(one.pk): one.change(staff_id=after).pk for one in open_promises.filter(staff=before)}
        note(merge, HANDED_OVER, handed)
    actions.tell_next_due(merge.survivor_id)
    actions.tell_next_due(merge.absorbed_id)


def come_back(record: Recording) -> None:
    """The promises that were carried are owed to the other client again, by its adviser."""
    merge: Merge = record.result
    give_back(merge, Promise)
    after = merge.survivor.adviser_id
    for promise in Promise.objects.filter(pk__in=noted(merge, HANDED_OVER), client=merge.absorbed_id, staff=after):
        promise.change(staff_id=merge.absorbed.adviser_id)
    actions.tell_next_due(merge.survivor_id)
    actions.tell_next_due(merge.absorbed_id)


def _carried(merge: Merge) -> list[int]:
    found: list[int] = merge.moved.get(f"{Promise._meta.label_lower}.client", [])
    return found
