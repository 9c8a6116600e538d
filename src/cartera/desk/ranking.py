"""The drawings of a book: its clients by rank on a logarithmic scale, and the curve of how much the first of them hold.

Values in, SVG attributes out, as in `drawing`: places along the width in per cent, heights in user units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from cartera.desk.drawing import Box, figure, per_cent
from cartera.value.distribution import Spread

MOST_BARS = 250
DECADES = 4


@dataclass(frozen=True, slots=True)
class Level:
    """A line across: a power of ten of the scale, or a threshold."""

    y: str
    minor: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """Bars, the scale's lines, and the ranks under them as (place, number)."""

    bars: Sequence[Box]
    levels: Sequence[Level]
    ranks: Sequence[tuple[str, int]]
    top: int
    bottom: int
    height: float

    def line(self, minor: int) -> Level | None:
        """Where an amount lies, None outside the scale."""
        return Level(figure(self._y(minor)), minor) if self.bottom <= minor <= self.top else None

    def _y(self, minor: int) -> float:
        return _y(minor, self.top, self.bottom, self.height)


@dataclass(frozen=True, slots=True)
class Curve:
    """The concentration curve in a box of 100 by 100, and its point where the top tier would begin."""

    points: str
    at: tuple[str, str] | None


def ranked(found: Spread, *, height: float) -> Ranked | None:
    """Clients from the greatest to the least; None where nobody holds anything. Up to `MOST_BARS` each has a bar."""
    holding = [band for band in found.bands if band.each_minor > 0]
    if not holding:
        return None
    top = 10 ** ceil(log10(holding[0].each_minor))
    least = 10 ** floor(log10(holding[-1].each_minor))
    top = max(top, 10 * least) if top == least else top
    bottom = max(least, top // 10**DECADES, 1)
    everybody = found.clients
    each = everybody <= MOST_BARS
    bars, rank = [], 0
    for band in holding:
        tall = height - _y(band.each_minor, top, bottom, height)
        steps = [1] * band.clients if each else [band.clients]
        for step in steps:
            bars.append(
                Box(
                    per_cent(rank / everybody),
                    figure(height - tall),
                    per_cent((step - 0.12 if each else step) / everybody),
                    figure(tall),
                    {"": "soft", "D": "d-area"}.get(band.tier, band.tier.lower()),
                )
            )
            rank += step
    powers = [top // 10**n for n in range(DECADES + 1) if top // 10**n >= bottom]
    levels = [Level(figure(_y(minor, top, bottom, height)), minor) for minor in powers]
    return Ranked(bars, levels, _ranks(everybody), top, bottom, height)


def curve(found: Spread, at_clients: int | None) -> Curve:
    """The share of the whole that the first clients hold, from nobody to everybody."""
    points, everybody = found.curve(), found.clients
    whole = points[-1].total_minor if points else 1
    places = [(100 * point.clients / everybody, 100 - 100 * point.total_minor / whole) for point in points]
    marked = next((place for place, point in zip(places, points, strict=True) if point.clients == at_clients), None)
    drawn = [(0.0, 100.0), *places, (100.0, 0.0)]
    return Curve(
        " ".join(f"{figure(x)},{figure(y)}" for x, y in drawn),
        (figure(marked[0]), figure(marked[1])) if marked else None,
    )


def _y(minor: int, top: int, bottom: int, height: float) -> float:
    share = log10(max(minor, bottom) / bottom) / log10(top / bottom)
    return height - 2 - share * (height - 2)


def _ranks(clients: int) -> list[tuple[str, int]]:
    step = next((step for step in (1, 5, 10, 25, 50) if clients / step <= 8), 10 ** max(1, len(str(clients)) - 1))
    shown = (1, *range(step, clients + 1, step)) if step > 1 else range(1, clients + 1)
    return [(per_cent((rank - 0.5) / clients), rank) for rank in shown]
