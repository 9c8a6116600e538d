"""Questions about papers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Sum

from cartera.clients.models import Client
from cartera.documents.models import Document, DocumentQuerySet
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound

LATEST_FIRST = ("-added_at", "-id")


def papers(*, actor: Actor) -> DocumentQuerySet:
    """Every paper that the actor may see and that was not removed."""
    rows = Document.objects.visible_to(actor)
    assert isinstance(rows, DocumentQuerySet)
    return rows.standing() if actor.may("document.view") else rows.none()


def papers_of(*, actor: Actor, client: Client) -> DocumentQuerySet:
    """A client's papers, those of its contacts and promises too, with who brought them."""
    rows: DocumentQuerySet = papers(actor=actor).filter(client=client)
    return rows.select_related("staff", "promise", "interaction")


def latest_of(*, actor: Actor, client: Client, most: int) -> Sequence[Document]:
    """The newest papers of a client, at most so many."""
    return list(papers_of(actor=actor, client=client).order_by(*LATEST_FIRST)[:most])


def paper_of(*, actor: Actor, document_id: int) -> Document:
    """One paper. NotFound when there is none that the actor may see."""
    found = papers(actor=actor).filter(pk=document_id).first()
    if found is None:
        raise NotFound()
    return found


def papers_by_contact(*, actor: Actor, contact_ids: Collection[int]) -> Mapping[int, Sequence[Document]]:
    """The papers of these contacts, by contact; one query."""
    found: dict[int, list[Document]] = {}
    for paper in papers(actor=actor).filter(interaction__in=contact_ids).order_by("added_at", "id"):
        assert paper.interaction_id is not None
        found.setdefault(paper.interaction_id, []).append(paper)
    return found


def taken_by(client_id: int) -> int:
    """Bytes of a client's papers that were not removed."""
    held = Document.objects.filter(client_id=client_id, removed_at__isnull=True)
    return int(held.aggregate(bytes=Sum("size"))["bytes"] or 0)
