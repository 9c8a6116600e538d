"""What a book's figures say, in words. Values and a locale in, text out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.desk import formats
from cartera.kernel.money import exponent
from cartera.value.distribution import Proposal, Spread
from cartera.value.models import TierPolicy
from cartera.value.queries import Measure, Totals


class Part(Protocol):
    @property
    def letter(self) -> str: ...
    @property
    def clients(self) -> int: ...
    @property
    def share(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Says:
    """What is said of the proposed threshold: the amount, what it means, and how it stands to the policy."""

    amount: str
    meaning: str
    beside_policy: str


def short_money(minor: int, shown: str, locale: formats.Locale, currency: str) -> str:
    """ "USD 58,5 M", "USD 412 mil": an amount to three figures; `shown` is the currency to write, or nothing."""
    units = minor / 10 ** exponent(currency)
    for size, words in ((1_000_000, _("%(n)s M")), (1_000, _("%(n)s k"))):
        if abs(units) >= size:
            scaled = units / size
            decimals = 1 if abs(scaled) < 100 and round(scaled, 1) != round(scaled) else 0
            text = (words % {"n": formats.number(scaled, locale, decimals)}).replace(" ", formats.NBSP)
            break
    else:
        text = formats.number(round(units), locale)
    return f"{shown}{formats.NBSP}{text}" if shown else text


def lead(totals: Totals, found: Spread, currency: str, locale: formats.Locale) -> str:
    """The sentence above the page: how many, how much, and how much of it depends on a few."""
    if not totals.clients:
        return _("Nobody is in this book yet.")
    sentence = ngettext(
        "%(count)s client and %(assets)s in assets.", "%(count)s clients and %(assets)s in assets.", totals.clients
    ) % {
        "count": formats.number(totals.clients, locale),
        "assets": short_money(totals.assets_minor, currency, locale, currency),
    }
    if totals.clients >= 10 and found.total_minor > 0:
        share = formats.percent(found.held_by_first(0.1), locale, 0)
        depends = _("The first tenth of them hold %(share)s.") % {"share": share}
        return f"{sentence} {depends}"
    return sentence


def finding(found: Spread, tiers: Sequence[Part], measure: Measure, locale: formats.Locale) -> str:
    """What the chart shows, for whoever does not see it."""
    by = _("by yearly revenue") if measure == "revenue_minor" else _("by assets")
    clients = ngettext("%(n)s client", "%(n)s clients", found.clients) % {"n": formats.number(found.clients, locale)}
    parts = ", ".join(
        _("%(n)s of tier %(tier)s with %(share)s")
        % {"n": part.clients, "tier": part.letter, "share": formats.percent(part.share, locale, 0)}
        for part in tiers
        if part.clients
    )
    return f"{clients} {by}: {parts}" if parts else f"{clients} {by}"


def says(
    proposal: Proposal | None,
    found: Spread,
    policy: TierPolicy | None,
    threshold: int | None,
    measure: Measure,
    currency: str,
    locale: formats.Locale,
) -> Says:
    """The proposal in words; without one, why there is none."""
    if proposal is None:
        return Says("", _("There is nothing to propose: nobody holds anything yet, or all hold the same."), "")
    what = _("of the yearly revenue") if measure == "revenue_minor" else _("of the assets")
    meaning = ngettext(
        "From there on, %(n)s client (%(part)s) holds %(share)s %(what)s.",
        "From there on, %(n)s clients (%(part)s) hold %(share)s %(what)s.",
        proposal.clients,
    ) % {
        "n": formats.number(proposal.clients, locale),
        "part": formats.percent(proposal.share_of_clients, locale, 0),
        "share": formats.percent(proposal.share_of_total, locale, 0),
        "what": what,
    }
    why = _("No other cut comes as near to holding everything with few clients.")
    return Says(
        short_money(proposal.threshold_minor, currency, locale, currency),
        f"{meaning} {why}",
        _beside(proposal, found, policy, threshold, currency, locale),
    )


def _beside(
    proposal: Proposal,
    found: Spread,
    policy: TierPolicy | None,
    threshold: int | None,
    currency: str,
    locale: formats.Locale,
) -> str:
    if policy is None or threshold is None:
        return _("No policy says yet from where on a client is in tier A.")
    there = sum(band.clients for band in found.bands if band.each_minor >= threshold)
    words = {
        "number": policy.number,
        "amount": short_money(threshold, currency, locale, currency),
        "n": formats.number(there, locale),
    }
    return (
        ngettext(
            "Policy v%(number)s asks for %(amount)s: %(n)s client reaches it.",
            "Policy v%(number)s asks for %(amount)s: %(n)s clients reach it.",
            there,
        )
        % words
    )
