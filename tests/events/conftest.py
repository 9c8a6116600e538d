"""Rosa's holdings, and a night of events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from cartera.clients.models import Client, Holding
from cartera.events.jobs import events_step
from cartera.kernel.models import Run
from cartera.kernel.runs import StepResult
from cartera.products.models import Line, Product
from tests.conftest import TODAY, given

Night = Callable[..., StepResult]
MakeHolding = Callable[..., Holding]


@pytest.fixture
def night(bank: object) -> Night:
    def run(day: date = TODAY, *, replay: bool = False) -> StepResult:
        return events_step(day, Run(), replay)

    return run


@pytest.fixture
def hold(rosa: Client) -> MakeHolding:
    """A holding of Rosa's: a deposit of USD 520,000 at a margin of 1.4 % that matures in thirty days, unless told otherwise."""
    numbers = count(1)

    def make(line: Line = Line.DEPOSIT, *, in_days: int = 30, **values: Any) -> Holding:
        product = Product.objects.filter(key=line).first() or given(
            Product, key=line, name=f"Plan {line}", line=line, currency="USD", margin_ppm=14_000
        )
        known = {
            "key": f"H-{next(numbers)}",
            "client": rosa,
            "product": product,
            "currency": "USD",
            "balance_minor": 52_000_000,
            "opened_on": date(2025, 1, 1),
            "matures_on": TODAY + timedelta(days=in_days),
        }
        return given(Holding, **{**known, **values})  # type: ignore[no-any-return]

    return make
