"""Money in minor units."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera.kernel.money import Money, exponent, from_minor, share_of, to_minor


@pytest.mark.row("Y13")
@pytest.mark.parametrize(("currency", "decimals"), [("USD", 2), ("CLP", 0), ("KWD", 3), ("CLF", 4)])
def test_each_currency_has_its_own_exponent(currency: str, decimals: int):
    assert exponent(currency) == decimals
    assert to_minor(Decimal("12"), currency) == 12 * 10**decimals


@given(st.integers(-(10**15), 10**15), st.sampled_from(["USD", "CLP", "KWD", "CLF"]))
def test_there_and_back_is_the_same(minor: int, currency: str):
    assert to_minor(from_minor(minor, currency), currency) == minor


def test_currencies_are_never_added_silently():
    with pytest.raises(ValueError, match="dated rate"):
        Money(1, "USD") + Money(1, "EUR")
    assert Money(150, "USD") + Money(1, "USD") == Money(151, "USD")


def test_halves_go_to_even():
    assert [share_of(amount, 500_000) for amount in (1, 3, 5)] == [0, 2, 2]
