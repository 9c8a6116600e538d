"""The whole bank, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from cartera.intake.demo import (
    contacts,
    errands,
    holdings,
    money,
    people,
    places,
    population,
    products,
    promises,
    staff,
    story,
    ties,
    wishes,
)
from cartera.intake.demo.blueprint import COUNTRY, CURRENCY, ZONE, Blueprint
from cartera.intake.demo.clients import enrol
from cartera.intake.demo.staff import Team
from cartera.intake.demo.story import Casting
from cartera.intake.frames import SCHEMAS, Entity, Setting, shaped
from cartera.intake.frames import Bank as Institution

NAME = "Banco Páramo"


@dataclass(frozen=True, slots=True)
class Bank:
    """Everything that the demonstration loads: the nine frames of every source, and what a core system does not have.

    `working_hours` are (weekday, from minute, to minute); appointments and absences name staff by key; `promises` has the
    columns of `promises.SCHEMA`.
    """

    blueprint: Blueprint
    setting: Setting
    frames: Mapping[Entity, pl.DataFrame]
    working_hours: tuple[tuple[int, int, int], ...]
    appointments: pl.DataFrame
    absences: pl.DataFrame
    promises: pl.DataFrame

    @property
    def rows(self) -> int:
        return sum(frame.height for frame in self.frames.values()) + self.promises.height


def build(clients: int = 2000, seed: int = 1, *, date: date) -> Bank:
    """Banco Páramo with so many clients, as it stands on the morning of a date. The same arguments give the same bank."""
    blueprint = Blueprint(clients, seed, date)
    agencies = places.agencies(blueprint)
    team = staff.hire(blueprint, agencies)
    casting = story.cast(population.settle(blueprint, agencies))
    described = story.described(blueprint, casting, people.describe(blueprint, casting.population, agencies))
    roll = story.settled(blueprint, casting, enrol(blueprint, casting.population, described, agencies, team))
    habit = story.habits(casting, wishes.habits(blueprint, roll))
    wish = story.wishes(blueprint, casting, wishes.wish(blueprint, roll, habit))
    held = holdings.sell(blueprint, roll, told=story.holdings(casting), of=casting.at())
    balances, transactions = money.balances(blueprint, roll, held)
    interactions, promised = _conversations(blueprint, casting, roll, habit, team)
    sources = {
        Entity.BRANCHES: places.branches(agencies),
        Entity.STAFF: team.frame,
        Entity.CLIENTS: roll.hstack(wish),
        Entity.RELATIONSHIPS: pl.concat([story.ties(casting, roll), ties.tie(blueprint, roll)]).unique(
            ["client", "other", "kind"], keep="first", maintain_order=True
        ),
        Entity.HOLDINGS: held,
        Entity.BALANCES: balances,
        Entity.TRANSACTIONS: transactions,
        Entity.STANDING_ORDERS: money.standing_orders(blueprint, roll, held),
        Entity.INTERACTIONS: interactions,
    }
    return Bank(
        blueprint=blueprint,
        setting=Setting(Institution(NAME, COUNTRY, CURRENCY, ZONE), products.catalogue()),
        frames={entity: _as_loaded(entity, frame) for entity, frame in sources.items()},
        working_hours=staff.working_hours(),
        appointments=staff.appointments(blueprint, team),
        absences=staff.absences(blueprint, team),
        promises=promised,
    )


def _conversations(
    blueprint: Blueprint, casting: Casting, roll: pl.DataFrame, habit: pl.DataFrame, team: Team
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Contacts with their keys, and the promises that name them."""
    talks = errands.without_the_last_days(blueprint, casting, contacts.talk(blueprint, roll, habit, team))
    promised, keeping = promises.promise(blueprint, talks, habit["patience"], roll["adviser"])
    owed, said = errands.owed(blueprint, casting, roll)
    columns = sorted(talks.columns)
    every = pl.concat([talks.select(columns), keeping.select(columns), said.select(columns)])
    # Positions in the three frames become positions in the one, and these become keys once all are in order of time.
    promised = promised.with_columns(pl.col("kept_by") + talks.height)
    owed = owed.with_columns(pl.col("made_in") + talks.height + keeping.height, kept_by=pl.lit(None, dtype=pl.Int64))
    numbered = contacts.numbered(every.with_columns(position=pl.int_range(pl.len(), dtype=pl.Int64)))
    return numbered, promises.named(pl.concat([promised, owed], how="diagonal"), numbered)


def _as_loaded(entity: Entity, frame: pl.DataFrame) -> pl.DataFrame:
    return shaped(entity, frame.select(name for name in frame.columns if name in SCHEMAS[entity]))
