"""What clients hold, bring, cost and do, as of a date: the relations and facts of value.

A holding counts from the day it was opened until the day before it was closed, also after its maturity, for the money is
still here. Its balance on the date is the latest one known by then: the last month end of the lake, or the holding's own
if that is later (or bears no day). A loan's own balance falls in a straight line from its day to nothing at maturity. A
balance that is dated after the date was not known, and counts as nothing.

Amounts in a foreign currency are converted by the latest rate into the institution's on or before the date; without one
they are kept apart, and enter no sum.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from cartera.engine.integers import share
from cartera.engine.registry import fact, relation
from cartera.engine.session import Session
from cartera.kernel.money import PPM, exponent
from cartera.value.rules import conversion

ASSETS = ("deposit", "fund")
LIABILITIES = ("loan", "card")
MEASURES = ("assets_minor", "liabilities_minor", "revenue_minor")


@relation
def amounts(session: Session) -> ir.Table:
    """Holdings in force and their yearly fees, each converted into the institution's currency; foreign ones are left out."""
    rows = _own_amounts(session)
    rows = rows.filter(rows.den.notnull())
    return rows.select("client_id", **{name: share(rows[name], rows.num, rows.den) for name in MEASURES})


def foreign_amounts(session: Session) -> ir.Table:
    """What could not be converted: sums by client and currency, in minor units of that currency."""
    rows = _own_amounts(session)
    rows = rows.filter(rows.den.isnull())
    return rows.group_by("client_id", "currency").agg(**{name: rows[name].sum().cast("int64") for name in MEASURES})


@relation
def service_time(session: Session) -> ir.Table:
    """Minutes spent on clients in the twelve months to the date, in contacts not retracted by then and in other effort."""
    at, staff = session.at, session.table("staff")
    contacts, effort = session.known("interactions"), session.table("effort")
    contacts = contacts.filter(
        contacts.happened_at >= at.year_begins_at,
        contacts.happened_at < at.ends_at,
        contacts.retracted_at.isnull() | (contacts.retracted_at >= at.ends_at),
    )
    effort = effort.filter(effort.spent_on > at.year_before, effort.spent_on <= at.day)
    columns = ("client_id", "staff_id", "minutes")
    spent = contacts.select(*columns).union(effort.select(*columns))
    spent = spent.left_join(staff, spent.staff_id == staff.id)
    return spent.select("client_id", "minutes", hour_cost_minor=spent.hour_cost_minor.fill_null(0))


@relation
def movements(session: Session) -> ir.Table:
    """Transactions on clients' holdings up to the date."""
    moved, holdings = session.table("transactions"), session.table("holdings")
    moved = moved.filter(moved.on <= session.at.day).select("holding", "on")
    moved = moved.inner_join(holdings, moved.holding == holdings.key)
    days_ago = ibis.literal(session.at.day).delta(moved.on, unit="day")
    return moved.select("client_id", days_ago=days_ago, in_year=moved.on > session.at.year_before)


@fact("value.assets", unit="minor", as_of="holdings in force on the date, balances known by then")
def assets(amounts: ir.Table) -> ir.Value:
    """Balances of deposits and funds."""
    return amounts.assets_minor.sum()


@fact("value.liabilities", unit="minor", as_of="holdings in force on the date, balances known by then")
def liabilities(amounts: ir.Table) -> ir.Value:
    """Balances of loans and cards."""
    return amounts.liabilities_minor.sum()


@fact("value.revenue", unit="minor a year", as_of="holdings in force on the date, balances known by then")
def revenue(amounts: ir.Table) -> ir.Value:
    """What the holdings bring in a year: each balance times its product's margin, and its yearly fee."""
    return amounts.revenue_minor.sum()


@fact("value.minutes_12m", unit="minutes", as_of="spent in the twelve months to the date, recorded by then")
def minutes(service_time: ir.Table) -> ir.Value:
    """Minutes of contacts and other effort."""
    return service_time.minutes.sum()


@fact("value.cost_12m", unit="minor", as_of="spent in the twelve months to the date, recorded by then")
def cost(service_time: ir.Table) -> ir.Value:
    """Cost to serve: minutes times the cost of an hour of who spent them (time-driven activity-based costing, Kaplan and
    Anderson 2004). Minutes of nobody in particular cost nothing."""
    return share((service_time.minutes * service_time.hour_cost_minor).sum().cast("int64"), 1, 60)


