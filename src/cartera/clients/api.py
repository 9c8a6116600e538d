"""Door: clients in the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import AwareDatetime, Field

from cartera.api.answers import (
    REFUSED,
    REFUSED_TO_CHANGE,
    ApartSums,
    Cursor,
    Limit,
    answer,
    created,
    find,
    page,
    shaped,
    told,
)
from cartera.api.auth import ApiRequest
from cartera.clients.actions import contact_points as points
from cartera.clients.actions.contact_points import Point
from cartera.clients.actions.merging import merge_clients, unmerge_clients
from cartera.clients.actions.registration import correct_client, register_client
from cartera.clients.duplicate_queries import resembling_client
from cartera.clients.models import Client, ContactKind, ContactPoint, Kind, Merge, Sex, Tier
from cartera.clients.queries import BY_ASSETS, BY_SURNAME, Filters, book
from cartera.clients.survival import COLUMNS, Whose
from cartera.clock.queries import institution
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.team.models import Branch, Staff

router = Router(tags=["clients"])
merges = Router(tags=["clients"])

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
    "apart": "value__foreign",
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
    "merged_into": "absorbed_by_id",
    "version": "version",
}
NEW = {name: path for name, path in ONE.items() if name != "apart"}
POINT = {name: name for name in ("id", "kind", "value", "preferred", "dead", "version")}
MERGE = {
    "id": "id",
    "survivor": "survivor_id",
    "absorbed": "absorbed_id",
    "merged_at": "merged_at",
    "undone_at": "undone_at",
    "survived": "survived",
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
    apart: dict[str, ApartSums] = Field(
        description="What no rate converted on the last night, by currency, in minor units of it: it is in no other amount."
    )
    adviser: str | None = Field(description="The key of the member of staff whose book the client is in.")
    branch: str
    last_contact_at: AwareDatetime | None
    next_due_at: AwareDatetime | None


class PointSchema(Schema):
    kind: ContactKind
    value: str = Field(max_length=254)
    preferred: bool = False


class PointOne(PointSchema):
    """A way to reach a client. Nobody is reached any more at one that is `dead`."""

    id: int
    dead: bool
    version: int


class PointPage(Schema):
    items: list[PointOne]
    next: str | None


class PointChange(Schema):
    """What is left out stays. One with a mistake is retired, and the right one added."""

    preferred: bool | None = None
    dead: bool | None = Field(
        None, description="True when nobody is reached there any more, false when it was a mistake."
    )


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
    merged_into: int | None = Field(description="The client that this one became part of; it is served there.")
    version: int
    contact_points: list[PointSchema]


class ResemblingOne(Schema):
    """A client that this may be. Out of your sight it has no id, and its identifier is masked."""

    client: int | None
    name: str
    adviser: str
    identifier: str
    likeness: float = Field(description="From 0 to 1, as somebody at a counter would judge it; no probability.")
    by: list[str] = Field(description="What is the same: identifier, phone, email, born, name.")
    former: bool


class ResemblingList(Schema):
    items: list[ResemblingOne]


class Registered(ClientOne):
    """A new client, and whom it resembles: merge them if they are one."""

    resembles: list[ResemblingOne]


class Merging(Schema):
    """`survivors` says for a choice whose value stays; what is left out is as the screen proposes it. With the versions
    that you read, a change by somebody else since is a conflict."""

    other: int = Field(description="The client that becomes part of this one.")
    survivors: dict[str, Whose] = Field({}, description=f"Choices: {', '.join(COLUMNS)}.")
    version: int | None = None
    other_version: int | None = None
    reason: str = Field("", max_length=300)


class MergeOne(Schema):
    """Two clients that became one. It can be undone for thirty days."""

    id: int
    survivor: int
    absorbed: int
    merged_at: AwareDatetime
    undone_at: AwareDatetime | None
    survived: dict[str, Whose]


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
    """What is to be corrected; what is left out stays. `version`, or `If-Match`, is what the correction started from."""

    version: int | None = None
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
        finish=lambda one: one | {"currency": currency, "apart": one["apart"] or {}},
    )


@router.post("", response={201: Registered, **REFUSED_TO_CHANGE}, summary="Register a client")
def register(request: ApiRequest, asked: NewClient) -> HttpResponse:
    """Take on a client with its telephones and addresses. A wrong identifier or telephone is refused in words.

    Whom the new client resembles is told and stands in nobody's way.
    """
    values = asked.dict(exclude={"branch", "adviser", "contact_points"})
    client = register_client(
        actor=request.auth,
        **values,
        branch=_by_key(Branch.objects.visible_to(request.auth), asked.branch),
        adviser=_by_key(Staff.objects.visible_to(request.auth), asked.adviser),
        points=[Point(point.kind, point.value, point.preferred) for point in asked.contact_points],
    )
    alike = {"resembles": _resembling(request.auth, client)}
    return created({**_whole(client.pk, told(client, NEW) | {"apart": {}}), **alike}, f"/api/v1/clients/{client.pk}")


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


@router.get("/{int:client_id}/contact-points", response={200: PointPage, **REFUSED}, summary="Ways to reach a client")
def list_contact_points(
    request: ApiRequest,
    client_id: Annotated[int, Path()],
    dead: Annotated[bool, Query(description="With those where nobody is reached any more.")] = False,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Telephones, e-mail and postal addresses, in the order in which they became known."""
    client = find(Client.objects.visible_to(request.auth), client_id)
    rows = ContactPoint.objects.visible_to(request.auth).filter(client=client)
    return page(request, rows if dead else rows.filter(dead=False), POINT, order=("id",), cursor=cursor, limit=limit)


