"""Any list as a file: the rows of its screen, numbers as numbers, nothing that a spreadsheet would run, and a record of it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from cartera.clients.actions import standing
from cartera.clients.actions.access import open_client
from cartera.clients.models import Client
from cartera.desk import exporting
from cartera.desk.exports import LISTINGS
from cartera.kernel.actor import Actor
from cartera.kernel.models import Happening, RefusedRow, Run
from cartera.promises import actions as promises
from tests.conftest import NOW
from tests.desk.test_clients_page import client_of

CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def text_of(answer) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def cells_of(answer) -> list[list[tuple[str, str]]]:
    """Each cell of a workbook's page as (type, value): "n" is a number, "s" and "inlineStr" are texts, "f" a formula."""
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        page = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in page.iter(f"{CELL}row"):
        cells = []
        for cell in row.iter(f"{CELL}c"):
            kind = "f" if cell.find(f"{CELL}f") is not None else cell.get("t", "n")
            cells.append((kind, "".join(cell.itertext())))
        rows.append(cells)
    return rows


@pytest.mark.row("Y9")
class TestAFile:
    def test_has_headings_in_the_readers_language(self, sign_in, ana: Actor, rosa):
        browser = sign_in(ana)
        assert text_of(browser.get("/exportar/clientes.csv"))[0][1:3] == ["Cliente", "Identificador"]
        browser.cookies["django_language"] = "en"
        assert text_of(browser.get("/exportar/clientes.csv"))[0][1:3] == ["Client", "Identifier"]

    def test_has_money_in_units_beside_its_currency_and_instants_on_the_wall_clock(
        self, sign_in, ana: Actor, ana_staff
    ):
        luz = client_of(ana_staff, 5, "Luz", "Vega", assets_minor=123_456)
        standing.tell_contact(client_id=luz.pk, at=NOW)
        heading, line = text_of(sign_in(ana).get("/exportar/clientes.csv"))
        told = dict(zip(heading, line, strict=True))
        assert (told["Moneda"], told["Activos"], told["Último contacto"]) == ("USD", "1234.56", "2026-06-16 09:12")

    def test_as_a_workbook_has_numbers_and_days_as_such(self, sign_in, ana: Actor, ana_staff):
        luz = client_of(ana_staff, 5, "Luz", "Vega", assets_minor=123_456)
        standing.tell_contact(client_id=luz.pk, at=NOW)
        answer = sign_in(ana).get("/exportar/clientes.xlsx")
        assert answer["Content-Type"] == exporting.XLSX
        assert answer["Content-Disposition"] == 'attachment; filename="clientes.xlsx"'
        _heading, line = cells_of(answer)
        assert ("n", "1234.56") in line
        assert any(kind == "n" and value.startswith("46189.38") for kind, value in line)  # 16 June 2026, 09:12

    def test_runs_no_formula(self, sign_in, ana: Actor, ana_staff):
        client_of(ana_staff, 5, "=cmd|'/c calc'!A1", "Vega")
        client_of(ana_staff, 6, "@SUM(1)", "Vega")
        browser = sign_in(ana)
        assert {line[1] for line in text_of(browser.get("/exportar/clientes.csv"))[1:]} == {
            "'=cmd|'/c calc'!A1 Vega",
            "'@SUM(1) Vega",
        }
        kinds = {kind for line in cells_of(browser.get("/exportar/clientes.xlsx")) for kind, _ in line}
        assert "f" not in kinds

    def test_has_the_rows_and_the_order_of_the_screen(self, sign_in, ana: Actor, ana_staff, rosa):
        for number, tier in ((5, "A"), (6, "B"), (7, "A")):
            client_of(ana_staff, number, "Luz", f"Vega{number}", tier=tier, assets_minor=number)
        lines = text_of(sign_in(ana).get("/exportar/clientes.csv?nivel=A&orden=-activos"))
        assert [line[1] for line in lines[1:]] == ["Luz Vega5", "Luz Vega7"]

    def test_has_only_those_ticked(self, sign_in, ana: Actor, ana_staff, rosa, yunguilla):
        luz = client_of(ana_staff, 5, "Luz", "Vega")
        lines = text_of(sign_in(ana).get(f"/exportar/clientes.csv?client={luz.pk}&client={yunguilla.pk}"))
        assert [line[1] for line in lines[1:]] == ["Luz Vega"]

    def test_is_on_record_with_its_rows_but_not_with_what_was_typed(self, sign_in, ana: Actor, rosa):
        text_of(sign_in(ana).get("/exportar/clientes.csv?q=cordero&nivel=A"))
        happening = Happening.objects.get(name="list.export")
        assert (happening.actor_id, happening.rows) == (ana.id, 0)
        assert happening.facts["list"] == "clientes"
        assert happening.facts["narrowed_by"] == ["nivel", "q"]
        assert "cordero" not in str(happening.facts)

    def test_of_no_list_is_a_404(self, sign_in, ana: Actor):
        browser = sign_in(ana)
        assert browser.get("/exportar/nada.csv").status_code == 404
        assert browser.get("/exportar/clientes.pdf").status_code == 404

    def test_too_long_for_a_workbook_is_refused_in_words(self, sign_in, ana: Actor, rosa, monkeypatch):
        monkeypatch.setattr(exporting, "MOST_IN_A_WORKBOOK", 0)
        answer = sign_in(ana).get("/exportar/clientes.xlsx")
        assert answer.status_code == 422
        assert "CSV" in answer.content.decode()
        assert not Happening.objects.filter(name="list.export").exists()

    def test_costs_the_same_queries_for_few_and_many(
        self, sign_in, ana: Actor, ana_staff, rosa, django_assert_max_num_queries
    ):
        for number in range(30):
            client_of(ana_staff, 100 + number, "Luz", f"Vega{number}")
        browser = sign_in(ana)
        with django_assert_max_num_queries(12):
            assert len(text_of(browser.get("/exportar/cartera.csv"))) == 32


