"""Which value survives when two clients are merged: what is proposed, and what a choice means for the columns."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Whose(StrEnum):
    SURVIVOR = "survivor"
    ABSORBED = "absorbed"


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "given_name", "surname", "second_surname", "kind"),
    "identifier": ("identifier_kind", "identifier"),
    "birth_date": ("birth_date",),
    "sex": ("sex",),
    "sector": ("sector",),
    "country": ("country",),
    "household": ("household_id",),
    "adviser": ("adviser_id", "branch_id"),
    "since": ("since",),
    "wishes": (),
}
"""Each choice and the client's columns that go with it; wishes are a record of their own."""


def proposal(survivor: Mapping[str, Any], absorbed: Mapping[str, Any], *, absorbed_is_later: bool) -> dict[str, Whose]:
    """For each choice the more complete value; of two that are complete, the one said later.

    The adviser stays the survivor's, and the relationship began when the first of the two did. The mappings hold the
    columns of `COLUMNS`, and under "wishes" the day on which they were said, None for none.
    """
    chosen = {}
    for choice, columns in COLUMNS.items():
        mine = [survivor[column] for column in columns or (choice,)]
        theirs = [absorbed[column] for column in columns or (choice,)]
        chosen[choice] = Whose.ABSORBED if _is_better(choice, mine, theirs, absorbed_is_later) else Whose.SURVIVOR
    return chosen


def _is_better(choice: str, mine: list[Any], theirs: list[Any], theirs_is_later: bool) -> bool:
    if choice == "adviser":
        return mine[0] is None and theirs[0] is not None
    if choice == "since":
        return bool(theirs[0] < mine[0])
    if choice == "wishes":
        return theirs[0] is not None and (mine[0] is None or theirs[0] > mine[0])
    full, fuller = completeness(mine), completeness(theirs)
    return fuller > full or (fuller == full and fuller > (0, 0) and theirs_is_later and mine != theirs)


def completeness(values: list[Any]) -> tuple[int, int]:
    """How many of the values are there, and how well they are written: capitals alone, or bare letters, are worse."""
    there = [value for value in values if value not in (None, "")]
    written = sum(
        any(letter.islower() for letter in value) + any(ord(letter) > 127 for letter in value)
        for value in there
        if isinstance(value, str)
    )
    return len(there), written
