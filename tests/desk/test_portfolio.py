"""Mi cartera, lists that are kept by name, ticked clients, and clients of other books."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cartera.clients.models import AccessGrant, Client
from cartera.desk.models import ListedClient, SavedView
from cartera.desk.portfolio_forms import ends_of_access
from cartera.desk.ranking import curve, ranked
from cartera.kernel.actor import Actor
from cartera.kernel.models import Happening
from cartera.team.calendars import calendar_around
from cartera.team.models import Role
from cartera.value.distribution import Band, spread
from cartera.value.models import ClientValue, TierOverride, TierPolicy
from tests.conftest import NOW, TODAY, given, hired
from tests.desk.test_clients_page import client_of, names_on


@pytest.fixture
def policy(bank) -> TierPolicy:
    tiers = {"A": {"assets_minor": 30_000_00}, "B": {"assets_minor": 10_000_00}, "C": {"assets_minor": 100_00}}
    return given(TierPolicy, number=1, effective_from=TODAY, thresholds=tiers, reason="La primera")


@pytest.fixture
def book(ana_staff, policy) -> list[Client]:
    """Ten clients of Ana's, of 50.000, 40.000, 5.000, …; the last two cost more than they bring."""
    clients = []
    for number, assets in enumerate((50_000, 40_000, 5_000, 1_000, 1_000, 900, 800, 700, 300, 300)):
        revenue, cost = assets, 10_000 if number > 7 else 100
        tier = "A" if number < 2 else "C"
        client = client_of(
            ana_staff, 100 + number, "Luz", f"Vega{number}", tier=tier, assets_minor=assets * 100,
            revenue_minor=revenue, margin_minor=revenue - cost, tier_reason={},
        )  # fmt: skip
        given(
            ClientValue, client=client, on_date=TODAY, assets_minor=assets * 100, liabilities_minor=0,
            revenue_minor=revenue, cost_minor=cost, minutes=6, frequency=1,
        )  # fmt: skip
        clients.append(client)
    return clients


@pytest.mark.row("V5")
class TestTheBook:
    def test_says_how_much_and_where_the_top_tier_would_begin(self, sign_in, ana: Actor, book):
        page = sign_in(ana).get("/cartera").content.decode()
        assert "10 clientes y USD\xa0100\xa0mil en activos. La primera décima parte reúne el 50\xa0%." in page
        assert "Desde USD\xa040\xa0mil" in page
        assert "Desde ahí, 2 clientes (20\xa0%) reúnen el 90\xa0% de los activos." in page
        assert "La política v1 pide USD\xa030\xa0mil: llegan 2 clientes." in page

    def test_draws_the_distribution_and_says_it(self, sign_in, ana: Actor, book):
        page = sign_in(ana).get("/cartera").content.decode()
        assert 'aria-label="10 clientes por activos: 2 de nivel A con el 90\xa0%, 8 de nivel C con el 10\xa0%"' in page
        assert page.count('class="f-a"') == 2
        assert "A desde 30\xa0mil" in page

    def test_gives_place_share_and_what_the_first_hold(self, sign_in, ana: Actor, book):
        page = sign_in(ana).get("/cartera").content.decode()
        rows = page.split('<table class="c-table c-cards c-rank">')[1].split("<tbody>")[1].split("<tr>")
        assert "Luz Vega1" in rows[2]
        assert ">2</td>" in rows[2]
        assert "40,0\xa0%" in rows[2]
        assert "90\xa0%" in rows[2]

    def test_sorts_by_revenue_and_by_what_the_cost_leaves(self, sign_in, ana: Actor, book):
        browser = sign_in(ana)
        assert names_on(browser.get("/cartera?orden=-ingreso").content.decode())[-1] == "Luz Vega0"
        assert names_on(browser.get("/cartera?orden=deja").content.decode())[:2] == ["Luz Vega8", "Luz Vega9"]
        assert 'aria-sort="ascending"' in browser.get("/cartera?orden=deja").content.decode()

    def test_lists_those_who_cost_more_than_they_bring(self, sign_in, ana: Actor, book):
        page = sign_in(ana).get("/cartera?cuesta=1").content.decode()
        assert set(names_on(page)) == {"Luz Vega8", "Luz Vega9"}
        assert "2 de 10" in page

    def test_goes_on_after_a_page_with_its_places(self, sign_in, ana: Actor, ana_staff, policy):
        for number in range(30):
            client_of(ana_staff, 200 + number, "Luz", f"Mora{number:02}", assets_minor=10_000 - number)
        browser = sign_in(ana)
        first = browser.get("/cartera").content.decode()
        following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        second = browser.get(f"/cartera{following}").content.decode()
        assert names_on(second) == [f"Luz Mora{number:02}" for number in range(25, 30)]
        assert ">26</td>" in second

    def test_of_a_manager_is_everybodys_or_one_advisers(self, sign_in, mara: Actor, bank, book):
        diego = hired("diego", "Diego Merchán", Role.ADVISER, bank.centro)
        client_of(diego, 300, "Otra", "Cliente", assets_minor=1)
        browser = sign_in(mara)
        assert len(names_on(browser.get("/cartera").content.decode())) == 11
        page = browser.get(f"/cartera?de={diego.pk}").content.decode()
        assert names_on(page) == ["Otra Cliente"]
        assert "La cartera de Diego Merchán" in page

    def test_of_somebody_out_of_reach_is_empty(self, sign_in, beto: Actor, ana_staff, book):
        page = sign_in(beto).get(f"/cartera?de={ana_staff.pk}").content.decode()
        assert names_on(page) == []
        assert "Todavía no hay nadie en esta cartera" in page

    @pytest.mark.parametrize("address", ["?de=x&orden=y&nivel=Z&q=%00", "?de=99999999999999999999", "?orden=-"])
    def test_an_address_that_means_nothing_is_the_whole_book(self, sign_in, ana: Actor, book, address):
        assert len(names_on(sign_in(ana).get(f"/cartera{address}").content.decode())) == 10

    def test_costs_few_queries(self, sign_in, mara: Actor, book, django_assert_max_num_queries):
        browser = sign_in(mara)
        with django_assert_max_num_queries(20):
            browser.get("/cartera?q=vega&excepcion=1&nivel=A")
        with django_assert_max_num_queries(20):
            browser.get("/cartera")


