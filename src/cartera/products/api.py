"""Door: products, what they earn from a day on, and rates of exchange in the API."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, answer, created, find, page, told
from cartera.api.auth import ApiRequest
from cartera.clock.queries import today
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotPermitted
from cartera.products import actions, queries
from cartera.products.models import CurrencyRate, Line, Product, ProductTerms
from cartera.products.rules import as_said

router = Router(tags=["products"])
currencies = Router(tags=["products"])

PRODUCT = {
    name: name for name in ("id", "key", "name", "line", "currency", "margin_ppm", "fee_minor", "active", "version")
}
TERMS = {
    **{name: name for name in ("id", "from_day", "margin_ppm", "fee_minor", "reason", "withdrawn", "version")},
    "product": "product_id",
}
RATE = {name: name for name in ("id", "currency", "quote", "from_day", "rate_ppm", "units", "version")}


class ProductOne(Schema):
    """Something that clients hold. The margin, in parts per million of a balance a year, and the yearly fee, in minor units
    of `currency`, are those in force today.
    """

    id: int
    key: str
    name: str
    line: Line
    currency: str
    margin_ppm: int
    fee_minor: int
    active: bool
    version: int


class ProductPage(Schema):
    items: list[ProductOne]
    next: str | None


class NewProduct(Schema):
    key: str = Field(min_length=1, max_length=64, description="As your core calls it; it never changes.")
    name: str = Field(min_length=1, max_length=200)
    line: Line
    currency: str = Field(description="ISO 4217.")
    margin_ppm: int = Field(0, ge=-1_000_000, le=1_000_000)
    fee_minor: int = Field(0, ge=0, le=10**15)


class ChangedProduct(Schema):
    """What is left out stays as it is."""

    version: int = Field(description="The version that the change started from.")
    name: str | None = Field(None, min_length=1, max_length=200)
    active: bool | None = Field(None, description="Whether it is offered; who holds it keeps it.")


class NewTerms(Schema):
    from_day: dt.date = Field(description="Today or later.")
    margin_ppm: int = Field(ge=-1_000_000, le=1_000_000)
    fee_minor: int = Field(0, ge=0, le=10**15)
    reason: str = Field(min_length=1, max_length=300)


class TermsOne(Schema):
    """What a product earns from a day on, until the next terms begin. Before the first, its own margin and fee hold."""

    id: int
    from_day: dt.date
    margin_ppm: int
    fee_minor: int
    reason: str
    withdrawn: bool
    version: int
    product: int


class TermsPage(Schema):
    items: list[TermsOne]
    next: str | None


class RateOne(Schema):
    """`rate` units of `quote` for one of `currency`, from a day on."""

    id: int
    currency: str
    quote: str
    from_day: dt.date
    rate: str
    version: int


class RatePage(Schema):
    items: list[RateOne]
    next: str | None


class NewRate(Schema):
    currency: str = Field(description="ISO 4217.")
    from_day: dt.date
    rate: Decimal = Field(description="Units of the institution's currency for one, as a number or as text.")
    reason: str = Field("", max_length=300)


class CorrectedRate(Schema):
    version: int = Field(description="The version that the correction started from.")
    rate: Decimal
    reason: str = Field(min_length=1, max_length=300)


@router.get("", response={200: ProductPage, **REFUSED}, summary="What the institution offers")
def list_products(
    request: ApiRequest, active: bool | None = None, line: Line | None = None, cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    """Products line by line, with the terms in force today."""
    _require(request.auth, "product.view")
    rows = Product.objects.visible_to(request.auth)
    rows = rows if active is None else rows.filter(active=active)
    rows = rows if line is None else rows.filter(line=line)
    dated = queries.dated_terms_on(today())

    def with_terms(item: dict[str, Any]) -> dict[str, Any]:
        terms = dated.get(item["id"])
        return item | ({"margin_ppm": terms.margin_ppm, "fee_minor": terms.fee_minor} if terms else {})

    return page(request, rows, PRODUCT, order=queries.BY_LINE, cursor=cursor, limit=limit, finish=with_terms)


@router.post("", response={201: ProductOne, **REFUSED_TO_CHANGE}, summary="Add a product")
def add_product(request: ApiRequest, asked: NewProduct) -> HttpResponse:
    _require(request.auth, "product.add")
    made = actions.add_product(actor=request.auth, **asked.dict())
    return created(_told(made), f"/api/v1/products/{made.pk}")


@router.get("/{int:product_id}", response={200: ProductOne, **REFUSED}, summary="One product")
def one_product(request: ApiRequest, product_id: Annotated[int, Path()]) -> HttpResponse:
    _require(request.auth, "product.view")
    return answer(_told(find(Product.objects.visible_to(request.auth), product_id)))


@router.patch("/{int:product_id}", response={200: ProductOne, **REFUSED_TO_CHANGE}, summary="Rename it, or retire it")
def change_product(request: ApiRequest, product_id: Annotated[int, Path()], asked: ChangedProduct) -> HttpResponse:
    """409 when somebody changed it since `version`."""
    _require(request.auth, "product.change")
    found = find(Product.objects.visible_to(request.auth), product_id)
    changed = actions.rename_product(
        actor=request.auth, product=found, version=asked.version, name=asked.name or found.name
    )
    if asked.active is not None and asked.active != found.active:
        turn = actions.offer_again if asked.active else actions.retire_product
        changed = turn(actor=request.auth, product=changed)
    return answer(_told(changed))


@router.get("/{int:product_id}/terms", response={200: TermsPage, **REFUSED}, summary="What it earned and will earn")
def list_terms(
    request: ApiRequest, product_id: Annotated[int, Path()], cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    """Every terms that it was given, the last to begin first; those that were withdrawn too."""
    _require(request.auth, "product.view")
    found = find(Product.objects.visible_to(request.auth), product_id)
    rows = queries.terms_of(actor=request.auth, product=found)
    return page(request, rows, TERMS, order=queries.BY_DAY, cursor=cursor, limit=limit)


@router.post("/{int:product_id}/terms", response={201: TermsOne, **REFUSED_TO_CHANGE}, summary="Set what it earns")
def set_terms(request: ApiRequest, product_id: Annotated[int, Path()], asked: NewTerms) -> HttpResponse:
    """From a day on; what was earned until then stays as it was."""
    _require(request.auth, "product.set_terms")
    found = find(Product.objects.visible_to(request.auth), product_id)
    made = actions.set_terms(actor=request.auth, product=found, **asked.dict())
    return created(told(made, TERMS), f"/api/v1/products/{found.pk}/terms")


@router.post(
    "/terms/{int:terms_id}/withdraw",
    response={200: TermsOne, **REFUSED_TO_CHANGE},
    summary="Withdraw terms that have not begun",
)
def withdraw_terms(request: ApiRequest, terms_id: Annotated[int, Path()]) -> HttpResponse:
    """409 when they have begun or were withdrawn already."""
    _require(request.auth, "product.withdraw_terms")
    found = find(ProductTerms.objects.visible_to(request.auth), terms_id)
    return answer(told(actions.withdraw_terms(actor=request.auth, product_terms=found), TERMS))


@currencies.get("/rates", response={200: RatePage, **REFUSED}, summary="Rates of exchange")
def list_rates(
    request: ApiRequest,
    currency: Annotated[str, Query(description="One currency only.", max_length=3)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Rates into the institution's currency, the last first."""
    _require(request.auth, "rate.view")
    rows = queries.rates_of(actor=request.auth, currency=currency)
    return page(request, rows, RATE, order=queries.BY_DAY, cursor=cursor, limit=limit, finish=_said)


