"""What a client is worth, and the tier that follows.

A client is in the best tier whose threshold of assets or of revenue it reaches. Once in a tier it keeps it until it is
more than the policy's hysteresis under the threshold, so that nobody flaps. A minor is valued through its household: by
the figures of all of its members together. An override by a person with authority wins until it expires.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any, Self

PPM = 1_000_000
TIERS = ("A", "B", "C", "D")
LOWEST = TIERS[-1]

# The preliminary policy puts the first 5 % of clients in A, the next 15 % in B, the next 30 % in C.
PRELIMINARY_SHARES_PPM = {"A": 50_000, "B": 200_000, "C": 500_000}


class By(StrEnum):
    """What decided a tier."""

    ASSETS = "assets"
    REVENUE = "revenue"
    REST = "rest"
    OVERRIDE = "override"


class PolicyFault(ValueError):
    """A threshold that makes no sense: `tier` and `measure` say which one, `code` why."""

    def __init__(self, tier: str, measure: str, code: str) -> None:
        self.tier, self.measure, self.code = tier, measure, code
        super().__init__(f"{tier} {measure}: {code}")


@dataclass(frozen=True, slots=True)
class Figures:
    """Assets and yearly revenue in minor units of the institution's currency."""

    assets_minor: int = 0
    revenue_minor: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.assets_minor + other.assets_minor, self.revenue_minor + other.revenue_minor)

    def by(self, measure: By) -> int:
        return self.revenue_minor if measure == By.REVENUE else self.assets_minor


@dataclass(frozen=True, slots=True)
class Way:
    """One way into a tier: reach `threshold` by a measure. Whoever is there stays while at `keep_from` or more."""

    tier: str
    by: By
    threshold: int
    keep_from: int


