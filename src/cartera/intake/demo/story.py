"""How the characters come into the bank: in the places of drawn clients of the first book, as many as it has room for.

What we owe them is in `errands`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl

from cartera.intake.demo import products as sold
from cartera.intake.demo.blueprint import Blueprint
from cartera.intake.demo.characters import CHARACTERS, Character
from cartera.intake.demo.holdings import held
from cartera.intake.demo.population import Population
from cartera.intake.demo.wishes import CHANNELS, FACE, PHONE

_BOOK = 0


@dataclass(frozen=True, slots=True)
class Casting:
    """Which row of the population each character has."""

    population: Population
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def characters(self) -> list[Character]:
        return [one for one in CHARACTERS if one.key in self.rows]

    def at(self) -> np.ndarray:
        return np.array([self.rows[one.key] for one in self.characters], dtype=np.int64)


def cast(population: Population) -> Casting:
    """Give the characters places in the first book: of persons who live alone, and of companies."""
    frame = population.frame.with_row_index("row")
    alone = pl.len().over("unit") == 1
    mine = pl.col("adviser") == _BOOK
    persons = iter(frame.filter(mine & alone & (pl.col("role") == "head"))["row"].to_list())
    companies = iter(frame.filter(mine & (pl.col("role") == "company"))["row"].to_list())
    rows: dict[str, int] = {}
    for one in CHARACTERS:
        place = next(companies if one.company else persons, None)
        if place is not None and (not one.head or one.head in rows):
            rows[one.key] = place
    return Casting(_recast(population, rows), rows)


def _recast(population: Population, rows: dict[str, int]) -> Population:
    units = population.numbers("unit")
    edits = []
    for one in (one for one in CHARACTERS if one.key in rows):
        head = rows.get(one.head, rows[one.key] if not one.company else -1)
        unit = int(units[head]) if head >= 0 else int(units.max()) + 1 + rows[one.key]
        edits.append((rows[one.key], unit, one.role, head, one.sex, float(one.age), one.assets))
    columns = ["row", "unit", "role", "head", "sex", "age", "wealth"]
    return Population(_replaced(population.frame, pl.DataFrame(edits, schema=columns, orient="row")))


def described(blueprint: Blueprint, casting: Casting, drawn: pl.DataFrame) -> pl.DataFrame:
    """Names, birthdays and occupations of the characters in the place of the drawn ones. Inés has her birthday today."""
    edits = [
        (
            casting.rows[one.key],
            one.surname and one.given,
            one.surname,
            one.second,
            one.name,
            _born(blueprint.today, one),
            one.sector,
        )
        for one in casting.characters
    ]
    columns = ["row", "given_name", "surname", "second_surname", "name", "birth_date", "sector"]
    return _replaced(drawn, pl.DataFrame(edits, schema_overrides={"birth_date": pl.Date}, schema=columns, orient="row"))


def _born(today: date, one: Character) -> date | None:
    if one.company:
        return None
    if one.key == "ines":
        return date(today.year - one.age, today.month, min(today.day, 28))
    return today - timedelta(days=round(one.age * 365.25 + 120))


def settled(blueprint: Blueprint, casting: Casting, roll: pl.DataFrame) -> pl.DataFrame:
    """The characters have been clients for as long as the story says, and none has left."""
    edits = [
        (casting.rows[one.key], one.tenure, blueprint.today - timedelta(days=one.tenure), None)
        for one in casting.characters
    ]
    frame = pl.DataFrame(
        edits, schema={"row": pl.Int64, "tenure": pl.Int64, "since": pl.Date, "until": pl.Date}, orient="row"
    )
    return _replaced(roll, frame)


def holdings(casting: Casting) -> pl.DataFrame:
    """What the characters hold, shaped as `holdings.held`."""
    parts = [held(np.empty(0, dtype=np.int64), sold.SAVINGS, np.empty(0), opened_ago=np.empty(0, dtype=np.int64))]
    for one in casting.characters:
        row = np.array([casting.rows[one.key]])
        for each in one.holds:
            limit = None if each.limit is None else np.array([each.limit])
            matures = None if each.matures_in is None else np.array([each.matures_in])
            parts.append(
                held(row, each.product, np.array([each.balance]), opened_ago=np.array([each.opened_ago]),
                    matures_in=matures, limit=limit,
                     rate_ppm=each.rate_ppm)
            )  # fmt: skip
    return pl.concat(parts)


def habits(casting: Casting, drawn: pl.DataFrame) -> pl.DataFrame:
    edits = [
        (
            casting.rows[one.key],
            one.wished.preferred if one.wished else FACE if one.company else PHONE,
            one.window,
            one.patience,
        )
        for one in casting.characters
    ]
    schema = {"row": pl.Int64, "likes": pl.Int64, "window": pl.Int64, "patience": pl.Float64}
    return _replaced(drawn, pl.DataFrame(edits, schema=schema, orient="row"))


def wishes(blueprint: Blueprint, casting: Casting, drawn: pl.DataFrame) -> pl.DataFrame:
    """What the characters said; those who said nothing have no wishes."""
    edits = []
    for one in casting.characters:
        said = one.wished
        row = casting.rows[one.key]
        edits.append(
            (row, *[None] * 9) if said is None else
            (row, said.channels, said.channels, CHANNELS[said.preferred], 0b11111, said.from_minute, said.to_minute,
            said.contacts_a_year,
             said.words, blueprint.today - timedelta(days=said.said_ago))
        )  # fmt: skip
    return _replaced(drawn, pl.DataFrame(edits, schema={"row": pl.Int64, **drawn.schema}, orient="row"))


def ties(casting: Casting, roll: pl.DataFrame) -> pl.DataFrame:
    """Who came through whom."""
    rows = []
    for one in casting.characters:
        if one.referred_by and one.referred_by[0] in casting.rows:
            mine, by = casting.rows[one.key], casting.rows[one.referred_by[0]]
            rows.append((roll["key"][mine], roll["key"][by], "referred_by", roll["since"][mine], one.referred_by[1]))
    schema = {"client": pl.String, "other": pl.String, "kind": pl.String, "since": pl.Date, "note": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _replaced(frame: pl.DataFrame, edits: pl.DataFrame) -> pl.DataFrame:
    """The frame with some columns of some rows written over, nulls included."""
    where = edits["row"].to_numpy()
    return frame.with_columns(
        frame[name].scatter(where, edits[name].cast(frame.schema[name])) for name in edits.columns if name != "row"
    )
