"""What each client holds: accounts, deposits that mature, funds, loans, cards and policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from cartera.intake.demo import products as sold
from cartera.intake.demo.blueprint import CURRENCY, Blueprint, Flags, Floats, Ints, Rng, cents, days_from, pick_index

_TERMS = np.array([61, 91, 181, 361])
_TERM_RATES = np.array([48_500, 56_000, 66_500, 74_000])
_PER_DEPOSIT = 120_000


@dataclass(frozen=True, slots=True)
class _Owners:
    """The columns of the roll that decide who holds what."""

    wealth: Floats
    age: Floats
    tenure: Ints
    company: Flags
    adult: Flags

    @classmethod
    def of(cls, roll: pl.DataFrame) -> _Owners:
        company = (roll["kind"] == "company").to_numpy()
        age = roll["age"].to_numpy()
        return cls(roll["wealth"].to_numpy(), age, roll["tenure"].to_numpy(), company, ~company & (age >= 18))


def sell(blueprint: Blueprint, roll: pl.DataFrame, *, told: pl.DataFrame, of: Ints) -> pl.DataFrame:
    """The loader's holdings, with `row` of the client and `line` beside them. Those of clients who left are closed.

    The clients `of` some rows hold what is `told` of them (shaped as by `held`) and nothing that is drawn.
    """
    owners = _Owners.of(roll)
    drawn = pl.concat([_assets(blueprint, owners), _debts(blueprint, owners), _policies(blueprint, owners)])
    others = drawn.filter(~pl.col("row").is_in(of.tolist()))
    return _finished(blueprint, roll, pl.concat([told, others]))


def _finished(blueprint: Blueprint, roll: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Holdings by row and days from the date, as the loader takes them."""
    opened = np.minimum(held["opened_ago"].to_numpy(), roll["tenure"].to_numpy()[held["row"].to_numpy()]).clip(1)
    clients = roll.select("row", client=pl.col("key"), until=pl.col("until"))
    frame = held.with_columns(
        opened_on=days_from(blueprint.today, -opened),
        matures_on=_days_or_none(blueprint.today, held["matures_in"]),
        ended_on=_days_or_none(blueprint.today, -held["closed_ago"]),
    ).join(clients, on="row", how="left", maintain_order="left")
    frame = frame.with_columns(closed_on=pl.min_horizontal("ended_on", "until")).filter(
        pl.col("closed_on").is_null() | (pl.col("closed_on") > pl.col("opened_on"))
    )
    order = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    closed = pl.col("closed_on").is_not_null()
    return frame.with_columns(
        key="H" + order.cast(pl.String).str.zfill(7),
        number=_numbers(),
        currency=pl.lit(CURRENCY),
        level_minor=pl.col("balance_minor"),
        balance_minor=pl.when(closed).then(0).otherwise(pl.col("balance_minor")),
        balance_on=pl.lit(blueprint.today),
        line=pl.col("product").replace_strict(sold.line_of(), return_dtype=pl.String),
    )


def _days_or_none(first: date, offsets: pl.Series) -> pl.Series:
    days = days_from(first, offsets.fill_null(0).to_numpy())
    return pl.select(pl.when(offsets.is_not_null()).then(days).otherwise(None)).to_series()


def _numbers() -> pl.Expr:
    """Account numbers of ten digits that tell nothing: a multiplication modulo 10¹⁰ takes each order to another one."""
    scattered = (pl.int_range(1, pl.len() + 1, dtype=pl.Int64) * 7_368_787 + 1_048_573) % 10_000_000_000
    return scattered.cast(pl.String).str.zfill(10)


def held(
    rows: Ints,
    product: str | pl.Series,
    balance: Floats,
    *,
    opened_ago: Floats | Ints,
    matures_in: Floats | Ints | None = None,
    closed_ago: Ints | None = None,
    limit: Floats | None = None,
    rate_ppm: Floats | Ints | int | None = None,
    rounded_to: int = 1,
) -> pl.DataFrame:
    """Holdings of some clients; days count from the date, amounts are in currency units."""
    whole = {"opened_ago": opened_ago, "matures_in": matures_in, "closed_ago": closed_ago, "rate_ppm": rate_ppm}
    columns: dict[str, pl.Series | Ints] = {"row": rows, "balance_minor": cents(balance, to=rounded_to)}
    for name, values in whole.items():
        spread = None if values is None else np.broadcast_to(np.asarray(values), rows.shape).astype(np.int64)
        columns[name] = pl.Series([None] * rows.size, dtype=pl.Int64) if spread is None else pl.Series(spread)
    columns["limit_minor"] = (
        pl.Series([None] * rows.size, dtype=pl.Int64) if limit is None else pl.Series(cents(limit, to=100_00))
    )
    names = pl.Series([product]).gather(np.zeros(rows.size, dtype=np.int64)) if isinstance(product, str) else product
    return pl.DataFrame({**columns, "product": names}).select(sorted([*columns, "product"]))


