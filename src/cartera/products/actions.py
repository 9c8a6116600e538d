"""Products: offered, renamed, retired, their terms from a day on. Rates: given, corrected, loaded from a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from cartera.clock.queries import institution, today
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, Text
from cartera.kernel.models import Happening
from cartera.kernel.money import PPM
from cartera.products.models import CurrencyRate, Line, Product, ProductTerms
from cartera.products.rates_file import Line as RateLine
from cartera.products.rules import GREATEST, as_kept, as_said, is_currency

LONGEST_YEARS = 100


class TermsHaveBegun(InvalidTransition):
    code = "terms-have-begun"
    title = _("Those terms have begun. Set others from a later day.")


class TermsAreWithdrawn(InvalidTransition):
    code = "terms-are-withdrawn"
    title = _("Those terms were withdrawn already.")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file of rates brought."""

    added: int
    corrected: int
    unchanged: int


@action("product.add")
def add_product(
    *, actor: Actor, key: str, name: str, line: Line, currency: str, margin_ppm: int = 0, fee_minor: int = 0
) -> Product:
    """Offer something new, with its first terms. Raises Invalid for a code that is taken and terms that make no sense."""
    wrong = _wrong_terms(margin_ppm, fee_minor)
    if Product.objects.filter(key=key).exists():
        wrong["key"] = [_("Another product has this code already.")]
    if not is_currency(currency):
        wrong["currency"] = [_("Give its ISO 4217 code, like USD.")]
    if wrong:
        raise Invalid(fields=wrong)
    return Product.add(key=key, name=name, line=line, currency=currency, margin_ppm=margin_ppm, fee_minor=fee_minor)


@action("product.change")
def rename_product(*, actor: Actor, product: Product, name: str, version: int | None = None) -> Product:
    """Call it otherwise. Raises Conflict when somebody changed it since `version`."""
    if version is not None and version != product.version:
        raise Conflict(theirs=product, yours={"name": name})
    return product.change(name=name)


@action("product.retire", undone_by="product.offer_again")
def retire_product(*, actor: Actor, product: Product, undoes: Happening | None = None) -> Product:
    """Offer it no longer. Who holds it keeps it, and it goes on earning."""
    return product.change(active=False)


@action("product.offer_again", undone_by="product.retire")
def offer_again(*, actor: Actor, product: Product, undoes: Happening | None = None) -> Product:
    return product.change(active=True)


@action("product.set_terms", undone_by="product.withdraw_terms")
def set_terms(
    *, actor: Actor, product: Product, from_day: date, margin_ppm: int, fee_minor: int, reason: str
) -> ProductTerms:
    """Say what it earns from a day on; what it earned until then stays as it was.

    Raises Invalid for a day that has passed or that has terms already, terms that make no sense, or no reason.
    """
    wrong = _wrong_terms(margin_ppm, fee_minor)
    if from_day < today():
        wrong["from_day"] = [_("Terms begin today or later: what was earned until now does not change.")]
    elif from_day.year > today().year + LONGEST_YEARS:
        wrong["from_day"] = [_("That is too far ahead.")]
    elif ProductTerms.objects.standing().filter(product=product, from_day=from_day).exists():
        wrong["from_day"] = [_("There are terms from that day already.")]
    if not reason.strip():
        wrong["reason"] = [_("Say why, for those who come after.")]
    if wrong:
        raise Invalid(fields=wrong)
    return ProductTerms.add(
        product=product, from_day=from_day, margin_ppm=margin_ppm, fee_minor=fee_minor, reason=reason
    )


@action("product.withdraw_terms")
def withdraw_terms(*, actor: Actor, product_terms: ProductTerms, undoes: Happening | None = None) -> ProductTerms:
    """Take back terms that have not begun, or that were set a moment ago. They stay in the history."""
    if product_terms.withdrawn:
        raise TermsAreWithdrawn()
    if undoes is None and product_terms.from_day <= today():
        raise TermsHaveBegun()
    return product_terms.change(withdrawn=True)


@action("rate.set")
def set_rate(*, actor: Actor, currency: str, from_day: date, rate: Decimal, reason: str = "") -> CurrencyRate:
    """Say what one unit of a currency is worth in the institution's from a day on; of a day that has passed too.

    Raises Invalid for a currency that is none or the institution's own, a rate that is none, and a day that has one.
    """
    quote, wrong = institution().currency, {}
    if not is_currency(currency):
        wrong["currency"] = [_("Give its ISO 4217 code, like EUR.")]
    elif currency == quote:
        wrong["currency"] = [_("That is the institution's own currency: it needs no rate.")]
    if from_day.year > today().year + LONGEST_YEARS:
        wrong["from_day"] = [_("That is too far ahead.")]
    if wrong:
        raise Invalid(fields=wrong)
    rate_ppm, units = _kept(rate, currency)
    return CurrencyRate.add(currency=currency, quote=quote, from_day=from_day, rate_ppm=rate_ppm, units=units)


@action("rate.correct")
def correct_rate(
    *, actor: Actor, currency_rate: CurrencyRate, rate: Decimal, reason: str, version: int | None = None
) -> CurrencyRate:
    """Say that it was another one: a newer version, the earlier ones stay in its history.

    Raises Invalid for a rate that is none, or no reason; Conflict when somebody corrected it since `version`.
    """
    if version is not None and version != currency_rate.version:
        raise Conflict(theirs=currency_rate, yours={"rate": rate})
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why, for those who come after.")]})
    rate_ppm, units = _kept(rate, currency_rate.currency)
    return currency_rate.change(rate_ppm=rate_ppm, units=units)


@action("rate.load")
def load_rates(*, actor: Actor, lines: Iterable[RateLine], reason: str) -> Loaded:
    """Keep the rates of a file: new ones are added, others corrected, the same ones left. Twice is as once."""
    quote, lines = institution().currency, list(lines)
    there = {
        (rate.currency, rate.from_day): rate
        for rate in CurrencyRate.objects.filter(quote=quote, currency__in={line.currency for line in lines})
    }
    added = corrected = 0
    for line in lines:
        rate, said = there.get((line.currency, line.from_day)), as_said(line.rate_ppm, line.units)
        if rate is None:
            set_rate(actor=actor, currency=line.currency, from_day=line.from_day, rate=said, reason=reason)
            added += 1
        elif rate.rate != said:
            correct_rate(actor=actor, currency_rate=rate, rate=said, reason=reason)
            corrected += 1
    return Loaded(added, corrected, len(lines) - added - corrected)


def _wrong_terms(margin_ppm: int, fee_minor: int) -> dict[str, list[Text]]:
    wrong: dict[str, list[Text]] = {}
    if not -PPM <= margin_ppm <= PPM:
        wrong["margin_ppm"] = [_("A margin is a share of the balance, of 100 % at most.")]
    if fee_minor < 0:
        wrong["fee_minor"] = [_("A fee is not less than nothing.")]
    return wrong


def _kept(rate: Decimal, currency: str) -> tuple[int, int]:
    try:
        return as_kept(rate, currency, institution().currency)
    except ValueError as error:
        told = _("A rate is more than nothing, and at most %(most)s.") % {"most": f"{GREATEST:f}"}
        raise Invalid(fields={"rate": [told]}) from error
