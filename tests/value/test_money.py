"""Terms from a day on and rates of exchange in the figures of a night, and what no rate converts beside them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cartera.clients.models import Client, Holding
from cartera.clock.queries import institution
from cartera.kernel.actor import Actor
from cartera.products import actions
from cartera.products.models import Product, ProductTerms
from cartera.value.currencies import Apart, apart_of, without_rate
from cartera.value.models import ClientValue
from tests.api.conftest import program
from tests.conftest import TODAY, given
from tests.desk.conftest import sign_in

__all__ = ["program", "sign_in"]

TOMORROW = TODAY + timedelta(days=1)


def revenue_of(key: str) -> int:
    return ClientValue.objects.get(client__key=key).revenue_minor


def terms(product: Product, from_day: date, margin_ppm: int, fee_minor: int = 0, **values: object) -> ProductTerms:
    return given(  # type: ignore[no-any-return]
        ProductTerms,
        product=product,
        from_day=from_day,
        margin_ppm=margin_ppm,
        fee_minor=fee_minor,
        reason="Comité",
        **values,
    )


@pytest.mark.row("Y13")
class TestTerms:
    def test_of_the_date_value_what_is_held(self, clients, products, night):
        terms(products["savings"], date(2026, 6, 1), 10_000, 5_00)
        terms(products["savings"], TOMORROW, 90_000)
        terms(products["savings"], TODAY, 80_000, withdrawn=True)
        night()
        assert revenue_of("maria") == 520_000_00 // 100 + 5_00

    def test_that_begin_value_from_their_night_on_and_leave_the_past(self, clients, products, night):
        night()
        before = revenue_of("maria")
        terms(products["savings"], TOMORROW, 40_000)
        night()
        assert revenue_of("maria") == before == 520_000_00 * 2 // 100
        night(TOMORROW)
        assert revenue_of("maria") == 520_000_00 * 4 // 100


@pytest.mark.row("Y13")
class TestRates:
    def test_of_a_currency_without_cents_convert_to_the_cent(self, clients, products, hold, night, ada: Actor):
        hold(clients["sofia"], "savings", 95_000_000, currency="CLP")
        hold(clients["sofia"], "savings", 10_000_000_000, currency="PYG")
        for currency, rate in (("CLP", "0.00105025"), ("PYG", "0.00012785")):
            actions.set_rate(actor=ada, currency=currency, from_day=TODAY, rate=Decimal(rate))
        night()
        value = ClientValue.objects.get(client__key="sofia")
        assert value.assets_minor == 10_00 + 99_773_75 + 1_278_500_00
        assert value.foreign == {}

    def test_that_are_given_take_what_stood_apart_into_the_sums(self, clients, night, ada: Actor):
        night()
        before = ClientValue.objects.get(client__key="export").assets_minor
        assert without_rate(TODAY) == ["GBP"]
        actions.set_rate(actor=ada, currency="GBP", from_day=TODAY, rate=Decimal("1.25"))
        assert without_rate(TODAY) == []
        night()
        value = ClientValue.objects.get(client__key="export")
        assert (value.assets_minor, value.foreign) == (before + 6_250_00, {})


@pytest.mark.row("Y13")
class TestApart:
    @pytest.fixture(autouse=True)
    def valued(self, clients, hold, night) -> None:
        hold(clients["juan"], "loan", 95_000_000, currency="CLP")
        hold(clients["maria"], "savings", 1_000_00, currency="GBP")
        night()

    def test_is_summed_by_currency_and_by_nothing_else(self):
        assert apart_of(Client.objects.all()) == [
            Apart("CLP", 1, 0, 95_000_000, 4_750_000),
            Apart("GBP", 2, 6_000_00, 0, 120_00),
        ]
        assert apart_of(Client.objects.filter(key="sofia")) == []

    def test_costs_no_query_of_clients_where_everything_is_in_one_currency(self, django_assert_num_queries):
        Holding.objects.update(currency="USD")
        Product.objects.update(currency="USD")
        institution()
        with django_assert_num_queries(3):
            assert apart_of(Client.objects.all()) == []

    def test_is_shown_on_the_pages_and_entered_in_no_sum(self, ada: Actor, sign_in):
        browser = sign_in(ada)

        def told(address: str) -> str:
            return browser.get(address).content.decode().replace("\N{NO-BREAK SPACE}", " ")

        export = Client.objects.get(key="export").pk
        book = browser.get("/cartera").context["list"]
        assert book.totals.assets_minor == sum(Client.objects.values_list("assets_minor", flat=True))
        assert "Aparte, sin sumar, porque GBP no tiene tipo de cambio: GBP 6.000 en activos" in told("/cartera")
        assert "+ GBP 5.000 aparte" in told("/cartera")
        assert "+ GBP 5.000 aparte" in told("/clientes")
        page = told(f"/clientes/{export}")
        assert "Aparte, sin sumar: GBP 5.000 en activos. GBP no tiene tipo de cambio." in page
        assert "sin tipo de cambio: aparte" in page
        assert "USD 10.800 a 1,08" in page  # the euros beside them, at the rate of the day

    def test_is_told_by_the_api_and_the_export(self, ada: Actor, program, sign_in):
        http, export = program(ada), Client.objects.get(key="export").pk
        sums = {"GBP": {"assets_minor": 5_000_00, "liabilities_minor": 0, "revenue_minor": 100_00}}
        assert http.get(f"/clients/{export}").json()["apart"] == sums
        rows = {one["key"]: one["apart"] for one in http.get("/clients").json()["items"]}
        assert (rows["export"], rows["sofia"]) == (sums, {})
        assert {one["key"]: one["apart"] for one in http.get("/portfolio").json()["items"]}["export"] == sums
        book = http.get("/portfolio/distribution").json()["apart"]
        assert [(one["currency"], one["clients"], one["assets_minor"]) for one in book] == [
            ("CLP", 1, 0),
            ("GBP", 2, 6_000_00),
        ]
        file = b"".join(sign_in(ada).get("/exportar/clientes.csv").streaming_content).decode()
        assert "GBP 5000.00" in file