@pytest.mark.row("Y9", "Y5")
class TestEachList:
    @pytest.fixture
    def all_there(self, ana: Actor, beto: Actor, rosa: Client) -> None:
        promises.make(actor=ana, client=rosa, what="Llamar", due_at=NOW + timedelta(days=3))
        reason = {"occasion": "called", "purpose": "Pide un certificado", "until_at": NOW + timedelta(hours=2)}
        open_client(actor=beto, client_id=rosa.pk, **reason)

    @pytest.mark.parametrize("name", sorted(LISTINGS))
    def test_has_as_many_cells_as_headings_in_both_forms(self, sign_in, ada: Actor, all_there, name):
        browser = sign_in(ada)
        for line in text_of(browser.get(f"/exportar/{name}.csv")):
            assert len(line) == len(LISTINGS[name].columns)
        assert len(cells_of(browser.get(f"/exportar/{name}.xlsx"))[0]) == len(LISTINGS[name].columns)

    def test_of_promises_says_what_is_owed(self, sign_in, ana: Actor, beto: Actor, rosa, all_there):
        (line,) = text_of(sign_in(ana).get(f"/exportar/compromisos.csv?client={rosa.pk}"))[1:]
        assert line[:6] == ["C-1", rosa.name, "Lo debemos", "Ana Andrade", "Llamar", ""]

    def test_of_accesses_says_who_and_why(self, sign_in, mara: Actor, all_there):
        (line,) = text_of(sign_in(mara).get("/exportar/accesos.csv"))[1:]
        assert line[2:6] == ["Beto Mora", "Agencia Costa", "Llamó por teléfono", "Pide un certificado"]

    def test_of_refused_rows_is_that_of_one_run(self, sign_in, ada: Actor):
        runs = [
            Run.objects.create(kind=Run.Kind.IMPORT, title=title, started_at=NOW, asked_by="test") for title in "ab"
        ]
        for run in runs:
            RefusedRow.objects.create(
                run=run, entity="clients", file=f"{run.title}.csv", line=2, value="=1", reason="x"
            )
        (line,) = text_of(sign_in(ada).get(f"/exportar/rechazadas.csv?carga={runs[1].pk}"))[1:]
        assert line == ["b.csv", "2", "clients", "", "'=1", "x"]

    def test_shows_nobody_out_of_sight(self, sign_in, beto: Actor, rosa, yunguilla, ana: Actor):
        promises.make(actor=ana, client=rosa, what="Llamar", due_at=NOW + timedelta(days=3))
        browser = sign_in(beto)
        for name in ("clientes", "cartera", "compromisos", "contactos", "eventos"):
            assert rosa.name not in str(text_of(browser.get(f"/exportar/{name}.csv"))), name

    def test_of_clients_leaves_out_those_one_was_let_in_to(self, sign_in, beto: Actor, rosa, yunguilla, all_there):
        names = [line[1] for line in text_of(sign_in(beto).get("/exportar/clientes.csv"))[1:]]
        assert names == [yunguilla.name]


def test_a_refused_list_needs_no_run(sign_in, ada: Actor):
    assert len(text_of(sign_in(ada).get("/exportar/rechazadas.csv"))) == 1
