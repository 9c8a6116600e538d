"""Door: contacts in the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, created, find, find_all, page, told
from cartera.api.auth import ApiRequest
from cartera.clients.models import Channel, Client
from cartera.interactions.models import Direction, Interaction, Outcome, Purpose
from cartera.promises.actions import Draft, record_contact
from cartera.promises.models import Promise, Side

router = Router(tags=["interactions"])

LATEST = ("-happened_at", "-id")
SHAPE = {
    "id": "id",
    "client": "client_id",
    "staff": "staff__key",
    "channel": "channel",
    "direction": "direction",
    "purpose": "purpose",
    "outcome": "outcome",
    "happened_at": "happened_at",
    "minutes": "minutes",
    "said": "said",
    "counts_as_touchpoint": "counts_as_touchpoint",
}


class Contact(Schema):
    """One contact with a client, in any channel, in either direction."""

    id: int
    client: int
    staff: str | None
    channel: Channel
    direction: Direction
    purpose: Purpose
    outcome: Outcome
    happened_at: AwareDatetime
    minutes: int
    said: str
    counts_as_touchpoint: bool


class Registered(Contact):
    kept: list[int] = Field(description="The promises that it kept: the touchpoint that it fits, and those named.")
    promised: list[int] = Field(description="The promises that were made in it.")


class ContactPage(Schema):
    items: list[Contact]
    next: str | None


class NextPromise(Schema):
    what: str = Field(min_length=1, max_length=200)
    due_at: AwareDatetime
    owed_by: Side = Side.US
    channel: Channel | Literal[""] = ""
    minutes: int = Field(10, ge=0, le=1440)


class NewContact(Schema):
    client: int
    channel: Channel
    direction: Direction = Direction.OUT
    purpose: Purpose = Purpose.TOUCH
    outcome: Outcome = Outcome.TALKED
    happened_at: AwareDatetime | None = Field(None, description="Now when it is left out.")
    minutes: int = Field(10, ge=0, le=1440)
    said: str = Field("", max_length=20_000)
    counts_as_touchpoint: bool | None = Field(
        None, description="By itself, a call for service that the client makes does not count."
    )
    keeps: list[int] = Field([], max_length=50, description="Promises that it kept beside the touchpoint that it fits.")
    next_promise: NextPromise | None = Field(None, description="What was promised next.")


@router.get("", response={200: ContactPage, **REFUSED}, summary="The ledger of contacts")
def list_interactions(
    request: ApiRequest,
    client: Annotated[int | None, Query(description="A client's id.")] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Contacts that were not taken back, the latest first."""
    rows = Interaction.objects.visible_to(request.auth).filter(retracted_at__isnull=True)
    if client is not None:
        rows = rows.filter(client_id=client)
    return page(request, rows, SHAPE, order=LATEST, cursor=cursor, limit=limit)


@router.post("", response={201: Registered, **REFUSED_TO_CHANGE}, summary="Register a contact")
def register_interaction(request: ApiRequest, asked: NewContact) -> HttpResponse:
    """A contact with all that belongs to it: what it kept, and what was promised next. All of it or nothing."""
    actor = request.auth
    values = asked.dict(exclude={"client", "keeps", "next_promise"})
    contact = record_contact(
        actor=actor,
        client=find(Client.objects.visible_to(actor), asked.client),
        keeps=find_all(Promise.objects.visible_to(actor).filter(client_id=asked.client), asked.keeps),
        next_promise=Draft(**asked.next_promise.dict()) if asked.next_promise else None,
        **values,
    )
    return created(_registered(contact), f"/api/v1/interactions?client={contact.client_id}")


def _registered(contact: Interaction) -> dict[str, Any]:
    return {
        **told(contact, SHAPE),
        "kept": list(contact.promises_kept.order_by("id").values_list("id", flat=True)),
        "promised": list(contact.promises_made.order_by("id").values_list("id", flat=True)),
    }
