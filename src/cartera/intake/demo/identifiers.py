"""Ecuadorian identifiers with their check digits, and telephones.

Cédula: two digits of the province, a third below 6, modulus 10. RUC of a natural person: the cédula and 001; of a company: a
third digit 9, modulus 11, and 001 (Servicio de Rentas Internas, Ficha técnica del RUC).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cartera.intake.demo.blueprint import Ints, Rng

_CEDULA_WEIGHTS = np.array([2, 1, 2, 1, 2, 1, 2, 1, 2])
_COMPANY_WEIGHTS = np.array([4, 3, 2, 7, 6, 5, 4, 3, 2])
_PERSONS = 6_000_000
_COMPANIES = 1_000_000


def cedulas(rng: Rng, provinces: Ints) -> pl.Series:
    """A cédula for each province code, all different."""
    serials = _different(rng, provinces.size, _PERSONS)
    digits = _digits(provinces * 10_000_000 + serials, 9)
    products = digits * _CEDULA_WEIGHTS
    folded = np.where(products > 9, products - 9, products).sum(axis=1)
    return _text(provinces * 10_000_000 + serials, -folded % 10, 9)


def company_rucs(rng: Rng, provinces: Ints) -> pl.Series:
    """A RUC of a company for each province code, all different."""
    serials = _different(rng, provinces.size, _COMPANIES // 11)[:, None] * 11 + np.arange(11)
    numbers = provinces[:, None] * 10_000_000 + 9_000_000 + serials
    check = -(_digits(numbers.ravel(), 9) @ _COMPANY_WEIGHTS).reshape(numbers.shape) % 11
    # A check of 10 has no digit: such a number is never given out, so take the next of the eleven that has one.
    usable = np.argmax(check < 10, axis=1)
    row = np.arange(provinces.size)
    return _text(numbers[row, usable], check[row, usable], 9) + "001"


def mobiles(rng: Rng, count: int) -> pl.Series:
    """Mobile telephones in E.164; the numbering plan gives them nine digits that begin with 9."""
    prefixes = np.array([959, 967, 978, 979, 983, 984, 987, 992, 994, 995, 998])
    numbers = prefixes[rng.integers(0, prefixes.size, count)] * 1_000_000 + _different(rng, count, 1_000_000)
    return "+593" + pl.Series(numbers).cast(pl.String)


def landlines(rng: Rng, areas: Ints) -> pl.Series:
    """Fixed telephones in E.164: the area, and seven digits."""
    numbers = areas * 10_000_000 + 2_000_000 + rng.integers(100_000, 900_000, areas.size)
    return "+593" + pl.Series(numbers).cast(pl.String)


def _different(rng: Rng, count: int, below: int) -> Ints:
    """`count` numbers below a limit, none twice: a random step that shares no factor with it, from a random start."""
    step = int(rng.integers(below // 3, below // 2))
    while np.gcd(step, below) != 1:
        step += 1
    return (int(rng.integers(0, below)) + np.arange(count, dtype=np.int64) * step) % below


def _digits(numbers: Ints, width: int) -> Ints:
    return numbers[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10


def _text(numbers: Ints, check: Ints, width: int) -> pl.Series:
    return pl.Series(numbers * 10 + check).cast(pl.String).str.zfill(width + 1)
