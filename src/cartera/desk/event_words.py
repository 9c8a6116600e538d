"""Events in words: what happened, how much, since when, and by when one has to act."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.desk import formats
from cartera.desk.standing import Standing
from cartera.events.models import Event
from cartera.kernel.money import PPM

ICONS = {
    Event.Kind.MATURITY: "hourglass",
    Event.Kind.RUN_DOWN: "trending-down",
    Event.Kind.SILENCE: "clock-exclamation",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact behind an event."""

    name: str
    value: str


def event_in_words(event: Event, locale: formats.Locale, today: date) -> str:
    """What the event is, as a sentence of Mi día."""
    if event.kind == Event.Kind.RUN_DOWN:
        return _("Its assets fell from %(usual)s to %(latest)s since %(month)s: ask why.") % {
            "usual": _money(event.evidence["usual_minor"], event, locale),
            "latest": _money(event.evidence["latest_minor"], event, locale),
            "month": formats.month(date.fromisoformat(event.evidence["since"]), locale),
        }
    if event.kind == Event.Kind.SILENCE:
        days = (today - date.fromisoformat(event.evidence["last_on"])).days
        return ngettext(
            "Silent for %(count)s day; one contact every %(agreed)s days was agreed.",
            "Silent for %(count)s days; one contact every %(agreed)s days was agreed.",
            days,
        ) % {"count": days, "agreed": event.evidence["agreed_days"]}
    product = event.holding.product.name if event.holding else event.get_kind_display()
    amount = _money(event.amount_minor, event, locale) if event.amount_minor else ""
    return f"{maturing(product, amount, formats.day(event.expires_on, today, locale))}."


def maturing(product: str, amount: str, day: str) -> str:
    """What matures, of how much if that is known, and when."""
    if amount:
        return _("%(product)s of %(amount)s matures %(day)s") % {"product": product, "amount": amount, "day": day}
    return _("%(product)s matures %(day)s") % {"product": product, "day": day}


def event_chip(event: Event, locale: formats.Locale, today: date) -> Standing:
    """The event as a chip: when it matures, or by when to call."""
    day = formats.day(deadline_of(event), today, locale)
    if event.kind == Event.Kind.MATURITY:
        return Standing("due", _("Matures %(day)s") % {"day": day})
    words = _("Runs down: by %(day)s") if event.kind == Event.Kind.RUN_DOWN else _("Silence: by %(day)s")
    return Standing("late" if event.act_by < today else "due", words % {"day": day})


def deadline_of(event: Event) -> date:
    """A maturity's own day; of a signal the day by which to act."""
    return event.expires_on if event.kind == Event.Kind.MATURITY else event.act_by


def evidence_of(event: Event, locale: formats.Locale) -> list[Evidence]:
    """The facts that an event came from, one by one."""
    told = event.evidence
    if event.kind == Event.Kind.RUN_DOWN:
        return list(_of_run_down(event, locale))
    if event.kind == Event.Kind.SILENCE:
        return list(_of_silence(event, locale))
    rate = told.get("rate_ppm")
    return [
        Evidence(_("Ends on"), formats.long_day(event.expires_on, locale)),
        *([Evidence(_("Rate"), formats.percent(rate / PPM, locale, 2))] if rate is not None else []),
    ]


def _of_run_down(event: Event, locale: formats.Locale) -> Iterable[Evidence]:
    told = event.evidence
    yield Evidence(_("Usual level, median of the year before"), _money(told["usual_minor"], event, locale))
    yield Evidence(_("At the end of the last month"), _money(told["latest_minor"], event, locale))
    if told.get("a_year_ago_minor") is not None:
        yield Evidence(_("The same month a year ago"), _money(told["a_year_ago_minor"], event, locale))
    yield Evidence(_("Months below"), formats.number(told["months"], locale))
    if told.get("z_ppm"):
        yield Evidence(_("How unusual, in deviations"), formats.number(told["z_ppm"] / PPM, locale, 1))
    if told.get("closed"):
        yield Evidence(_("Closed meanwhile"), ", ".join(told["closed"]))


def _of_silence(event: Event, locale: formats.Locale) -> Iterable[Evidence]:
    told = event.evidence
    yield Evidence(_("Last conversation"), formats.long_day(date.fromisoformat(told["last_on"]), locale))
    yield Evidence(_("Agreed, days between contacts"), formats.number(told["agreed_days"], locale))
    if told.get("usual_days") is not None:
        yield Evidence(_("Its habit, days between conversations"), formats.number(told["usual_days"], locale))
    yield Evidence(_("Silence is told after, days"), formats.number(told["limit_days"], locale))
    yield Evidence(_("Attempts since, unanswered"), formats.number(told["tried"], locale))


def _money(minor: int, event: Event, locale: formats.Locale) -> str:
    return formats.money(minor, event.currency, locale, "never")