@pytest.mark.row("V8")
class TestExceptions:
    EXCEPTION = {"tier": "B", "reason": "Trae a su gremio", "expires_on": "2026-07-01"}

    def test_are_made_in_place_and_shown(self, sign_in, mara: Actor, book):
        browser = sign_in(mara)
        address = f"/cartera/clientes/{book[0].pk}/nivel"
        assert "Hacer la excepción" in browser.get(address, headers={"HX-Request": "true"}).content.decode()
        answer = browser.post(address, self.EXCEPTION, headers={"HX-Request": "true"})
        assert answer["HX-Redirect"] == "/cartera"
        page = browser.get("/cartera?excepcion=1").content.decode()
        assert names_on(page) == ["Luz Vega0"]
        assert "hasta mié 1 jul" in page

    def test_keep_what_was_typed_when_something_is_wrong(self, sign_in, mara: Actor, book):
        wrong = {**self.EXCEPTION, "expires_on": "2026-06-16"}
        answer = sign_in(mara).post(f"/cartera/clientes/{book[0].pk}/nivel", wrong)
        assert answer.status_code == 422
        assert 'value="Trae a su gremio"' in answer.content.decode()
        assert "Tiene que vencer después de hoy." in answer.content.decode()

    def test_wait_to_be_reviewed_renewed_or_let_go(self, sign_in, mara: Actor, book):
        browser = sign_in(mara)
        for client in book[:2]:
            browser.post(f"/cartera/clientes/{client.pk}/nivel", self.EXCEPTION)
        first, second = TierOverride.objects.order_by("id")
        page = browser.get("/cartera/excepciones").content.decode()
        assert "2 excepciones vencen en 30 días" in page
        renewed = {"tier": "B", "reason": "Sigue", "expires_on": "2026-12-31"}
        assert browser.post(f"/cartera/excepciones/{first.pk}/renovar", renewed).status_code == 302
        assert browser.post(f"/cartera/excepciones/{second.pk}/dejar").status_code == 302
        page = browser.get("/cartera/excepciones", follow=True).content.decode()
        assert "Ninguna excepción espera revisión" in page
        assert "Trae a su gremio" in browser.get("/cartera/excepciones?ver=todas").content.decode()

    def test_of_others_are_read_not_made(self, sign_in, ana: Actor, book):
        page = sign_in(ana).get(f"/cartera/clientes/{book[0].pk}/nivel").content.decode()
        assert "Luz Vega0 está en nivel A" in page
        assert "Hacer la excepción" not in page


