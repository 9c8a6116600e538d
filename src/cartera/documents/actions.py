"""What people do with papers: bring, remove and put back. The content is kept before the row that speaks of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Client
from cartera.clock.queries import now
from cartera.documents import store
from cartera.documents.contents import recognise
from cartera.documents.models import Document
from cartera.documents.queries import taken_by
from cartera.documents.rules import KINDS, MOST_AT_ONCE, Flaw, Kind, plain_name
from cartera.documents.settings import MEGABYTES, MEGABYTES_A_CLIENT
from cartera.interactions.models import Interaction
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition, NotPermitted
from cartera.kernel.models import Happening
from cartera.promises.models import Promise
from cartera.rulebook.queries import value_of
from cartera.team.queries import staff_of

WORDS: Mapping[str, LazyText] = {
    "empty": _("“%(name)s” is empty."),
    "too_large": _("“%(name)s” is larger than %(most)s MB."),
    "kind": _("“%(name)s” is no PDF, image, Office document or plain text, whatever its name says."),
    "old_office": _("“%(name)s” is an old Office document: save it as DOCX, XLSX or PDF."),
    "macros": _("“%(name)s” holds programs: save it without macros."),
    "two_things": _("“%(name)s” is two kinds of file at once."),
    "bomb": _("“%(name)s” would grow too much when opened."),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A file as it is offered. `size` is in bytes."""

    name: str
    size: int
    content: BinaryIO


def file_away(
    *,
    actor: Actor,
    client: Client,
    offered: Sequence[Offered],
    interaction: Interaction | None = None,
    promise: Promise | None = None,
) -> list[Document]:
    """Take files for a client, all of them or none. Raises Invalid with what is wrong with each.

    They are sealed and on the disk before the transaction begins, so that nobody waits for it meanwhile.
    """
    if not actor.may("document.add"):
        raise NotPermitted(action="document.add")
    kinds = _checked(offered)
    digests = [store.put(client.pk, one.content) for one in offered]
    with transaction.atomic():
        return [
            add(
                actor=actor,
                client=client,
                name=plain_name(one.name, kind),
                kind=kind,
                size=one.size,
                digest=digest,
                interaction=interaction,
                promise=promise,
            )
            for one, kind, digest in zip(offered, kinds, digests, strict=True)
        ]


@action("document.add", undone_by="document.remove")
def add(
    *,
    actor: Actor,
    client: Client,
    name: str,
    kind: Kind,
    size: int,
    digest: str,
    interaction: Interaction | None = None,
    promise: Promise | None = None,
) -> Document:
    """Hang a file that is kept already on a client, or on one of its contacts or promises.

    Raises Invalid for a paper that hangs there already, for what is another client's, and beyond the client's share.
    """
    for hangs_on in (interaction, promise):
        if hangs_on is not None and hangs_on.client_id != client.pk:
            raise Invalid(fields={"files": [_("That is another client's.")]})
    most = value_of(MEGABYTES_A_CLIENT)
    if taken_by(client.pk) + size > most * 1024**2:
        raise Invalid(fields={"files": [_("The client's papers would take more than %(most)s MB.") % {"most": most}]})
    same = Document.objects.standing().filter(client=client, digest=digest, interaction=interaction, promise=promise)
    if twin := same.first():
        raise Invalid(fields={"files": [_("It is there already: “%(name)s”.") % {"name": twin.name}]})
    return Document.add(
        client=client,
        interaction=interaction,
        promise=promise,
        name=name,
        kind=kind.code,
        size=size,
        digest=digest,
        sealed_for=client.pk,
        preview=Document.Preview.WAITING if kind.drawn else Document.Preview.NONE,
        staff=staff_of(actor),
        added_at=now(),
    )


@action("document.remove", undone_by="document.restore")
def remove(*, actor: Actor, document: Document, reason: str = "", undoes: Happening | None = None) -> Document:
    """Show a paper no more. Its content goes some weeks later, unless another paper of the client is the same."""
    if document.removed_at is not None:
        raise InvalidTransition(_("That paper was removed already."))
    return document.change(removed_at=now())


@action("document.restore")
def restore(*, actor: Actor, document: Document, undoes: Happening | None = None) -> Document:
    """Undo: a paper that was removed is shown again."""
    return document.change(removed_at=None)


@action("document.preview")
def tell_preview(*, actor: Actor, document: Document, drawn: bool) -> Document:
    """A worker drew the preview, or found that the file cannot be drawn."""
    return document.change(preview=Document.Preview.DRAWN if drawn else Document.Preview.NONE)


def _checked(offered: Sequence[Offered]) -> list[Kind]:
    if not offered:
        raise Invalid(fields={"files": [_("Choose at least one file.")]})
    if len(offered) > MOST_AT_ONCE:
        raise Invalid(fields={"files": [_("Bring at most %(n)s files at once.") % {"n": MOST_AT_ONCE}]})
    most, kinds, wrong = value_of(MEGABYTES), [], []
    for one in offered:
        try:
            kinds.append(_recognised(one, most * 1024**2))
        except Flaw as flaw:
            shown = plain_name(one.name, KINDS["text"]).removesuffix(".txt")
            wrong.append(WORDS[flaw.code] % {"name": shown, "most": most})
    if wrong:
        raise Invalid(fields={"files": wrong})
    return kinds


def _recognised(one: Offered, most: int) -> Kind:
    if one.size == 0:
        raise Flaw("empty")
    if one.size > most:
        raise Flaw("too_large")
    return recognise(one.content)
