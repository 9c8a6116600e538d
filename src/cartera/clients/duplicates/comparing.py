"""How two records are compared, trait by trait, in levels from alike to different: the comparisons of Splink."""

# ruff: noqa: E501 - a comparison is read as one line
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of likeness: its condition on the columns of the left (`_l`) and right (`_r`) record.

    `same`, `strangers`: how often duplicates and strangers are expected at this level before any data has spoken.
    `at_most` bounds the latter where a trait is by its nature nobody else's: what is seen more often are duplicates.
    """

    name: str
    condition: str
    same: float
    strangers: float
    at_most: float = 1.0


@dataclass(frozen=True, slots=True)
class Trait:
    """A comparison. `needs` are the columns without which nothing can be compared; relatives may share it if `in_family`,
    with the shares of `kin` at its levels. `unless` says when the comparison is told elsewhere and says nothing here."""

    name: str
    needs: tuple[str, ...]
    levels: tuple[Level, ...]
    kin: tuple[float, ...] = ()
    unless: str = "false"

    @property
    def in_family(self) -> bool:
        return bool(self.kin)

    def creator(self) -> dict[str, Any]:
        missing = " OR ".join(f"{_empty(column, side)}" for column in self.needs for side in "lr")
        null = {"sql_condition": f"{missing} OR {self.unless}", "label_for_charts": "missing", "is_null_level": True}
        told = [{"sql_condition": level.condition, "label_for_charts": level.name} for level in self.levels]
        return {"output_column_name": self.name, "comparison_levels": [null, *told]}


def _empty(column: str, side: str) -> str:
    from_list = column in ("phones", "emails", "address", "whole_words")
    return f"len({column}_{side}) = 0" if from_list else f"{column}_{side} IS NULL"


def _slip(left: str, right: str) -> str:
    """One slip of the pen. Levenshtein's distance, seven times cheaper, sorts out most of those that have more."""
    return f"levenshtein({left}, {right}) <= 2 AND damerau_levenshtein({left}, {right}) <= 1"


def _near(column: str, alike: float = 0.9) -> str:
    left, right = f"{column}_l", f"{column}_r"
    return f"jaro_winkler_similarity({left}, {right}) >= {alike} OR ({_slip(left, right)})"


def _cut(column: str, least: int = 3) -> str:
    left, right = f"{column}_l", f"{column}_r"
    longest = f"least(length({left}), length({right})) >= {least}"
    return f"{longest} AND (starts_with({left}, {right}) OR starts_with({right}, {left}))"


def _exchanged() -> str:
    """Given name and surname stand in each other's place, one of them with a slip at most."""
    one, other = "first_given_{} = surname_{}", "jaro_winkler_similarity(surname_{}, first_given_{}) >= 0.85"
    ways = (f"({one} AND {other})".format(*sides) for sides in ("lrlr", "rlrl"))
    return f"coalesce({' OR '.join(ways)}, false)"


_OVERLAP = "len(list_intersect(address_l, address_r)) / least(len(address_l), len(address_r))"

