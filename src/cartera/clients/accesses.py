"""Questions about access to clients of other books: whom a text finds there, and who was let in, why and until when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from django.db.models import Exists, OuterRef

from cartera.clients.models import AccessGrant, Client
from cartera.clients.models.access import AccessGrantQuerySet
from cartera.clients.queries import find
from cartera.clients.rules import finds_a_stranger, search_terms
from cartera.clock.queries import now
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound

MOST_BEYOND = 20


def with_accesses(actor: Actor) -> Actor:
    """The actor with the clients to whom it was given access and still has it."""
    staff_id = actor.scope.staff_id
    if staff_id is None or actor.scope.everything or not actor.may("client.open"):
        return actor
    rows = AccessGrant.objects.in_force(now()).filter(staff_id=staff_id)
    clients = frozenset(rows.values_list("client_id", flat=True))
    return replace(actor, scope=replace(actor.scope, clients=clients)) if clients else actor


def is_let_in(staff: str) -> Exists:
    """Whether somebody has access to a client of another book now, asked with who they are; `staff` leads to them."""
    return Exists(AccessGrant.objects.in_force(now()).filter(staff=OuterRef(staff)))


def beyond_reach(*, actor: Actor, text: str) -> list[Client]:
    """Clients of other books whom a text finds by name or by a whole identifier, by name, so that no order tells a balance.

    No more than `MOST_BEYOND`: whoever looks for one person writes more of the name. Parts of an identifier or of a
    telephone find nobody here, so that nobody can spell them out by trying.
    """
    terms = search_terms(text)
    if not actor.may("client.open") or not any(len(term) >= 3 for term in terms):
        return []
    rows = find(Client.objects.beyond_reach_of(actor).filter(until__isnull=True), text)
    candidates = rows.select_related("adviser", "branch").order_by("search", "id")[: 5 * MOST_BEYOND]
    found = (client for client in candidates if finds_a_stranger(terms, client.name, client.identifier))
    return [client for client, _ in zip(found, range(MOST_BEYOND), strict=False)]


def one_beyond_reach(*, actor: Actor, text: str, client_id: int) -> Client:
    """One of those whom the text finds. NotFound for anybody else, so that nobody walks through the numbers."""
    found = next((client for client in beyond_reach(actor=actor, text=text) if client.pk == client_id), None)
    if found is None:
        raise NotFound()
    return found


def own_accesses(*, actor: Actor, client_ids: Collection[int]) -> Mapping[int, AccessGrant]:
    """The accesses that the actor has now to these clients."""
    rows = AccessGrant.objects.in_force(now()).filter(staff_id=actor.scope.staff_id or 0, client__in=client_ids)
    return {grant.client_id: grant for grant in rows}


def accesses(*, actor: Actor, only_in_force: bool = False) -> AccessGrantQuerySet:
    """Who was let in to which client, the latest first: the own ones, and those that the actor reads or reviews."""
    rows = AccessGrant.objects.visible_to(actor)
    assert isinstance(rows, AccessGrantQuerySet)
    rows = rows.in_force(now()) if only_in_force else rows
    return rows.select_related("client__adviser", "staff__branch", "ended_by").order_by("-from_at", "-id")
