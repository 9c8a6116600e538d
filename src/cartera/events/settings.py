"""What the institution sets of events: how early maturities are told, when a client's own past is a signal, what each takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import NamedTuple

from django.utils.functional import Promise as LazyText
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cartera.events import rules
from cartera.events.models import Event
from cartera.events.signals import RunDownRule, SilenceRule
from cartera.kernel.money import PPM
from cartera.products.models import Line
from cartera.rulebook.declaring import LARGEST_AMOUNT, Setting, Unit


class LeadSettings(NamedTuple):
    """How early the maturities of a line are told, and by when the client has to have been contacted."""

    ahead: Setting
    to_settle: Setting


def _lead(line: Line) -> LeadSettings:
    usual = rules.PRIORS[line.value]
    ahead = Setting(
        f"events.lead.{line}.ahead",
        label=format_lazy(_("{line}: told before it matures"), line=line.label),
        says=_("So many days before its day a maturity becomes a reason to contact the client."),
        unit=Unit.DAYS,
        default=usual.days_ahead,
        least=1,
        most=365,
    )
    to_settle = Setting(
        f"events.lead.{line}.to_settle",
        label=format_lazy(_("{line}: contacted before it matures"), line=line.label),
        says=_("So many days are needed for the papers: by then the client has to have been contacted."),
        unit=Unit.DAYS,
        default=usual.days_to_settle,
        least=0,
        most=180,
        not_above=ahead,
    )
    return LeadSettings(ahead, to_settle)


LEADS: Mapping[str, LeadSettings] = {line.value: _lead(line) for line in Line}

_Said = tuple[LazyText, LazyText, Unit, int, int]
_RUN_DOWN: Mapping[str, _Said] = {
    "months": (
        _("Months that make the usual level"),
        _("The median of so many months before the low ones."),
        Unit.MONTHS,
        6,
        36,
    ),
    "least_months": (
        _("Months that have to be known"),
        _("Of a client of whom fewer are known nothing is said."),
        Unit.MONTHS,
        3,
        36,
    ),
    "low_months": (
        _("Low months in a row"),
        _("So many months have to lie below, so that a salary paid a day late is no reason."),
        Unit.MONTHS,
        1,
        6,
    ),
    "z_ppm": (
        _("How far below its own ups and downs"),
        _("In deviations from the usual level. Higher tells fewer clients."),
        Unit.TIMES,
        500_000,
        10 * PPM,
    ),
    "least_share_ppm": (
        _("At least so much of it gone"),
        _("The share of the usual level that has to be missing."),
        Unit.SHARE,
        10_000,
        PPM,
    ),
    "least_minor": (
        _("At least such an amount gone"),
        _("Smaller falls are not told, whatever their share."),
        Unit.MONEY,
        0,
        LARGEST_AMOUNT,
    ),
    "season_share_ppm": (
        _("As low as a year ago"),
        _("From this share of the level of a year ago on it is the season, and no signal."),
        Unit.SHARE,
        0,
        2 * PPM,
    ),
    "recovered_ppm": (
        _("Back near the usual level"),
        _("From this share of it on, the event is over by itself."),
        Unit.SHARE,
        0,
        PPM,
    ),
    "days_to_act": (
        _("Balances run down: days to act"),
        _("By then somebody should have talked with the client."),
        Unit.DAYS,
        1,
        90,
    ),
    "days_open": (_("Balances run down: days open"), _("After them the event expires."), Unit.DAYS, 1, 365),
    "quiet_days": (
        _("Balances run down: not told again for"),
        _("So long after one was told, the same client has no other."),
        Unit.DAYS,
        0,
        730,
    ),
}
_SILENCE: Mapping[str, _Said] = {
    "times_ppm": (
        _("Longer than agreed and than its habit"),
        _("So many times the longer of the two have to pass in silence."),
        Unit.TIMES,
        PPM,
        10 * PPM,
    ),
    "grace_days": (_("Days of grace"), _("They come on top of it."), Unit.DAYS, 0, 180),
    "least_talks": (
        _("Conversations that have to be known"),
        _("Of a client with fewer nothing is said."),
        Unit.COUNT,
        1,
        20,
    ),
    "least_days": (
        _("At least so many days of silence"),
        _("Shorter ones are not told, whatever was agreed."),
        Unit.DAYS,
        1,
        730,
    ),
    "days_to_act": (
        _("Silence: days to act"),
        _("By then somebody should have talked with the client."),
        Unit.DAYS,
        1,
        90,
    ),
    "days_open": (_("Silence: days open"), _("After them the event expires."), Unit.DAYS, 1, 365),
}


def _of_rule(kind: Event.Kind, said: Mapping[str, _Said], usual: RunDownRule | SilenceRule) -> dict[str, Setting]:
    return {
        name: Setting(f"events.{kind}.{name}", label, says, unit, default=default, least=least, most=most)
        for name, default in asdict(usual).items()
        for label, says, unit, least, most in (said[name],)
    }


RUN_DOWN: Mapping[str, Setting] = _of_rule(Event.Kind.RUN_DOWN, _RUN_DOWN, RunDownRule())
SILENCE: Mapping[str, Setting] = _of_rule(Event.Kind.SILENCE, _SILENCE, SilenceRule())

MINUTES: Mapping[str, Setting] = {
    kind.value: Setting(
        f"events.minutes.{kind}",
        label=format_lazy(_("Minutes of a contact: {kind}"), kind=kind.label),
        says=_("So long a contact about it is planned, and proposed where one is promised."),
        unit=Unit.MINUTES,
        default=rules.MINUTES[kind.value],
        least=1,
        most=480,
    )
    for kind in Event.Kind
}
