"""What is expected to be lost if a contact waits, day by day: the only worth that the agenda knows.

loss(i, d) = money at stake x (probability of the bad end if contacted on day d - probability if contacted in time).
Each function returns one loss per day of the horizon and a last one for "not within the horizon"; none ever falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cartera.agenda.priors import PPM, Priors, Renewal


@dataclass(frozen=True, slots=True)
class Horizon:
    """The working days of a plan, and the first one after it: what is left for then is left at least until then."""

    days: tuple[date, ...]
    afterwards: date

    @property
    def dates(self) -> tuple[date, ...]:
        return (*self.days, self.afterwards)

    def index_of(self, day: date) -> int:
        """The first day of the horizon that is not before `day`; its length when there is none."""
        return next((index for index, known in enumerate(self.days) if known >= day), len(self.days))


@dataclass(frozen=True, slots=True)
class Window:
    """When a promise may be kept, is due, and breaks: local dates, in this order."""

    opens: date
    due: date
    latest: date


def of_promise(window: Window, horizon: Horizon, *, whole_minor: int, priors: Priors) -> tuple[int, ...]:
    """A promise loses little while its window is open, much once it is due, everything when it breaks."""
    return tuple(whole_minor * _risk(window, day, priors) // PPM for day in horizon.dates)


def whole_of_promise(
    *, tier: str, revenue_minor: int, minute_cost_minor: int, said: bool, compensation_minor: int, priors: Priors
) -> int:
    """All that a broken promise is expected to cost: the client's margin if it leaves, our word, what is given back."""
    leaving = max(revenue_minor, 0) * priors.leaving_ppm.get(tier, priors.leaving_ppm[""]) // PPM
    word = priors.word_minutes.get(tier, priors.word_minutes[""]) * minute_cost_minor
    weight = priors.said_ppm if said else PPM
    return (leaving + word) * weight // PPM + compensation_minor


def of_maturity(matures: date, horizon: Horizon, *, stake_minor: int, renewal: Renewal) -> tuple[int, ...]:
    """The margin of what matures, times the renewals that are lost by contacting its holder later than in time."""
    in_time = renewal.contacted_ppm
    return tuple(stake_minor * (in_time - _renewed(matures, day, renewal)) // PPM for day in horizon.dates)


def _risk(window: Window, day: date, priors: Priors) -> int:
    if day > window.latest:
        return PPM
    if day > window.due:
        late, most = (day - window.due).days, (window.latest - window.due).days + 1
        return priors.first_late_ppm + (PPM - priors.first_late_ppm) * late // most
    if day <= window.opens:
        return 0
    used, whole = (day - window.opens).days, (window.due - window.opens).days
    return priors.crowding_ppm * used * used // (whole * whole)


def _renewed(matures: date, day: date, renewal: Renewal) -> int:
    lead = (matures - day).days
    if lead < 0:
        return renewal.alone_ppm
    gained = (renewal.contacted_ppm - renewal.alone_ppm) * (lead + 1) // (renewal.lead_days + 1)
    return min(renewal.contacted_ppm, renewal.alone_ppm + gained)


def first_day_worth(losses: Sequence[int]) -> int:
    """The last day on which nothing is lost yet: waiting until then is free."""
    return max((index for index, loss in enumerate(losses[:-1]) if loss == losses[0]), default=0)
