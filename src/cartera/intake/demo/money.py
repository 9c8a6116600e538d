"""Two years of month-end balances, the transactions between them, and payments that repeat.

A month's transactions of an account add up to the change of its balance. Seasons are Ecuador's: the thirteenth salary in
December, school in September in the highlands and in May on the coast, harvests, roses for February.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from cartera.intake.demo.blueprint import CURRENCY, YEARS_OF_HISTORY, Blueprint, Floats, Ints, Rng, pick_index
from cartera.intake.demo.calendar import Days

_MONTHS = 12 * YEARS_OF_HISTORY

# fmt: off
# How much of its usual balance an account has at the end of each month, and how much comes in during it.
_BALANCE = {
    #               ene   feb   mar   abr   may   jun   jul   ago   sep   oct   nov   dic
    "highlands":  ( 0.94, 0.96, 1.00, 1.01, 1.02, 1.03, 1.04, 0.98, 0.86, 0.94, 0.97, 1.25),
    "coast":      ( 0.95, 0.97, 0.99, 0.92, 0.84, 0.96, 1.01, 1.03, 1.03, 1.03, 1.02, 1.25),
    "shops":      ( 1.10, 0.98, 0.93, 0.94, 0.99, 0.97, 0.96, 1.00, 1.04, 0.92, 0.84, 1.33),
    "harvest":    ( 0.80, 0.76, 0.83, 0.90, 1.12, 1.18, 1.02, 0.88, 0.84, 1.30, 1.25, 1.12),
    "roses":      ( 0.80, 1.36, 1.16, 0.98, 1.22, 1.02, 0.90, 0.86, 0.88, 0.92, 0.95, 0.95),
    "steady":     ( 0.98, 0.98, 1.00, 1.00, 1.00, 1.01, 1.00, 0.99, 0.99, 1.00, 1.00, 1.05),
}
_INCOME = {
    "highlands":  ( 1.00, 1.00, 1.00, 1.04, 1.00, 1.00, 1.00, 1.45, 1.00, 1.00, 1.00, 1.95),
    "coast":      ( 1.00, 1.00, 1.45, 1.04, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.95),
    "shops":      ( 0.85, 0.95, 0.92, 0.96, 1.12, 0.98, 0.95, 1.05, 1.08, 0.95, 1.10, 1.75),
    "harvest":    ( 0.55, 0.60, 0.80, 0.95, 1.60, 1.45, 0.90, 0.65, 0.75, 1.85, 1.35, 0.95),
    "roses":      ( 1.15, 2.10, 0.95, 0.90, 1.45, 0.85, 0.75, 0.75, 0.85, 0.90, 0.95, 1.10),
    "steady":     ( 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.10),
}
# fmt: on
SEASONS = tuple(_BALANCE)
_OF_SECTOR = {
    "Comercio": "shops",
    "Turismo": "shops",
    "Agroindustria": "harvest",
    "Acuicultura": "harvest",
    "Floricultura": "roses",
}


def seasons(roll: pl.DataFrame) -> pl.Series:
    """The season that each client lives by: a company its sector's, a person the region's school and salaries."""
    company = roll["kind"] == "company"
    person = pl.when(roll["region"] == "Costa").then(pl.lit("coast")).otherwise(pl.lit("highlands"))
    farmer = roll["sector"].str.starts_with("Agricult")
    trade = roll["sector"].replace_strict(_OF_SECTOR, default="steady", return_dtype=pl.String)
    return pl.select(pl.when(company).then(trade).when(farmer).then(pl.lit("harvest")).otherwise(person)).to_series()


@dataclass(frozen=True, slots=True)
class _Months:
    """The ends of the last whole months, the latest last, and the date itself after them."""

    ends: np.ndarray
    today: np.datetime64

    @classmethod
    def before(cls, day: date) -> _Months:
        first = np.datetime64(day, "M") - _MONTHS
        ends = (np.arange(first, first + _MONTHS) + 1).astype("datetime64[D]") - 1
        return cls(ends, np.datetime64(day, "D"))

    @property
    def points(self) -> np.ndarray:
        return np.append(self.ends, self.today)

    @property
    def of_year(self) -> Ints:
        """January is 0."""
        return np.asarray(self.points.astype("datetime64[M]").astype(np.int64) % 12)


def balances(blueprint: Blueprint, roll: pl.DataFrame, held: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Month-end balances, and the transactions of accounts, in the loader's columns."""
    months = _Months.before(blueprint.today)
    rng = blueprint.draws("money")
    counted = held.filter(pl.col("line") != "policy")
    season = (
        seasons(roll).replace_strict({name: row for row, name in enumerate(SEASONS)}, return_dtype=pl.Int64).to_numpy()
    )
    path = _path(rng, counted, months, season[counted["row"].to_numpy()])
    account = counted["product"].is_in(["ahorro", "corriente", "ahorro-futuro"]).to_numpy()
    return _month_ends(counted, path, months), _transactions(
        blueprint, counted.filter(pl.Series(account)), path[account], months, season, roll
    )


