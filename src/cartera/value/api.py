"""Door: books in order of value, their distribution, and exceptions from the tier policy in the API."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, ApartSums, Cursor, Limit, answer, created, find, page, told
from cartera.api.auth import ApiRequest
from cartera.clients.models import Client, Tier
from cartera.clients.queries import Filters, condition
from cartera.clock.queries import institution
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound, NotPermitted
from cartera.team.models import Staff
from cartera.value import actions, queries
from cartera.value.currencies import apart_of
from cartera.value.distribution import top_tier
from cartera.value.models import TierOverride

router = Router(tags=["portfolio"])
overrides = Router(tags=["portfolio"])
tier_policies = Router(tags=["portfolio"])

ROW = {
    "id": "id",
    "key": "key",
    "name": "name",
    "adviser": "adviser__key",
    "tier": "tier",
    "tier_reason": "tier_reason",
    "assets_minor": "assets_minor",
    "revenue_minor": "revenue_minor",
    "cost_minor": "value__cost_minor",
    "margin_minor": "margin_minor",
    "minutes": "value__minutes",
    "apart": "value__foreign",
}
ORDERS: dict[str, tuple[str, str]] = {
    "assets": ("-assets_minor", "-id"),
    "revenue": ("-revenue_minor", "-id"),
    "margin": ("margin_minor", "id"),
}
MEASURES: dict[str, queries.Measure] = {"assets": "assets_minor", "revenue": "revenue_minor"}
OVERRIDE = {
    "id": "id",
    "client": "client_id",
    "tier": "tier",
    "reason": "reason",
    "by": "by__key",
    "from_day": "from_day",
    "expires_on": "expires_on",
    "ended_on": "ended_on",
    "review": "review",
    "reviewed_on": "reviewed_on",
    "version": "version",
}
POLICY = {
    "number": "number",
    "effective_from": "effective_from",
    "thresholds": "thresholds",
    "hysteresis_ppm": "hysteresis_ppm",
    "adult_age": "adult_age",
    "reason": "reason",
}

Adviser = Annotated[str | None, Query(description="The key of an adviser in reach; the whole reach when left out.")]


class ApartOfBook(ApartSums):
    """What so many clients hold in a currency that no rate converts, in minor units of it."""

    currency: str
    clients: int


class Ranked(Schema):
    """A client in a book. The margin is the yearly revenue less the cost to serve; minor units of `currency`."""

    id: int
    key: str
    name: str
    adviser: str | None
    tier: Literal["A", "B", "C", "D", ""]
    tier_reason: dict[str, Any]
    assets_minor: int
    revenue_minor: int
    cost_minor: int | None
    margin_minor: int
    minutes: int | None
    currency: str
    apart: dict[str, ApartSums] = Field(
        description="What no rate converted on the last night, by currency, in minor units of it: it is in no other amount."
    )


class RankedPage(Schema):
    items: list[Ranked]
    next: str | None


class TierPart(Schema):
    tier: str
    clients: int
    total_minor: int


class Threshold(Schema):
    """Where the top tier would begin, after the computed ABC analysis of Ultsch and Lötsch (2015)."""

    threshold_minor: int
    clients: int
    share_of_clients: float
    share_of_total: float


class Point(Schema):
    """The first `clients` hold `total_minor` together."""

    clients: int
    total_minor: int


class Distribution(Schema):
    currency: str
    clients: int
    total_minor: int
    apart: list[ApartOfBook] = Field(description="What enters no sum, because no rate converts it.")
    tiers: list[TierPart]
    curve: list[Point]
    top_tier: Threshold | None


class NewOverride(Schema):
    client: int
    tier: Tier
    reason: str = Field(min_length=1, max_length=300)
    expires_on: date = Field(description="From this day on the policy decides again.")


class Override(Schema):
    """Somebody's decision on a tier, from `from_day` until the day before it expires or was ended."""

    id: int
    client: int
    tier: Tier
    reason: str
    by: str
    from_day: date
    expires_on: date
    ended_on: date | None
    review: Literal["", "renewed", "let_end"]
    reviewed_on: date | None
    version: int


class OverridePage(Schema):
    items: list[Override]
    next: str | None


class Ways(Schema):
    """From which assets or yearly revenue on a client is in a tier, in minor units; null where that is no way in."""

    assets_minor: int | None = None
    revenue_minor: int | None = None


class NewPolicy(Schema):
    thresholds: dict[Literal["A", "B", "C"], Ways]
    effective_from: date = Field(description="Today or later: the night of that day gives the tiers.")
    hysteresis_ppm: int = Field(100_000, description="A tier is kept until so far under its threshold, millionths.")
    adult_age: int = Field(18, ge=0, le=30)
    reason: str = Field(min_length=1, max_length=300)
    after: int | None = Field(None, description="The last version that you know of: refused with 409 after another.")


