"""Exact arithmetic on integer columns, the same on every engine: no intermediate is a floating-point number that matters.

Engines disagree on integer division (DuckDB under Ibis divides as floating point and floors), but all of them agree on
the remainder. What is left after taking it away divides exactly, and a quotient below 2**51 survives the conversion.
"""

from __future__ import annotations

from typing import TypeAlias

import ibis
import ibis.expr.types as ir

Integer: TypeAlias = ir.IntegerValue


def share(amount: Integer, part: Integer | int, whole: Integer | int) -> Integer:
    """`amount * part / whole`, halves to even, for any sign of `amount` and a positive `whole`.

    Only the remainder is multiplied: it overflows when `part * whole`, or the result, leaves 64 bits.
    """
    part, whole = _int64(part), _int64(whole)
    rest = (amount % whole) * part
    base = _quotient(amount, whole) * part + _quotient(rest, whole)
    twice = (rest % whole).abs() * 2
    up = (twice > whole) | ((twice == whole) & (base % 2 != 0))
    return (base + ibis.ifelse(up, ibis.ifelse(rest < 0, -1, 1), 0)).cast("int64")


def _quotient(amount: Integer, whole: Integer) -> Integer:
    """Integer division that cuts towards zero."""
    return ((amount - amount % whole) / whole).round().cast("int64")


def _int64(value: Integer | int) -> Integer:
    return ibis.literal(value, type="int64") if isinstance(value, int) else value.cast("int64")
