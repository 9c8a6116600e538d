"""The thinking about clients."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera.clients.identifiers import Flaw, FlawedIdentifier, identifier, kinds_of
from cartera.clients.rules import HIDDEN, SEARCH_LENGTH, age, masked, plain, search_terms, search_text, telephone

WORDS = st.text(st.sampled_from("abcñáéüÑÇß -.'"), min_size=1, max_size=20)


@pytest.mark.row("Y14")
class TestWhatAClientIsFoundBy:
    def test_is_surnames_names_identifier_and_telephones_without_accents(self):
        found_by = search_text(
            given_name="José Ángel",
            surname="Muñoz",
            second_surname="Peña-Ibarra",
            identifier="171430710-3",
            phones=("+593 99 123 4567",),
        )
        assert found_by == "munoz pena ibarra jose angel 1714307103 593991234567"

    @pytest.mark.parametrize(
        ("typed", "terms"),
        [
            ("MUÑOZ  peña", ("munoz", "pena")),
            ("Peña-Ibarra", ("pena", "ibarra")),
            ("171430710-3", ("1714307103",)),
            ("099 123 4567", ("991234567",)),
            ("0102", ("0102",)),
            ("rosa 0102", ("rosa", "0102")),
            (" .-' ", ()),
        ],
    )
    def test_is_what_somebody_types(self, typed: str, terms: tuple[str, ...]):
        assert search_terms(typed) == terms

    @given(WORDS, WORDS, st.integers(0, 10**10))
    def test_every_word_of_a_name_and_its_identifier_finds_it(self, given_name: str, surname: str, number: int):
        found_by = search_text(given_name=given_name, surname=surname, identifier=str(number))
        for typed in (given_name, surname, f"{surname} {given_name}".upper(), str(number)):
            assert all(term in found_by for term in search_terms(typed))

    @given(st.text(max_size=300), st.text(max_size=300))
    def test_is_plain_and_fits_its_column(self, name: str, surname: str):
        found_by = search_text(name=name, surname=surname)
        assert len(found_by) <= SEARCH_LENGTH
        assert not any(unicodedata.combining(letter) for letter in found_by)
        assert plain(found_by) == found_by.strip()


class TestAge:
    @pytest.mark.parametrize(
        ("born", "on", "years"),
        [
            (date(1980, 6, 16), date(2026, 6, 15), 45),
            (date(1980, 6, 16), date(2026, 6, 16), 46),
            (date(2004, 2, 29), date(2026, 2, 28), 21),
            (date(2004, 2, 29), date(2026, 3, 1), 22),
        ],
    )
    def test_counts_birthdays(self, born: date, on: date, years: int):
        assert age(born, on) == years

    @given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 30_000))
    def test_never_falls(self, born: date, days: int):
        on = born + timedelta(days=days)
        assert 0 <= age(born, on) <= age(born, on + timedelta(days=1)) <= age(born, on) + 1


class TestMask:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("0102334471", "01•• ••• •71"),
            ("0190448812001", "01•• ••• ••• •01"),
            ("+593 99 123 4567", "59• ••• ••• •67"),
            ("123456", "••••••"),
            ("", ""),
        ],
    )
    def test_keeps_the_ends_of_what_is_long_enough(self, text: str, shown: str):
        assert masked(text) == shown

    @given(st.text("0123456789ABC", max_size=20))
    def test_shows_four_characters_at_most(self, text: str):
        shown = masked(text).replace(" ", "")
        assert len(shown) == len(text)
        assert len(shown.replace(HIDDEN, "")) <= 4


class TestTelephone:
    @pytest.mark.parametrize("written", ["099 123 4567", "+593991234567", "(09) 9123-4567"])
    def test_has_one_stored_spelling(self, written: str):
        number = telephone(written, "EC")
        assert number is not None
        assert (number.shown, number.digits) == ("+593 99 123 4567", "593991234567")

    @pytest.mark.parametrize("written", ["", "12", "rosa", "099 123", "+0 1"])
    def test_is_none_where_nobody_could_be_reached(self, written: str):
        assert telephone(written, "EC") is None


class TestIdentifier:
    @pytest.mark.parametrize(
        ("country", "kind", "written", "stored"),
        [
            ("EC", "cedula", "171430710-3", "1714307103"),
            ("EC", "ruc", "1792060346-001", "1792060346001"),
            ("MX", "rfc", "GODE 561231 GR8", "GODE561231GR8"),
            ("MX", "curp", "BOXW310820HNERXN09", "BOXW310820HNERXN09"),
            ("ES", "nif", "54362315-k", "54362315K"),
            ("CO", "nit", "213.123.432-1", "2131234321"),
            ("PE", "ruc", "20512333797", "20512333797"),
            ("cl", "RUT", "12.531.909-2", "125319092"),
            ("XX", "pasaporte", " ab  12 ", "AB 12"),
            ("EC", "pasaporte", "x9", "X9"),
        ],
    )
    def test_is_stored_in_one_spelling(self, country: str, kind: str, written: str, stored: str):
        assert identifier(country, kind, written).value == stored

    @pytest.mark.parametrize(
        ("country", "kind", "written", "flaw"),
        [
            ("EC", "cedula", "1714307104", Flaw.CHECK),
            ("EC", "cedula", "17143", Flaw.LENGTH),
            ("EC", "cedula", "17143O7103", Flaw.FORM),
            ("ES", "nif", "54362315-L", Flaw.CHECK),
            ("PE", "ruc", "20512333798", Flaw.CHECK),
        ],
    )
    def test_that_cannot_exist_is_told_with_its_flaw(self, country: str, kind: str, written: str, flaw: Flaw):
        with pytest.raises(FlawedIdentifier) as told:
            identifier(country, kind, written)
        assert told.value.flaw == flaw

    @given(st.integers(0, 9), st.integers(1, 9))
    def test_one_wrong_digit_of_a_cedula_is_noticed(self, at: int, by: int):
        digits = list("1714307103")
        digits[at] = str((int(digits[at]) + by) % 10)
        with pytest.raises(FlawedIdentifier):
            identifier("EC", "cedula", "".join(digits))

    def test_kinds_of_an_unknown_country_are_none(self):
        assert kinds_of("EC") == ("cedula", "ruc")
        assert kinds_of("XX") == ()
