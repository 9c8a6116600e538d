"""The clients' own data: keys, identifiers, how to reach them, since when, and which household they decide in."""

from __future__ import annotations

import numpy as np
import polars as pl

from cartera.intake.demo import identifiers
from cartera.intake.demo.blueprint import COUNTRY, Blueprint, Flags, Floats, Ints, Rng, days_from, pick_index
from cartera.intake.demo.places import Agency
from cartera.intake.demo.population import Population
from cartera.intake.demo.staff import Team

_LEFT = 0.03
_OLDEST_DAYS = 27 * 365
_PASSES = {"A": 250_000, "B": 60_000, "C": 10_000}


def enrol(
    blueprint: Blueprint, population: Population, described: pl.DataFrame, agencies: tuple[Agency, ...], team: Team
) -> pl.DataFrame:
    """The roll: the columns of the loader's clients, and beside them what the other makers of the bank need:

    row, role, unit, head, age, wealth, region, level (a first guess of the tier: "A" to "D") and tenure (days).
    """
    rng = blueprint.draws("clients")
    agency = population.numbers("agency")
    tenure = _tenure(rng, population)
    until = _until(rng, blueprint, tenure)
    roll = population.frame.hstack(described).with_columns(
        row=pl.int_range(pl.len(), dtype=pl.Int64),
        tenure=pl.Series(tenure),
        since=days_from(blueprint.today, -tenure),
        until=until,
        kind=pl.when(population.is_role("company")).then(pl.lit("company")).otherwise(pl.lit("person")),
        country=pl.lit(COUNTRY),
        branch=pl.Series([place.key for place in agencies]).gather(agency),
        region=pl.Series([place.city.region for place in agencies]).gather(agency),
        adviser=pl.Series(team.advisers).gather(population.numbers("adviser")),
        level=_levels(population.wealth),
    )
    order = roll.select(pl.struct("since", "row").rank("ordinal")).to_series()
    roll = roll.with_columns(key="C" + order.cast(pl.String).str.zfill(6)).hstack(
        _identified(rng, population, agencies)
    )
    return roll.with_columns(_reached(rng, roll, agencies, agency)).with_columns(_households(roll))


def _levels(wealth: Floats) -> pl.Series:
    reached = sum((wealth >= floor).astype(np.int64) for floor in _PASSES.values())
    return pl.Series(["D", "C", "B", "A"]).gather(np.asarray(reached))


def _tenure(rng: Rng, population: Population) -> Ints:
    """Days as a client: eight years on average, never longer than one may have had an account; one in twenty is new."""
    adult = np.where(population.is_role("company") | population.is_role("child"), 0, 18)
    longest = ((population.frame["age"].to_numpy() - adult) * 365 - 30).clip(20, _OLDEST_DAYS)
    days = rng.exponential(8 * 365, population.size) + 90
    new = rng.random(population.size) < 0.05
    return np.asarray(np.minimum(np.where(new, rng.uniform(5, 90, population.size), days), longest).astype(np.int64))


def _until(rng: Rng, blueprint: Blueprint, tenure: Ints) -> pl.Series:
    left = (rng.random(tenure.size) < _LEFT) & (tenure > 400)
    ago = rng.integers(10, 365, tenure.size)
    return pl.select(pl.when(pl.Series(left)).then(days_from(blueprint.today, -ago)).otherwise(None)).to_series()


def _identified(rng: Rng, population: Population, agencies: tuple[Agency, ...]) -> pl.DataFrame:
    """A cédula for persons (some, with a business of their own, by its RUC), a RUC for companies."""
    here = np.array([agency.city.province for agency in agencies])[population.numbers("agency")]
    elsewhere = rng.random(population.size) < 0.22
    cedula = identifiers.cedulas(rng, np.where(elsewhere, rng.integers(1, 25, population.size), here))
    company = population.is_role("company")
    trader = company.not_() & pl.Series(
        (population.frame["age"].to_numpy() >= 25) & (rng.random(population.size) < 0.09)
    )
    ruc = identifiers.company_rucs(rng, here)
    return pl.select(
        identifier_kind=pl.when(company | trader).then(pl.lit("ruc")).otherwise(pl.lit("cedula")),
        identifier=pl.when(company).then(ruc).when(trader).then(cedula + "001").otherwise(cedula),
    )