def _path(rng: Rng, held: pl.DataFrame, months: _Months, season: Ints) -> Ints:
    """Minor units of each holding at each month end and today; -1 where it was not open."""
    line = held["line"].to_numpy()
    level = held["level_minor"].to_numpy().astype(np.float64)
    shape = (held.height, months.points.size)
    relative = np.ones(shape)
    moving = np.isin(line, ["deposit", "card", "fund"]) & (held["product"] != "plazo").to_numpy()
    relative[moving] = _wander(rng, line[moving], shape[1])
    seasonal = np.array([_BALANCE[name] for name in SEASONS])[:, months.of_year]
    accounts = moving & (line == "deposit")
    relative[accounts] *= (seasonal / seasonal[:, -1:])[season[accounts]]
    loans = line == "loan"
    relative[loans] = _repaid(held.filter(pl.Series(loans)), months)
    path = np.rint(level[:, None] * relative).astype(np.int64)
    opened = held["opened_on"].to_numpy().astype("datetime64[D]")[:, None]
    closed = held["closed_on"].fill_null(date(9999, 1, 1)).to_numpy().astype("datetime64[D]")[:, None]
    return np.where((opened <= months.points) & (months.points < closed), path, -1)


def _wander(rng: Rng, line: np.ndarray, points: int) -> Floats:
    """Back from today's balance by monthly steps; funds grow, cards jump, accounts lie between."""
    width = np.select([line == "fund", line == "card"], [0.018, 0.30], 0.11)
    drift = np.select([line == "fund", line == "card"], [0.006, 0.0], 0.004)
    steps = rng.normal(drift[:, None], width[:, None], (line.size, points - 1))
    back = -np.cumsum(steps[:, ::-1], axis=1)[:, ::-1]
    return np.exp(np.hstack([back, np.zeros((line.size, 1))])).clip(0.02, 12)


def _repaid(loans: pl.DataFrame, months: _Months) -> Floats:
    """A loan's balance in terms of today's, falling in a line from what was granted; enough for a month-end series."""
    opened = loans["opened_on"].to_numpy().astype("datetime64[D]").astype(np.int64)[:, None]
    today = months.today.astype(np.int64)
    granted = loans["limit_minor"].to_numpy()[:, None] / loans["level_minor"].to_numpy().clip(1)[:, None]
    left = (today - months.points.astype(np.int64)) / np.maximum(today - opened, 1)
    return np.asarray(1 + (granted - 1) * left.clip(0, 1))


def _month_ends(held: pl.DataFrame, path: Ints, months: _Months) -> pl.DataFrame:
    holding, month = np.nonzero(path[:, :-1] >= 0)
    return pl.DataFrame(
        {
            "holding": held["key"].gather(holding),
            "on": pl.Series(months.ends[month]).cast(pl.Date),
            "balance_minor": path[holding, month],
        }
    ).with_columns(currency=pl.lit(CURRENCY))


_WORDS = ("Sueldo", "Ventas", "Pensión", "Pagos y consumos", "Proveedores y nómina", "Útiles y pensión escolar",
          "Movimiento propio", "Décimo tercer sueldo")  # fmt: skip
_SALARY, _SALES, _PENSION, _SPENDING, _SUPPLIERS, _SCHOOL, _OWN, _THIRTEENTH = range(len(_WORDS))
_COUNTERPARTIES = ("Empleador", "Clientes varios", "Seguro social", "Comercios varios", "Proveedores varios", "Plantel escolar",
                   "Cuenta propia")  # fmt: skip
_EMPLOYER, _CLIENTS, _PENSION_FUND, _SHOPS, _SUPPLIED_BY, _SCHOOLS, _ITSELF = range(len(_COUNTERPARTIES))


