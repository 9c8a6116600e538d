"""The tier policy as somebody writes it: amounts in units of the institution's currency, the band in per cent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clock.queries import institution, today
from cartera.desk.client_forms import day_field
from cartera.kernel.errors import Invalid
from cartera.kernel.money import exponent, from_minor, to_minor
from cartera.value.models import TierPolicy
from cartera.value.rules import TIERS

NAMED = TIERS[:-1]
MEASURES = ("assets_minor", "revenue_minor")
PPM_OF_PERCENT = 10_000


class PolicyForm(forms.Form):
    """A new version. `after` is the last version that its author saw."""

    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    band = forms.DecimalField(
        label=gettext_lazy("A tier is kept until so far under its threshold, %"),
        min_value=0,
        max_value=99,
        max_digits=4,
        decimal_places=1,
        help_text=gettext_lazy("So that nobody comes in and goes out every month."),
    )
    adult_age = forms.IntegerField(
        label=gettext_lazy("Valued by its own figures from the age of"),
        min_value=0,
        max_value=30,
        help_text=gettext_lazy("Who is younger counts with its household."),
    )
    effective_from = day_field(label=gettext_lazy("In force from"))
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why, for those who come after.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        currency = institution().currency
        for tier in NAMED:
            for measure in MEASURES:
                self.fields[f"{tier}_{measure}"] = forms.DecimalField(
                    label=_label(tier, measure),
                    required=False,
                    min_value=0,
                    max_digits=15,
                    decimal_places=exponent(currency),
                )

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """The thresholds tier by tier, for the page."""
        return [(tier, self[f"{tier}_assets_minor"], self[f"{tier}_revenue_minor"]) for tier in NAMED]

    def thresholds(self) -> dict[str, dict[str, int | None]]:
        """What is typed, as the table holds it: minor units, None where it is no way in."""
        currency = institution().currency
        typed = {name: self.cleaned_data.get(name) for name in self.fields}
        return {
            tier: {
                measure: None if (amount := typed[f"{tier}_{measure}"]) is None else to_minor(amount, currency)
                for measure in MEASURES
            }
            for tier in NAMED
        }

    def hysteresis_ppm(self) -> int:
        return int(self.cleaned_data["band"] * PPM_OF_PERCENT)

    def add_refusal(self, refusal: Invalid) -> None:
        """Say what the action refused at the field that it is about: a tier without any way in, at its assets."""
        shown = {**{tier: f"{tier}_assets_minor" for tier in NAMED}, "hysteresis_ppm": "band"}
        for name, words in refusal.fields.items():
            field = shown.get(name, name)
            self.add_error(field if field in self.fields else None, [str(word) for word in words])
        if not refusal.fields:
            self.add_error(None, str(refusal.detail))


def written(policy: TierPolicy | None, last: int) -> Mapping[str, Any]:
    """A version as the form begins with it, in force from today."""
    start = {"after": last, "effective_from": today()}
    if policy is None:
        return {**start, "band": Decimal(10), "adult_age": 18}
    currency = institution().currency
    amounts = {
        f"{tier}_{measure}": _units(minor, currency)
        for tier, ways in policy.thresholds.items()
        for measure, minor in ways.items()
        if minor is not None
    }
    band = Decimal(policy.hysteresis_ppm) / PPM_OF_PERCENT
    return {**start, **amounts, "band": f"{band:f}", "adult_age": policy.adult_age}


def _units(minor: int, currency: str) -> Decimal:
    """Without the cents when there are none."""
    units = from_minor(minor, currency)
    return units.quantize(Decimal(1)) if units == units.to_integral_value() else units


def _label(tier: str, measure: str) -> str:
    words = _("Tier %(tier)s, assets from") if measure == "assets_minor" else _("Tier %(tier)s, yearly revenue from")
    return words % {"tier": tier}
