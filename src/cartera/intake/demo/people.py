"""Names, occupations and birthdays of persons; names and sectors of companies."""

from __future__ import annotations

import numpy as np
import polars as pl

from cartera.intake.demo import names
from cartera.intake.demo.blueprint import (
    Blueprint,
    Flags,
    Floats,
    Ints,
    Rng,
    by_rank,
    days_from,
    pick,
    pick_among,
    pick_index,
)
from cartera.intake.demo.characters import CHARACTERS
from cartera.intake.demo.places import Agency
from cartera.intake.demo.population import Population

_REGIONS = tuple(names.SURNAMES_OF)
_ALL_SURNAMES = names.SURNAMES + tuple(surname for region in _REGIONS for surname in names.SURNAMES_OF[region])
# How common each sector is in each region; columns as in names.SECTORS.
_SECTOR_WEIGHTS = {
    "Sierra": (24, 15, 13, 9, 9, 6, 7, 5, 4, 5, 0, 6),
    "Costa": (26, 13, 9, 12, 9, 5, 8, 4, 3, 3, 9, 0),
    "Austro": (24, 13, 17, 9, 10, 7, 7, 6, 4, 4, 0, 2),
}
_TAKEN = [one.given.removesuffix(f" {form}") for one in CHARACTERS for form in names.LEGAL_FORMS if one.company]
_OCCUPATION_WEIGHTS = (24, 14, 10, 9, 12, 5, 4, 6, 4, 3, 5, 3, 3, 2, 4, 2)


def given_names(rng: Rng, woman: Flags) -> pl.Series:
    """First names, three in four of them compound; a second name never repeats the first."""
    first = _by_sex(rng, woman, names.WOMEN, names.MEN)
    second = _by_sex(rng, woman, names.WOMEN_SECOND, names.MEN_SECOND)
    compound = (rng.random(woman.size) < 0.75) & (first != second).to_numpy()
    return pl.select(pl.when(pl.Series(compound)).then(first + " " + second).otherwise(first)).to_series()


def surnames(rng: Rng, regions: pl.Series) -> pl.Series:
    """Half of the surnames are heard everywhere, half belong to the region."""
    return pl.Series(_ALL_SURNAMES).gather(pick_among(rng, _surname_weights(), _position(regions)))


def describe(blueprint: Blueprint, population: Population, agencies: tuple[Agency, ...]) -> pl.DataFrame:
    """given_name, surname, second_surname, name, birth_date and sector (of a person, its occupation), row by row."""
    rng = blueprint.draws("people")
    regions = pl.Series([agency.city.region for agency in agencies]).gather(population.numbers("agency"))
    persons = _persons(rng, blueprint, population, regions)
    companies = _companies(rng, population, regions, persons)
    company = population.is_role("company")
    return pl.select(
        given_name=pl.when(company).then(pl.lit("")).otherwise(persons["given_name"]),
        surname=pl.when(company).then(pl.lit("")).otherwise(persons["surname"]),
        second_surname=pl.when(company).then(pl.lit("")).otherwise(persons["second_surname"]),
        name=pl.when(company).then(companies["name"]).otherwise(persons["name"]),
        birth_date=pl.when(company).then(None).otherwise(persons["birth_date"]),
        sector=pl.when(company).then(companies["sector"]).otherwise(persons["occupation"]),
    )


def _persons(rng: Rng, blueprint: Blueprint, population: Population, regions: pl.Series) -> pl.DataFrame:
    woman = (population.frame["sex"] == "f").to_numpy()
    given = given_names(rng, woman)
    first, second = surnames(rng, regions), surnames(rng, regions)
    father, mother = _parents(population, woman)
    child = population.is_role("child")
    first = pl.select(
        pl.when(child & pl.Series(father >= 0)).then(first.gather(father.clip(0))).otherwise(first)
    ).to_series()
    second = pl.select(
        pl.when(child & pl.Series(mother >= 0)).then(first.gather(mother.clip(0))).otherwise(second)
    ).to_series()
    born = -np.floor(population.frame["age"].to_numpy() * 365.25).astype(np.int64)
    return pl.DataFrame(
        {
            "given_name": given,
            "surname": first,
            "second_surname": second,
            "name": given + " " + first + " " + second,
            "birth_date": days_from(blueprint.today, born),
            "occupation": _occupations(rng, population.frame["age"].to_numpy(), woman),
        }
    )