def _assets(blueprint: Blueprint, owners: _Owners) -> pl.DataFrame:
    """Wealth split between accounts, term deposits and funds; what is not in the latter two stays in the account."""
    rng = blueprint.draws("assets")
    size = owners.wealth.size
    rich = np.log10(owners.wealth.clip(100)) - 3.3
    deposits = (rng.random(size) < (rich * 0.42).clip(0, 0.85)) & (owners.age >= 16) & (owners.wealth > 1_500)
    funds = (rng.random(size) < (rich * 0.22 - 0.12).clip(0, 0.6)) & (owners.age >= 18)
    in_deposits = np.where(deposits, rng.beta(4, 3, size), 0) * np.where(owners.company, 0.6, 1.0)
    in_funds = np.where(funds, rng.beta(3, 4, size), 0) * (1 - in_deposits)
    in_account = owners.wealth * (1 - in_deposits - in_funds)
    term = _term_deposits(rng, owners, np.flatnonzero(deposits), owners.wealth * in_deposits)
    return pl.concat(
        [_accounts(rng, owners, in_account), term, _funds(rng, owners, np.flatnonzero(funds), owners.wealth * in_funds)]
    )


def _accounts(rng: Rng, owners: _Owners, amounts: Floats) -> pl.DataFrame:
    everyone = np.arange(owners.wealth.size)
    main = np.select([owners.company, owners.age < 18], [1, 2], 0)
    product = pl.Series([sold.SAVINGS, sold.CURRENT, sold.CHILDREN]).gather(main)
    rate = np.array([8_000, 2_500, 20_000])[main]
    second = np.flatnonzero(owners.adult & (rng.random(everyone.size) < np.where(owners.wealth > 20_000, 0.35, 0.05)))
    saving = np.flatnonzero(owners.company & (rng.random(everyone.size) < 0.4))
    share = np.ones(everyone.size)
    share[second], share[saving] = 0.7, 0.65
    return pl.concat(
        [
            held(everyone, product, amounts * share, opened_ago=owners.tenure, rate_ppm=rate),
            held(
                second,
                sold.CURRENT,
                amounts[second] * 0.3,
                opened_ago=(owners.tenure[second] * 0.8).astype(np.int64),
                rate_ppm=2_500,
            ),
            held(
                saving,
                sold.SAVINGS,
                amounts[saving] * 0.35,
                opened_ago=(owners.tenure[saving] * 0.7).astype(np.int64),
                rate_ppm=8_000,
            ),
        ]
    )


def _term_deposits(rng: Rng, owners: _Owners, who: Ints, amounts: Floats) -> pl.DataFrame:
    """One deposit, or a ladder of up to four for larger sums, at any point of their term; and some that have matured."""
    steps = (1 + amounts[who] / _PER_DEPOSIT).clip(1, 4).astype(np.int64)
    rows = np.repeat(who, steps)
    kind = pick_index(rng, _TERMS.size, rows.size, (10, 25, 35, 30))
    matures = (rng.random(rows.size) * _TERMS[kind]).astype(np.int64) + 1
    amount = np.repeat(amounts[who] / steps, steps) * rng.uniform(0.9, 1.1, rows.size)
    rate = _TERM_RATES[kind] + np.where(amount > 100_000, 2_500, 0)
    current = held(
        rows,
        sold.TERM,
        amount.clip(500),
        opened_ago=_TERMS[kind] - matures,
        matures_in=matures,
        rate_ppm=rate,
        rounded_to=100_00,
    )
    renewed = np.flatnonzero((owners.tenure[rows] > 2 * _TERMS[kind] + 10) & (rng.random(rows.size) < 0.7))
    ended = (_TERMS[kind] - matures)[renewed].clip(1)
    earlier = held(
        rows[renewed], sold.TERM, amount[renewed].clip(500) * rng.uniform(0.75, 1.0, renewed.size),
            opened_ago=ended + _TERMS[kind][renewed],
        matures_in=-ended, closed_ago=ended, rate_ppm=rate[renewed] + 3_000, rounded_to=100_00,
    )  # fmt: skip
    return pl.concat([current, earlier])


def _funds(rng: Rng, owners: _Owners, who: Ints, amounts: Floats) -> pl.DataFrame:
    product = pl.Series([sold.INCOME_FUND, sold.LIQUID_FUND]).gather((rng.random(who.size) < 0.35).astype(np.int64))
    return held(who, product, amounts[who].clip(100), opened_ago=rng.uniform(20, 1800, who.size))


