"""Door: clients in the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import AwareDatetime, Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, answer, created, find, page, shaped, told
from cartera.api.auth import ApiRequest
from cartera.clients.actions.contact_points import Point
from cartera.clients.actions.registration import correct_client, register_client
from cartera.clients.models import Client, ContactKind, ContactPoint, Kind, Sex, Tier
from cartera.clients.queries import BY_ASSETS, BY_SURNAME, Filters, book
from cartera.clock.queries import institution
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.team.models import Branch, Staff

router = Router(tags=["clients"])

ROW = {
    "id": "id",
    "key": "key",
    "kind": "kind",
    "name": "name",
    "identifier_kind": "identifier_kind",
    "identifier": "identifier",
    "tier": "tier",
    "assets_minor": "assets_minor",
    "revenue_minor": "revenue_minor",
    "adviser": "adviser__key",
    "branch": "branch__key",
    "last_contact_at": "last_contact_at",
    "next_due_at": "next_due_at",
}
ONE = {
    **ROW,
    "given_name": "given_name",
    "surname": "surname",
    "second_surname": "second_surname",
    "country": "country",
    "birth_date": "birth_date",
    "sex": "sex",
    "sector": "sector",
    "household": "household__key",
    "tier_reason": "tier_reason",
    "since": "since",
    "until": "until",
    "version": "version",
}
ORDERS = {"assets": BY_ASSETS, "name": BY_SURNAME}


class ClientRow(Schema):
    """A client in a list. Amounts are in minor units of `currency`; instants in UTC."""

    id: int
    key: str
    kind: Literal["person", "company"]
    name: str
    identifier_kind: str
    identifier: str
    tier: Literal["A", "B", "C", "D", ""]
    assets_minor: int
    revenue_minor: int
    currency: str
    adviser: str | None = Field(description="The key of the member of staff whose book the client is in.")
    branch: str
    last_contact_at: AwareDatetime | None
    next_due_at: AwareDatetime | None


class PointSchema(Schema):
    kind: ContactKind
    value: str = Field(max_length=254)
    preferred: bool = False


class ClientOne(ClientRow):
    """A client with all that is known. `version` goes back with a correction."""

    given_name: str
    surname: str
    second_surname: str
    country: str
    birth_date: date | None
    sex: Literal["f", "m", ""]
    sector: str
    household: str | None
    tier_reason: dict[str, Any]
    since: date
    until: date | None
    version: int
    contact_points: list[PointSchema]


class ClientPage(Schema):
    items: list[ClientRow]
    next: str | None


class NewClient(Schema):
    """A person is named by its parts, a company by `name`. Without an adviser it goes into the own book."""

    kind: Kind = Kind.PERSON
    name: str = Field("", max_length=200)
    given_name: str = Field("", max_length=100)
    surname: str = Field("", max_length=100)
    second_surname: str = Field("", max_length=100)
    identifier_kind: str = Field("", max_length=16, examples=["cedula"])
    identifier: str = Field("", max_length=32)
    country: str = Field("", max_length=2, description="ISO 3166; the institution's when it is left out.")
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN
    sector: str = Field("", max_length=100)
    branch: str | None = Field(None, description="A branch's key.")
    adviser: str | None = Field(None, description="The key of a member of staff.")
    since: date | None = None
    key: str | None = Field(None, max_length=64, description="How the core calls the client; made up when left out.")
    contact_points: list[PointSchema] = Field([], max_length=20)


class Correction(Schema):
    """What is to be corrected, and the version that the correction started from; what is left out stays."""

    version: int
    name: str = Field("", max_length=200)
    given_name: str = Field("", max_length=100)
    surname: str = Field("", max_length=100)
    second_surname: str = Field("", max_length=100)
    identifier_kind: str = Field("", max_length=16)
    identifier: str = Field("", max_length=32)
    country: str = Field("", max_length=2)
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN
    sector: str = Field("", max_length=100)


@router.get("", response={200: ClientPage, **REFUSED}, summary="The clients whom you may see")
def list_clients(
    request: ApiRequest,
    search: Annotated[
        str, Query(max_length=200, description="Parts of a name, an identifier or a telephone; no accents needed.")
    ] = "",
    tier: Annotated[list[Tier], Query(description="One or more tiers.")] = [],  # noqa: B006 - ninja copies it
    kind: Kind | None = None,
    former: Annotated[bool, Query(description="With those who left.")] = False,
    order: Literal["assets", "name"] = "assets",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Current clients, the wealthiest first or by surname, in pages that nobody who comes or goes can shift."""
    rows = book(actor=request.auth, filters=Filters(text=search, tiers=tier, kind=kind or "", with_former=former))
    currency = institution().currency
    return page(
        request,
        rows,
        ROW,
        order=ORDERS[order],
        cursor=cursor,
        limit=limit,
        finish=lambda one: one | {"currency": currency},
    )


@router.post("", response={201: ClientOne, **REFUSED_TO_CHANGE}, summary="Register a client")
def register(request: ApiRequest, asked: NewClient) -> HttpResponse:
    """Take on a client with its telephones and addresses. A wrong identifier or telephone is refused in words."""
    values = asked.dict(exclude={"branch", "adviser", "contact_points"})
    client = register_client(
        actor=request.auth,
        **values,
        branch=_by_key(Branch.objects.visible_to(request.auth), asked.branch),
        adviser=_by_key(Staff.objects.visible_to(request.auth), asked.adviser),
        points=[Point(point.kind, point.value, point.preferred) for point in asked.contact_points],
    )
    return created(_whole(client.pk, told(client, ONE)), f"/api/v1/clients/{client.pk}")


@router.get("/{int:client_id}", response={200: ClientOne, **REFUSED}, summary="One client")
def one_client(request: ApiRequest, client_id: Annotated[int, Path()]) -> HttpResponse:
    """All that is known of a client."""
    return answer(_one(request.auth, client_id))


@router.patch("/{int:client_id}", response={200: ClientOne, **REFUSED_TO_CHANGE}, summary="Correct a client")
def correct(request: ApiRequest, client_id: Annotated[int, Path()], asked: Correction) -> HttpResponse:
    """Correct what is known. When somebody changed the client meanwhile, 409 shows both versions."""
    client = find(Client.objects.visible_to(request.auth), client_id)
    corrected = asked.dict(exclude_unset=True, exclude={"version"})
    client = correct_client(actor=request.auth, client=client, version=asked.version, **corrected)
    return answer(_whole(client.pk, told(client, ONE)))


def _one(actor: Actor, client_id: int) -> dict[str, Any]:
    row = shaped(Client.objects.visible_to(actor).filter(pk=client_id), ONE).first()
    if row is None:
        raise NotFound()
    return _whole(client_id, dict(zip(ONE, row, strict=True)))


def _whole(client_id: int, row: dict[str, Any]) -> dict[str, Any]:
    points = ContactPoint.objects.filter(client_id=client_id, dead=False).order_by("-preferred", "id")
    return {
        **row,
        "currency": institution().currency,
        "contact_points": list(points.values("kind", "value", "preferred")),
    }


def _by_key(rows: Any, key: str | None) -> Any:
    if key is None:
        return None
    found = rows.filter(key=key).first()
    if found is None:
        raise NotFound()
    return found
