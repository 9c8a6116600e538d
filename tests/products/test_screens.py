"""Productos and Monedas in administration, and the same in the API."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cartera.clients.models import Client
from cartera.kernel import memory
from cartera.kernel.actor import Actor
from cartera.products import actions
from cartera.products.models import CurrencyRate, Line, Product, ProductTerms
from tests.conftest import SET_UP, TODAY, given

TOMORROW = TODAY + timedelta(days=1)
ADMINISTRATION = "/administracion"


def typed(**values: str) -> dict[str, str]:
    return {"margin": "1.5", "fee": "6", "from_day": str(TOMORROW), "reason": "Comité de precios", **values}


@pytest.mark.row("Y13")
class TestProducts:
    def test_are_listed_by_line_with_what_they_earn_and_how_many_are_held(
        self, ada: Actor, savings: Product, rosa: Client, hold, sign_in
    ):
        given(Product, key="visa", name="Visa", line=Line.CARD, currency="USD", margin_ppm=78_000, fee_minor=24_00)
        given(Product, key="vieja", name="Cuenta vieja", line=Line.DEPOSIT, currency="USD", active=False)
        for minor in (100, 200):
            hold(rosa, minor)
        hold(rosa, 300, closed_on=TODAY)
        page = sign_in(ada).get(f"{ADMINISTRATION}/productos")
        assert [(product.key, terms.margin_ppm, count) for product, terms, count in page.context["rows"]] == [
            ("visa", 78_000, 0),
            ("ahorro", 20_000, 2),
        ]
        told = page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert "7,80 %" in told
        assert "Cuenta vieja" not in told
        assert "Cuenta vieja" in sign_in(ada).get(f"{ADMINISTRATION}/productos?ver=retirados").content.decode()
        only = sign_in(ada).get(f"{ADMINISTRATION}/productos?linea=card&q=vis").context["rows"]
        assert [product.key for product, _terms, _count in only] == ["visa"]

    def test_cost_a_fixed_number_of_queries(self, ada: Actor, savings: Product, rosa: Client, hold, sign_in):
        browser, costs = sign_in(ada), []
        for many in (1, 12):
            for number in range(many):
                product = given(
                    Product, key=f"p{many}-{number}", name=f"P {number}", line=Line.FUND, currency="USD", margin_ppm=1
                )
                hold(rosa, 100, product=product)
                actions.set_terms(
                    actor=SET_UP, product=product, from_day=TODAY, margin_ppm=2, fee_minor=0, reason="Porque sí"
                )
            browser.get(f"{ADMINISTRATION}/productos")
            memory.forget_all()
            with CaptureQueriesContext(connection) as told:
                browser.get(f"{ADMINISTRATION}/productos")
            costs.append(len(told))
        assert costs[0] == costs[1] <= 26

    def test_are_added_and_what_is_wrong_keeps_what_was_typed(self, ada: Actor, savings: Product, sign_in):
        form = {"name": "Plazo", "key": "ahorro", "line": "deposit", "currency": "USD", "margin": "1.4", "fee": "0"}
        refused = sign_in(ada).post(f"{ADMINISTRATION}/productos/nuevo", form)
        assert refused.status_code == 422
        assert "Otro producto ya tiene este código" in refused.content.decode()
        assert 'value="Plazo"' in refused.content.decode()
        sign_in(ada).post(f"{ADMINISTRATION}/productos/nuevo", {**form, "key": "plazo"})
        made = Product.objects.get(key="plazo")
        assert (made.margin_ppm, made.fee_minor) == (14_000, 0)

    def test_are_renamed_retired_and_offered_again(self, ada: Actor, savings: Product, sign_in):
        page = f"{ADMINISTRATION}/productos/{savings.pk}"
        sign_in(ada).post(page, {"name": "Ahorro diario", "version": "1", "initial-name": "Cuenta de ahorro"})
        sign_in(ada).post(f"{page}/retirar")
        assert Product.objects.values_list("name", "active").get() == ("Ahorro diario", False)
        sign_in(ada).post(f"{page}/ofrecer")
        assert Product.objects.get().active

    def test_are_read_by_a_manager_who_changes_nothing(self, mara: Actor, savings: Product, sign_in):
        page = f"{ADMINISTRATION}/productos/{savings.pk}"
        assert "Nuevas condiciones" not in sign_in(mara).get(page).content.decode()
        sign_in(mara).post(page, {"name": "Otra", "version": "1"})
        assert Product.objects.get().name == "Cuenta de ahorro"


@pytest.mark.row("Y13")
class TestTerms:
    def test_show_what_they_change_before_they_are_kept(
        self, ada: Actor, savings: Product, rosa: Client, hold, sign_in
    ):
        hold(rosa, 1_000_00)
        hold(rosa, 500_00)
        tried = sign_in(ada).post(f"{ADMINISTRATION}/productos/{savings.pk}/condiciones/efecto", typed())
        effect = tried.context["effect"]
        assert (effect.clients, effect.holdings, effect.balance_minor) == (1, 2, 1_500_00)
        assert (effect.before_minor, effect.after_minor) == (30_00, 22_50 + 2 * 6_00)
        assert "1 cliente" in tried.content.decode()
        assert not ProductTerms.objects.exists()

    def test_of_what_stands_in_a_currency_without_a_rate_tell_it_apart(
        self, ada: Actor, savings: Product, rosa: Client, hold, sign_in
    ):
        hold(rosa, 1_000_00)
        hold(rosa, 95_000_000, currency="CLP")
        told = f"{ADMINISTRATION}/productos/{savings.pk}/condiciones/efecto"
        effect = sign_in(ada).post(told, typed()).context["effect"]
        assert (effect.before_minor, effect.after_minor) == (20_00, 15_00 + 2 * 6_00)
        apart = effect.apart[0]
        assert (apart.currency, apart.before_minor, apart.after_minor) == ("CLP", 1_900_000, 1_425_000)
        actions.set_rate(actor=ada, currency="CLP", from_day=TODAY, rate=Decimal("0.00105"))
        effect = sign_in(ada).post(told, typed()).context["effect"]
        assert (effect.apart, effect.balance_minor) == ([], 1_000_00 + 99_750_00)

    def test_are_kept_from_their_day_and_can_be_withdrawn_before_it(self, ada: Actor, savings: Product, sign_in):
        page = f"{ADMINISTRATION}/productos/{savings.pk}"
        sign_in(ada).post(f"{page}/condiciones", typed())
        made = ProductTerms.objects.get()
        assert (made.from_day, made.margin_ppm, made.fee_minor) == (TOMORROW, 15_000, 6_00)
        told = sign_in(ada).get(page).content.decode()
        assert "Comité de precios" in told
        assert "Ada Ruiz" in told
        sign_in(ada).post(f"{ADMINISTRATION}/condiciones/{made.pk}/retirar")
        assert ProductTerms.objects.get().withdrawn
        assert "retiradas" in sign_in(ada).get(page).content.decode()

    def test_that_are_wrong_are_refused_at_their_field(self, ada: Actor, savings: Product, sign_in):
        page = f"{ADMINISTRATION}/productos/{savings.pk}/condiciones"
        refused = sign_in(ada).post(page, typed(margin="101", from_day=str(TODAY - timedelta(days=1))))
        assert refused.status_code == 422
        assert "margin" in refused.context["form"].errors
        refused = sign_in(ada).post(page, typed(from_day=str(TODAY - timedelta(days=1))))
        assert "from_day" in refused.context["form"].errors
        assert 'value="Comité de precios"' in refused.content.decode()


@pytest.mark.row("Y13")
class TestCurrencies:
    def test_in_use_without_a_rate_stand_apart_with_their_amount(
        self, ada: Actor, savings: Product, rosa: Client, hold, sign_in
    ):
        hold(rosa, 10_000_00, currency="EUR")
        hold(rosa, 95_000_000, currency="CLP")
        hold(rosa, 1_00)
        actions.set_rate(actor=ada, currency="EUR", from_day=date(2026, 6, 1), rate=Decimal("1.08"))
        page = sign_in(ada).get(f"{ADMINISTRATION}/monedas")
        found = {row.currency: row for row in page.context["rows"]}
        assert sorted(found) == ["CLP", "EUR"]
        assert (found["EUR"].converted_minor, found["EUR"].rate.from_day) == (10_800_00, date(2026, 6, 1))
        assert (found["CLP"].assets_minor, found["CLP"].rate, found["CLP"].stands_apart) == (95_000_000, None, True)
        told = page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert "CLP no tiene tipo de cambio: CLP 95.000.000 en activos" in told
        assert "sin tipo de cambio: CLP" in told

    def test_of_a_product_alone_are_in_use_too(self, ada: Actor, savings: Product, sign_in):
        given(Product, key="euros", name="Euros", line=Line.DEPOSIT, currency="EUR")
        assert [row.currency for row in sign_in(ada).get(f"{ADMINISTRATION}/monedas").context["rows"]] == ["EUR"]

    def test_are_drawn_over_time_with_who_gave_each_rate(self, ada: Actor, sign_in):
        for day, rate in ((date(2026, 1, 1), "1.00"), (date(2026, 4, 1), "1.20"), (date(2026, 6, 1), "1.10")):
            actions.set_rate(actor=ada, currency="EUR", from_day=day, rate=Decimal(rate), reason="Banco central")
        page = sign_in(ada).get(f"{ADMINISTRATION}/monedas/EUR")
        assert page.context["plot"].startswith("0,100 54.22,100 54.22,0 90.96,0 90.96,50 100,50")
        told = page.content.decode()
        assert "Banco central" in told
        assert "1,1" in told
        assert sign_in(ada).get(f"{ADMINISTRATION}/monedas/usd").status_code == 404
        assert sign_in(ada).get(f"{ADMINISTRATION}/monedas/USD").status_code == 404

    def test_get_a_rate_with_a_comma_or_a_full_stop(self, ada: Actor, sign_in):
        for currency, rate in (("EUR", "1,0845"), ("GBP", "1.27")):
            form = {"currency": currency, "from_day": str(TODAY), "rate": rate, "reason": ""}
            assert sign_in(ada).post(f"{ADMINISTRATION}/monedas/nuevo", form).status_code == 302
        assert {str(rate.rate) for rate in CurrencyRate.objects.all()} == {"1.0845", "1.27"}
        refused = sign_in(ada).post(f"{ADMINISTRATION}/monedas/nuevo", {**form, "rate": "mucho"})
        assert refused.status_code == 422
        assert 'value="mucho"' in refused.content.decode()

    def test_have_rates_corrected_and_every_version_shown(self, ada: Actor, sign_in):
        made = actions.set_rate(actor=ada, currency="EUR", from_day=TODAY, rate=Decimal("1.8"))
        page = f"{ADMINISTRATION}/monedas/tipos/{made.pk}"
        form = {"rate": "1.08", "reason": "Una errata", "version": "1", "initial-rate": "1.8", "initial-reason": ""}
        assert sign_in(ada).post(page, form).status_code == 302
        versions = sign_in(ada).get(page).context["versions"]
        assert [(str(one.rate), one.reason) for one in versions] == [("1.08", "Una errata"), ("1.8", "")]
        crossed = sign_in(ada).post(page, form | {"rate": "1.07"})
        assert crossed.status_code == 409
        assert str(CurrencyRate.objects.get().rate) == "1.08"

    def test_are_loaded_from_a_file_whose_refused_lines_say_why(self, ada: Actor, sign_in):
        def brought(text: str) -> SimpleUploadedFile:
            return SimpleUploadedFile("tasas.csv", text.encode())

        page = f"{ADMINISTRATION}/monedas/archivo"
        good = "fecha;moneda;tasa\n2026-06-01;EUR;1,08\n"
        told = sign_in(ada).post(page, {"file": brought(good + "2026-06-02;EUR;caro\n")}).content.decode()
        assert "1 tipo de cambio agregado" in told
        assert "«caro» no es un tipo de cambio" in told
        assert sign_in(ada).post(page, {"file": brought(good)}).status_code == 302
        assert CurrencyRate.objects.count() == 1
        refused = sign_in(ada).post(page, {"file": brought("a;b\n1;2\n")})
        assert refused.status_code == 422
        assert "La primera línea tiene que nombrar las columnas" in refused.content.decode()


@pytest.mark.row("Y13")
class TestTheAPI:
    def test_lists_products_with_the_terms_of_today(self, ada: Actor, savings: Product, program):
        actions.set_terms(actor=ada, product=savings, from_day=TODAY, margin_ppm=1, fee_minor=2, reason="Comité")
        told = program(ada).get("/products", active="true").json()["items"]
        assert [(one["key"], one["margin_ppm"], one["fee_minor"]) for one in told] == [("ahorro", 1, 2)]

    def test_sets_terms_once_and_withdraws_them(self, ada: Actor, savings: Product, program):
        http, path = program(ada), f"/products/{savings.pk}/terms"
        asked = {"from_day": str(TOMORROW), "margin_ppm": 15_000, "fee_minor": 0, "reason": "Comité"}
        for _again in range(2):
            made = http.send("POST", path, headers={"Idempotency-Key": "una-vez"}, **asked)
            assert made.status_code == 201
        assert http.post(path, **asked).status_code == 422
        gone = http.post(f"/products/terms/{made.json()['id']}/withdraw")
        assert gone.json()["withdrawn"] is True
        assert http.post(f"/products/terms/{made.json()['id']}/withdraw").status_code == 409
        assert [one["withdrawn"] for one in http.get(path).json()["items"]] == [True]

    def test_changes_a_product_only_as_it_was_read(self, ada: Actor, savings: Product, program):
        http, path = program(ada), f"/products/{savings.pk}"
        tag = http.get(path)["ETag"]
        changed = http.send("PATCH", path, headers={"If-Match": tag}, version=1, name="Ahorro diario", active=False)
        assert (changed.json()["name"], changed.json()["active"]) == ("Ahorro diario", False)
        late = http.send("PATCH", path, headers={"If-Match": tag}, version=1, name="Otro")
        assert late.status_code == 412
        assert http.patch(path, version=1, name="Otro").status_code == 409

    def test_gives_rates_and_corrects_them(self, ada: Actor, program):
        http = program(ada)
        made = http.post("/currencies/rates", currency="PYG", from_day=str(TODAY), rate="0.00012785")
        assert (made.status_code, made.json()["rate"]) == (201, "0.00012785")
        path = f"/currencies/rates/{made.json()['id']}"
        fixed = http.patch(path, version=1, rate="0.000128", reason="Una errata")
        assert (fixed.json()["rate"], fixed.json()["version"]) == ("0.000128", 2)
        assert http.patch(path, version=1, rate="0.000129", reason="Tarde").status_code == 409
        assert [one["rate"] for one in http.get("/currencies/rates", currency="PYG").json()["items"]] == ["0.000128"]
        assert http.post("/currencies/rates", currency="PYG", from_day=str(TODAY), rate="1").status_code == 422
        assert http.post("/currencies/rates", currency="USD", from_day=str(TODAY), rate="1").status_code == 422
