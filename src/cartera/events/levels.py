"""In bulk, what the signals are made of: month-end assets and conversations of clients, as of a session's date."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import ibis
import ibis.expr.types as ir
import polars as pl

from cartera.engine.integers import share
from cartera.engine.session import Session
from cartera.events.signals import RunDownRule, SilenceRule
from cartera.kernel.money import PPM
from cartera.value.facts import ASSETS, conversions

STALE_DAYS = 62
"""Balances older than two months say nothing about today."""


def assets_by_month(session: Session) -> ir.Table:
    """What each client has in deposits and funds at each month's end known by the date, in the institution's currency.

    From the client's first month to the last one that anybody has, with nothing where it has nothing left. A holding counts
    until it is closed; what has no rate is left out.
    """
    return session.once("assets_by_month", lambda: _filled(_sums(session)))


def latest_month(session: Session) -> date | None:
    """The last month of which balances are known, unless that is too long ago."""
    month = session.frame(assets_by_month(session).agg(month=lambda t: t.month.max()))["month"].item()
    return month if month is not None and (session.at.day - month).days <= STALE_DAYS + 31 else None


def fallen(session: Session, rule: RunDownRule) -> pl.DataFrame:
    """The months of those clients whose last ones are all lower than the rule's share of their median: few, to look at well."""
    rows = assets_by_month(session)
    low = rows.back < rule.low_months
    usual = (rows.back >= rule.low_months) & (rows.back < rule.low_months + rule.months)
    figures = rows.group_by("client_id").agg(
        known=usual.sum(), usual=rows.level_minor.median(where=usual), most=rows.level_minor.max(where=low)
    )
    share_left = (PPM - rule.least_share_ppm) / PPM
    some = figures.filter(
        figures.known >= rule.least_months,
        figures.usual >= rule.least_minor,
        figures.most < figures.usual * share_left,
    )
    found = rows.semi_join(some, "client_id").select("client_id", "month", "level_minor")
    return session.frame(found.order_by("client_id", "month"))


def latest_of(session: Session, client_ids: Collection[int]) -> dict[int, int]:
    """What these clients have at the end of the last month."""
    if not client_ids:
        return {}
    wanted = ibis.memtable(pl.DataFrame({"client_id": sorted(client_ids)}))
    rows = assets_by_month(session)
    found = rows.filter(rows.back == 0).semi_join(wanted, "client_id").select("client_id", "level_minor")
    return dict(session.frame(found).iter_rows())


def quiet(session: Session, rule: SilenceRule) -> pl.DataFrame:
    """The conversations of clients with an agreement whose last one is longer ago than the rule's least: few, as above."""
    contacts = _contacts(session)
    talks = contacts.filter(contacts.answered)
    before = talks.on.lag(1).over(group_by="client_id", order_by=["happened_at", "id"])
    talks = talks.mutate(gap=talks.on.delta(before, unit="day"))
    figures = talks.group_by("client_id").agg(
        count=talks.count(), last_on=talks.on.max(), usual_days=talks.gap.median().cast("int64")
    )
    agreed = _agreed(session)
    figures = figures.inner_join(agreed, "client_id")
    today = ibis.literal(session.at.day)
    figures = figures.filter(
        figures["count"] >= rule.least_talks,
        today.delta(figures.last_on, unit="day") > figures.agreed_days * rule.times_ppm / PPM,
        today.delta(figures.last_on, unit="day") > rule.least_days,
    )
    tried = contacts.inner_join(figures.select("client_id", "last_on"), "client_id")
    tried = tried.filter(~tried.answered, tried.on > tried.last_on).group_by("client_id").agg(tried=lambda t: t.count())
    found = figures.left_join(tried, "client_id")
    columns = ("client_id", "count", "last_on", "usual_days", "agreed_days")
    return session.frame(found.select(*columns, tried=found.tried.fill_null(0)).order_by("client_id"))


def last_talks(session: Session, client_ids: Collection[int]) -> dict[int, date]:
    """When these clients were last talked with."""
    if not client_ids:
        return {}
    wanted = ibis.memtable(pl.DataFrame({"client_id": sorted(client_ids)}))
    contacts = _contacts(session)
    talks = contacts.filter(contacts.answered).semi_join(wanted, "client_id")
    return dict(session.frame(talks.group_by("client_id").agg(on=talks.on.max())).iter_rows())


def _contacts(session: Session) -> ir.Table:
    """Contacts known and not taken back by the date; the client answered those in which one talked, or that it began."""
    rows = session.known("interactions")
    rows = rows.filter(
        rows.happened_at < session.at.ends_at,
        rows.retracted_at.isnull() | (rows.retracted_at >= session.at.ends_at),
    )
    answered = (rows.outcome == "talked") | (rows.direction == "in")
    return rows.select("id", "client_id", "happened_at", on=rows.happened_at.date(), answered=answered)


def _agreed(session: Session) -> ir.Table:
    """The days between the contacts of each agreement in force."""
    day, rows = session.at.day, session.table("agreements")
    rows = rows.filter(
        rows.from_day <= day,
        rows.until_day > day,
        rows.ended_on.isnull() | (rows.ended_on > day),
        rows.contacts_a_year > 0,
    )
    days = (ibis.literal(365, type="int64") / rows.contacts_a_year).floor().cast("int64")
    return rows.group_by("client_id").agg(agreed_days=days.max())


def _sums(session: Session) -> ir.Table:
    balances = session.table("balances").filter(lambda t: t.on <= session.at.day)
    balances = balances.mutate(month=balances.on.truncate("M"))
    ends = balances.group_by("holding", "month", "currency").agg(minor=balances.balance_minor.argmax(balances.on))
    lines = session.table("products").filter(lambda t: t.line.isin(ASSETS)).select(product_id="id")
    held = session.known("holdings").inner_join(lines, "product_id").select("key", "client_id", "closed_on")
    rows = ends.inner_join(held, ends.holding == held.key).inner_join(conversions(session), "currency")
    still = rows.closed_on.isnull() | (rows.closed_on.truncate("M") > rows.month)
    worth = ibis.ifelse(still, share(rows.minor, rows.num, rows.den), 0)
    return (
        rows.mutate(worth=worth).group_by("client_id", "month").agg(level_minor=lambda t: t.worth.sum().cast("int64"))
    )


def _filled(sums: ir.Table) -> ir.Table:
    """The same without gaps, each month with how many lie after it."""
    months = sums.select("month").distinct()
    months = months.mutate(back=ibis.row_number().over(order_by=ibis.desc("month")))
    first = sums.group_by("client_id").agg(first=sums.month.min())
    whole = first.cross_join(months).filter(lambda t: t.month >= t["first"]).drop("first")
    rows = whole.left_join(sums, ["client_id", "month"])
    return rows.select("client_id", "month", "back", level_minor=rows.level_minor.fill_null(0))
