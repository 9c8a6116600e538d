"""Door: promises in the API."""

from __future__ import annotations

from typing import Annotated, Literal

from django.db.models import Q
from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import AwareDatetime, Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, answer, created, find, page, told
from cartera.api.auth import ApiRequest
from cartera.clients.models import Channel, Client
from cartera.interactions.models import Purpose
from cartera.kernel.actor import Actor
from cartera.promises import actions, queries
from cartera.promises.models import Promise, Side
from cartera.promises.rules import State

router = Router(tags=["promises"])

BY_DUE = ("due_at", "id")
SHAPE = {
    "id": "id",
    "client": "client_id",
    "client_key": "client__key",
    "client_name": "client__name",
    "staff": "staff__key",
    "owed_by": "owed_by",
    "what": "what",
    "channel": "channel",
    "purpose": "purpose",
    "minutes": "minutes",
    "made_at": "made_at",
    "opens_at": "opens_at",
    "due_at": "due_at",
    "latest_at": "latest_at",
    "state": "state",
    "closed_at": "closed_at",
    "origin": "origin",
    "follows": "follows_id",
    "kept_by": "kept_by_id",
    "version": "version",
}


class PromiseOne(Schema):
    """Something owed by an instant. It may be kept from `opens_at` on and breaks after `latest_at`."""

    id: int
    client: int
    client_key: str
    client_name: str
    staff: str | None
    owed_by: Side
    what: str
    channel: str
    purpose: Purpose
    minutes: int
    made_at: AwareDatetime
    opens_at: AwareDatetime
    due_at: AwareDatetime
    latest_at: AwareDatetime
    state: State
    closed_at: AwareDatetime | None
    origin: str
    follows: int | None = Field(description="The promise that this one was renegotiated from.")
    kept_by: int | None = Field(description="The interaction that kept it.")
    version: int


class PromisePage(Schema):
    items: list[PromiseOne]
    next: str | None


class NewPromise(Schema):
    client: int
    what: str = Field(min_length=1, max_length=200)
    due_at: AwareDatetime
    owed_by: Side = Side.US
    channel: Channel | Literal[""] = ""
    purpose: Purpose = Purpose.SERVICE
    minutes: int = Field(10, ge=0, le=1440)


class Kept(Schema):
    at: AwareDatetime | None = Field(None, description="When it was kept; now when it is left out.")


class Later(Schema):
    new_due_at: AwareDatetime
    reason: str = Field(min_length=1, max_length=300)
    client_agreed: bool = Field(True, description="Without the client's consent the old promise counts as broken.")


class Withdrawn(Schema):
    reason: str = Field("", max_length=300)


@router.get("", response={200: PromisePage, **REFUSED}, summary="The ledger of promises")
def list_promises(
    request: ApiRequest,
    client: Annotated[int | None, Query(description="A client's id.")] = None,
    staff: Annotated[str | None, Query(description="The key of a member of staff.")] = None,
    state: State | None = None,
    owed_by: Side | None = None,
    due_before: AwareDatetime | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """What was promised, by us and by clients, the first due first."""
    wanted = {"client_id": client, "staff__key": staff, "state": state, "owed_by": owed_by, "due_at__lt": due_before}
    narrowed = Q(**{name: value for name, value in wanted.items() if value is not None})
    rows = Promise.objects.visible_to(request.auth).filter(narrowed)
    return page(request, rows, SHAPE, order=BY_DUE, cursor=cursor, limit=limit)


@router.post("", response={201: PromiseOne, **REFUSED_TO_CHANGE}, summary="Promise something")
def make_promise(request: ApiRequest, asked: NewPromise) -> HttpResponse:
    """Something that we owe a client by an instant, or that the client owes us."""
    client = find(Client.objects.visible_to(request.auth), asked.client)
    promise = actions.make(actor=request.auth, client=client, **asked.dict(exclude={"client"}))
    return created(told(promise, SHAPE), f"/api/v1/promises/{promise.pk}")


@router.get("/{int:promise_id}", response={200: PromiseOne, **REFUSED}, summary="One promise")
def one_promise(request: ApiRequest, promise_id: Annotated[int, Path()]) -> HttpResponse:
    return answer(told(_found(request.auth, promise_id), SHAPE))


@router.post("/{int:promise_id}/keep", response={200: PromiseOne, **REFUSED_TO_CHANGE}, summary="Report it kept")
def keep_promise(request: ApiRequest, promise_id: Annotated[int, Path()], asked: Kept | None = None) -> HttpResponse:
    """Kept without a contact; a contact that keeps it is registered as an interaction. After it was due it is late."""
    kept_at = asked.at if asked else None
    promise = actions.keep(actor=request.auth, promise=_found(request.auth, promise_id), at=kept_at)
    return answer(told(promise, SHAPE))


@router.post(
    "/{int:promise_id}/renegotiate", response={201: PromiseOne, **REFUSED_TO_CHANGE}, summary="Move it to a later day"
)
def renegotiate_promise(request: ApiRequest, promise_id: Annotated[int, Path()], asked: Later) -> HttpResponse:
    """Before it is due only. Answers the new promise, which follows the old one."""
    later = actions.renegotiate(actor=request.auth, promise=_found(request.auth, promise_id), **asked.dict())
    return created(told(later, SHAPE), f"/api/v1/promises/{later.pk}")


@router.post("/{int:promise_id}/withdraw", response={200: PromiseOne, **REFUSED_TO_CHANGE}, summary="Withdraw it")
def withdraw_promise(
    request: ApiRequest, promise_id: Annotated[int, Path()], asked: Withdrawn | None = None
) -> HttpResponse:
    """It need not be kept any more: the client does not want it, or it was a mistake."""
    reason = asked.reason if asked else ""
    promise = actions.withdraw(actor=request.auth, promise=_found(request.auth, promise_id), reason=reason)
    return answer(told(promise, SHAPE))


def _found(actor: Actor, promise_id: int) -> Promise:
    return find(queries.ledger(actor=actor), promise_id)
