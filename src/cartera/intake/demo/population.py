"""Who the clients are before they have names: households, companies and their owners, ages, wealth, whose book they are in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from cartera.intake.demo.blueprint import Blueprint, Floats, Ints, Rng, pick_index
from cartera.intake.demo.places import Agency

_COMPANY_SHARE = 0.12
_UNOWNED = 0.15
# Households: adults, children, and how frequent they are.
_HOUSEHOLDS = ((1, 0, 0.48), (2, 0, 0.20), (2, 1, 0.13), (2, 2, 0.08), (1, 1, 0.11))


@dataclass(frozen=True, slots=True)
class Population:
    """One row per client, persons first; columns:

    unit (a household and what it owns), role (head, spouse, child, company), head (row of the household's head, of a company's
    owner; -1 for none), sex, age (years; of a company, since it was founded), wealth (assets with us, in USD), agency and adviser
    (positions).
    """

    frame: pl.DataFrame

    def numbers(self, column: str) -> Ints:
        return self.frame[column].to_numpy()

    @property
    def wealth(self) -> Floats:
        return self.frame["wealth"].to_numpy()

    def is_role(self, role: str) -> pl.Series:
        return self.frame["role"] == role

    @property
    def size(self) -> int:
        return self.frame.height


def settle(blueprint: Blueprint, agencies: tuple[Agency, ...]) -> Population:
    """Draw the clients and put each household, with the companies that it owns, in one adviser's book."""
    rng = blueprint.draws("population")
    companies = round(blueprint.clients * _COMPANY_SHARE)
    persons = _persons(rng, blueprint.clients - companies)
    clients = pl.concat([persons, _companies(rng, persons, companies)])
    agency, adviser = _books(rng, clients, agencies)
    return Population(clients.with_columns(agency=pl.Series(agency), adviser=pl.Series(adviser)))


def _persons(rng: Rng, count: int) -> pl.DataFrame:
    kinds = pick_index(rng, len(_HOUSEHOLDS), count, [share for *_, share in _HOUSEHOLDS])
    adults, children = (np.array([kind[part] for kind in _HOUSEHOLDS])[kinds] for part in (0, 1))
    sizes = adults + children
    unit = np.repeat(np.arange(count), sizes)[:count]
    first = np.cumsum(sizes) - sizes
    place = np.arange(count) - first[unit]
    role = np.where(place == 0, 0, np.where(place < adults[unit], 1, 2))
    sex_of_head = rng.random(count) < 0.5
    woman = np.where(role == 0, sex_of_head[unit], np.where(role == 1, ~sex_of_head[unit], rng.random(count) < 0.5))
    head_age = np.where(children > 0, rng.normal(42, 8, count).clip(24, 64), rng.normal(49, 15, count).clip(20, 90))
    age = np.where(role == 0, head_age[unit], np.where(role == 1, head_age[unit] + rng.normal(0, 4, count), 0)).clip(
        19, 94
    )
    age = np.where(role == 2, (head_age[unit] - rng.uniform(21, 38, count)).clip(0.3, 32), age)
    return pl.DataFrame(
        {
            "unit": unit,
            "role": pl.Series(["head", "spouse", "child"]).gather(role),
            "head": first[unit],
            "sex": pl.Series(["m", "f"]).gather(woman.astype(np.int64)),
            "age": age,
            "wealth": _wealth_of_persons(rng, unit, role, age),
        }
    )


def _wealth_of_persons(rng: Rng, unit: Ints, role: Ints, age: Floats) -> Floats:
    """Lognormal households, as bank deposits are: a median of some thousands of dollars, a long tail of millions."""
    household = rng.lognormal(np.log(12_000), 1.65, unit.size)[unit]
    adult = household * (age / 47) ** 1.1 * np.where(role == 1, rng.lognormal(-0.7, 0.8, unit.size), 1.0)
    minor = rng.lognormal(np.log(220), 1.0, unit.size) + household * 0.004
    return np.where((role == 2) & (age < 18), minor, np.where(role == 2, adult * 0.25, adult)).clip(20, 4_500_000)


def _companies(rng: Rng, persons: pl.DataFrame, count: int) -> pl.DataFrame:
    heads = persons.filter(pl.col("role") == "head")
    wealth = heads["wealth"].to_numpy()
    owner = pick_index(rng, heads.height, count, np.sqrt(wealth))
    owned = rng.random(count) >= _UNOWNED
    head = np.where(owned, heads["head"].to_numpy()[owner], -1)
    last_unit = int(persons["unit"].to_numpy()[-1])
    unit = np.where(owned, heads["unit"].to_numpy()[owner], last_unit + 1 + np.arange(count))
    assets = rng.lognormal(np.log(38_000), 1.6, count) * np.where(owned, (wealth[owner] / 12_000) ** 0.3, 1.0)
    return pl.DataFrame(
        {
            "unit": unit,
            "role": pl.Series(["company"]).gather(np.zeros(count, dtype=np.int64)),
            "head": head,
            "sex": pl.Series([""]).gather(np.zeros(count, dtype=np.int64)),
            "age": rng.gamma(2.2, 7, count) + 0.5,
            "wealth": assets.clip(300, 9_000_000),
        }
    )


def _books(rng: Rng, clients: pl.DataFrame, agencies: tuple[Agency, ...]) -> tuple[Ints, Ints]:
    """The agency and the adviser of each client. In an agency the first advisers have the wealthier clients."""
    _, unit = np.unique(clients["unit"].to_numpy(), return_inverse=True)
    sizes = np.bincount(unit)
    wealth = np.zeros(sizes.size)
    np.maximum.at(wealth, unit, clients["wealth"].to_numpy())
    books = rng.uniform(0.86, 1.14, sum(agency.advisers for agency in agencies))
    first = np.cumsum([0, *(agency.advisers for agency in agencies)])
    agency_of = _fill(rng.permutation(sizes.size), sizes, np.add.reduceat(books, first[:-1]))
    rank = -np.log(wealth) + rng.normal(0, 2.5, wealth.size)
    adviser_of = np.empty(sizes.size, dtype=np.int64)
    for position, agency in enumerate(agencies):
        members = np.flatnonzero(agency_of == position)
        order = members[np.argsort(rank[members], kind="stable")]
        share = books[first[position] : first[position] + agency.advisers]
        adviser_of[order] = first[position] + _fill(np.arange(order.size), sizes[order], share)
    return agency_of[unit], adviser_of[unit]


def _fill(order: Ints, sizes: Ints, shares: Floats) -> Ints:
    """Deal units out in that order, so that each position gets its share of the clients."""
    taken = np.cumsum(sizes[order]) - sizes[order] / 2
    edges = np.cumsum(shares) / shares.sum() * sizes.sum()
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.searchsorted(edges, taken).clip(max=shares.size - 1)
    return place