def _reached(rng: Rng, roll: pl.DataFrame, agencies: tuple[Agency, ...], agency: Ints) -> list[pl.Series]:
    areas = np.array([place.city.area for place in agencies])[agency]
    landline = (roll["kind"] == "company") & pl.Series(rng.random(roll.height) < 0.7)
    mobile = identifiers.mobiles(rng, roll.height)
    phone = pl.select(pl.when(landline).then(identifiers.landlines(rng, areas)).otherwise(mobile)).to_series()
    minor = (roll["age"] < 12) & (roll["kind"] == "person")
    return [
        pl.select(pl.when(minor).then(None).otherwise(phone)).to_series().alias("phone"),
        _emails(roll, pl.Series(rng.random(roll.height) < 0.85) & minor.not_()).alias("email"),
        _addresses(rng, agencies, agency).alias("address"),
    ]


def _emails(roll: pl.DataFrame, has_one: pl.Series) -> pl.Series:
    """given.surname.row@ of a domain that belongs to nobody (RFC 2606)."""
    person = roll["given_name"].str.split(" ").list.first() + "." + roll["surname"]
    company = "contacto." + roll["name"].str.replace_all(r" (Cía\. Ltda\.|S\. A\. S\.|S\. A\.)$", "")
    words = pl.select(pl.when(roll["kind"] == "company").then(company).otherwise(person)).to_series()
    plain = words.str.to_lowercase().str.normalize("NFD").str.replace_all(r"[^a-z0-9.]", "")
    address = plain + "." + roll["key"].str.slice(1) + "@correo.example"
    return pl.select(pl.when(has_one).then(address).otherwise(None)).to_series()


def _addresses(rng: Rng, agencies: tuple[Agency, ...], agency: Ints) -> pl.Series:
    streets = [place.city.streets for place in agencies]
    first = np.cumsum([0, *(len(names) for names in streets)])
    count = np.array([len(names) for names in streets])[agency]
    flat = pl.Series([name for names in streets for name in names])
    one = rng.integers(0, 1_000_000, agency.size) % count
    other = (one + 1 + rng.integers(0, 1_000_000, agency.size) % (count - 1)) % count
    number = (
        pl.Series(rng.integers(1, 30, agency.size)).cast(pl.String)
        + "-"
        + pl.Series(rng.integers(10, 99, agency.size)).cast(pl.String)
    )
    city = pl.Series([place.city.name for place in agencies]).gather(agency)
    return flat.gather(first[agency] + one) + " " + number + " y " + flat.gather(first[agency] + other) + ", " + city


def _households(roll: pl.DataFrame) -> list[pl.Expr]:
    """Persons who share a unit with others share a household, named after its two adults."""
    person = pl.col("kind") == "person"
    shared = person & (pl.col("unit").filter(person).len().over("unit") > 1)
    adults = pl.col("surname").filter(person & (pl.col("role") != "child"))
    father, mother = adults.first().over("unit"), adults.last().over("unit")
    both = pl.when(father == mother).then(father).otherwise(father + " " + mother)
    return [
        pl.when(shared).then("N" + pl.col("unit").cast(pl.String).str.zfill(6)).alias("household"),
        pl.when(shared).then(pl.lit("Familia ") + both).alias("household_name"),
    ]


def among(rng: Rng, flags: Flags, share: float) -> Ints:
    """Positions of about that share of those flagged."""
    return np.flatnonzero(flags & (rng.random(flags.size) < share))


def wealthier(rng: Rng, wealth: Floats, size: int) -> Ints:
    """Positions drawn after the square root of wealth: the wealthy have more friends who bank here."""
    return pick_index(rng, wealth.size, size, np.sqrt(wealth))