def _debts(blueprint: Blueprint, owners: _Owners) -> pl.DataFrame:
    rng = blueprint.draws("debts")
    size, company, adult = owners.wealth.size, owners.company, owners.adult
    working = adult & (owners.age < 70) & (owners.tenure > 60)
    consumer = np.flatnonzero(working & (rng.random(size) < 0.24))
    mortgage = np.flatnonzero(
        working & (rng.random(size) < np.where((owners.age > 27) & (owners.wealth > 5_000), 0.15, 0.02))
    )
    micro = np.flatnonzero(working & (owners.wealth < 8_000) & (rng.random(size) < 0.10))
    business = np.flatnonzero(company & (owners.tenure > 60) & (rng.random(size) < 0.55))
    scale = owners.wealth**0.55
    loans = [
        _loan(rng, consumer, sold.CONSUMER, (scale * 55)[consumer].clip(1_500, 45_000), (24, 36, 48, 60), 156_000),
        _loan(rng, mortgage, sold.MORTGAGE, (scale * 190)[mortgage].clip(28_000, 320_000), (120, 180, 240), 91_000),
        _loan(rng, micro, sold.MICRO, (scale * 40)[micro].clip(600, 12_000), (12, 18, 24), 218_000),
        _loan(
            rng, business, sold.BUSINESS, (scale * 160)[business].clip(8_000, 1_500_000), (6, 12, 24, 36, 60), 104_000
        ),
    ]
    return pl.concat([*loans, _cards(rng, owners)])


def _loan(rng: Rng, rows: Ints, product: str, typical: Floats, months: tuple[int, ...], rate_ppm: int) -> pl.DataFrame:
    """A French loan: equal payments, so that after a share t of the n months (1 − (1+r)^(t·n − n)) / (1 − (1+r)^−n) is owed."""
    term = np.array(months)[rng.integers(0, len(months), rows.size)]
    granted = typical * rng.lognormal(0, 0.35, rows.size)
    used = rng.beta(1.3, 1.6, rows.size).clip(0.02, 0.98)
    rate = rate_ppm * rng.uniform(0.94, 1.06, rows.size)
    month = rate / 1_000_000 / 12
    owed = granted * (1 - (1 + month) ** (term * (used - 1))) / (1 - (1 + month) ** -term)
    days = term * 30.4375
    return held(
        rows, product, owed.clip(10), opened_ago=days * used, matures_in=(days * (1 - used)).clip(3), limit=granted.clip(500),
        rate_ppm=np.rint(rate / 500) * 500,
    )  # fmt: skip


def _cards(rng: Rng, owners: _Owners) -> pl.DataFrame:
    size = owners.wealth.size
    chance = np.where(
        owners.company, 0.3, np.where(owners.adult & (owners.age < 80), 0.22 + 0.3 * (owners.wealth > 15_000), 0.0)
    )
    rows = np.flatnonzero((rng.random(size) < chance) & (owners.tenure > 30))
    gold = owners.wealth[rows] > 60_000
    kind = np.where(owners.company[rows], 2, gold.astype(np.int64))
    limit = (owners.wealth[rows] ** 0.5 * 28 * rng.lognormal(0, 0.3, rows.size)).clip(600, 40_000)
    return held(
        rows, pl.Series([sold.CLASSIC_CARD, sold.GOLD_CARD, sold.BUSINESS_CARD]).gather(kind), limit * rng.beta(1.4, 3,
            rows.size),
        opened_ago=rng.uniform(30, 2500, rows.size), matures_in=rng.uniform(15, 1500, rows.size), limit=limit, rate_ppm=167_700,
    )  # fmt: skip


def _policies(blueprint: Blueprint, owners: _Owners) -> pl.DataFrame:
    """A year long, renewed at its end: the limit is the sum insured, there is no balance."""
    rng = blueprint.draws("policies")
    size = owners.wealth.size
    at_home = owners.adult & (owners.wealth > 3_000)
    kinds = (
        (sold.CAR, at_home, 0.16, 9_000, 45_000),
        (sold.LIFE, owners.adult & (owners.age < 68), 0.11, 15_000, 150_000),
        (sold.HEALTH, at_home & (owners.age < 75), 0.08, 30_000, 120_000),
        (sold.HOME, at_home & (owners.wealth > 12_000), 0.10, 40_000, 220_000),
        (sold.COMPANY_COVER, owners.company, 0.32, 50_000, 900_000),
    )
    parts = []
    for product, who, chance, low, high in kinds:
        rows = np.flatnonzero(who & (rng.random(size) < chance))
        left = rng.integers(1, 365, rows.size)
        insured = np.exp(rng.uniform(np.log(low), np.log(high), rows.size))
        parts.append(held(rows, product, np.zeros(rows.size), opened_ago=365 - left, matures_in=left, limit=insured))
    return pl.concat(parts)
