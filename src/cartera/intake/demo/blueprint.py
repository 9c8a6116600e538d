"""What is asked for, and the seeded draws that everything else is made of."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

CURRENCY = "USD"
COUNTRY = "EC"
ZONE = "America/Guayaquil"
YEARS_OF_HISTORY = 2

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How many clients, from which seed, seen from the morning of which day."""

    clients: int
    seed: int
    today: date

    def draws(self, topic: str) -> Rng:
        """A stream of its own for each topic, so that a change in one moves nothing in another."""
        return np.random.default_rng([self.seed, zlib.crc32(topic.encode())])

    @property
    def history_from(self) -> date:
        return self.today - timedelta(days=365 * YEARS_OF_HISTORY)


def by_rank(count: int, *, flat: float = 3.0) -> Floats:
    """Falling weights for words listed from the most to the least frequent (Zipf-Mandelbrot, exponent 1)."""
    weights = 1.0 / (np.arange(count) + flat)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def pick(rng: Rng, words: Sequence[str], size: int, weights: Sequence[float] | Floats | None = None) -> pl.Series:
    """`size` words, all as likely unless `weights` (of any sum) say otherwise."""
    return pl.Series(words, dtype=pl.String).gather(pick_index(rng, len(words), size, weights))


def pick_index(rng: Rng, count: int, size: int, weights: Sequence[float] | Floats | None = None) -> Ints:
    if weights is None:
        return rng.integers(0, count, size)
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(edges / edges[-1], rng.random(size), side="right").clip(max=count - 1)


def pick_among(rng: Rng, table: Floats, rows: Ints) -> Ints:
    """One column per row of `rows`, after the weights in that row of `table`."""
    edges = np.cumsum(table, axis=1)
    edges = edges / edges[:, -1:]
    return np.asarray((rng.random(rows.size)[:, None] >= edges[rows]).sum(axis=1).clip(max=table.shape[1] - 1))


def days_from(first: date, offsets: Ints) -> pl.Series:
    """Dates that many days after `first`."""
    days = np.datetime64(first, "D") + offsets.astype("timedelta64[D]")
    return pl.Series(days.astype("datetime64[D]")).cast(pl.Date)


def as_days(dates: pl.Series, first: date) -> Ints:
    """Days after `first`, the reverse of `days_from`. There must be no null."""
    return dates.cast(pl.Int32).to_numpy().astype(np.int64) - np.datetime64(first, "D").astype(np.int64)


def cents(amounts: Floats, *, to: int = 1) -> Ints:
    """Amounts in currency units as minor units, rounded to `to` of them (100 for whole dollars)."""
    return (np.rint(amounts * 100 / to) * to).astype(np.int64)