@pytest.mark.row("V5", "Y9")
class TestSavedViews:
    def test_are_tabs_of_their_page_for_their_owner_alone(self, sign_in, ana: Actor, mara: Actor, book):
        browser = sign_in(ana)
        kept = {"screen": "portfolio", "name": "Los que cuestan", "query": "cuesta=1"}
        answer = browser.post("/listas/guardar", kept)
        assert answer["Location"] == "/cartera?cuesta=1"
        page = browser.get("/cartera?cuesta=1").content.decode()
        assert '<a href="/cartera?cuesta=1" aria-current="page">Los que cuestan</a>' in page
        assert "Los que cuestan" not in browser.get("/clientes").content.decode()
        assert "Los que cuestan" not in sign_in(mara).get("/cartera").content.decode()

    def test_have_one_name_each(self, sign_in, ana: Actor):
        browser = sign_in(ana)
        kept = {"screen": "clients", "name": "A", "query": "nivel=A"}
        browser.post("/listas/guardar", kept)
        answer = browser.post("/listas/guardar", kept)
        assert answer.status_code == 422
        assert "Ya tienes una lista con ese nombre." in answer.content.decode()
        assert 'value="nivel=A"' in answer.content.decode()

    def test_go_and_come_back_by_undo(self, sign_in, ana: Actor):
        browser = sign_in(ana)
        browser.post("/listas/guardar", {"screen": "clients", "name": "A", "query": "nivel=A"})
        view = SavedView.objects.get()
        browser.post(f"/listas/{view.pk}/quitar")
        assert ">A</a>" not in browser.get("/clientes").content.decode()
        browser.post(f"/deshacer/{Happening.objects.get(name='view.remove').pk}")
        assert ">A</a>" in browser.get("/clientes").content.decode()


@pytest.mark.row("Y9", "V11")
class TestTicked:
    def test_go_into_a_list_that_narrows_to_them(self, sign_in, ana: Actor, book):
        browser = sign_in(ana)
        address = f"/clientes/lista?client={book[3].pk}&client={book[5].pk}"
        answer = browser.post(address, {"name": "Para la feria"})
        view = SavedView.objects.get()
        assert answer["Location"] == f"/clientes?lista={view.pk}"
        assert set(names_on(browser.get(answer["Location"]).content.decode())) == {"Luz Vega3", "Luz Vega5"}
        browser.post(f"/clientes/lista?client={book[4].pk}", {"view": view.pk})
        assert ListedClient.objects.filter(view=view).count() == 3
        browser.post(f"/deshacer/{Happening.objects.get(name='view.add_clients').pk}")
        assert ListedClient.objects.filter(view=view).count() == 2

    def test_of_a_list_of_somebody_else_are_nobody(self, sign_in, ana: Actor, mara: Actor, book):
        sign_in(ana).post(f"/clientes/lista?client={book[3].pk}", {"name": "Para la feria"})
        view = SavedView.objects.get()
        assert names_on(sign_in(mara).get(f"/clientes?lista={view.pk}").content.decode()) == []

    def test_are_handed_over_and_come_back(self, sign_in, ana: Actor, bank, book):
        diego = hired("diego", "Diego Merchán", Role.ADVISER, bank.centro)
        browser = sign_in(ana)
        address = f"/clientes/traspasar?client={book[0].pk}&client={book[1].pk}"
        assert "Luz Vega0, Luz Vega1" in browser.get(address).content.decode()
        assert browser.post(address, {"to": diego.pk, "reason": ""}).status_code == 422
        answer = browser.post(address, {"to": diego.pk, "reason": "Vive cerca"}, follow=True)
        assert "2 clientes pasan a Diego Merchán, con lo que les debemos." in answer.content.decode()
        assert len(names_on(answer.content.decode())) == 8
        browser.post(f"/deshacer/{Happening.objects.get(name='client.hand_over').pk}")
        assert len(names_on(browser.get("/clientes").content.decode())) == 10

    def test_none_is_a_404(self, sign_in, ana: Actor, rosa):
        assert sign_in(ana).get("/clientes/traspasar").status_code == 404
        assert sign_in(ana).get("/clientes/lista?client=x").status_code == 404


