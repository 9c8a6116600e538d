"""What products earn: who holds them, what they bring in a year, and what other terms would change of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from cartera.clients.models import Holding
from cartera.clock.queries import institution, today
from cartera.kernel.actor import Actor
from cartera.products.models import Product
from cartera.products.queries import convert, rates_on
from cartera.products.rules import Terms


@dataclass(frozen=True, slots=True)
class InCurrency:
    """The holdings of a product in one currency: their balances, and what is earned in it a year, in minor units of it."""

    currency: str
    holdings: int
    balance_minor: int
    before_minor: int
    after_minor: int


@dataclass(frozen=True, slots=True)
class Earning:
    """What the holders of a product bring, before and after, in the institution's currency; `apart` is what no rate converts."""

    clients: int
    holdings: int
    currency: str
    balance_minor: int
    before_minor: int
    after_minor: int
    apart: Sequence[InCurrency]

    @property
    def change_minor(self) -> int:
        return self.after_minor - self.before_minor


def held(*, actor: Actor, products: Collection[int]) -> Mapping[int, int]:
    """How many holdings that are not closed there are of each product."""
    rows = Holding.objects.visible_to(actor).filter(product__in=products, closed_on__isnull=True)
    return dict(rows.order_by().values_list("product").annotate(n=Count("id")))


def earning(*, actor: Actor, product: Product, before: Terms, after: Terms) -> Earning:
    """What a product brings in a year at the balances that are known now, under two terms; in a fixed number of queries."""
    rows = Holding.objects.visible_to(actor).filter(product=product, closed_on__isnull=True).order_by()
    told = rows.values("currency").annotate(holdings=Count("id"), balance_minor=Sum("balance_minor"))
    held_in = {one["currency"]: (one["holdings"], one["balance_minor"]) for one in told}
    holdings = sum(count for count, _balance in held_in.values())
    rates, own = rates_on(today()), institution().currency
    balance_minor = before_minor = after_minor = 0
    apart = []
    for currency in sorted({product.currency, *held_in}):
        count, balance = held_in.get(currency, (0, 0))
        fees = holdings if currency == product.currency else 0
        brings = [terms.earned(balance, fees=fees) for terms in (before, after)]
        converted = [convert(minor, currency, rates) for minor in (balance, *brings)]
        if None not in converted:
            sums = [minor or 0 for minor in converted]
            balance_minor, before_minor, after_minor = (
                balance_minor + sums[0],
                before_minor + sums[1],
                after_minor + sums[2],
            )
        elif count or any(brings):
            apart.append(InCurrency(currency, count, balance, *brings))
    clients = rows.aggregate(n=Count("client", distinct=True))["n"]
    return Earning(clients, holdings, own, balance_minor, before_minor, after_minor, apart)
