"""Why a client is in its tier, in words, read in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from cartera.kernel.money import exponent, from_minor
from cartera.value.rules import By


def plain_money(minor: int, currency: str) -> str:
    """An amount as the framework writes numbers in the reader's language."""
    amount = number_format(from_minor(minor, currency), exponent(currency), use_l10n=True, force_grouping=True)
    return f"{currency} {amount}"


def plain_day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT", use_l10n=True)


def reason_in_words(
    tier: str,
    reason: Mapping[str, Any],
    currency: str,
    *,
    money: Callable[[int, str], str] = plain_money,
    day: Callable[[date], str] = plain_day,
) -> str:
    """The reason of a tier, as `Decision.reason()` stored it, as one or two sentences; empty before the first night.

    Screens give their own way of writing `money` and days.
    """
    if not reason:
        return ""
    words = {"tier": tier, "policy": reason["policy"]}
    if reason["by"] == By.OVERRIDE:
        sentence = _(
            "Somebody put it in tier %(tier)s until %(until)s; by policy %(policy)s it would be in tier %(instead_of)s."
        )
        until = day(date.fromisoformat(reason["expires_on"]) - timedelta(days=1))
        return sentence % {**words, "until": until, "instead_of": reason["instead_of"]}
    words |= {name: money(reason[name], currency) for name in ("amount", "threshold") if reason[name] is not None}
    sentence = _sentence(reason) % words
    return f"{_through_household()} {sentence}" if reason["household"] is not None else sentence


def _sentence(reason: Mapping[str, Any]) -> str:
    by_revenue, kept = reason["by"] == By.REVENUE, reason["kept_by_hysteresis"]
    if reason["by"] == By.REST:
        if reason["threshold"] is None:
            return _("It reaches no threshold of policy %(policy)s.")
        return _("Assets of %(amount)s reach no threshold of policy %(policy)s: the lowest is %(threshold)s.")
    if kept and by_revenue:
        return _(
            "Yearly revenue of %(amount)s is a little under %(threshold)s: it stays in tier %(tier)s (policy %(policy)s)."
        )
    if kept:
        return _(
            "Assets of %(amount)s are a little under %(threshold)s: it stays in tier %(tier)s (policy %(policy)s)."
        )
    if by_revenue:
        return _("Yearly revenue of %(amount)s is at least the %(threshold)s of tier %(tier)s (policy %(policy)s).")
    return _("Assets of %(amount)s are at least the %(threshold)s of tier %(tier)s (policy %(policy)s).")


def _through_household() -> str:
    return _("A minor, valued through its household.")
