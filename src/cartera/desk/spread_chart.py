"""How clients are spread by what they hold or bring, drawn with the thresholds of the tiers across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cartera.clients.models import Tier
from cartera.desk import formats, portfolio_words
from cartera.desk.ranking import Level, Ranked, ranked
from cartera.value.distribution import Spread
from cartera.value.models import TierPolicy
from cartera.value.queries import Measure

CHART_HEIGHT = 220.0


@dataclass(frozen=True, slots=True)
class TierPart:
    """The clients of a tier and their share of the whole."""

    letter: str
    clients: int
    share: float


@dataclass(frozen=True, slots=True)
class Line:
    """A threshold across the chart, with its words."""

    level: Level
    words: str


@dataclass(frozen=True, slots=True)
class SpreadChart:
    """The drawing, its scale and thresholds, the share of each tier, and what it shows in words. Without a `chart`
    nobody holds anything."""

    chart: Ranked | None
    scale: Sequence[tuple[Level, str]]
    lines: Sequence[Line]
    tiers: Sequence[TierPart]
    finding: str


def spread_chart(
    found: Spread, measure: Measure, policy: TierPolicy | None, currency: str, locale: formats.Locale
) -> SpreadChart:
    """Clients from the greatest to the least, beside the thresholds of a policy."""
    chart, tiers, short = ranked(found, height=CHART_HEIGHT), _tiers(found), portfolio_words.short_money
    return SpreadChart(
        chart=chart,
        scale=[(level, short(level.minor, "", locale, currency)) for level in chart.levels] if chart else [],
        lines=[
            Line(level, _("%(tier)s from %(amount)s") % {"tier": tier, "amount": short(minor, "", locale, currency)})
            for tier, minor in thresholds(policy, measure).items()
            if chart and (level := chart.line(minor))
        ],
        tiers=tiers,
        finding=portfolio_words.finding(found, tiers, measure, locale),
    )


def thresholds(policy: TierPolicy | None, measure: Measure) -> dict[str, int]:
    """Where each tier begins by a measure, in minor units; a tier that has no such way in is left out."""
    ways = policy.thresholds if policy else {}
    return {tier: ways[tier][measure] for tier in sorted(ways) if ways[tier].get(measure) is not None}


def _tiers(found: Spread) -> list[TierPart]:
    whole = found.total_minor
    parts = []
    for letter in Tier.values:
        bands = [band for band in found.bands if band.tier == letter]
        held = sum(band.total_minor for band in bands)
        parts.append(TierPart(letter, sum(band.clients for band in bands), held / whole if whole > 0 else 0.0))
    return parts
