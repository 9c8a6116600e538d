"""Clientes: the list, its search, views, filters, order and pages, the sheet, and taking on a client."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cartera.clients.actions import standing
from cartera.clients.models import Client, ContactKind, ContactPoint, Holding, Kind
from cartera.clients.rules import search_text
from cartera.desk.marking import marked
from cartera.kernel.actor import Actor
from cartera.products.models import Line, Product
from tests.conftest import NOW, TODAY, given


def client_of(staff, number: int, name: str, surname: str = "", **values) -> Client:
    whole = f"{name} {surname}".strip()
    return given(
        Client,
        **{
            "key": f"K-{number}",
            "kind": Kind.PERSON,
            "name": whole,
            "given_name": name,
            "surname": surname,
            "search": search_text(name=whole, given_name=name, surname=surname, identifier=f"01{number:08}"),
            "identifier_kind": "cedula",
            "identifier": f"01{number:08}",
            "branch": staff.branch,
            "adviser": staff,
            "since": date(2020, 1, 1),
            **values,
        },
    )


@pytest.fixture
def fausto(ana_staff) -> Client:
    return client_of(ana_staff, 7, "Fausto", "Córdova", tier="B", assets_minor=34_215_000, birth_date=date(1980, 6, 18))


def names_on(page: str) -> list[str]:
    """The names of the rows, in their order."""
    cells = page.split("data-walk>")[1:]
    return [cell.split("</a>")[0].replace("<mark>", "").replace("</mark>", "") for cell in cells]


@pytest.mark.row("Y9", "Y14")
class TestTheList:
    def test_finds_by_part_of_a_name_without_accents_and_marks_what_matched(self, sign_in, ana: Actor, rosa, fausto):
        page = sign_in(ana).get("/clientes?q=cord").content.decode()
        assert names_on(page) == ["Fausto Córdova", "Rosa Elvira Cordero Malo"]
        assert "Fausto <mark>Córd</mark>ova" in page
        assert "2 clientes contienen «cord»." in page

    def test_finds_by_identifier_and_by_telephone_in_groups(self, sign_in, ana: Actor, rosa, fausto):
        given(ContactPoint, client=rosa, kind=ContactKind.PHONE, value="+593 98 464 7949", search="593984647949")
        Client.objects.filter(pk=rosa.pk).update(search=f"{rosa.search} 593984647949")
        browser = sign_in(ana)
        assert names_on(browser.get("/clientes?q=0102334").content.decode()) == [rosa.name]
        by_phone = browser.get("/clientes?q=098 464 7949").content.decode()
        assert names_on(by_phone) == [rosa.name]
        assert "+593 <mark>98 464 7949</mark>" in by_phone

    def test_shows_nobody_of_another_branch(self, sign_in, ana: Actor, beto: Actor, rosa, yunguilla):
        assert names_on(sign_in(ana).get("/clientes").content.decode()) == [rosa.name]
        assert names_on(sign_in(beto).get("/clientes?q=cord").content.decode()) == []

    def test_a_manager_sees_the_branches_below_and_an_administrator_all(
        self, sign_in, mara: Actor, ada: Actor, rosa, yunguilla
    ):
        assert names_on(sign_in(mara).get("/clientes").content.decode()) == [rosa.name]
        assert len(names_on(sign_in(ada).get("/clientes").content.decode())) == 2

    def test_an_empty_result_says_so_and_offers_a_next_step(self, sign_in, ana: Actor, gina: Actor, rosa):
        page = sign_in(ana).get("/clientes?q=zhuñio").content.decode()
        assert "Nadie que puedas ver coincide con «zhuñio»" in page
        assert page.count('href="/clientes/nuevo"') == 2
        assert "/clientes/nuevo" not in sign_in(gina).get("/clientes?q=zhuñio").content.decode()

    def test_what_is_typed_or_named_is_never_markup(self, sign_in, ana: Actor, ana_staff):
        client_of(ana_staff, 9, "<script>alert(1)</script>", "Vega")
        page = sign_in(ana).get("/clientes?q=<script>alert").content.decode()
        assert "<script>alert" not in page
        assert "&lt;<mark>script</mark>&gt;" in page

    def test_htmx_is_told_the_address_without_what_is_empty(self, sign_in, ana: Actor, rosa):
        answer = sign_in(ana).get("/clientes?q=cord&vista=todos&cursor=", headers={"HX-Request": "true"})
        assert answer["HX-Replace-Url"] == "/clientes?q=cord"

    @pytest.mark.parametrize("address", ["?vista=x&orden=y&nivel=Z&tipo=q", "?orden=-", "?q=%00", "?q=" + "a" * 3000])
    def test_an_address_that_means_nothing_is_the_whole_list_or_nobody(self, sign_in, ana: Actor, rosa, address):
        assert sign_in(ana).get(f"/clientes{address}").status_code == 200

    def test_a_cursor_that_is_none_is_refused_in_words(self, sign_in, ana: Actor, rosa):
        assert sign_in(ana).get("/clientes?cursor=nada").status_code == 422

    def test_costs_few_queries_however_long_it_is(self, sign_in, ana: Actor, ana_staff, django_assert_max_num_queries):
        for number in range(60):
            client_of(ana_staff, 100 + number, "Luz", f"Vega{number}")
        browser = sign_in(ana)
        with django_assert_max_num_queries(12):
            page = browser.get("/clientes?q=vega").content.decode()
        assert len(names_on(page)) == 50


@pytest.mark.row("Y9", "S3")
class TestViewsAndFilters:
    def test_views_say_how_many_they_hold(self, sign_in, ana: Actor, rosa, fausto):
        page = sign_in(ana).get("/clientes").content.decode()
        tabs = page.split('id="clients-tabs"')[1].split("</nav>")[0]
        assert 'Mi cartera <span class="c-count">2</span>' in tabs
        assert 'A y B sin contacto en 60 días <span class="c-count">1</span>' in tabs
        assert 'Cumplen años esta semana <span class="c-count">1</span>' in tabs

    def test_without_contact_leaves_those_who_were_called(self, sign_in, ana: Actor, rosa, fausto):
        browser = sign_in(ana)
        assert names_on(browser.get("/clientes?vista=sin-contacto").content.decode()) == [fausto.name]
        standing.tell_contact(client_id=fausto.pk, at=NOW - timedelta(days=3))
        assert names_on(browser.get("/clientes?vista=sin-contacto").content.decode()) == []
        assert names_on(browser.get("/clientes?callado=1").content.decode()) == [rosa.name]

    def test_maturing_lists_who_holds_what_matures_within_thirty_days(self, sign_in, ana: Actor, rosa, fausto):
        product = given(Product, key="dpf", name="Depósito", line=Line.DEPOSIT, currency="USD")
        for holder, days in ((rosa, 30), (fausto, 31)):
            given(
                Holding,
                key=f"H-{holder.pk}",
                client=holder,
                product=product,
                currency="USD",
                opened_on=TODAY - timedelta(days=300),
                matures_on=TODAY + timedelta(days=days),
            )
        assert names_on(sign_in(ana).get("/clientes?vista=vencen").content.decode()) == [rosa.name]

    def test_birthdays_of_a_leap_day_fall_on_the_first_of_march(self, sign_in, ana: Actor, ana_staff, at):
        born = client_of(ana_staff, 3, "Bisiesta", "Vega", birth_date=date(2000, 2, 29))
        browser = sign_in(ana)
        assert names_on(browser.get("/clientes?vista=cumplen").content.decode()) == []
        at(NOW.replace(year=2027, month=3, day=1))
        assert names_on(browser.get("/clientes?vista=cumplen").content.decode()) == [born.name]

    def test_filters_narrow_together_and_count_what_they_would_leave(self, sign_in, ana: Actor, rosa, fausto):
        standing.set_next_due(client_id=fausto.pk, at=NOW - timedelta(hours=17))
        page = sign_in(ana).get("/clientes?nivel=B&tipo=person&atrasado=1").content.decode()
        assert names_on(page) == [fausto.name]
        assert "Atrasado 17" in page
        assert '<span class="c-dim" id="n-tier-B">1</span>' in page
        assert '<span class="c-dim" id="n-tier-A">0</span>' in page


@pytest.mark.row("Y9")
class TestOrderAndPages:
    @pytest.fixture
    def many(self, ana_staff) -> list[Client]:
        return [
            client_of(ana_staff, 100 + n, f"Luz{n:02}", f"Vega{n:02}", assets_minor=n // 2 * 100, tier="C")
            for n in range(60)
        ]

    @pytest.mark.parametrize(
        "order", ["activos", "-activos", "nombre", "-nombre", "contacto", "compromiso", "-compromiso"]
    )
    def test_pages_hold_everybody_once_in_any_order(self, sign_in, ana: Actor, many, order):
        for client in many[::3]:
            standing.tell_contact(client_id=client.pk, at=NOW - timedelta(days=client.pk % 7))
            standing.set_next_due(client_id=client.pk, at=NOW + timedelta(days=client.pk % 5))
        browser = sign_in(ana)
        first = browser.get(f"/clientes?orden={order}").content.decode()
        second = browser.get("/clientes" + first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&"))
        seen = names_on(first) + names_on(second.content.decode())
        assert len(seen) == 60
        assert set(seen) == {client.name for client in many}

    def test_the_foot_names_the_row_that_the_next_page_goes_on_from(self, sign_in, ana: Actor, many):
        page = sign_in(ana).get("/clientes?orden=nombre").content.decode()
        assert "Vega49, Luz49" in page
        assert "50 de 60." in page

    def test_a_heading_sorts_and_turns_round(self, sign_in, ana: Actor, many):
        page = sign_in(ana).get("/clientes").content.decode()
        assert 'aria-sort="descending"><a class="c-sort" href="/clientes?orden=-activos"' in page
        assert 'href="/clientes?orden=nombre"' in page


@pytest.mark.row("Y9", "Y14")
class TestTheSheet:
    def test_holds_what_is_shown_and_no_formula(self, sign_in, ana: Actor, ana_staff, rosa, yunguilla):
        client_of(ana_staff, 5, "=HYPERLINK(1)", "Vega", assets_minor=123_456)
        answer = sign_in(ana).get("/clientes.csv?q=vega")
        text = answer.getvalue().decode()
        assert answer["Content-Disposition"] == 'attachment; filename="clientes.csv"'
        assert text.startswith("\ufeff")
        assert "'=HYPERLINK(1) Vega" in text
        assert "1234.56" in text
        assert rosa.name not in text
        assert len(text.splitlines()) == 2

    def test_has_nobody_that_the_reader_may_not_see(self, sign_in, beto: Actor, rosa, yunguilla):
        text = sign_in(beto).get("/clientes.csv").getvalue().decode()
        assert yunguilla.name in text
        assert rosa.name not in text


@pytest.mark.row("Y9")
class TestTakingOnAClient:
    PERSON = {
        "kind": "person",
        "given_name": "Alicia",
        "surname": "Zhunio",
        "identifier_kind": "cedula",
        "identifier": "0102334455",
        "phone": "099 412 7703",
    }

    def test_puts_a_person_into_the_book_of_who_registers_it(self, sign_in, ana: Actor):
        answer = sign_in(ana).post("/clientes/nuevo", self.PERSON)
        alicia = Client.objects.get(surname="Zhunio")
        assert answer["Location"] == f"/clientes/{alicia.pk}"
        assert (alicia.adviser_id, alicia.name) == (ana.id, "Alicia Zhunio")
        assert [point.search for point in alicia.contact_points.all()] == ["593994127703"]

    def test_keeps_what_was_typed_and_says_what_cannot_be(self, sign_in, ana: Actor, rosa):
        answer = sign_in(ana).post("/clientes/nuevo", {**self.PERSON, "identifier": "0102334450", "phone": "12"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="Alicia"' in page
        assert "0102334450" in page
        assert not Client.objects.filter(surname="Zhunio").exists()

    def test_a_company_needs_its_name(self, sign_in, ana: Actor):
        answer = sign_in(ana).post("/clientes/nuevo", {"kind": "company"})
        assert "Escribe el nombre de la empresa." in answer.content.decode()

    def test_a_manager_gives_it_to_an_adviser_of_the_own_branches(self, sign_in, mara: Actor, ana_staff, beto_staff):
        browser = sign_in(mara)
        assert browser.post("/clientes/nuevo", {**self.PERSON, "adviser": beto_staff.pk}).status_code == 422
        browser.post("/clientes/nuevo", {**self.PERSON, "adviser": ana_staff.pk})
        assert Client.objects.get(surname="Zhunio").adviser == ana_staff

    def test_is_not_for_service_agents(self, sign_in, gina: Actor):
        assert sign_in(gina).get("/clientes/nuevo").status_code == 403


@pytest.mark.parametrize(
    ("text", "terms", "hits"),
    [
        ("Concordia Textil", ("cord",), ["cord"]),
        ("Fausto Córdova", ("cord",), ["Córd"]),
        ("Ángel Muñoz", ("munoz", "an"), ["Án", "Muñoz"]),
        ("Susana", ("an",), []),
        ("0102334456", ("102334",), ["102334"]),
        ("+593 99 412 7703", ("994127703",), ["99 412 7703"]),
        ("", ("x",), []),
    ],
)
def test_what_matched_is_marked_also_where_accents_differ(text, terms, hits):
    pieces = marked(text, terms)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.hit] == hits
