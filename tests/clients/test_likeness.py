"""Spanish names, identifiers, telephones and dates as they are compared."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from cartera.clients.likeness import (
    PARTICLES,
    Traits,
    address_words,
    bare_date,
    bare_identifier,
    bare_phone,
    company_name,
    is_month_first,
    likeness,
    name_words,
    person_name,
    sound,
    word_alike,
    words_alike,
)

WORDS = st.text(alphabet=string.ascii_lowercase + "áéíóúñü", min_size=2, max_size=12)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
ANYTHING = st.text(max_size=60)
ROSA = Traits(person=person_name("Rosa Elvira", "Cordero", "Malo"))


class TestNames:
    @pytest.mark.parametrize(
        "written", ["María del Carmen", "MARIA CARMEN", "Ma. del Carmen", "M.ª Carmen", "ma carmen"]
    )
    def test_given_names_are_the_same_however_they_are_written(self, written: str):
        assert name_words(written) == ("maria", "carmen")

    @pytest.mark.parametrize(
        ("parts", "given", "surnames"),
        [
            ({"given": "María", "surname": "De la Cruz", "second_surname": "Peña"}, ("maria",), ("cruz", "pena")),
            ({"name": "Cordero Malo, Rosa Elvira"}, ("rosa", "elvira"), ("cordero", "malo")),
            ({"name": "Rosa Elvira Cordero Malo"}, ("rosa", "elvira"), ("cordero", "malo")),
            ({"name": "Rosa Cordero"}, ("rosa",), ("cordero",)),
            ({"name": "Rosa Cordero Malo"}, ("rosa",), ("cordero", "malo")),
            ({}, (), ()),
        ],
    )
    def test_a_person_is_named_by_its_parts_or_by_one_line(
        self, parts: dict[str, str], given: tuple[str, ...], surnames: tuple[str, ...]
    ):
        name = person_name(**parts)
        assert (name.given, name.surnames) == (given, surnames)

    @pytest.mark.parametrize(
        "written",
        [
            "Agrícola Yunguilla Cía. Ltda.",
            "AGRICOLA YUNGUILLA S.A.",
            "Agrícola Yunguilla S. A. S.",
            "agricola de yunguilla sas",
        ],
    )
    def test_a_company_is_the_same_in_any_legal_form(self, written: str):
        assert company_name(written) == "agricola yunguilla"

    def test_a_company_that_is_all_legal_form_keeps_its_name(self):
        assert company_name("S. A.") == "sa"

    @any_of(ANYTHING)
    def test_nothing_that_people_write_breaks_the_reading(self, text: str):
        for read in (name_words, company_name, bare_identifier, bare_date, address_words, sound):
            assert read(text) == read(text)
        assert person_name(name=text).words is not None

    @any_of(NAMES)
    def test_case_accents_and_particles_make_no_difference(self, name: str):
        words = name_words(name)
        assert name_words(name.upper()) == words
        with_particles = name_words(f"de la {name} del")
        assert with_particles == words or set(words) <= PARTICLES

    @pytest.mark.parametrize(
        ("one", "other"), [("Vásquez", "Basques"), ("Jiménez", "Gimenes"), ("Yánez", "Llanes"), ("Chávez", "Chabes")]
    )
    def test_what_sounds_alike_is_one_sound(self, one: str, other: str):
        assert sound(one) == sound(other)


class TestNumbers:
    def test_the_ruc_of_a_person_is_its_cedula_and_that_of_a_company_is_its_own(self):
        assert bare_identifier("171430710-3 001") == bare_identifier("1714307103")
        assert bare_identifier("0190448812001") == "0190448812001"

    def test_a_telephone_is_its_international_number(self):
        assert bare_phone("099 123 4567", "EC") == bare_phone("+593 99 123 4567", "ES") == "593991234567"
        assert bare_phone("ext. 0123", "EC") == "123"

    @pytest.mark.parametrize(
        "written",
        ["1956-04-09", "19560409", "09/04/1956", "9.4.56", "9 de abril de 1956", "Apr 9, 1956", "1956-04-09T00:00:00"],
    )
    def test_a_date_is_eight_digits_however_it_is_written(self, written: str):
        assert bare_date(written) == "19560409"

    def test_american_dates_are_recognised_by_their_column(self):
        column = ["04/09/1956", "04/23/1956", "12/31/1999"]
        assert is_month_first(column)
        assert not is_month_first(["23/04/1956", "09/04/1956"])
        assert bare_date(column[0], month_first=True) == "19560409"

    @any_of(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
    def test_every_day_is_read_back(self, day: date):
        assert bare_date(day.isoformat()) == bare_date(f"{day:%d/%m/%Y}") == f"{day:%Y%m%d}"


@pytest.mark.row("V15")
class TestLikeness:
    @pytest.mark.parametrize(
        "parts",
        [
            ("Rosa", "Cordero", "Malo"),
            ("Rosa Elvira", "Cordero", ""),
            ("ROSA ELVIRA", "CORDERO", "MALO"),
            ("Rosa Elvira", "Cordro", "Malo"),
            ("Cordero Malo", "Rosa", "Elvira"),
            ("Elvira Rosa", "Cordero", "Malo"),
        ],
    )
    def test_the_same_name_otherwise_written_is_alike(self, parts: tuple[str, str, str]):
        assert likeness(ROSA, Traits(person=person_name(*parts))).score >= 0.72

    @pytest.mark.parametrize(
        "parts", [("Juan", "Cordero", "Malo"), ("Rosa Elvira", "Quizhpi", "Tenesaca"), ("Luis", "Muñoz", "")]
    )
    def test_another_name_is_not(self, parts: tuple[str, str, str]):
        assert likeness(ROSA, Traits(person=person_name(*parts))).score < 0.72

    def test_the_same_identifier_decides(self):
        one, other = (
            Traits(identifier="1714307103"),
            Traits(identifier="1714307103", person=person_name("Luis", "Páez")),
        )
        assert likeness(one, other).score >= 0.97
        assert likeness(one, other).by == ("identifier",)

    def test_another_birth_date_and_identifier_speak_against_it(self):
        name = ROSA.person
        one = Traits(person=name, born=date(1960, 1, 1), identifier="1714307103")
        other = Traits(person=name, born=date(1985, 7, 9), identifier="0102334456")
        assert likeness(one, other).score < 0.6 < likeness(ROSA, ROSA).score

    def test_what_says_so_is_told(self):
        held = {"phones": frozenset({"593991234567"}), "emails": frozenset({"r@x.ec"}), "born": date(1960, 1, 1)}
        found = likeness(Traits(person=ROSA.person, **held), Traits(person=ROSA.person, **held))  # type: ignore[arg-type]
        assert found.by == ("name", "phone", "email", "born")

    @any_of(NAMES, NAMES)
    def test_it_is_the_same_from_both_sides(self, one: str, other: str):
        mine, theirs = Traits(person=person_name(name=one)), Traits(person=person_name(name=other))
        assert likeness(mine, theirs).score == pytest.approx(likeness(theirs, mine).score, abs=0.02)
        assert 0 <= likeness(mine, theirs).score <= 1

    @any_of(st.lists(WORDS, min_size=1, max_size=4))
    def test_words_in_another_order_are_as_alike(self, words: list[str]):
        assert words_alike(words, sorted(words)) == pytest.approx(1.0)

    @any_of(WORDS, WORDS)
    def test_a_word_is_like_itself_and_like_no_other_more(self, one: str, other: str):
        assert word_alike(one, one) == 1.0 >= word_alike(one, other) == word_alike(other, one)
