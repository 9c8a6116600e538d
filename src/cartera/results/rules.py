"""The figures of results, each computed in one way. Their words, for screens, are in `definitions`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

TERM = timedelta(days=90)
"""Results look back over ninety days, the day itself among them."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over a term that ends with a day. What is still open and overdue is shown apart: it may yet be kept late."""

    kept: int = 0
    late: int = 0
    broken: int = 0
    open_late: int = 0
    contacts: int = 0
    minutes: int = 0
    clients: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.kept + other.kept,
            self.late + other.late,
            self.broken + other.broken,
            self.open_late + other.open_late,
            self.contacts + other.contacts,
            self.minutes + other.minutes,
            self.clients + other.clients,
        )

    @property
    def settled(self) -> int:
        """Promises whose outcome is known."""
        return self.kept + self.late + self.broken

    @property
    def kept_rate(self) -> float | None:
        return kept_rate(self.kept, self.late, self.broken)

    @property
    def minutes_a_client(self) -> float | None:
        return self.minutes / self.clients if self.clients else None


def kept_rate(kept: int, late: int, broken: int) -> float | None:
    """The share of settled promises that were kept on time: kept / (kept + late + broken).

    One kept late was not kept on time. What was withdrawn, or renegotiated with the client's consent, is not counted; without
    that consent it is broken. None when nothing was settled: no promise is no perfect score.
    """
    settled = kept + late + broken
    return kept / settled if settled else None


def total(figures: Iterable[Figures]) -> Figures:
    """The figures of several people or tiers together: counts are added, shares are those of the sums."""
    return sum(figures, Figures())


def term_to(day: date) -> tuple[date, date]:
    """The first day of the term that ends with a day, and the day after it."""
    return day - TERM + timedelta(days=1), day + timedelta(days=1)
