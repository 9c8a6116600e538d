"""Questions about promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q

from cartera.clients.models import Channel, Client
from cartera.clock.queries import now
from cartera.interactions.models import Interaction, Purpose
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.promises.models import Origin, Promise, PromiseQuerySet, Side
from cartera.promises.rules import CLOSED, Contact, Promised, State, touchpoint_kept_by
from cartera.team.models import Staff


def promise_of(*, actor: Actor, promise_id: int) -> Promise:
    """One promise with its client. NotFound when there is none that the actor may see."""
    found = _visible(actor).select_related("client__branch", "staff").filter(pk=promise_id).first()
    if found is None:
        raise NotFound()
    return found


def owed_to(*, actor: Actor, client: Client) -> PromiseQuerySet:
    """What is open with a client, on both sides, the first due first."""
    return _visible(actor).filter(client=client).open().order_by("due_at", "id")


def closed_with(*, actor: Actor, client: Client) -> PromiseQuerySet:
    """What became of a client's earlier promises, the latest first."""
    rows: PromiseQuerySet = _visible(actor).filter(client=client, state__in=CLOSED)
    return rows.select_related("kept_by").order_by("-closed_at", "-id")


def at_hand(*, actor: Actor, client: Client, since: datetime, most: int) -> list[Promise]:
    """What is open with a client and what was settled since an instant, the first due first."""
    asked = Q(state=State.PROMISED) | Q(state__in=CLOSED, closed_at__gte=since)
    return list(_visible(actor).filter(asked, client=client).order_by("due_at", "id")[:most])


def told_in(*, actor: Actor, contacts: Sequence[Interaction]) -> list[Promise]:
    """What was promised or kept in these contacts."""
    return list(_visible(actor).filter(Q(made_in__in=contacts) | Q(kept_by__in=contacts)).order_by("due_at", "id"))


def ledger(*, actor: Actor) -> PromiseQuerySet:
    """Every promise that the actor may see."""
    return _visible(actor).select_related("client", "staff")


def overdue(*, actor: Actor) -> PromiseQuerySet:
    """What we owe and did not keep by its due instant, the longest overdue first."""
    return _visible(actor).open().ours().due_before(now()).select_related("client", "staff").order_by("due_at", "id")


def due_within(*, actor: Actor, term: timedelta) -> PromiseQuerySet:
    """What we owe and that falls due in the term, the first due first."""
    rows: PromiseQuerySet = _visible(actor).open().ours().filter(due_at__gte=now(), due_at__lt=now() + term)
    return rows.select_related("client", "staff").order_by("due_at", "id")


def counts_by_state(*, actor: Actor, client: Client) -> Mapping[str, int]:
    """How many of a client's promises are in each state: together they are all that were made."""
    rows = _visible(actor).filter(client=client).values_list("state").annotate(n=Count("id"))
    return dict(rows.order_by())


def touchpoint_among(open_promises: Iterable[Promise], contact: Contact) -> Promise | None:
    """The touchpoint of the service model that a contact would keep by itself, among a client's open promises."""
    touchpoints = {
        promise.pk: promise
        for promise in open_promises
        if promise.origin == Origin.MODEL and promise.owed_by == Side.US and promise.opens_at <= contact.at
    }
    kept = touchpoint_kept_by(contact, map(promised, touchpoints.values()))
    return touchpoints[kept.id] if kept else None


def settled_counts(*, actor: Actor, staff: Staff, since: datetime, until: datetime) -> Mapping[str, int]:
    """How a person's promises to clients that were settled between two instants ended: kept, late or broken."""
    rows = _visible(actor).ours().filter(staff=staff, closed_at__gte=since, closed_at__lt=until)
    counts = rows.filter(state__in=(State.KEPT, State.LATE, State.BROKEN)).values_list("state").annotate(n=Count("id"))
    return dict(counts.order_by())


def promised(promise: Promise) -> Promised:
    """A promise as the rules see it. Keeping in touch is kept by a contact for any purpose."""
    return Promised(
        id=promise.pk,
        opens_at=promise.opens_at,
        due_at=promise.due_at,
        demand=Channel(promise.channel).demand if promise.channel else -1,
        purpose=promise.purpose,
        minutes=promise.minutes,
        any_purpose=promise.purpose == Purpose.TOUCH,
    )


def _visible(actor: Actor) -> PromiseQuerySet:
    rows = Promise.objects.visible_to(actor)
    assert isinstance(rows, PromiseQuerySet)
    return rows


def overdue_by_staff(*, actor: Actor) -> Mapping[int, int]:
    """How many of our promises are overdue, by whose they are."""
    rows = overdue(actor=actor).order_by().values_list("staff").annotate(n=Count("id"))
    return {staff_id: count for staff_id, count in rows if staff_id is not None}


def kept_by_staff_since(*, actor: Actor, instant: datetime) -> Mapping[int, int]:
    """How many of our promises were kept since an instant, on time or late, by whose they are."""
    rows = _visible(actor).ours().filter(state__in=(State.KEPT, State.LATE), closed_at__gte=instant)
    counts = rows.order_by().values_list("staff").annotate(n=Count("id"))
    return {staff_id: count for staff_id, count in counts if staff_id is not None}
