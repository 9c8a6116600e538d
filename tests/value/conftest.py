"""A small bank whose figures can be worked out by hand, on 16 June 2026."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cartera.clients.models import Client, Holding, Household, Kind
from cartera.interactions.models import Effort, Interaction
from cartera.kernel.models import Run
from cartera.kernel.runs import StepResult
from cartera.products.models import CurrencyRate, Product
from cartera.team.models import Staff
from cartera.value import actions, jobs
from cartera.value.models import TierPolicy
from tests.conftest import SET_UP, TODAY, Bank, given
from tests.own_database import db, template_database

__all__ = ["db", "template_database"]

THRESHOLDS = {
    "A": {"assets_minor": 50_000_000, "revenue_minor": 1_000_000},
    "B": {"assets_minor": 1_000_000, "revenue_minor": 30_000},
    "C": {"assets_minor": 100_000, "revenue_minor": 5_000},
}
LONG_AGO = date(2020, 1, 31)


@dataclass
class Ledger:
    """What the lake is told, a line at a time."""

    home: Path
    balances: list[tuple[str, date, int, str]] = field(default_factory=list)
    transactions: list[tuple[str, date]] = field(default_factory=list)

    def balance(self, holding: str, on: date, minor: int, currency: str = "USD") -> None:
        self.balances.append((holding, on, minor, currency))
        self._write(
            "balances", pl.DataFrame(self.balances, schema=["holding", "on", "balance_minor", "currency"], orient="row")
        )

    def moved(self, holding: str, *days: date) -> None:
        self.transactions += [(holding, day) for day in days]
        rows = pl.DataFrame(self.transactions, schema=["holding", "on"], orient="row").with_row_index("n")
        texts = {name: pl.lit("") for name in ("kind", "purpose", "counterparty")}
        rows = rows.select(
            pl.format("T-{}", "n").alias("key"),
            "holding",
            "on",
            amount_minor=pl.lit(1),
            currency=pl.lit("USD"),
            **texts,
        )
        self._write("transactions", rows)

    def _write(self, fact: str, rows: pl.DataFrame) -> None:
        for (month,), part in rows.group_by(pl.col("on").dt.strftime("%Y-%m")):
            folder = self.home / "lake" / fact / f"month={month}"
            folder.mkdir(parents=True, exist_ok=True)
            part.write_parquet(folder / "part.parquet")


@pytest.fixture
def lake(db: None, settings: Any) -> Ledger:
    return Ledger(settings.CARTERA_HOME)


@pytest.fixture
def products(bank: Bank) -> dict[str, Product]:
    def product(key: str, line: str, margin_ppm: int, fee_minor: int = 0, currency: str = "USD") -> Product:
        return given(
            Product, key=key, name=key, line=line, currency=currency, margin_ppm=margin_ppm, fee_minor=fee_minor
        )  # type: ignore[no-any-return]

    return {
        "savings": product("savings", "deposit", 20_000),
        "fund": product("fund", "fund", 10_000),
        "loan": product("loan", "loan", 50_000),
        "card": product("card", "card", 100_000, fee_minor=24_00),
        "policy": product("policy", "policy", 0, fee_minor=10_00),
        "euros": product("euros", "deposit", 10_000, currency="EUR"),
    }


@pytest.fixture
def client(bank: Bank, ana_staff: Staff) -> Callable[..., Client]:
    def make(key: str, **values: Any) -> Client:
        defaults = {
            "kind": Kind.PERSON,
            "name": key,
            "search": key,
            "branch": bank.centro,
            "adviser": ana_staff,
            "since": LONG_AGO,
        }
        return given(Client, key=key, **{**defaults, **values})  # type: ignore[no-any-return]

    return make


@pytest.fixture
def hold(products: dict[str, Product]) -> Callable[..., Holding]:
    def make(client: Client, product: str, minor: int, **values: Any) -> Holding:
        key = values.pop("key", f"{client.key}-{product}-{Holding.objects.count()}")
        values = {"currency": products[product].currency, "opened_on": LONG_AGO, **values}
        return given(Holding, key=key, client=client, product=products[product], balance_minor=minor, **values)  # type: ignore[no-any-return]

    return make


@pytest.fixture
def policy(bank: Bank) -> TierPolicy:
    return actions.set_tier_policy(actor=SET_UP, thresholds=THRESHOLDS, effective_from=TODAY, reason="The first one")


@pytest.fixture
def clients(
    client: Callable[..., Client], hold: Callable[..., Holding], lake: Ledger, ana_staff: Staff, policy: TierPolicy
) -> dict[str, Client]:
    """Six who are clients on the day, and two who are not."""
    home = given(Household, key="HH", name="Familia Vélez")
    people = {
        "maria": client("maria", household=home),
        "juan": client("juan"),
        "luis": client("luis"),
        "sofia": client("sofia", household=home, birth_date=date(2010, 2, 1)),
        "export": client("export", kind=Kind.COMPANY),
        "prospect": client("prospect"),
        "tomorrow": client("tomorrow", since=date(2026, 6, 17)),
        "gone": client("gone", until=TODAY),
    }
    hold(people["maria"], "savings", 520_000_00, key="M-1", balance_on=date(2026, 6, 10))
    lake.balance("M-1", date(2026, 5, 31), 500_000_00)
    lake.moved("M-1", date(2025, 6, 16), date(2025, 6, 17), date(2026, 6, 14), date(2026, 6, 17))
    hold(people["juan"], "loan", 12_000_00, opened_on=date(2025, 6, 16), matures_on=date(2026, 12, 16))
    hold(people["juan"], "card", 300_00, key="J-2", balance_on=date(2026, 4, 30))
    for day, minor in ((date(2026, 4, 30), 900_00), (date(2026, 5, 31), 1_000_00), (date(2026, 6, 30), 5_00)):
        lake.balance("J-2", day, minor)
    hold(people["luis"], "savings", 900_000_00, opened_on=date(2026, 6, 17))
    hold(people["luis"], "savings", 300_000_00, closed_on=TODAY)
    hold(people["luis"], "savings", 50_000_00, matures_on=date(2026, 6, 1))
    hold(people["luis"], "savings", 7_00, closed_on=date(2026, 6, 17))
    hold(people["luis"], "savings", 8_00, balance_on=date(2026, 6, 17))
    hold(people["luis"], "policy", 100_000_00)
    hold(people["sofia"], "fund", 10_00)
    hold(people["export"], "euros", 10_000_00)
    hold(people["export"], "savings", 5_000_00, currency="GBP")
    for day, rate in ((date(2026, 1, 1), 1_050_000), (date(2026, 6, 1), 1_080_000), (date(2026, 7, 1), 1_100_000)):
        given(CurrencyRate, currency="EUR", quote="USD", from_day=day, rate_ppm=rate)
    hold(people["gone"], "savings", 1_000_00)
    contact(people["prospect"], ana_staff, datetime(2026, 6, 17, 4, 59, tzinfo=UTC), 60)  # 23:59 of the day in Cuenca
    contact(people["prospect"], ana_staff, datetime(2026, 6, 17, 5, tzinfo=UTC), 500)
    contact(people["prospect"], ana_staff, datetime(2025, 6, 17, 5, tzinfo=UTC), 25)
    contact(people["prospect"], ana_staff, datetime(2025, 6, 17, 4, 59, tzinfo=UTC), 500)
    contact(
        people["prospect"],
        ana_staff,
        datetime(2026, 6, 1, 15, tzinfo=UTC),
        500,
        retracted_at=datetime(2026, 6, 2, tzinfo=UTC),
    )
    contact(people["prospect"], None, datetime(2026, 6, 1, 15, tzinfo=UTC), 5)
    for day, minutes in ((date(2025, 6, 16), 500), (date(2025, 6, 17), 30), (date(2026, 6, 17), 500)):
        given(Effort, client=people["prospect"], staff=ana_staff, work="travel", spent_on=day, minutes=minutes)
    return people


def contact(client: Client, staff: Staff | None, at: datetime, minutes: int, **values: Any) -> Interaction:
    return given(Interaction, client=client, staff=staff, channel="phone", happened_at=at, minutes=minutes, **values)  # type: ignore[no-any-return]


@pytest.fixture
def night(bank: Bank) -> Callable[..., StepResult]:
    """Run the export and the value step of a day; returns what the second tells."""

    def run(day: date = TODAY, *, replay: bool = False) -> StepResult:
        record = Run.objects.create(
            kind=Run.Kind.NIGHT, title=str(day), on_date=day, started_at=datetime.now(UTC), asked_by="a test"
        )
        jobs.export_step(day, record, replay)
        return jobs.value_step(day, record, replay)

    return run
