"""Margins, fees and rates as whole numbers; files of rates, whatever is in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera.kernel.money import exponent
from cartera.products.rates_file import MOST_LINES, Line, NotAFile, Refusal, read
from cartera.products.rules import GREATEST, WIDEST, Terms, as_kept, as_said, conversion, converted

CODES = ("USD", "EUR", "CLP", "PYG", "KWD", "CLF", "GBP", "COP")


def test_terms_earn_a_margin_and_as_many_fees_as_there_are():
    assert Terms(20_000, 500).earned(100_000) == 2_000 + 500
    assert Terms(20_000, 500).earned(100_000, fees=3) == 2_000 + 1_500
    assert Terms(-5_000, 0).earned(100_000) == -500


@pytest.mark.row("Y13")
class TestRates:
    def test_mind_the_decimals_of_both_currencies(self):
        """ISO 4217: pesos of Chile and guaraníes have no cents, dinars have thousandths."""
        assert converted(100, "EUR", "USD", 1_080_000) == 108  # 1 EUR is 1.08 USD
        assert converted(95_000, "CLP", "USD", 1_050) == 9_975  # 95,000 CLP are 99.75 USD
        assert converted(1_000, "KWD", "USD", 3_250_000) == 325  # 1 KWD is 3.25 USD
        assert converted(99_75, "USD", "CLP", 952_381_000) == 95_000
        assert converted(1_000_000, "PYG", "CLP", 131_500) == 131_500  # neither has any

    def test_of_a_small_unit_keep_their_figures(self):
        rate_ppm, units = as_kept(Decimal("0.00012785"), "PYG", "USD")
        assert (rate_ppm, units) == (12_785, 100)
        assert converted(10_000_000_000, "PYG", "USD", rate_ppm, units) == 127_850_000  # USD 1,278,500.00
        assert (
            converted(10_000_000_000, "PYG", "USD", 128) == 128_000_000
        )  # what a millionth alone would have made of it

    @given(
        st.decimals("0.00001", "1000000", allow_nan=False, places=12), st.sampled_from(CODES), st.sampled_from(CODES)
    )
    def test_that_are_kept_are_within_a_millionth_and_fit_the_engine(self, rate: Decimal, currency: str, quote: str):
        try:
            rate_ppm, units = as_kept(rate, currency, quote)
        except ValueError:
            assert rate > 10_000  # only so large a one, between currencies of very different cents, finds no room
            return
        num, den = conversion(rate_ppm, exponent(currency), exponent(quote), units)
        assert num * den < WIDEST
        if rate >= 1:
            assert abs(as_said(rate_ppm, units) - rate) <= Decimal("0.000001")

    @given(st.decimals("0.00001", "0.1", allow_nan=False, places=9))
    def test_of_currencies_of_a_country_have_five_figures_at_least(self, rate: Decimal):
        for currency, quote in (("PYG", "USD"), ("CLP", "USD"), ("COP", "EUR")):
            assert abs(as_said(*as_kept(rate, currency, quote)) - rate) <= rate / 10_000

    @pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity", "0.00000000000000001", str(GREATEST + 1)])
    def test_that_are_none_are_refused(self, rate: str):
        with pytest.raises(ValueError, match="no rate"):
            as_kept(Decimal(rate), "EUR", "USD")


@pytest.mark.row("Y13")
class TestAFileOfRates:
    def test_is_read_with_its_own_headings_and_separators(self):
        told = Line(2, "EUR", date(2026, 6, 1), 1_084_500, 1)
        for content in (
            "date,currency,rate\n2026-06-01,EUR,1.0845\n",
            "\ufeffFecha;Moneda;Tasa\r\n01/06/2026;eur;1,0845\r\n",
            "tasa\tmoneda\tfecha\n1.0845\tEUR\t2026-06-01",
            'día,código,cotización\n"2026-06-01","EUR","1,0845"\n',
        ):
            assert read(content.encode(), "USD").lines == [told]

    def test_of_another_encoding_is_read_too(self):
        assert len(read("día;código;valor\n2026-06-01;EUR;1,1\n".encode("latin-1"), "USD").lines) == 1

    def test_says_of_each_refused_line_where_and_why(self):
        found = read(
            b"date,currency,rate\n2026-06-01,EUR,1.08\n2026-06-01,EUR,1.09\n2026-02-30,EUR,1\n2026-06-02,euros,1\n"
            b"2026-06-02,USD,1\n2026-06-02,EUR,zero\n2026-06-02,EUR,0\n2026-06-02,EUR\n\n2026-06-02,GBP,1.27\n",
            "USD",
        )
        assert [(line.number, line.currency) for line in found.lines] == [(2, "EUR"), (11, "GBP")]
        assert list(found.refused) == [
            Refusal(3, "twice", "EUR"),
            Refusal(4, "day", "2026-02-30"),
            Refusal(5, "currency", "EUROS"),
            Refusal(6, "own", "USD"),
            Refusal(7, "rate", "zero"),
            Refusal(8, "rate", "0"),
            Refusal(9, "short"),
        ]

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (b"\n\n", "empty"),
            (b"a,b\n1,2\n", "no headings"),
            (b"date,currency,rate\n" + b"2026-06-01,EUR,1\n" * (MOST_LINES + 1), "too long"),
        ],
    )
    def test_that_is_none_says_why(self, content: bytes, code: str):
        with pytest.raises(NotAFile) as refused:
            read(content, "USD")
        assert refused.value.code == code

    @given(st.binary(max_size=300), st.booleans())
    def test_of_any_bytes_every_line_is_read_or_refused(self, content: bytes, headed: bool):
        content = (b"date,currency,rate\n" if headed else b"") + content
        try:
            found = read(content, "USD")
        except NotAFile:
            return
        numbers = [one.number for one in (*found.lines, *found.refused)]
        assert len(numbers) == len(set(numbers))
