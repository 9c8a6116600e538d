"""Questions about papers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Sum

from cartera.clients.models import Client
from cartera.documents.models import Document, DocumentQuerySet
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.kernel.records import columns

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
    rows = papers_of(actor=actor, client=client).only(*columns(Document), *_BESIDE)
    return list(rows.order_by(*LATEST_FIRST)[:most])


_BESIDE = ("staff__name", "promise__what", "interaction__happened_at")


def paper_of(*, actor: Actor, document_id: int) -> Document:
    """One paper. NotFound when there is none that the actor may see."""
    found = papers(actor=actor).filter(pk=document_id).first()
    if found is None:
        raise NotFound()
    return found


def papers_by_contact(*, actor: Actor, contact_ids: Collection[int]) -> Mapping[int, Sequence[Document]]:
    """The papers of these contacts, by contact; one query."""
    return by_contact(papers(actor=actor).filter(interaction__in=contact_ids))


def by_contact(found: Iterable[Document]) -> Mapping[int, Sequence[Document]]:
    """Those of the papers that hang on a contact, by contact, the first that was added first."""
    hanging: dict[int, list[Document]] = {}
    for paper in sorted(found, key=lambda paper: (paper.added_at, paper.pk)):
        if paper.interaction_id is not None:
            hanging.setdefault(paper.interaction_id, []).append(paper)
    return hanging


def taken_by(client_id: int) -> int:
    """Bytes of a client's papers that were not removed."""
    held = Document.objects.filter(client_id=client_id, removed_at__isnull=True)
    return int(held.aggregate(bytes=Sum("size"))["bytes"] or 0)