def _transactions(
    blueprint: Blueprint, accounts: pl.DataFrame, path: Ints, months: _Months, season: Ints, roll: pl.DataFrame
) -> pl.DataFrame:
    """Each month that an account was open: what came in, what was spent, and what moved so that both meet the balances."""
    rng = blueprint.draws("transactions")
    account, month = np.nonzero((path[:, :-1] >= 0) & (path[:, 1:] >= 0))
    row = accounts["row"].to_numpy()[account]
    change = path[account, month + 1] - path[account, month]
    start = months.points[month] + 1
    length = (months.points[month + 1] - start).astype(np.int64) + 1
    usual = _usual_income(rng, accounts)[account]
    part = (length / 30).clip(0, 1)
    inflow = np.array([_INCOME[name] for name in SEASONS])[season[row], months.of_year[month + 1]]
    income = np.rint(usual * inflow * part * rng.normal(1, 0.06, account.size).clip(0.6, 1.4)).astype(np.int64)
    spent = -np.rint(income * rng.uniform(0.55, 0.95, account.size)).astype(np.int64)
    rest = change - income - spent
    company = (roll["kind"] == "company").to_numpy()[row]
    retired = roll["sector"].str.starts_with("Jubilad").to_numpy()[row]
    december = months.of_year[month + 1] == 11
    came = np.select([company, retired, december & (inflow > 1.5)], [_SALES, _PENSION, _THIRTEENTH], _SALARY)
    school_begins = np.select([season == SEASONS.index("highlands"), season == SEASONS.index("coast")], [8, 4], -1)
    school = ~company & (months.of_year[month + 1] == school_begins[row])
    went = np.select([company, school], [_SUPPLIERS, _SCHOOL], _SPENDING)
    payer = np.select([company, retired], [_CLIENTS, _PENSION_FUND], _EMPLOYER)
    payee = np.select([company, school], [_SUPPLIED_BY, _SCHOOLS], _SHOPS)
    own = np.full(account.size, _OWN)
    moves = (
        ("credit", income, came, payer),
        ("transfer_out", spent, went, payee),
        ("own", rest, own, np.full(account.size, _ITSELF)),
    )
    days = [start + (rng.random(account.size) * length).astype(np.int64) for _ in moves]
    parts = [_movements(accounts, account, day, *move) for day, move in zip(days, moves, strict=True)]
    moved = pl.concat(parts).filter(pl.col("amount_minor") != 0)
    moved = moved.sort("on", "holding", "amount_minor", maintain_order=True)
    key = "T" + pl.int_range(1, pl.len() + 1, dtype=pl.Int64).cast(pl.String).str.zfill(8)
    return moved.with_columns(key=key)


def _usual_income(rng: Rng, accounts: pl.DataFrame) -> Floats:
    """Cents a month: a wage or more for accounts that are used, less where only savings lie."""
    level = accounts["level_minor"].to_numpy() / 100
    children = (accounts["product"] == "ahorro-futuro").to_numpy()
    usual = np.where(children, 12.0, 260 + 4.2 * level.clip(0) ** 0.62) * rng.lognormal(0, 0.35, accounts.height)
    return usual * 100


def _movements(
    accounts: pl.DataFrame, account: Ints, day: Days, kind: str, amount: Ints, words: Ints, other: Ints
) -> pl.DataFrame:
    """One movement an account and month; of an account's own money, the sign says whether it was paid in or drawn."""
    named = (
        pl.lit(kind)
        if kind != "own"
        else pl.when(pl.col("amount_minor") > 0).then(pl.lit("deposit")).otherwise(pl.lit("withdrawal"))
    )
    return pl.DataFrame(
        {
            "holding": accounts["key"].gather(account),
            "on": pl.Series(day.astype("datetime64[D]")).cast(pl.Date),
            "amount_minor": amount,
            "purpose": pl.Series(_WORDS).gather(words),
            "counterparty": pl.Series(_COUNTERPARTIES).gather(other),
        }
    ).with_columns(kind=named, currency=pl.lit(CURRENCY))


_ORDERS = (
    ("CENTROSUR", "Luz", 12, 90), ("ETAPA", "Agua e internet", 15, 75), ("Claro", "Telefonía", 12, 60),
    ("Unidad Educativa Santana", "Pensión escolar", 90, 420), ("Condominio Los Cerezos", "Alícuota", 40, 160),
    ("Instituto Ecuatoriano de Seguridad Social", "Aportes de empleados", 180, 2_600), ("Servicio de Rentas Internas",
    "Impuestos", 60, 3_800),
)  # fmt: skip


def standing_orders(blueprint: Blueprint, roll: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Payments that repeat, from a third of the open accounts of adults and companies."""
    rng = blueprint.draws("standing orders")
    paying = held.filter(pl.col("product").is_in(["ahorro", "corriente"]) & pl.col("closed_on").is_null())
    paying = paying.filter(pl.Series(rng.random(paying.height) < 0.33))
    company = (roll["kind"] == "company").to_numpy()[paying["row"].to_numpy()]
    kind = np.where(company, 5 + pick_index(rng, 2, paying.height), pick_index(rng, 5, paying.height, (5, 5, 4, 2, 2)))
    low, high = (np.array([order[end] for order in _ORDERS])[kind] for end in (2, 3))
    amount = np.rint(np.exp(rng.uniform(np.log(low), np.log(high)))).astype(np.int64) * 100
    return pl.DataFrame(
        {
            "key": "O" + paying["key"].str.slice(1),
            "holding": paying["key"],
            "payee": pl.Series([payee for payee, *_ in _ORDERS]).gather(kind),
            "purpose": pl.Series([purpose for _, purpose, *_ in _ORDERS]).gather(kind),
            "amount_minor": amount,
        }
    ).with_columns(currency=pl.lit(CURRENCY))
