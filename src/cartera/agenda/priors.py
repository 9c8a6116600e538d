"""What the institution believes until its own history says better: probabilities and limits of the agenda, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
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
class Leaving:
    """Share of clients with a signal who leave, in parts per million, when contacted at once and when nobody does.

    What a contact can still change is gone after `fades_in` days.
    """

    contacted_ppm: int
    alone_ppm: int
    fades_in: int


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
    signals: Mapping[str, Leaving] = field(
        default_factory=lambda: {
            "run_down": Leaving(150_000, 300_000, 30),
            "silence": Leaving(60_000, 110_000, 60),
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

    def to_data(self) -> dict[str, Any]:
        """All of them as data, so that a version stays what it was when the defaults change."""
        return asdict(self)

    def flaws(self) -> Iterator[tuple[str, str]]:
        """What makes no sense: where, as "renewals-deposit-alone_ppm", and a code."""
        for line, renewal in self.renewals.items():
            if renewal.alone_ppm > renewal.contacted_ppm:
                yield f"renewals-{line}-alone_ppm", "worse with a contact"
        for kind, leaving in self.signals.items():
            if leaving.contacted_ppm > leaving.alone_ppm:
                yield f"signals-{kind}-contacted_ppm", "worse with a contact"
            if leaving.fades_in < 1:
                yield f"signals-{kind}-fades_in", "no time at all"
        if self.crowding_ppm > self.first_late_ppm:
            yield "crowding_ppm", "worse before than after"
        if self.spacing_days < 1:
            yield "spacing_days", "no time at all"
        if self.answers_weight < 1:
            yield "answers_weight", "no time at all"

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
        if "signals" in values:
            values["signals"] = {kind: Leaving(**leaving) for kind, leaving in values["signals"].items()}
        return cls(**values)
