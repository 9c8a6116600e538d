"""The tier of every client at once: `rules.tier_of` as expressions. A test compares the two on thousands of clients."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import ibis
import ibis.expr.types as ir

from cartera.engine.registry import facts_of_clients
from cartera.engine.session import Session
from cartera.value.rules import LOWEST, By, Policy, preliminary_ranks, preliminary_thresholds

FIGURES: Mapping[str, str] = {
    "assets_minor": "value.assets",
    "liabilities_minor": "value.liabilities",
    "revenue_minor": "value.revenue",
    "cost_minor": "value.cost_12m",
    "minutes": "value.minutes_12m",
    "recency_days": "value.recency",
    "frequency": "value.frequency_12m",
}

VALUES: Mapping[str, str] = {
    "client_id": "int64",
    "client": "string",
    **dict.fromkeys(FIGURES, "int64"),
    "tier": "string",
    "by": "string",
    "amount_minor": "int64",
    "threshold_minor": "int64",
    "kept_by_hysteresis": "boolean",
    "household_id": "int64",
    "override_id": "int64",
    "override_expires_on": "date",
    "instead_of": "string",
    "policy": "int64",
}
"""The declared schema of `values.parquet`: one row a client, ordered by `client_id`."""


def clients_on(session: Session) -> ir.Table:
    """Who was a client on the date, as far as was known."""
    clients, on = session.known("clients"), session.at.day
    there = clients.filter(clients.since <= on, clients.until.isnull() | (clients.until > on))
    return there.select("kind", "birth_date", client_id="id", client="key", household="household_id")


def figures_of_clients(session: Session) -> ir.Table:
    """Every client's figures on the date, computed once."""

    def figures() -> ir.Table:
        return facts_of_clients(session, clients_on(session), FIGURES).cast(dict.fromkeys(FIGURES, "int64"))

    return session.once("figures", figures)


def propose_thresholds(session: Session, figures: ir.Table) -> dict[str, dict[str, int]]:
    """Preliminary thresholds from the distribution of assets and of revenue."""
    ranks = preliminary_ranks(int(figures.count().execute()))
    return preliminary_thresholds(
        *([_at_rank(session, figures[name], rank) for rank in ranks] for name in ("assets_minor", "revenue_minor"))
    )


def tiers_of_clients(session: Session, figures: ir.Table, policy: Policy) -> ir.Table:
    """Figures, tier and reason of every client, with the columns of `VALUES`."""
    rows = _valued_through_household(figures, policy, session)
    rows = rows.left_join(_previous_tiers(session), "client_id").drop("client_id_right")
    rows = rows.left_join(_overrides(session), "client_id").drop("client_id_right")
    rows = rows.mutate(**_decision(rows, policy))
    overridden = rows.override_id.notnull()
    rows = rows.mutate(
        tier=ibis.ifelse(overridden, rows.override_tier, rows.tier),
        by=ibis.ifelse(overridden, str(By.OVERRIDE), rows.by),
        instead_of=ibis.ifelse(overridden, rows.tier, ""),
        policy=ibis.literal(policy.number),
    )
    return rows.select(**{name: rows[name].cast(kind) for name, kind in VALUES.items()}).order_by("client_id")


def _at_rank(session: Session, column: ir.Column, rank: int) -> int:
    found = session.frame(column.as_table().order_by(ibis.desc(column.get_name())).limit(1, offset=rank))
    return int(found.item()) if found.height else 0


def _valued_through_household(figures: ir.Table, policy: Policy, session: Session) -> ir.Table:
    """`assets` and `revenue` that decide: a minor's are those of all members of its household together."""
    minor = ((figures.kind == "person") & (figures.birth_date > policy.born_after(session.at.day))).fill_null(False)
    totals = (
        figures.filter(figures.household.notnull())
        .group_by("household")
        .agg(
            household_assets=figures.assets_minor.sum().cast("int64"),
            household_revenue=figures.revenue_minor.sum().cast("int64"),
        )
    )
    rows = figures.mutate(minor=minor).left_join(totals, "household").drop("household_right")
    through = rows.minor & rows.household.notnull()
    return rows.mutate(
        assets=ibis.ifelse(through, rows.household_assets, rows.assets_minor),
        revenue=ibis.ifelse(through, rows.household_revenue, rows.revenue_minor),
        household_id=ibis.ifelse(through, rows.household, ibis.null("int64")),
    )


def _previous_tiers(session: Session) -> ir.Table:
    """The tier of each client's last period that began before the date, unless a person gave it."""
    periods = session.table("tier_periods")
    periods = periods.filter(periods.from_day < session.at.day)
    latest = ibis.row_number().over(
        ibis.window(group_by="client_id", order_by=[ibis.desc("from_day"), ibis.desc("id")])
    )
    periods = periods.mutate(place=latest)
    periods = periods.filter(periods.place == 0, periods.by != str(By.OVERRIDE))
    return periods.select("client_id", previous="tier")


def _overrides(session: Session) -> ir.Table:
    """The override in force of each client: of several, the one that began last."""
    given, on = session.table("tier_overrides"), session.at.day
    given = given.filter(given.from_day <= on, given.expires_on > on, given.ended_on.isnull() | (given.ended_on > on))
    latest = ibis.row_number().over(
        ibis.window(group_by="client_id", order_by=[ibis.desc("from_day"), ibis.desc("id")])
    )
    given = given.mutate(place=latest)
    return given.filter(given.place == 0).select(
        "client_id", override_id="id", override_tier="tier", override_expires_on="expires_on"
    )


def _decision(rows: ir.Table, policy: Policy) -> dict[str, ir.Value]:
    """The first way in that each client has, best tier first, as `rules.tier_of` looks for it."""
    amount = {By.ASSETS: rows.assets, By.REVENUE: rows.revenue}
    reached = [amount[way.by] >= way.threshold for way in policy.ways]
    opens = []
    for way, here in zip(policy.ways, reached, strict=True):
        ways_in = zip(policy.ways, reached, strict=True)
        in_tier = reduce(lambda one, other: one | other, (there for other, there in ways_in if other.tier == way.tier))
        keeps = (rows.previous == way.tier).fill_null(False) & (amount[way.by] >= way.keep_from) & ~in_tier
        opens.append(here | keeps)
    ways = list(zip(opens, policy.ways, reached, strict=True))
    lowest = ibis.literal(policy.lowest_assets, type="int64")
    return {
        "tier": ibis.cases(*((is_open, way.tier) for is_open, way, _ in ways), else_=LOWEST),
        "by": ibis.cases(*((is_open, str(way.by)) for is_open, way, _ in ways), else_=str(By.REST)),
        "amount_minor": ibis.cases(*((is_open, amount[way.by]) for is_open, way, _ in ways), else_=rows.assets),
        "threshold_minor": ibis.cases(
            *((is_open, ibis.literal(way.threshold, type="int64")) for is_open, way, _ in ways), else_=lowest
        ),
        "kept_by_hysteresis": ibis.cases(*((is_open, ~here) for is_open, _, here in ways), else_=False),
    }