@currencies.post("/rates", response={201: RateOne, **REFUSED_TO_CHANGE}, summary="Add a rate")
def set_rate(request: ApiRequest, asked: NewRate) -> HttpResponse:
    """From a day on; 422 when that day has one, which can be corrected."""
    _require(request.auth, "rate.set")
    made = actions.set_rate(actor=request.auth, **asked.dict())
    return created(_said(told(made, RATE)), f"/api/v1/currencies/rates/{made.pk}")


@currencies.get("/rates/{int:rate_id}", response={200: RateOne, **REFUSED}, summary="One rate")
def one_rate(request: ApiRequest, rate_id: Annotated[int, Path()]) -> HttpResponse:
    _require(request.auth, "rate.view")
    return answer(_said(told(find(CurrencyRate.objects.visible_to(request.auth), rate_id), RATE)))


@currencies.patch("/rates/{int:rate_id}", response={200: RateOne, **REFUSED_TO_CHANGE}, summary="Correct a rate")
def correct_rate(request: ApiRequest, rate_id: Annotated[int, Path()], asked: CorrectedRate) -> HttpResponse:
    """A newer version; what it was before stays in the audit trail."""
    _require(request.auth, "rate.correct")
    found = find(CurrencyRate.objects.visible_to(request.auth), rate_id)
    return answer(_said(told(actions.correct_rate(actor=request.auth, currency_rate=found, **asked.dict()), RATE)))


def _told(product: Product) -> dict[str, Any]:
    terms = queries.terms_on(today())(product)
    return told(product, PRODUCT) | {"margin_ppm": terms.margin_ppm, "fee_minor": terms.fee_minor}


def _said(item: dict[str, Any]) -> dict[str, Any]:
    """A rate as a number in text, which no program rounds."""
    return item | {"rate": f"{as_said(item.pop('rate_ppm'), item.pop('units')):f}"}


def _require(actor: Actor, permission: str) -> None:
    """Whoever may not do it is told so before anything is looked for."""
    if not actor.may(permission):
        raise NotPermitted(action=permission)