@dataclass(frozen=True, slots=True)
class Policy:
    """A version of the thresholds: its ways into the tiers, best tier first, assets before revenue."""

    number: int
    ways: tuple[Way, ...]
    adult_age: int = 18

    @classmethod
    def parse(
        cls,
        thresholds: Mapping[str, Mapping[str, int | None]],
        *,
        number: int,
        hysteresis_ppm: int,
        adult_age: int = 18,
    ) -> Self:
        """Read {"A": {"assets_minor": n, "revenue_minor": n}, "B": …, "C": …}; a measure that is absent is no way in.

        Raises PolicyFault for a tier that is missing or unknown or has no way in, and for a threshold that is not
        positive or is higher than that of a better tier.
        """
        named = TIERS[:-1]
        for tier in (*named, *thresholds):
            if tier not in thresholds:
                raise PolicyFault(tier, "", "missing")
            if tier not in named or not set(thresholds[tier]) <= {"assets_minor", "revenue_minor"}:
                raise PolicyFault(tier, "", "unknown")
            for measure, threshold in thresholds[tier].items():
                if threshold is not None and type(threshold) is not int:
                    raise PolicyFault(tier, measure, "not whole")
        if not 0 <= hysteresis_ppm < PPM:
            raise PolicyFault("", "hysteresis_ppm", "out of range")
        ways = []
        for tier in named:
            found = [
                Way(tier, by, threshold, -(-threshold * (PPM - hysteresis_ppm) // PPM))
                for by in (By.ASSETS, By.REVENUE)
                if (threshold := thresholds[tier].get(f"{by}_minor")) is not None
            ]
            if not found:
                raise PolicyFault(tier, "", "missing")
            ways += found
        _require_order(ways)
        return cls(number, tuple(ways), adult_age)

    def born_after(self, on: date) -> date:
        """Who was born after this day is a minor on the date."""
        year = on.year - self.adult_age
        try:
            return on.replace(year=year)
        except ValueError:
            return on.replace(year=year, day=28)

    @property
    def lowest_assets(self) -> int | None:
        """The assets that would lift a client out of the lowest tier, if assets are a way."""
        return next((way.threshold for way in reversed(self.ways) if way.by == By.ASSETS), None)


def _require_order(ways: Sequence[Way]) -> None:
    for way in ways:
        if way.threshold <= 0:
            raise PolicyFault(way.tier, f"{way.by}_minor", "not positive")
    for measure in (By.ASSETS, By.REVENUE):
        for better, worse in pairwise(way for way in ways if way.by == measure):
            if worse.threshold > better.threshold:
                raise PolicyFault(worse.tier, f"{measure}_minor", "above a better tier")


@dataclass(frozen=True, slots=True)
class Override:
    """A tier given by a person: in force from its first day until the day before it expires or was ended."""

    id: int
    tier: str
    from_day: date
    expires_on: date
    ended_on: date | None = None

    def in_force(self, on: date) -> bool:
        return self.from_day <= on < min(self.expires_on, self.ended_on or self.expires_on)


@dataclass(frozen=True, slots=True)
class Decision:
    """A tier and why. `household` names the household whose figures decided; `instead_of` the tier that an override hides."""

    tier: str
    by: By
    amount: int
    threshold: int | None
    policy: int
    kept_by_hysteresis: bool = False
    household: int | None = None
    override: Override | None = None
    instead_of: str = ""

    def reason(self) -> dict[str, Any]:
        """The reason as data, as it is stored; words are made on screen."""
        if self.override is not None:
            return {
                "by": str(By.OVERRIDE),
                "override": self.override.id,
                "expires_on": self.override.expires_on.isoformat(),
                "instead_of": self.instead_of,
                "policy": self.policy,
            }
        return {
            "by": str(self.by),
            "amount": self.amount,
            "threshold": self.threshold,
            "kept_by_hysteresis": self.kept_by_hysteresis,
            "household": self.household,
            "policy": self.policy,
        }


@dataclass(frozen=True, slots=True)
class HouseholdFigures:
    """A household and what its members are worth together."""

    id: int
    figures: Figures


def tier_of(
    own: Figures,
    policy: Policy,
    *,
    previous: str | None = None,
    minor_in: HouseholdFigures | None = None,
    override: Override | None = None,
) -> Decision:
    """The tier of a client and why.

    `previous` is the tier that the policy, and no override, gave it last; `minor_in` the household of a minor;
    `override` the one in force on the date.
    """
    figures = minor_in.figures if minor_in else own
    decision = _by_policy(figures, policy, previous, minor_in.id if minor_in else None)
    if override is None:
        return decision
    return Decision(
        override.tier, By.OVERRIDE, decision.amount, None, policy.number, override=override, instead_of=decision.tier
    )


def _by_policy(figures: Figures, policy: Policy, previous: str | None, household: int | None) -> Decision:
    for way in policy.ways:
        amount = figures.by(way.by)
        reached, keeps = amount >= way.threshold, way.tier == previous and amount >= way.keep_from
        if reached or (keeps and not _reaches(figures, policy, way.tier)):
            return Decision(way.tier, way.by, amount, way.threshold, policy.number, not reached, household)
    return Decision(LOWEST, By.REST, figures.assets_minor, policy.lowest_assets, policy.number, household=household)


def _reaches(figures: Figures, policy: Policy, tier: str) -> bool:
    return any(way.tier == tier and figures.by(way.by) >= way.threshold for way in policy.ways)


def preliminary_thresholds(assets: Sequence[int], revenues: Sequence[int]) -> dict[str, dict[str, int]]:
    """Thresholds proposed from the distribution, to two significant digits: `assets` and `revenues` are what the client
    at each rank of `PRELIMINARY_SHARES_PPM` has, from the best tier on."""
    tiers = list(PRELIMINARY_SHARES_PPM)
    proposed = zip(tiers, _round_down(assets), _round_down(revenues), strict=True)
    return {tier: {"assets_minor": held, "revenue_minor": brought} for tier, held, brought in proposed}


def _round_down(amounts: Iterable[int]) -> list[int]:
    rounded = []
    for amount in amounts:
        unit = int(10 ** max(len(str(max(amount, 1))) - 2, 0))
        rounded.append(max(amount // unit * unit, 1))
    return rounded


def preliminary_ranks(clients: int) -> list[int]:
    """The ranks, from 0 for the best, of the clients whose figures become the preliminary thresholds."""
    return [max(-(-clients * share // PPM) - 1, 0) for share in PRELIMINARY_SHARES_PPM.values()]


def portion(amount: int, part: int, whole: int) -> int:
    """`amount * part / whole`, halves to even."""
    doubled, rest = divmod(2 * amount * part, 2 * whole)
    if rest > whole or (rest == whole and doubled % 2):
        doubled += 1
    return doubled


def amortised(balance: int, known_on: date, matures_on: date | None, on: date) -> int:
    """What is left of a loan whose balance was known on a day, if it falls in a straight line to nothing at maturity."""
    if matures_on is None or matures_on <= known_on:
        return balance
    return portion(balance, max((matures_on - on).days, 0), (matures_on - known_on).days)


def conversion(rate_ppm: int, from_exponent: int, to_exponent: int) -> tuple[int, int]:
    """A rate between units as the fraction that turns minor units into minor units."""
    shift = to_exponent - from_exponent
    return rate_ppm * 10 ** max(shift, 0), PPM * 10 ** max(-shift, 0)


def cost_of(minutes_by_hour_cost: Iterable[tuple[int, int]]) -> int:
    """The cost of minutes of people whose hour costs so much, rounded once (time-driven activity-based costing,
    Kaplan and Anderson 2004)."""
    return portion(sum(minutes * cost for minutes, cost in minutes_by_hour_cost), 1, 60)
