"""Currencies in use, and the amounts that no rate converts: those stand apart, and enter no sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Count, Q, QuerySet, Sum, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from cartera.clients.models import Client, Holding
from cartera.clients.queries import currencies_held
from cartera.clock.queries import institution
from cartera.kernel.actor import Actor
from cartera.products.models import CurrencyRate, Line
from cartera.products.queries import convert, currencies_offered, rates_on
from cartera.products.rules import is_currency

ASSETS = (Line.DEPOSIT, Line.FUND)
LIABILITIES = (Line.LOAN, Line.CARD)
MEASURES = ("assets_minor", "liabilities_minor", "revenue_minor")


@dataclass(frozen=True, slots=True)
class Apart:
    """What so many clients hold in a currency that nothing converted on the last night, in minor units of it."""

    currency: str
    clients: int
    assets_minor: int
    liabilities_minor: int
    revenue_minor: int


@dataclass(frozen=True, slots=True)
class InUse:
    """A foreign currency that holdings or products are in. Without a `rate` its amounts stand apart."""

    currency: str
    holdings: int
    assets_minor: int
    liabilities_minor: int
    rate: CurrencyRate | None
    converted_minor: int | None

    @property
    def stands_apart(self) -> bool:
        return self.rate is None


def foreign_currencies() -> list[str]:
    """The currencies of holdings and of what is offered, beside the institution's own."""
    return sorted({*currencies_held(), *currencies_offered()} - {institution().currency})


def in_use(*, actor: Actor, on: date) -> list[InUse]:
    """Each foreign currency in use with what is held in it, as the actor sees it, and its rate on a day."""
    currencies = foreign_currencies()
    if not currencies:
        return []
    rates = rates_on(on)
    rows = Holding.objects.visible_to(actor).filter(closed_on__isnull=True, currency__in=currencies).order_by()
    told = rows.values("currency").annotate(
        holdings=Count("id"), assets_minor=_sum_of(ASSETS), liabilities_minor=_sum_of(LIABILITIES)
    )
    held = {one["currency"]: one for one in told}
    found = []
    for currency in currencies:
        one = held.get(currency, {"holdings": 0, "assets_minor": 0, "liabilities_minor": 0})
        holdings, assets, liabilities = (one[name] for name in ("holdings", "assets_minor", "liabilities_minor"))
        converted = convert(assets, currency, rates)
        found.append(InUse(currency, holdings, assets, liabilities, rates.get(currency), converted))
    return found


def without_rate(on: date) -> list[str]:
    """The foreign currencies in use that no rate converts on a day."""
    foreign = foreign_currencies()
    rates = rates_on(on) if foreign else {}
    return [currency for currency in foreign if currency not in rates]


def apart_of(rows: QuerySet[Client]) -> list[Apart]:
    """What these clients hold that the last night could not convert, by currency. One query when there is any foreign one."""
    currencies = [currency for currency in foreign_currencies() if is_currency(currency)]
    if not currencies:
        return []
    asked: dict[str, Any] = {}
    for currency in currencies:
        asked[f"{currency}_clients"] = Count("id", filter=Q(value__foreign__has_key=currency))
        for measure in MEASURES:
            amount = KeyTextTransform(measure, KeyTransform(currency, "value__foreign"))
            asked[f"{currency}_{measure}"] = Sum(Cast(amount, BigIntegerField()), default=0)
    told = rows.order_by().aggregate(**asked)
    return [
        Apart(currency, told[f"{currency}_clients"], *(told[f"{currency}_{measure}"] for measure in MEASURES))
        for currency in currencies
        if told[f"{currency}_clients"]
    ]


def apart_in(foreign: object, measure: str = "assets_minor") -> Sequence[tuple[str, int]]:
    """The amounts of `ClientValue.foreign` that are not nothing: (currency, minor units of it)."""
    told = foreign if isinstance(foreign, dict) else {}
    return [(currency, amounts[measure]) for currency, amounts in told.items() if amounts.get(measure)]


def _sum_of(lines: tuple[Line, ...]) -> Sum:
    side = Case(When(product__line__in=lines, then="balance_minor"), default=0, output_field=BigIntegerField())
    return Sum(side)
