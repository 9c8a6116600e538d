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
    """The holdings of a product in one currency: their balances, and what they bring in a year, in minor units of it."""

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
    """What a product brings in a year at the balances that are known now, under two terms; in three queries."""
    rows = Holding.objects.visible_to(actor).filter(product=product, closed_on__isnull=True).order_by()
    told = rows.values("currency").annotate(holdings=Count("id"), balance_minor=Sum("balance_minor"))
    found = [
        InCurrency(
            **one,
            before_minor=_brought(product, before, **one),
            after_minor=_brought(product, after, **one),
        )
        for one in told.order_by("currency")
    ]
    rates = rates_on(today())
    sums = dict.fromkeys(("balance_minor", "before_minor", "after_minor"), 0)
    apart = []
    for one in found:
        parts = {name: convert(getattr(one, name), one.currency, rates) for name in sums}
        if None in parts.values():
            apart.append(one)
        else:
            sums = {name: sums[name] + (parts[name] or 0) for name in sums}
    clients = rows.aggregate(n=Count("client", distinct=True))["n"]
    holdings = sum(one.holdings for one in found)
    return Earning(clients, holdings, institution().currency, apart=apart, **sums)


def _brought(product: Product, terms: Terms, *, currency: str, holdings: int, balance_minor: int) -> int:
    """The margin on all balances together, and a fee for each holding when it is in the same currency."""
    fees = terms.fee_minor * holdings if product.currency == currency else 0
    return terms.earned(balance_minor, with_fee=False) + fees
