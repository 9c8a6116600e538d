"""What the institution believes until its own history says better: probabilities and limits of the agenda, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

PPM = 1_000_000


def _by_tier(a: int, b: int, c: int, d: int) -> Mapping[str, int]:
    return {"A": a, "B": b, "C": c, "D": d, "": c}


@dataclass(frozen=True, slots=True)
class Renewal:
    """Share of maturities renewed, in parts per million, with a contact in time and without one; in time is `lead_days`."""

    contacted_ppm: int
    alone_ppm: int
    lead_days: int


@dataclass(frozen=True, slots=True)
class Priors:
    """Probabilities in parts per million, times in minutes. Replaced by estimates as the institution's history grows.

    A broken touchpoint raises the probability that the client leaves by `leaving_ppm`, and costs the institution's word,
    valued at `word_minutes` of the person's time; a promise that somebody said aloud weighs `said_ppm` of that.
    An open window has lost `crowding_ppm` of its worth when it falls due, and `first_late_ppm` a day later.
    `answers_ppm` is how often contacts in a channel are answered, by part of the day; a client's own history outweighs
    it from `answers_weight` attempts on.
    """

    leaving_ppm: Mapping[str, int] = field(default_factory=lambda: _by_tier(40_000, 35_000, 30_000, 25_000))
    word_minutes: Mapping[str, int] = field(default_factory=lambda: _by_tier(90, 60, 40, 25))
    said_ppm: int = 2 * PPM
    crowding_ppm: int = 100_000
    first_late_ppm: int = 400_000
    renewals: Mapping[str, Renewal] = field(
        default_factory=lambda: {
            "deposit": Renewal(820_000, 450_000, 7),
            "fund": Renewal(820_000, 450_000, 7),
            "loan": Renewal(350_000, 150_000, 15),
            "card": Renewal(900_000, 700_000, 15),
            "policy": Renewal(850_000, 600_000, 20),
        }
    )
    answers_ppm: Mapping[str, Mapping[str, int]] = field(
        default_factory=lambda: {
            "phone": {"morning": 640_000, "afternoon": 560_000},
            "video": {"morning": 850_000, "afternoon": 850_000},
            "face_to_face": {"morning": 920_000, "afternoon": 920_000},
            "message": {"morning": 700_000, "afternoon": 700_000},
            "email": {"morning": 500_000, "afternoon": 500_000},
            "letter": {"morning": 400_000, "afternoon": 400_000},
        }
    )
    answers_weight: int = 6
    minutes_for_each_other: int = 3
    spacing_days: int = 3
    most_face_to_face: int = 2
    reserve_ppm: int = 100_000
    moved_minutes: int = 2
    horizon_days: int = 10

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Priors with what the data says, and the defaults for the rest. Raises ValueError for a name that is none."""
        known = {prior.name for prior in fields(cls)}
        unknown = set(data) - known
        if unknown:
            raise ValueError(f"the agenda has no prior called {', '.join(sorted(unknown))}")
        values = dict(data)
        if "renewals" in values:
            values["renewals"] = {line: Renewal(**renewal) for line, renewal in values["renewals"].items()}
        return cls(**values)