# fmt: off
TRAITS: tuple[Trait, ...] = (
    Trait("given_name", ("given",), (
        Level("rare and the same", "given_l = given_r AND rare_given_l", 0.25, 2e-4),
        Level("the same", "given_l = given_r", 0.40, 8e-3),
        Level("some of the names", f"list_has_all(given_words_l, given_words_r) OR list_has_all(given_words_r, given_words_l) OR {_cut('given', 1)}", 0.12, 2e-2),
        Level("exchanged with the surname", _exchanged(), 0.03, 1e-6),
        Level("a slip", _near("given"), 0.13, 1e-2),
        Level("one name alike", f"{_near('first_given')} OR len(list_intersect(given_words_l, given_words_r)) > 0", 0.04, 3e-2),
        Level("different", "ELSE", 0.03, 0.93),
    )),
    Trait("surname", ("surname",), (
        Level("rare and the same", "surname_l = surname_r AND rare_surname_l", 0.35, 5e-4),
        Level("the same", "surname_l = surname_r", 0.40, 8e-3),
        Level("a slip or cut short", f"{_near('surname')} OR {_cut('surname')}", 0.15, 6e-3),
        Level("in the other's place", "surname_l = second_r OR second_l = surname_r", 0.02, 1e-2),
        Level("different", "ELSE", 0.05, 0.97),
    ), kin=(0.30, 0.30, 0.04, 0.10, 0.26), unless=_exchanged()),
    Trait("second_surname", ("second",), (
        Level("the same", "second_l = second_r", 0.85, 1e-2),
        Level("a slip or cut short", f"{_near('second')} OR {_cut('second', 1)}", 0.11, 2e-2),
        Level("different", "ELSE", 0.04, 0.97),
    ), kin=(0.4, 0.05, 0.55), unless=_exchanged()),
    Trait("name", ("whole",), (
        Level("rare and the same", "whole_l = whole_r AND rare_whole_l", 0.45, 1e-5),
        Level("the same", "whole_l = whole_r", 0.10, 1e-5),
        Level("all but one word", "least(len(whole_words_l), len(whole_words_r)) >= 2 AND (list_has_all(whole_words_l, whole_words_r) OR list_has_all(whole_words_r, whole_words_l))", 0.15, 1e-4),
        Level("a slip", _near("whole", 0.95), 0.20, 1e-4),
        Level("two words", "len(list_intersect(whole_words_l, whole_words_r)) >= 2 OR jaro_winkler_similarity(whole_l, whole_r) >= 0.88", 0.06, 1e-2),
        Level("one word", "len(list_intersect(whole_words_l, whole_words_r)) = 1", 0.02, 6e-2),
        Level("different", "ELSE", 0.02, 0.93),
    ), kin=(1e-3, 1e-3, 0.01, 0.01, 0.25, 0.4, 0.3)),
    Trait("company", ("company",), (
        Level("the same", "company_l = company_r", 0.70, 1e-5),
        Level("a slip", _near("company", 0.94), 0.24, 1e-4),
        Level("alike", "jaro_winkler_similarity(company_l, company_r) >= 0.85", 0.03, 1e-2),
        Level("different", "ELSE", 0.03, 0.99),
    )),
    Trait("identifier", ("identifier",), (
        Level("the same", "identifier_l = identifier_r", 0.83, 1e-7, at_most=1e-5),
        Level("one slip", _slip("identifier_l", "identifier_r"), 0.12, 1e-6),
        Level("two slips", "length(identifier_l) > 6 AND levenshtein(identifier_l, identifier_r) <= 2", 0.02, 1e-5),
        Level("different", "ELSE", 0.03, 0.999),
    )),
    Trait("birth_date", ("born",), (
        Level("the same", "born_l = born_r", 0.83, 5e-5),
        Level("day and month exchanged", "born_l[1:4] = born_r[1:4] AND born_l[5:6] = born_r[7:8] AND born_l[7:8] = born_r[5:6]", 0.03, 5e-5),
        Level("one slip", _slip("born_l", "born_r"), 0.09, 1e-3),
        Level("two slips", "levenshtein(born_l, born_r) <= 2", 0.02, 1e-2),
        Level("different", "ELSE", 0.03, 0.99),
    )),
    Trait("phone", ("phones",), (
        Level("shared", "list_has_any(phones_l, phones_r)", 0.70, 1e-5),
        Level("a slip", _slip("phones_l[1]", "phones_r[1]"), 0.06, 1e-5),
        Level("different", "ELSE", 0.24, 0.9999),
    ), kin=(0.5, 0.01, 0.49)),
    Trait("email", ("emails",), (
        Level("shared", "list_has_any(emails_l, emails_r)", 0.70, 1e-6, at_most=2e-5),
        Level("a slip", "levenshtein(emails_l[1], emails_r[1]) <= 2", 0.10, 1e-5),
        Level("different", "ELSE", 0.20, 0.9999),
    )),
    Trait("address", ("address",), (
        Level("the same", "address_l = address_r", 0.55, 1e-4),
        Level("nearly the same", f"least(len(address_l), len(address_r)) >= 2 AND {_OVERLAP} > 0.6", 0.15, 1e-4),
        Level("spelled alike", "levenshtein(array_to_string(address_l, ' '), array_to_string(address_r, ' ')) <= 3", 0.08, 1e-4),
        Level("in part", f"{_OVERLAP} >= 0.5", 0.07, 3e-2),
        Level("different", "ELSE", 0.15, 0.97),
    ), kin=(0.85, 0.05, 0.02, 0.03, 0.05)),
    Trait("city", ("city",), (
        Level("the same", "city_l = city_r", 0.85, 5e-2),
        Level("a slip", _near("city", 0.92), 0.07, 1e-2),
        Level("different", "ELSE", 0.08, 0.94),
    ), kin=(0.95, 0.02, 0.03)),
    Trait("postcode", ("postcode",), (
        Level("the same", "postcode_l = postcode_r", 0.82, 5e-3),
        Level("one slip", _slip("postcode_l", "postcode_r"), 0.08, 1e-2),
        Level("different", "ELSE", 0.10, 0.985),
    ), kin=(0.93, 0.03, 0.04)),
    Trait("region", ("region",), (
        Level("the same", "region_l = region_r", 0.93, 0.25),
        Level("different", "ELSE", 0.07, 0.75),
    ), kin=(0.97, 0.03)),
)
# fmt: on


def traits_of(frame: pl.DataFrame) -> tuple[Trait, ...]:
    """The comparisons for which at least two records say something."""
    return tuple(trait for trait in TRAITS if all(_told(frame[column]) > 1 for column in trait.needs))


def _told(column: pl.Series) -> int:
    return int((column.list.len() > 0).sum()) if column.dtype == pl.List else int(column.is_not_null().sum())
