"""Products of each line, and holdings of them in three currencies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cartera.clients.models import Client, Holding
from cartera.products.models import Line, Product
from tests.api.conftest import program
from tests.conftest import given
from tests.desk.conftest import sign_in

__all__ = ["program", "sign_in"]


@pytest.fixture
def savings(bank) -> Product:
    return given(  # type: ignore[no-any-return]
        Product, key="ahorro", name="Cuenta de ahorro", line=Line.DEPOSIT, currency="USD", margin_ppm=20_000
    )


@pytest.fixture
def hold(savings: Product) -> Callable[..., Holding]:
    def make(client: Client, minor: int, currency: str = "USD", product: Product = savings, **values: Any) -> Holding:
        key = f"H-{Holding.objects.count()}"
        values = {"opened_on": date(2020, 1, 31), **values}
        return given(  # type: ignore[no-any-return]
            Holding, key=key, client=client, product=product, currency=currency, balance_minor=minor, **values
        )

    return make
