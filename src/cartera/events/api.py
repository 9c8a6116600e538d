"""Door: events in the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, answer, find, page, told
from cartera.api.auth import ApiRequest
from cartera.events import actions
from cartera.events.models import Event

router = Router(tags=["events"])

BY_ACT = ("act_by", "id")
SHAPE = {
    "id": "id",
    "client": "client_id",
    "client_key": "client__key",
    "client_name": "client__name",
    "kind": "kind",
    "state": "state",
    "raised_on": "raised_on",
    "act_by": "act_by",
    "expires_on": "expires_on",
    "amount_minor": "amount_minor",
    "at_stake_minor": "at_stake_minor",
    "currency": "currency",
    "holding": "holding__key",
    "evidence": "evidence",
    "promise": "promise_id",
    "version": "version",
}


class EventOne(Schema):
    """A dated reason to act. `evidence` holds the facts that it came from; they differ by kind."""

    id: int
    client: int
    client_key: str
    client_name: str
    kind: Event.Kind
    state: Event.State
    raised_on: date
    act_by: date
    expires_on: date
    amount_minor: int = Field(description="What matures, or by how much the client's assets fell.")
    at_stake_minor: int = Field(
        description="What the institution earns of it in a year, in its own currency; 0 when no rate converts it."
    )
    currency: str
    holding: str | None
    evidence: dict[str, Any]
    promise: int | None = Field(description="The promise by which somebody acts on it.")
    version: int


class EventPage(Schema):
    items: list[EventOne]
    next: str | None


class Dismissed(Schema):
    reason: str = Field(min_length=1, max_length=300)


@router.get("", response={200: EventPage, **REFUSED}, summary="Reasons to act")
def list_events(
    request: ApiRequest,
    client: Annotated[int | None, Query(description="A client's id.")] = None,
    kind: Event.Kind | None = None,
    state: Event.State = Event.State.OPEN,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Events of the clients whom the token sees, the first to act on first; open ones unless another state is asked for."""
    wanted = {"client_id": client, "kind": kind, "state": state}
    narrowed = Q(**{name: value for name, value in wanted.items() if value is not None})
    rows = Event.objects.visible_to(request.auth).filter(narrowed)
    return page(request, rows, SHAPE, order=BY_ACT, cursor=cursor, limit=limit)


@router.post("/{int:event_id}/dismiss", response={200: EventOne, **REFUSED_TO_CHANGE}, summary="Dismiss it")
def dismiss_event(request: ApiRequest, event_id: Annotated[int, Path()], asked: Dismissed) -> HttpResponse:
    """Nothing needs to be done, for this reason."""
    event = find(Event.objects.visible_to(request.auth).select_related("client", "holding"), event_id)
    return answer(told(actions.dismiss(actor=request.auth, event=event, reason=asked.reason), SHAPE))
