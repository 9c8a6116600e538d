"""Which value is proposed to survive a merge."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from cartera.clients.survival import COLUMNS, Whose, completeness, proposal

NOBODY: dict[str, Any] = {
    **{column: "" for columns in COLUMNS.values() for column in columns},
    "birth_date": None, "household_id": None, "adviser_id": 1, "branch_id": 1, "since": date(2020, 1, 1), "wishes": None,
}  # fmt: skip
VALUES = st.fixed_dictionaries(
    {
        **{name: st.sampled_from(["", "x", "Ñ", "ROSA"]) for name in NOBODY},
        "birth_date": st.sampled_from([None, date(1960, 1, 1)]),
        "household_id": st.sampled_from([None, 1, 2]),
        "adviser_id": st.sampled_from([None, 1]),
        "branch_id": st.just(1),
        "since": st.dates(date(2000, 1, 1), date(2020, 1, 1)),
        "wishes": st.sampled_from([None, date(2020, 1, 1), date(2021, 1, 1)]),
    }
)


def chosen(choice: str, mine: dict[str, Any], theirs: dict[str, Any], *, later: bool = False) -> Whose:
    return proposal({**NOBODY, **mine}, {**NOBODY, **theirs}, absorbed_is_later=later)[choice]


@pytest.mark.row("V15")
@pytest.mark.parametrize(
    ("choice", "mine", "theirs", "whose"),
    [
        ("sector", {}, {"sector": "Docente"}, "absorbed"),
        ("sector", {"sector": "Docente"}, {}, "survivor"),
        ("name", {"name": "ROSA MUNOZ"}, {"name": "Rosa Muñoz"}, "absorbed"),
        ("name", {"name": "Rosa", "surname": "Muñoz"}, {"name": "Rosa"}, "survivor"),
        ("since", {"since": date(2019, 1, 1)}, {"since": date(2011, 1, 1)}, "absorbed"),
        ("adviser", {"adviser_id": 1}, {"adviser_id": 2}, "survivor"),
        ("adviser", {"adviser_id": None}, {"adviser_id": 2}, "absorbed"),
        ("wishes", {"wishes": date(2020, 1, 1)}, {"wishes": date(2021, 1, 1)}, "absorbed"),
    ],
)
def test_the_more_complete_survives(choice: str, mine: dict[str, Any], theirs: dict[str, Any], whose: str):
    assert chosen(choice, mine, theirs) == whose


def test_of_two_that_are_complete_the_later_one_survives():
    mine, theirs = {"birth_date": date(1960, 1, 1)}, {"birth_date": date(1961, 1, 1)}
    assert chosen("birth_date", mine, theirs) is Whose.SURVIVOR
    assert chosen("birth_date", mine, theirs, later=True) is Whose.ABSORBED


@any_of(VALUES, VALUES, st.booleans())
def test_nothing_that_is_known_is_lost_to_nothing(mine: dict[str, Any], theirs: dict[str, Any], later: bool):
    for choice, whose in proposal(mine, theirs, absorbed_is_later=later).items():
        sides = {
            side: completeness([values[column] for column in COLUMNS[choice] or (choice,)])[0]
            for side, values in ((Whose.SURVIVOR, mine), (Whose.ABSORBED, theirs))
        }
        assert sides[whose] or not any(sides.values()) or choice == "adviser"
