"""Why a client is in its tier: both measures against the policy's thresholds, the policy, and who decided otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cartera.desk import formats
from cartera.kernel.money import share_of
from cartera.value.models import ClientValue, TierOverride, TierPeriod, TierPolicy
from cartera.value.queries import Worth
from cartera.value.rules import LOWEST, PPM
from cartera.value.words import reason_in_words


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure against the threshold of the tier: whether it reaches it."""

    text: str
    met: bool


@dataclass(frozen=True, slots=True)
class TierReason:
    """The letter, the reason in a sentence, the figures behind it, and the policy with its day.

    `says_more`: the sentence tells what the figures do not, such as a household or somebody's decision.
    """

    letter: str
    sentence: str
    measures: Sequence[Measure]
    policy: TierPolicy | None
    since: date | None
    keeps_until: str
    override: TierOverride | None
    says_more: bool


def tier_reason(worth: Worth, period: TierPeriod | None, currency: str, locale: formats.Locale) -> TierReason:
    policy = period.policy if period else None
    measures = _measures(worth.tier, worth.value, policy, currency, locale) if worth.value and policy else []
    beyond = worth.override is not None or worth.reason.get("kept_by_hysteresis") or worth.reason.get("household")
    return TierReason(
        letter=worth.tier,
        sentence=reason_in_words(
            worth.tier,
            worth.reason,
            currency,
            money=lambda minor, currency: formats.money(minor, currency, locale, "never"),
            day=lambda day: formats.long_day(day, locale),
        ),
        measures=measures,
        policy=policy,
        since=period.from_day if period else None,
        keeps_until=_keeps_until(worth.reason, policy, currency, locale) if policy and worth.tier != LOWEST else "",
        override=worth.override,
        says_more=bool(beyond) or not any(measure.met for measure in measures),
    )


def _measures(
    tier: str, value: ClientValue, policy: TierPolicy, currency: str, locale: formats.Locale
) -> list[Measure]:
    """The lowest tier has no threshold of its own: there the next better one says what is missing."""
    thresholds: Mapping[str, int | None] = policy.thresholds.get(tier) or policy.thresholds.get("C", {})
    told = (
        ("assets_minor", _("Assets %(amount)s, threshold %(threshold)s")),
        ("revenue_minor", _("Yearly revenue %(amount)s, threshold %(threshold)s")),
    )
    return [
        Measure(
            text=words
            % {
                "amount": formats.money(getattr(value, name), currency, locale, "never"),
                "threshold": formats.amount(threshold, currency, locale, "never"),
            },
            met=getattr(value, name) >= threshold,
        )
        for name, words in told
        if (threshold := thresholds.get(name)) is not None
    ]


def _keeps_until(reason: Mapping[str, Any], policy: TierPolicy, currency: str, locale: formats.Locale) -> str:
    """The amount under which the client would leave its tier, as the policy's band says."""
    threshold = reason.get("threshold")
    if threshold is None:
        return ""
    return formats.money(share_of(int(threshold), PPM - policy.hysteresis_ppm), currency, locale, "never")
