"""In bulk and one by one, the same tiers for the same reasons: thousands of random clients through both."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from types import SimpleNamespace

import ibis
import polars as pl
import pytest

from cartera.engine.rules import AsOf
from cartera.value import tiering
from cartera.value.columns import with_reasons
from cartera.value.rules import TIERS, Figures, HouseholdFigures, Override, Policy, tier_of

ON = date(2026, 6, 16)
CLIENTS = 3_000
POLICIES = [
    Policy.parse(
        {
            "A": {"assets_minor": 1_000, "revenue_minor": 100},
            "B": {"assets_minor": 300, "revenue_minor": 40},
            "C": {"revenue_minor": 10},
        },
        number=7,
        hysteresis_ppm=150_000,
    ),
    Policy.parse(
        {"A": {"revenue_minor": 100}, "B": {"revenue_minor": 100}, "C": {"assets_minor": 1}},
        number=8,
        hysteresis_ppm=0,
        adult_age=21,
    ),
]


def near(chance: random.Random, thresholds: list[int]) -> int:
    """An amount, as likely as not within a few units of where something changes."""
    if chance.random() < 0.5:
        return chance.randint(-20, 1_500)
    return chance.choice(thresholds) + chance.randint(-2, 2)


def random_bank(seed: int, policy: Policy) -> dict[str, pl.DataFrame]:
    chance = random.Random(seed)
    edges = [edge for way in policy.ways for edge in (way.threshold, way.keep_from)]
    of_age = date(ON.year - policy.adult_age, ON.month, ON.day)
    clients = [
        (
            number,
            f"C-{number}",
            chance.choice(("person", "person", "company")),
            chance.choice((None, of_age, of_age + timedelta(days=1), date(1970, 1, 1), date(2015, 1, 1))),
            chance.choice((None, *range(CLIENTS // 3))),
            near(chance, edges),
            near(chance, edges),
        )
        for number in range(1, CLIENTS + 1)
    ]
    periods = [
        (
            place,
            number,
            chance.choice(TIERS),
            chance.choice(("assets", "rest", "override")),
            ON - timedelta(days=chance.randint(-1, 400)),
        )
        for place, number in enumerate(chance.choices(range(1, CLIENTS + 1), k=CLIENTS))
    ]
    periods = list({(number, day): (place, number, tier, by, day) for place, number, tier, by, day in periods}.values())
    overrides = []
    for place, number in enumerate(chance.choices(range(1, CLIENTS + 1), k=CLIENTS // 3)):
        starts = ON - timedelta(days=chance.randint(-2, 3))
        ended = chance.choice((None, None, ON, ON + timedelta(days=1), starts))
        overrides.append(
            (place, number, chance.choice(TIERS), starts, starts + timedelta(days=chance.randint(1, 5)), ended)
        )
    return {
        "figures": pl.DataFrame(clients, schema={"client_id": pl.Int64, "client": pl.String, "kind": pl.String, "birth_date": pl.Date, "household": pl.Int64, "assets_minor": pl.Int64, "revenue_minor": pl.Int64}, orient="row"),
        "tier_periods": pl.DataFrame(periods, schema={"id": pl.Int64, "client_id": pl.Int64, "tier": pl.String, "by": pl.String, "from_day": pl.Date}, orient="row"),
        "tier_overrides": pl.DataFrame(overrides, schema={"id": pl.Int64, "client_id": pl.Int64, "tier": pl.String, "from_day": pl.Date, "expires_on": pl.Date, "ended_on": pl.Date}, orient="row"),
    }  # fmt: skip


def in_bulk(bank: dict[str, pl.DataFrame], policy: Policy) -> pl.DataFrame:
    tables = {name: ibis.memtable(frame) for name, frame in bank.items()}
    session = SimpleNamespace(at=AsOf(ON, "UTC", "USD"), table=tables.__getitem__)
    others = {name: ibis.literal(0) for name in tiering.FIGURES if name not in ("assets_minor", "revenue_minor")}
    values = tiering.tiers_of_clients(session, tables["figures"].mutate(**others), policy)  # type: ignore[arg-type]
    return with_reasons(ibis.duckdb.connect().to_polars(values))


def one_by_one(bank: dict[str, pl.DataFrame], policy: Policy) -> dict[int, tuple[str, dict[str, object]]]:
    households: dict[int, Figures] = {}
    for _, _, _, _, household, assets, revenue in bank["figures"].iter_rows():
        if household is not None:
            households[household] = households.get(household, Figures()) + Figures(assets, revenue)
    before = {}
    for _, number, tier, by, day in sorted(bank["tier_periods"].iter_rows(), key=lambda row: row[4]):
        if day < ON:
            before[number] = None if by == "override" else tier
    in_force = {}
    for place, number, tier, starts, expires, ended in sorted(
        bank["tier_overrides"].iter_rows(), key=lambda row: (row[3], row[0])
    ):
        override = Override(place, tier, starts, expires, ended)
        if override.in_force(ON):
            in_force[number] = override
    found = {}
    for number, _, kind, born, household, assets, revenue in bank["figures"].iter_rows():
        minor = kind == "person" and born is not None and born > policy.born_after(ON) and household is not None
        decision = tier_of(
            Figures(assets, revenue),
            policy,
            previous=before.get(number),
            minor_in=HouseholdFigures(household, households[household]) if minor else None,
            override=in_force.get(number),
        )
        found[number] = (decision.tier, decision.reason())
    return found


@pytest.mark.row("V7")
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: f"v{policy.number}")
@pytest.mark.parametrize("seed", [1, 2])
def test_bulk_and_rule_agree(seed, policy):
    bank = random_bank(seed, policy)
    rows = in_bulk(bank, policy).select("client_id", "tier", "reason")
    expected = one_by_one(bank, policy)
    found = {number: (tier, reason) for number, tier, reason in rows.iter_rows()}
    assert found == {number: (tier, json.dumps(reason)) for number, (tier, reason) in expected.items()}
    reasons = [reason for _, reason in expected.values()]
    assert (
        any(reason.get("kept_by_hysteresis") for reason in reasons)
        or policy.ways[0].keep_from == policy.ways[0].threshold
    )
    assert any(reason.get("household") is not None for reason in reasons)
    assert any(reason["by"] == "override" for reason in reasons)
