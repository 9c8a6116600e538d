"""Names and numbers are understood: who is a company, which words are surnames, which zero a spreadsheet ate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera.intake.parties import Name, Order, Party, Reading, is_company, kind_of, spelled, split_name, understand

pytestmark = pytest.mark.row("V15", "Y9")


@pytest.mark.parametrize(
    ("text", "order", "name"),
    [
        ("Rosa Elena Muñoz Peña", Order.GIVEN_FIRST, ("Rosa Elena", "Muñoz", "Peña")),
        ("MUÑOZ PEÑA ROSA ELENA", Order.SURNAMES_FIRST, ("ROSA ELENA", "MUÑOZ", "PEÑA")),
        ("Muñoz Peña, Rosa Elena", Order.GIVEN_FIRST, ("Rosa Elena", "Muñoz", "Peña")),
        ("Ana Lucía de la Torre Peña", Order.GIVEN_FIRST, ("Ana Lucía", "de la Torre", "Peña")),
        ("DE LA CRUZ DEL POZO ANA", Order.SURNAMES_FIRST, ("ANA", "DE LA CRUZ", "DEL POZO")),
        ("Luis Quizhpe", Order.GIVEN_FIRST, ("Luis", "Quizhpe", "")),
        ("QUIZHPE LUIS", Order.SURNAMES_FIRST, ("LUIS", "QUIZHPE", "")),
        ("Madonna", Order.GIVEN_FIRST, ("Madonna", "", "")),
        ("de la Torre Peña", Order.SURNAMES_ONLY, ("", "de la Torre", "Peña")),
        ("", Order.SURNAMES_FIRST, ("", "", "")),
    ],
)
def test_a_name_in_parts(text, order, name):
    assert split_name(text, order) == Name(*name)


@given(text=st.text(max_size=40), order=st.sampled_from(Order))
def test_no_word_of_a_name_is_lost(text, order):
    whole = split_name(text, order).whole
    assert sorted(whole.split()) == sorted(text.replace(",", " ", 1).split()) or "," in text


@pytest.mark.parametrize(
    "name",
    [
        "Corporación Favorita C.A.",
        "PRONACA S.A.",
        "Hermanos Pérez Cía. Ltda.",
        "Fundación Sur",
        "Acme Inc",
        "Taller SAS",
    ],
)
def test_companies_by_their_names(name):
    assert is_company(Party(name))


@pytest.mark.parametrize("name", ["Rosa Muñoz", "Casa Sacoto Luis", "María Sala Grupera", "Inés Coopman"])
def test_people_by_theirs(name):
    assert not is_company(Party(name))


def test_the_number_wins_over_the_name():
    assert is_company(Party("Rosa Muñoz", "1790016919001", country="EC"))
    assert not is_company(Party("Comercial Rosa", "1710034065001", country="EC"))


def test_a_company_has_no_surname_and_its_name_is_whole():
    party = Party("Corporación Favorita C.A.")
    assert understand(Reading.SURNAME, party, Order.GIVEN_FIRST) is None
    assert understand(Reading.NAME, party, Order.SURNAMES_FIRST) == "Corporación Favorita C.A."
    assert understand(Reading.KIND, Party("", company="Favorita"), Order.GIVEN_FIRST) == "company"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("010233445-5", "0102334455"),
        ("102334455", "0102334455"),
        (" 1790016919001 ", "1790016919001"),
        ("123", "123"),
        ("ab-12", "AB12"),
    ],
)
def test_an_identifier_has_one_spelling(written, number):
    assert spelled(written, "EC") == number


def test_its_kind_is_told_by_its_check_digits():
    assert [kind_of(one, "EC") for one in ("0102334455", "1790016919001", "0102334456", "X1")] == [
        "cedula",
        "ruc",
        "",
        "",
    ]