@router.post(
    "/{int:client_id}/contact-points",
    response={201: PointOne, **REFUSED_TO_CHANGE},
    summary="Add a way to reach a client",
)
def add_contact_point(request: ApiRequest, client_id: Annotated[int, Path()], asked: PointSchema) -> HttpResponse:
    """A telephone is stored with its country. One that was retired lives again."""
    client = find(Client.objects.visible_to(request.auth), client_id)
    point = points.add_contact_point(actor=request.auth, client=client, **asked.dict())
    return created(told(point, POINT), f"/api/v1/clients/{client.pk}/contact-points/{point.pk}")


@router.get(
    "/{int:client_id}/contact-points/{int:point_id}",
    response={200: PointOne, **REFUSED},
    summary="One way to reach a client",
)
def one_contact_point(
    request: ApiRequest, client_id: Annotated[int, Path()], point_id: Annotated[int, Path()]
) -> HttpResponse:
    return answer(told(_point(request.auth, client_id, point_id), POINT))


@router.patch(
    "/{int:client_id}/contact-points/{int:point_id}",
    response={200: PointOne, **REFUSED_TO_CHANGE},
    summary="Prefer, retire or revive a way to reach a client",
)
def change_contact_point(
    request: ApiRequest, client_id: Annotated[int, Path()], point_id: Annotated[int, Path()], asked: PointChange
) -> HttpResponse:
    """All that is asked, or nothing."""
    point = _point(request.auth, client_id, point_id)
    with transaction.atomic():
        if asked.dead is not None and asked.dead != point.dead:
            move = points.retire_contact_point if asked.dead else points.revive_contact_point
            point = move(actor=request.auth, contact_point=point)
        if asked.preferred is not None and asked.preferred != point.preferred:
            point = points.prefer_contact_point(actor=request.auth, contact_point=point, preferred=asked.preferred)
    return answer(told(point, POINT))


def _point(actor: Actor, client_id: int, point_id: int) -> ContactPoint:
    return find(ContactPoint.objects.visible_to(actor).filter(client_id=client_id), point_id)


@router.get("/{int:client_id}/duplicates", response={200: ResemblingList, **REFUSED}, summary="Whom a client resembles")
def duplicates_of(request: ApiRequest, client_id: Annotated[int, Path()]) -> HttpResponse:
    """Clients of the whole institution that may be the same, the likeliest first."""
    client = find(Client.objects.visible_to(request.auth), client_id)
    return answer({"items": _resembling(request.auth, client)})


@router.post("/{int:client_id}/merge", response={201: MergeOne, **REFUSED_TO_CHANGE}, summary="Merge another client")
def merge(request: ApiRequest, client_id: Annotated[int, Path()], asked: Merging) -> HttpResponse:
    """Make the other client part of this one, with everything attached to it."""
    rows = Client.objects.visible_to(request.auth)
    client, other = find(rows, client_id), find(rows, asked.other)
    done = merge_clients(actor=request.auth, client=client, other=other, **asked.dict(exclude={"other"}))
    return created(told(done, MERGE), f"/api/v1/merges/{done.pk}")


@merges.get("/{int:merge_id}", response={200: MergeOne, **REFUSED}, summary="One merge")
def one_merge(request: ApiRequest, merge_id: Annotated[int, Path()]) -> HttpResponse:
    """Which two clients became one, when, and whose values survived."""
    return answer(told(find(Merge.objects.visible_to(request.auth), merge_id), MERGE))


@merges.post("/{int:merge_id}/undo", response={200: MergeOne, **REFUSED_TO_CHANGE}, summary="Undo a merge")
def undo_merge(request: ApiRequest, merge_id: Annotated[int, Path()]) -> HttpResponse:
    """Two clients again, within thirty days: what was moved goes back, what was added since stays."""
    found = find(Merge.objects.visible_to(request.auth), merge_id)
    return answer(told(unmerge_clients(actor=request.auth, merge=found), MERGE))


def _resembling(actor: Actor, client: Client) -> list[dict[str, Any]]:
    return [
        {
            "client": one.client_id,
            "name": one.name,
            "adviser": one.adviser,
            "identifier": one.identifier,
            "likeness": one.likeness.score,
            "by": one.likeness.by,
            "former": one.former,
        }
        for one in resembling_client(actor=actor, client=client)
    ]


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
        "apart": row["apart"] or {},
        "contact_points": list(points.values("kind", "value", "preferred")),
    }


def _by_key(rows: Any, key: str | None) -> Any:
    if key is None:
        return None
    found = rows.filter(key=key).first()
    if found is None:
        raise NotFound()
    return found
