"""When a client's own past says that something is wrong: its assets run down, or it has fallen silent.

*Run-down.* The latest months are held against the client's own year by the median and the median absolute deviation, which a
few odd months cannot move: the modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993), with the
cut-off of 2.5 that Leys and others recommend (Journal of Experimental Social Psychology 49, 2013). Two months have to lie
below, so that a salary paid a day late is no reason (a run rule, as on the control charts of Western Electric, 1956), and
the month of a year ago must not have been as low, so that sowing or school fees are none.

*Silence.* A client is silent when nobody has talked with it for much longer than both its agreement and its own habit, the
median gap between conversations, would have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from cartera.kernel.money import PPM

Z_OF_MAD = 0.6745
"""The median absolute deviation of a normal distribution, in standard deviations."""


@dataclass(frozen=True, slots=True)
class RunDownRule:
    """What counts as running down. Money in minor units of the institution's currency, shares in parts per million.

    The usual level is the median of `months` months before the last `low_months`; at least `least_months` are known.
    """

    months: int = 12
    least_months: int = 9
    low_months: int = 2
    z_ppm: int = 2_500_000
    least_share_ppm: int = 300_000
    least_minor: int = 200_000
    season_share_ppm: int = 800_000
    recovered_ppm: int = 800_000
    days_to_act: int = 7
    days_open: int = 60
    quiet_days: int = 180


@dataclass(frozen=True, slots=True)
class RunDown:
    """A client's assets that ran down: usual and latest level, the first low month, how many there are, the z-score."""

    usual_minor: int
    latest_minor: int
    since: date
    months: int
    z_ppm: int
    a_year_ago_minor: int | None

    @property
    def fell_minor(self) -> int:
        return self.usual_minor - self.latest_minor


def run_down(series: Sequence[tuple[date, int]], rule: RunDownRule) -> RunDown | None:
    """Whether month-end levels in their order, without gaps, have run down; None when they have not, or too few are known."""
    levels = [level for _month, level in series]
    low, before = levels[-rule.low_months :], levels[-rule.low_months - rule.months : -rule.low_months]
    if len(before) < rule.least_months or len(low) < rule.low_months:
        return None
    usual = int(median(before))
    spread = median(abs(level - usual) for level in before)
    limit = min(usual - spread * rule.z_ppm / PPM / Z_OF_MAD, usual * (PPM - rule.least_share_ppm) / PPM)
    latest = levels[-1]
    if max(low) >= limit or usual - latest < rule.least_minor or _seasonal(levels, rule):
        return None
    first = len(levels) - rule.low_months
    while first > 0 and levels[first - 1] < limit:
        first -= 1
    score = int(Z_OF_MAD * (usual - latest) / spread * PPM) if spread else 0
    return RunDown(
        usual, latest, series[first][0], len(levels) - first, score, levels[-13] if len(levels) > 12 else None
    )


def _seasonal(levels: Sequence[int], rule: RunDownRule) -> bool:
    """The same month was about as low a year ago."""
    return len(levels) > 12 and levels[-1] * PPM >= levels[-13] * rule.season_share_ppm


def recovered(usual_minor: int, latest_minor: int, rule: RunDownRule) -> bool:
    """What ran down is back near the level that was usual when it was told."""
    return latest_minor * PPM >= usual_minor * rule.recovered_ppm


@dataclass(frozen=True, slots=True)
class SilenceRule:
    """How much longer than agreed and than its habit a client may be silent: `times_ppm` of the longer, and `grace_days`."""

    times_ppm: int = 2 * PPM
    grace_days: int = 15
    least_talks: int = 2
    least_days: int = 60
    days_to_act: int = 10
    days_open: int = 90


@dataclass(frozen=True, slots=True)
class Talks:
    """A client's conversations: how many are known, the last one, the median days between them (None of fewer than three).

    `agreed_days` is the interval of the contacts in its agreement, None where nothing is agreed; `tried` counts attempts
    since the last one that nobody answered.
    """

    count: int
    last_on: date
    usual_days: int | None
    agreed_days: int | None
    tried: int


@dataclass(frozen=True, slots=True)
class Silence:
    days: int
    limit_days: int


def silence(talks: Talks, on: date, rule: SilenceRule) -> Silence | None:
    """Whether a client is silent on a day; never one with whom nothing was agreed, or of whom too little is known."""
    if talks.agreed_days is None or talks.count < rule.least_talks:
        return None
    longest = max(talks.agreed_days, talks.usual_days or 0)
    limit = max(longest * rule.times_ppm // PPM + rule.grace_days, rule.least_days)
    days = (on - talks.last_on).days
    return Silence(days, limit) if days > limit else None


@dataclass(frozen=True, slots=True)
class Term:
    """By when one has to act on a signal, and when it is no news any more."""

    act_by: date
    expires_on: date


def term_of(on: date, rule: RunDownRule | SilenceRule) -> Term:
    return Term(on + timedelta(days=rule.days_to_act), on + timedelta(days=rule.days_open))