class PolicyOne(Schema):
    """A version of the tier policy. The one in force is the last that is effective by today."""

    number: int
    effective_from: date
    thresholds: dict[str, Ways]
    hysteresis_ppm: int
    adult_age: int
    reason: str


class PolicyPage(Schema):
    items: list[PolicyOne]
    next: str | None


@router.get("", response={200: RankedPage, **REFUSED}, summary="A book in order of value")
def portfolio(
    request: ApiRequest,
    adviser: Adviser = None,
    order: Literal["assets", "revenue", "margin"] = "assets",
    tier: Annotated[list[Tier], Query(description="One or more tiers.")] = [],  # noqa: B006 - ninja copies it
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """The present clients of the reach, those with the most assets or revenue first, or those who leave least."""
    rows = _book(request.auth, adviser).filter(condition(Filters(tiers=tier)))
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


@router.get("/distribution", response={200: Distribution, **REFUSED}, summary="How a book is spread")
def distribution(
    request: ApiRequest, adviser: Adviser = None, by: Literal["assets", "revenue"] = "assets"
) -> HttpResponse:
    """Clients and amounts by tier, the concentration curve, and the threshold of the top tier that follows from it."""
    book = _book(request.auth, adviser)
    found = queries.spread_of(book, MEASURES[by])
    proposal = top_tier(found)
    parts = {letter: [band for band in found.bands if band.tier == letter] for letter in Tier.values}
    return answer(
        {
            "currency": institution().currency,
            "clients": found.clients,
            "total_minor": found.total_minor,
            "apart": [asdict(one) for one in apart_of(book)],
            "tiers": [
                {
                    "tier": letter,
                    "clients": sum(band.clients for band in bands),
                    "total_minor": sum(band.total_minor for band in bands),
                }
                for letter, bands in parts.items()
            ],
            "curve": [{"clients": at.clients, "total_minor": at.total_minor} for at in found.curve()],
            "top_tier": {
                "threshold_minor": proposal.threshold_minor,
                "clients": proposal.clients,
                "share_of_clients": proposal.share_of_clients,
                "share_of_total": proposal.share_of_total,
            }
            if proposal
            else None,
        }
    )


@overrides.get("", response={200: OverridePage, **REFUSED}, summary="Exceptions from the tier policy")
def list_overrides(
    request: ApiRequest,
    client: Annotated[int | None, Query(description="A client's id.")] = None,
    to_review: Annotated[bool, Query(description="Only those that wait for their review.")] = False,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """What people decided on tiers, the last to expire first."""
    rows = queries.overrides_to_review(actor=request.auth) if to_review else queries.overrides(actor=request.auth)
    rows = rows.filter(client_id=client) if client is not None else rows
    order = ("-expires_on", "-id")
    return page(request, rows.order_by(*order), OVERRIDE, order=order, cursor=cursor, limit=limit)


@overrides.post("", response={201: Override, **REFUSED_TO_CHANGE}, summary="Put a client in another tier")
def make_override(request: ApiRequest, asked: NewOverride) -> HttpResponse:
    """From today until the day before it expires, in place of an earlier decision."""
    client = find(Client.objects.visible_to(request.auth), asked.client)
    given = actions.override_tier(
        actor=request.auth, client=client, tier=asked.tier, reason=asked.reason, expires_on=asked.expires_on
    )
    return created(told(given, OVERRIDE), f"/api/v1/overrides/{given.pk}")


@overrides.delete("/{int:override_id}", response={200: Override, **REFUSED_TO_CHANGE}, summary="End an exception")
def end_override(request: ApiRequest, override_id: Annotated[int, Path()]) -> HttpResponse:
    """Today the client is back in the tier that the policy gives it; the exception stays on record."""
    override = find(TierOverride.objects.visible_to(request.auth), override_id)
    ended = actions.end_override(actor=request.auth, tier_override=override)
    return answer(told(ended, OVERRIDE))


@tier_policies.get("", response={200: PolicyPage, **REFUSED}, summary="Versions of the tier policy")
def list_tier_policies(request: ApiRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    """Every version there was, the latest first."""
    order = ("-number",)
    return page(request, queries.policies(actor=request.auth), POLICY, order=order, cursor=cursor, limit=limit)


@tier_policies.post("", response={201: PolicyOne, **REFUSED_TO_CHANGE}, summary="Set the tier policy")
def set_tier_policy(request: ApiRequest, asked: NewPolicy) -> HttpResponse:
    """A new version, in force from a day on; the earlier ones stay."""
    made = actions.set_tier_policy(actor=request.auth, **asked.model_dump())
    return created(told(made, POLICY), "/api/v1/tier-policies")


def _book(actor: Actor, adviser: str | None) -> Any:
    if not actor.may("portfolio.view"):
        raise NotPermitted(action="portfolio.view")
    if adviser is None:
        return queries.portfolio(actor=actor)
    person = Staff.objects.visible_to(actor).filter(key=adviser).first()
    if person is None:
        raise NotFound()
    return queries.portfolio(actor=actor, adviser_id=person.pk)
