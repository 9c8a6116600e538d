"""When something a client holds gives a reason to contact it, by when, and how much is at stake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cartera.kernel.money import share_of


@dataclass(frozen=True, slots=True)
class Lead:
    """How many days before a maturity its event is raised, and the client has to have been contacted."""

    days_ahead: int
    days_to_settle: int


# Until renewal rates by lead time are known: a month as conversations about money need, longer where a
# policy has to be underwritten again, a week at the end for the papers.
PRIORS: Mapping[str, Lead] = {
    "deposit": Lead(30, 7),
    "loan": Lead(30, 7),
    "card": Lead(30, 7),
    "policy": Lead(45, 10),
    "fund": Lead(30, 7),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What is needed of a holding. Money in minor units of its currency; margin and rate a year, in parts per million."""

    key: str
    line: str
    balance_minor: int
    balance_on: date | None
    limit_minor: int | None
    opened_on: date
    matures_on: date
    closed_on: date | None
    margin_ppm: int
    fee_minor: int = 0
    rate_ppm: int | None = None


@dataclass(frozen=True, slots=True)
class MaturityAhead:
    """A maturity to act on. `expires_on` is its day; the amount is a card's limit or a balance; `evidence` are the facts."""

    cause_key: str
    act_by: date
    expires_on: date
    amount_minor: int
    at_stake_minor: int
    evidence: Mapping[str, str | int | None]


def maturity_ahead(held: Held, on: date, leads: Mapping[str, Lead] = PRIORS) -> MaturityAhead | None:
    """The event that a holding gives on a day, or None when it matures later, has matured, or is not held that day.

    The client is contacted during the term: by the days that are needed to settle, at once when fewer are left.
    """
    lead = leads.get(held.line)
    days_left = (held.matures_on - on).days
    is_held = held.opened_on <= on and (held.closed_on is None or held.closed_on > on)
    if lead is None or not is_held or not 0 <= days_left <= lead.days_ahead:
        return None
    balance = balance_known(held, on)
    return MaturityAhead(
        cause_key=f"maturity:{held.key}:{held.matures_on}",
        act_by=max(on, held.matures_on - timedelta(days=lead.days_to_settle)),
        expires_on=held.matures_on,
        amount_minor=held.limit_minor if held.line == "card" and held.limit_minor else balance,
        at_stake_minor=at_stake(balance, held.margin_ppm, held.fee_minor),
        evidence={
            "line": held.line,
            "holding": held.key,
            "matures_on": held.matures_on.isoformat(),
            "days_left": days_left,
            "balance_on": held.balance_on.isoformat() if held.balance_on and held.balance_on <= on else None,
            "rate_ppm": held.rate_ppm,
            "margin_ppm": held.margin_ppm,
            "fee_minor": held.fee_minor,
        },
    )


def balance_known(held: Held, on: date) -> int:
    """The balance as it was known on a day: nothing when it was not."""
    return held.balance_minor if held.balance_on is None or held.balance_on <= on else 0


def at_stake(balance_minor: int, margin_ppm: int, fee_minor: int) -> int:
    """What the institution earns in a year if it is renewed: the margin on the balance and the fee, never below nothing."""
    return max(share_of(balance_minor, margin_ppm) + fee_minor, 0)