@fact("value.recency", unit="days", as_of="transactions up to the date", otherwise=None)
def recency(movements: ir.Table) -> ir.Value:
    """Days since the last transaction on any of the client's holdings; nothing when there was none."""
    return movements.days_ago.min()


@fact("value.frequency_12m", unit="transactions", as_of="transactions in the twelve months to the date")
def frequency(movements: ir.Table) -> ir.Value:
    """Transactions on all of the client's holdings."""
    return movements.in_year.sum()


def _own_amounts(session: Session) -> ir.Table:
    """What each holding in force is worth and brings, in its own currency, with the rate; a fee is a row in its product's."""
    return session.once("own_amounts", lambda: _held_and_charged(session).left_join(_conversions(session), "currency"))


def _held_and_charged(session: Session) -> ir.Table:
    rows = _balances(session)
    products = session.table("products").select(
        product_id="id", line="line", margin_ppm="margin_ppm", fee_minor="fee_minor", fee_currency="currency"
    )
    rows = rows.inner_join(products, "product_id")
    held = rows.select(
        "client_id",
        "currency",
        assets_minor=ibis.ifelse(rows.line.isin(ASSETS), rows.balance_minor, 0),
        liabilities_minor=ibis.ifelse(rows.line.isin(LIABILITIES), rows.balance_minor, 0),
        revenue_minor=share(rows.balance_minor, rows.margin_ppm, PPM),
    )
    charged = rows.filter(rows.fee_minor > 0)
    nothing = ibis.literal(0, type="int64")
    fees = charged.select(
        "client_id",
        currency=charged.fee_currency,
        assets_minor=nothing,
        liabilities_minor=nothing,
        revenue_minor=charged.fee_minor,
    )
    return held.cast(dict.fromkeys(MEASURES, "int64")).union(fees)


def _balances(session: Session) -> ir.Table:
    """Holdings in force with their balance on the date."""
    on = session.at.day
    held = session.known("holdings")
    held = held.filter(held.opened_on <= on, held.closed_on.isnull() | (held.closed_on > on))
    lines = session.table("products").select(product_id="id", line="line")
    held = held.inner_join(lines, "product_id").left_join(_month_ends(session), "key").drop("key_right")
    known_on = held.balance_on.fill_null(held.opened_on)
    from_lake = held.lake_on.notnull() & (
        held.balance_on.isnull() | (held.balance_on > on) | (held.lake_on >= held.balance_on)
    )
    own = ibis.ifelse(held.line == "loan", _amortised(held, known_on, session), held.balance_minor)
    return held.select(
        "client_id",
        "product_id",
        currency=ibis.ifelse(from_lake, held.lake_currency, held.currency),
        balance_minor=ibis.cases((from_lake, held.lake_minor), (known_on <= on, own), else_=0).cast("int64"),
    )


def _amortised(held: ir.Table, known_on: ir.DateValue, session: Session) -> ir.IntegerValue:
    left = held.matures_on.delta(ibis.literal(session.at.day), unit="day").clip(lower=0)
    term = held.matures_on.delta(known_on, unit="day")
    runs = (term > 0).fill_null(False)
    return ibis.ifelse(runs, share(held.balance_minor, left, ibis.ifelse(runs, term, 1)), held.balance_minor)


def _month_ends(session: Session) -> ir.Table:
    """The latest balance of each holding in the lake by the date, by the holding's key."""
    balances = session.table("balances")
    balances = balances.filter(balances.on <= session.at.day)
    last = balances.group_by(key="holding").agg(lake_on=balances.on.max())
    rows = last.inner_join(balances, [last.key == balances.holding, last.lake_on == balances.on])
    return rows.group_by("key", "lake_on").agg(lake_minor=rows.balance_minor.max(), lake_currency=rows.currency.max())


def _conversions(session: Session) -> ir.Table:
    """For each currency with a rate on the date, the fraction that turns its minor units into the institution's."""
    at, rates = session.at, session.table("currency_rates")
    rates = rates.filter(rates.quote == at.currency, rates.currency != at.currency, rates.from_day <= at.day)
    last = rates.group_by("currency").agg(from_day=rates.from_day.max())
    known = session.frame(
        rates.semi_join(last, ["currency", "from_day"]).select("currency", "rate_ppm").order_by("currency")
    )
    fractions = [(at.currency, 1, 1)] + [
        (currency, *conversion(rate, exponent(currency), exponent(at.currency))) for currency, rate in known.iter_rows()
    ]
    return ibis.memtable(fractions, schema={"currency": "string", "num": "int64", "den": "int64"})
