"""How value is spread over clients, and where the top tier would begin. Values in, values out.

The threshold is that of the *computed ABC analysis* of Ultsch and Lötsch (PLoS ONE 10(6), 2015, e0129767): clients stand
in order of what they hold, the curve says which share of the whole the first of them hold together, and group A ends at
the Pareto point, where the curve is nearest to holding everything with nobody. No share is fixed beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot

from cartera.value.rules import rounded_down


@dataclass(frozen=True, slots=True)
class Band:
    """Clients of one tier who hold about the same: amounts whose first two digits and length are equal."""

    tier: str
    clients: int
    total_minor: int

    @property
    def each_minor(self) -> int:
        """What each of them holds, on the average."""
        return self.total_minor // self.clients


@dataclass(frozen=True, slots=True)
class Point:
    """The first `clients` of a ranking hold `total_minor` together; the last of them holds about `at_minor`."""

    clients: int
    total_minor: int
    at_minor: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where the top tier would begin: from `threshold_minor` on, so many clients with so much of the whole."""

    threshold_minor: int
    clients: int
    of_clients: int
    total_minor: int
    of_total_minor: int

    @property
    def share_of_clients(self) -> float:
        return self.clients / self.of_clients

    @property
    def share_of_total(self) -> float:
        return self.total_minor / self.of_total_minor


@dataclass(frozen=True, slots=True)
class Spread:
    """A ranking by one measure: its bands, the greatest first. Who has nothing, or less, is in the last ones."""

    bands: Sequence[Band]

    @property
    def clients(self) -> int:
        return sum(band.clients for band in self.bands)

    @property
    def total_minor(self) -> int:
        return sum(band.total_minor for band in self.bands)

    def curve(self) -> list[Point]:
        """The concentration curve, a point for each band that adds to the whole."""
        points, clients, total = [], 0, 0
        for band in self.bands:
            if band.total_minor <= 0:
                break
            clients, total = clients + band.clients, total + band.total_minor
            points.append(Point(clients, total, band.each_minor))
        return points

    def held_by_first(self, share: float) -> float:
        """The share of the whole that the first part of the clients hold, between the curve's points in a line."""
        points, wanted = self.curve(), share * self.clients
        if not points:
            return 0.0
        before = Point(0, 0, 0)
        for point in points:
            if point.clients >= wanted:
                part = (wanted - before.clients) / (point.clients - before.clients)
                return (before.total_minor + part * (point.total_minor - before.total_minor)) / points[-1].total_minor
            before = point
        return 1.0


def spread(bands: Iterable[Band]) -> Spread:
    """The bands in order, the greatest first; of equal ones, the better tier."""
    return Spread(sorted(bands, key=lambda band: (-band.each_minor, band.tier or "E")))


def top_tier(found: Spread) -> Proposal | None:
    """The preliminary threshold of the top tier; None where nobody holds anything, or all hold the same."""
    points, everybody = found.curve(), found.clients
    if not points or points[0].clients == points[-1].clients:
        return None
    whole = points[-1].total_minor
    nearest = min(points, key=lambda at: (hypot(at.clients / everybody, 1 - at.total_minor / whole), at.clients))
    lowest = rounded_down([nearest.at_minor])[0]
    return Proposal(lowest, nearest.clients, everybody, nearest.total_minor, whole)
