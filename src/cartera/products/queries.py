"""What is asked about products, what they earn on a day, and rates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from django.db.models import Max, Q, QuerySet

from cartera.clock.queries import institution
from cartera.kernel.actor import Actor
from cartera.products.models import CurrencyRate, Product, ProductTerms
from cartera.products.rules import Terms, converted

BY_LINE = ("line", "name", "id")
BY_DAY = ("-from_day", "-id")
MOST_DRAWN = 800


def products(*, actor: Actor, text: str = "", line: str = "", retired: bool = False) -> QuerySet[Product]:
    """What the institution offers, or what it no longer does; page them `BY_LINE`."""
    rows = Product.objects.visible_to(actor).filter(active=not retired)
    if line:
        rows = rows.filter(line=line)
    for word in text.split():
        rows = rows.filter(Q(name__icontains=word) | Q(key__icontains=word))
    return rows


def terms_of(*, actor: Actor, product: Product) -> QuerySet[ProductTerms]:
    """Every terms that the product was given, the last to begin first; those that were withdrawn too."""
    return ProductTerms.objects.visible_to(actor).filter(product=product).order_by(*BY_DAY)


def dated_terms_on(day: date) -> Mapping[int, Terms]:
    """What products earn on a day, by their ids, where terms have begun; the others have their first ones still."""
    rows = ProductTerms.objects.standing().filter(from_day__lte=day).order_by("from_day")
    told = rows.values_list("product_id", "margin_ppm", "fee_minor")
    return {product_id: Terms(margin_ppm, fee_minor) for product_id, margin_ppm, fee_minor in told}


def terms_on(day: date) -> Callable[[Product], Terms]:
    """What each product earns on a day: asks once, and answers of any product."""
    dated = dated_terms_on(day)
    return lambda product: dated.get(product.pk, product.first_terms)


def rates_on(day: date) -> Mapping[str, CurrencyRate]:
    """The rate of each currency into the institution's that is in force on a day: the last one by then."""
    rows = CurrencyRate.objects.filter(quote=institution().currency, from_day__lte=day).exclude(
        currency=institution().currency
    )
    last = rows.order_by().values("currency").annotate(last=Max("from_day")).values_list("currency", "last")
    asked = Q()
    for currency, from_day in last:
        asked |= Q(currency=currency, from_day=from_day)
    return {rate.currency: rate for rate in rows.filter(asked)} if asked else {}


def convert(minor: int, currency: str, rates: Mapping[str, CurrencyRate]) -> int | None:
    """An amount in the institution's currency, None when no rate converts it."""
    quote = institution().currency
    if currency == quote:
        return minor
    rate = rates.get(currency)
    return converted(minor, currency, quote, rate.rate_ppm, rate.units) if rate else None


def rates_of(*, actor: Actor, currency: str = "") -> QuerySet[CurrencyRate]:
    """Rates into the institution's currency, of one currency or of all, the last first; page them `BY_DAY`."""
    rows = CurrencyRate.objects.visible_to(actor).filter(quote=institution().currency)
    return (rows.filter(currency=currency) if currency else rows).order_by(*BY_DAY)


def rates_drawn(*, actor: Actor, currency: str, since: date, until: date) -> list[CurrencyRate]:
    """The rates of a currency between two days, the first first, from the one that was in force on the first day."""
    rows = rates_of(actor=actor, currency=currency).filter(from_day__lte=until)
    found = list(rows.filter(from_day__gt=since)[:MOST_DRAWN])
    before = rows.filter(from_day__lte=since).first() if len(found) < MOST_DRAWN else None
    return [*([before] if before else []), *found[::-1]]


def currencies_offered() -> Iterable[str]:
    """The currencies of products that are offered."""
    return Product.objects.filter(active=True).order_by().values_list("currency", flat=True).distinct()