def _parents(population: Population, woman: Flags) -> tuple[Ints, Ints]:
    """Rows of each one's father and mother among the clients, -1 where there is none; the spouse follows the head."""
    head = population.numbers("head")
    spouse = (head + 1).clip(max=population.size - 1)
    has_spouse = population.is_role("spouse").to_numpy()[spouse] & (population.numbers("head")[spouse] == head)
    spouse_or_none = np.where(has_spouse, spouse, -1)
    father = np.where(~woman[head], head, spouse_or_none)
    mother = np.where(woman[head], head, spouse_or_none)
    return father, mother


def _occupations(rng: Rng, age: Floats, woman: Flags) -> pl.Series:
    index = pick_index(rng, len(names.OCCUPATIONS), age.size, _OCCUPATION_WEIGHTS)
    working = _worded(woman, names.OCCUPATIONS, index)
    retired = _worded(woman, (names.RETIRED,), np.zeros(age.size, dtype=np.int64))
    student = pl.lit(names.STUDENT)
    old, young = pl.Series(age >= 66), pl.Series(age < 22)
    return pl.select(pl.when(old).then(retired).when(young).then(student).otherwise(working)).to_series()


def _worded(woman: Flags, words: tuple[tuple[str, str], ...], index: Ints) -> pl.Series:
    flat = [form for pair in words for form in pair]
    return pl.Series(flat).gather(index * 2 + (~woman).astype(np.int64))


def _companies(rng: Rng, population: Population, regions: pl.Series, persons: pl.DataFrame) -> pl.DataFrame:
    """Trade and place ("Textiles Tomebamba S. A."), or trade and owner ("Ferretería Cordero e Hijos"): each name once."""
    count = population.size
    sector = _sectors(rng, regions)
    trade = pl.Series([""]).gather(np.zeros(count, dtype=np.int64))
    for name, trades in names.TRADES.items():
        trade = pl.select(pl.when(sector == name).then(pick(rng, trades, count)).otherwise(trade)).to_series()
    owner = persons["surname"].gather(population.numbers("head").clip(0))
    family = pl.Series((rng.random(count) < 0.2) & (population.numbers("head") >= 0))
    place = pick(rng, names.PLACES_IN_NAMES, count)
    stem = pl.select(
        pl.when(family)
        .then(trade + " " + owner + pick(rng, (" e Hijos", " Hermanos", " y Asociados"), count))
        .otherwise(trade + " " + place)
    ).to_series()
    company = population.is_role("company")
    frame = pl.DataFrame({"stem": stem, "company": company, "form": pick(rng, names.LEGAL_FORMS, count, (45, 40, 15))})
    # A name that is taken is registered again with the next figure, as the companies' registry makes people do.
    turn = pl.int_range(pl.len()).over("stem", "company") + pl.col("stem").is_in(_TAKEN).cast(pl.Int64)
    number = pl.when(turn == 0).then(pl.lit("")).otherwise(" " + (turn + 1).cast(pl.String))
    return frame.select(name=pl.col("stem") + number + " " + pl.col("form"), sector=sector)


def _sectors(rng: Rng, regions: pl.Series) -> pl.Series:
    table = np.array([_SECTOR_WEIGHTS[region] for region in _REGIONS], dtype=np.float64)
    return pl.Series(names.SECTORS).gather(pick_among(rng, table, _position(regions)))


def _position(regions: pl.Series) -> Ints:
    order = {region: row for row, region in enumerate(_REGIONS)}
    return regions.replace_strict(order, return_dtype=pl.Int64).to_numpy()


def _surname_weights() -> Floats:
    table = np.zeros((len(_REGIONS), len(_ALL_SURNAMES)))
    table[:, : len(names.SURNAMES)] = by_rank(len(names.SURNAMES), flat=8) / 2
    start = len(names.SURNAMES)
    for row, region in enumerate(_REGIONS):
        own = len(names.SURNAMES_OF[region])
        table[row, start : start + own] = by_rank(own, flat=8) / 2
        start += own
    return table


def _by_sex(rng: Rng, woman: Flags, women: tuple[str, ...], men: tuple[str, ...]) -> pl.Series:
    hers = pick(rng, women, woman.size, by_rank(len(women), flat=10))
    his = pick(rng, men, woman.size, by_rank(len(men), flat=10))
    return pl.select(pl.when(pl.Series(woman)).then(hers).otherwise(his)).to_series()
