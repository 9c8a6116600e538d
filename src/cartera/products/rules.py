"""What a product earns, and how one currency becomes another: whole numbers in, whole numbers out.

A margin is parts per million of a balance in a year; a fee is minor units of the product's own currency in a year. A rate
says how many units of the institution's currency `units` units of another one are worth, in parts per million: a guaraní is
worth so little that one of them would leave three figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import gcd

from cartera.kernel.money import PPM, exponent, share_of

MOST_UNITS = PPM
GREATEST = Decimal(10) ** 6
WIDEST = 2**62


@dataclass(frozen=True, slots=True)
class Terms:
    """What a product earns in a year."""

    margin_ppm: int
    fee_minor: int

    def earned(self, balance_minor: int, *, fees: int = 1) -> int:
        """The margin on a balance and so many yearly fees; none when a fee is in another currency than the balance."""
        return share_of(balance_minor, self.margin_ppm) + fees * self.fee_minor


def conversion(rate_ppm: int, from_exponent: int, to_exponent: int, units: int = 1) -> tuple[int, int]:
    """A rate between units as the fraction, in its lowest terms, that turns minor units into minor units."""
    shift = to_exponent - from_exponent
    num, den = rate_ppm * 10 ** max(shift, 0), PPM * units * 10 ** max(-shift, 0)
    common = gcd(num, den)
    return num // common, den // common


def converted(minor: int, currency: str, quote: str, rate_ppm: int, units: int = 1) -> int:
    """Minor units of one currency as minor units of another, halves to even."""
    num, den = conversion(rate_ppm, exponent(currency), exponent(quote), units)
    return int((Decimal(minor) * num / den).to_integral_value(ROUND_HALF_EVEN))


def as_kept(rate: Decimal, currency: str, quote: str) -> tuple[int, int]:
    """A rate for one unit as parts per million of so many units, with as few units as keep all of its figures.

    The engine multiplies in 64 bits, which leave room for six figures at least; beyond those it is rounded, halves to even.
    Raises ValueError for what is no rate: nothing, less than nothing, or more than a million.
    """
    if not rate.is_finite() or not 0 < rate <= GREATEST:
        raise ValueError("no rate")
    kept, units = _of(rate, 1), 1
    while (rate * units * PPM) % 1 and units < MOST_UNITS and _fits(_of(rate, units * 10), currency, quote, units * 10):
        units *= 10
        kept = _of(rate, units)
    if not kept or not _fits(kept, currency, quote, units):
        raise ValueError("no rate")
    return kept, units


def _of(rate: Decimal, units: int) -> int:
    return int((rate * units * PPM).to_integral_value(ROUND_HALF_EVEN))


def _fits(rate_ppm: int, currency: str, quote: str, units: int) -> bool:
    num, den = conversion(rate_ppm, exponent(currency), exponent(quote), units)
    return num * den < WIDEST


def as_said(rate_ppm: int, units: int) -> Decimal:
    """A rate that is kept, for one unit, with the figures that it has."""
    rate = (Decimal(rate_ppm) / PPM / units).normalize()
    return rate.quantize(Decimal(1)) if rate == rate.to_integral_value() else rate


def is_currency(code: str) -> bool:
    """Whether it looks like a code of ISO 4217."""
    return code.isascii() and code.isalpha() and code.isupper() and len(code) == 3
