"""Door: papers in the API."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Path, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime, Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, answer, created, find, page, told
from cartera.api.auth import ApiRequest
from cartera.clients.models import Client
from cartera.documents import actions, queries
from cartera.documents.actions import Offered
from cartera.documents.models import Document
from cartera.documents.queries import LATEST_FIRST
from cartera.documents.rules import KINDS
from cartera.documents.serving import as_file
from cartera.interactions.models import Interaction
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotPermitted
from cartera.promises.models import Promise

of_client = Router(tags=["documents"])
router = Router(tags=["documents"])

BINARY = {"schema": {"type": "string", "format": "binary"}}
SHAPE = {
    "id": "id",
    "client": "client_id",
    "interaction": "interaction_id",
    "promise": "promise_id",
    "name": "name",
    "kind": "kind",
    "size": "size",
    "preview": "preview",
    "staff": "staff__key",
    "added_at": "added_at",
    "version": "version",
}


class DocumentOne(Schema):
    """A paper of a client. `kind` is what its content is, whatever it was called; `size` is in bytes."""

    id: int
    client: int
    interaction: int | None
    promise: int | None
    name: str
    kind: str
    size: int
    preview: str = Field(description="`waiting` while it is being drawn, `drawn`, or `none`.")
    staff: str | None
    added_at: AwareDatetime
    version: int


class DocumentPage(Schema):
    items: list[DocumentOne]
    next: str | None


@of_client.get("", response={200: DocumentPage, **REFUSED}, summary="A client's papers")
def list_documents(
    request: ApiRequest, client_id: Annotated[int, Path()], cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    """The papers of a client, of its contacts and of its promises, the latest first."""
    _require(request.auth, "document.view")
    client = find(Client.objects.visible_to(request.auth), client_id)
    rows = queries.papers(actor=request.auth).filter(client=client)
    return page(request, rows, SHAPE, order=LATEST_FIRST, cursor=cursor, limit=limit)


@of_client.post("", response={201: DocumentOne, **REFUSED_TO_CHANGE}, summary="Bring a paper")
def add_document(
    request: ApiRequest,
    client_id: Annotated[int, Path()],
    file: File[UploadedFile],
    interaction: Annotated[int | None, Query(description="The contact that it belongs to.")] = None,
    promise: Annotated[int | None, Query(description="The promise that it belongs to.")] = None,
) -> HttpResponse:
    """A PDF, an image, an Office document or plain text, as multipart. What it is, its content says."""
    client = find(Client.objects.visible_to(request.auth), client_id)
    brought = actions.file_away(
        actor=request.auth,
        client=client,
        offered=[Offered(file.name or "", file.size or 0, file)],  # type: ignore[arg-type]  # Django's files read as files do
        interaction=find(Interaction.objects.visible_to(request.auth), interaction) if interaction else None,
        promise=find(Promise.objects.visible_to(request.auth), promise) if promise else None,
    )
    return created(told(brought[0], SHAPE), f"/api/v1/documents/{brought[0].pk}")


@router.get("/{int:document_id}", response={200: DocumentOne, **REFUSED}, summary="One paper")
def one_document(request: ApiRequest, document_id: Annotated[int, Path()]) -> HttpResponse:
    """What is known of a paper, without its content."""
    return answer(told(_found(request.auth, document_id), SHAPE))


@router.get(
    "/{int:document_id}/content",
    response={200: None, **REFUSED},
    openapi_extra={"responses": {200: {"content": {kind.media: BINARY for kind in KINDS.values()}}}},
    summary="The content of a paper",
)
def document_content(request: ApiRequest, document_id: Annotated[int, Path()]) -> HttpResponseBase:
    """The file as it was brought, under its own media type."""
    return as_file(_found(request.auth, document_id))


@router.delete("/{int:document_id}", response={200: DocumentOne, **REFUSED_TO_CHANGE}, summary="Remove a paper")
def remove_document(request: ApiRequest, document_id: Annotated[int, Path()]) -> HttpResponse:
    """It is not shown any more; its content is deleted some weeks later."""
    paper = actions.remove(actor=request.auth, document=_found(request.auth, document_id))
    return answer(told(paper, SHAPE))


def _found(actor: Actor, document_id: int) -> Document:
    _require(actor, "document.view")
    return find(queries.papers(actor=actor).select_related("staff"), document_id)


def _require(actor: Actor, name: str) -> None:
    if not actor.may(name):
        raise NotPermitted(action=name)