@pytest.mark.row("K1", "Y5")
class TestClientsOfOtherBooks:
    REASON = {"occasion": "called", "purpose": "Pide un certificado", "until_at": "today"}

    def test_are_named_but_masked(self, sign_in, beto: Actor, rosa, ana_staff):
        Client.objects.filter(pk=rosa.pk).update(assets_minor=124_030_000, tier="A")
        page = sign_in(beto).get("/clientes?q=cordero").content.decode()
        assert "De otros asesores" in page
        assert "01•• ••• •56" in page
        assert "Ana Andrade" in page
        assert rosa.identifier not in page
        assert "1.240.300" not in page
        assert f'href="/clientes/{rosa.pk}"' not in page

    def test_are_not_there_until_somebody_looks_for_them(self, sign_in, beto: Actor, rosa):
        assert "De otros asesores" not in sign_in(beto).get("/clientes").content.decode()
        assert sign_in(beto).get(f"/clientes/{rosa.pk}/acceso?q=otra").status_code == 404

    def test_are_seen_with_a_reason_until_the_place_closes(self, sign_in, beto: Actor, rosa):
        browser = sign_in(beto)
        assert browser.get(f"/clientes/{rosa.pk}").status_code == 404
        answer = browser.post(f"/clientes/{rosa.pk}/acceso?q=cordero", self.REASON)
        assert answer["Location"] == f"/clientes/{rosa.pk}"
        assert browser.get(f"/clientes/{rosa.pk}").status_code == 200
        assert AccessGrant.objects.get().until_at > NOW
        page = browser.get("/clientes?q=cordero").content.decode()
        assert "Lo ves hasta" in page
        assert rosa.identifier in page
        assert rosa.name not in browser.get("/clientes").content.decode()

    def test_without_a_purpose_keep_what_was_chosen(self, sign_in, beto: Actor, rosa):
        answer = sign_in(beto).post(f"/clientes/{rosa.pk}/acceso?q=cordero", {**self.REASON, "purpose": ""})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Di para qué: queda en el registro." in page
        assert 'value="called" ' in page.split("checked")[0].rsplit("<input", 1)[1]

    def test_are_in_the_palette_too(self, sign_in, beto: Actor, rosa):
        page = sign_in(beto).get("/buscar?q=cordero", headers={"HX-Request": "true"}).content.decode()
        assert f'href="/clientes/{rosa.pk}/acceso?q=cordero"' in page
        assert rosa.identifier not in page

    def test_are_ended_by_the_manager_from_the_list(self, sign_in, beto: Actor, mara: Actor, rosa):
        browser = sign_in(beto)
        browser.post(f"/clientes/{rosa.pk}/acceso?q=cordero", self.REASON)
        page = sign_in(mara).get("/clientes/accesos?ver=vigentes").content.decode()
        assert "Beto Mora" in page
        assert "Pide un certificado" in page
        sign_in(mara).post(f"/clientes/accesos/{AccessGrant.objects.get().pk}/terminar")
        assert browser.get(f"/clientes/{rosa.pk}").status_code == 404

    def test_end_at_closing_time_or_at_midnight_where_that_is_past(self, rosa):
        calendar = calendar_around(rosa.branch, NOW)
        ends = ends_of_access(NOW, calendar)
        assert ends["today"] == calendar.intervals_on(TODAY)[-1].end
        late = NOW + timedelta(hours=12)
        assert ends_of_access(late, calendar)["today"].astimezone(calendar.zone).strftime("%d %H:%M") == "16 23:59"
        assert ends["longest"] <= NOW + timedelta(days=7)


@pytest.mark.row("V5")
class TestTheDrawings:
    def test_have_a_bar_for_each_client_of_a_small_book(self):
        drawn = ranked(spread([Band("A", 2, 4_000), Band("C", 3, 300), Band("D", 5, 0)]), height=100)
        assert drawn is not None
        assert [bar.tone for bar in drawn.bars] == ["a", "a", "c", "c", "c"]
        assert drawn.bars[0].width == "8.8%"
        assert (drawn.top, drawn.bottom) == (10_000, 100)

    def test_have_a_bar_for_each_band_of_a_large_one(self):
        drawn = ranked(spread([Band("A", 500, 50_000_000), Band("C", 500, 500_000)]), height=100)
        assert drawn is not None
        assert [bar.width for bar in drawn.bars] == ["50%", "50%"]

    def test_are_none_where_nobody_holds_anything(self):
        assert ranked(spread([Band("D", 3, 0)]), height=100) is None
        assert ranked(spread([]), height=100) is None

    def test_put_a_threshold_on_the_scale_or_leave_it_out(self):
        drawn = ranked(spread([Band("A", 1, 9_000), Band("C", 1, 200)]), height=102)
        assert drawn is not None
        assert drawn.line(1_000).y == "50"  # type: ignore[union-attr]
        assert drawn.line(10) is None

    def test_mark_the_point_of_the_proposal(self):
        drawn = curve(spread([Band("A", 1, 80), Band("C", 3, 20)]), 1)
        assert drawn.at == ("25", "20")
        assert drawn.points == "0,100 25,20 100,0 100,0"
