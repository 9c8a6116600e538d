"""Files that nobody has described load through their proposed recipe as it is written."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cartera.clients.models import Client, ContactPoint, Holding, Kind
from cartera.intake.frames import Entity
from cartera.team.models import Branch, Staff

pytestmark = [pytest.mark.row("Y9"), pytest.mark.django_db, pytest.mark.usefixtures("lake_home", "in_english")]

ROSA, LUIS, INES = "0102334455", "1710034065", "0912345675"
COMPANY = "1790016919001"


def refused(done) -> list[tuple[object, ...]]:
    return done.refused.select("line", "column", "value", "reason").rows()


class TestClients:
    def test_only_a_name_and_an_identifier(self, loaded):
        done = loaded({"lista.csv": f"Cédula,Nombre\n{ROSA},Rosa Elena Muñoz Peña\n{LUIS},Luis Quizhpe\n"})
        assert (done.counts[Entity.CLIENTS].created, done.total_refused) == (2, 0)
        rosa = Client.objects.get(identifier=ROSA)
        assert (rosa.name, rosa.identifier_kind, rosa.kind) == ("Rosa Elena Muñoz Peña", "cedula", Kind.PERSON)
        assert (rosa.given_name, rosa.surname, rosa.second_surname) == ("Rosa Elena", "Muñoz", "Peña")
        assert (rosa.adviser, rosa.branch) == (None, Branch.objects.get())

    def test_given_names_and_surnames_apart_with_semicolons_in_windows_letters(self, loaded):
        text = f"IDENTIFICACION;NOMBRES;APELLIDOS;CORREO ELECTRÓNICO\n{ROSA};ROSA ELENA;MUÑOZ PEÑA;rosa@example.com\n"
        done = loaded({"socios.csv": text.encode("cp1252")})
        rosa = Client.objects.get()
        assert done.total_refused == 0
        assert (rosa.name, rosa.surname, rosa.second_surname) == ("ROSA ELENA MUÑOZ PEÑA", "MUÑOZ", "PEÑA")
        assert ContactPoint.objects.get().value == "rosa@example.com"

    def test_surnames_and_names_in_one_column(self, loaded):
        text = (
            f"Cod. Socio|Apellidos y nombres|No. Cédula\n77|DE LA TORRE PEÑA ANA LUCÍA|{ROSA}\n78|QUIZHPE LUIS|{LUIS}\n"
        )
        loaded({"padron.txt": text})
        ana = Client.objects.get(key="77")
        assert (ana.name, ana.surname, ana.second_surname) == ("ANA LUCÍA DE LA TORRE PEÑA", "DE LA TORRE", "PEÑA")
        assert Client.objects.get(key="78").name == "LUIS QUIZHPE"

    def test_people_and_companies_mixed(self, loaded):
        text = (
            f"RUC/CI;Razón social / Nombres\n{COMPANY};CORPORACIÓN FAVORITA C.A.\n{ROSA};MUÑOZ PEÑA ROSA\n"
            f"{LUIS};QUIZHPE JARA LUIS\n"
        )
        loaded({"clientes.csv": text})
        company = Client.objects.get(identifier=COMPANY)
        assert (company.kind, company.name, company.surname) == (Kind.COMPANY, "CORPORACIÓN FAVORITA C.A.", "")
        assert company.identifier_kind == "ruc"
        assert set(Client.objects.exclude(pk=company.pk).values_list("kind", flat=True)) == {Kind.PERSON}

    def test_names_in_four_columns_and_a_company_in_its_own(self, loaded):
        text = (
            "Tipo Persona;Nro. Identificación;Primer Nombre;Segundo Nombre;Primer Apellido;Segundo Apellido;Razón Social\n"
            f"N;{ROSA};Rosa;;Muñoz;Peña;\nJ;{COMPANY};;;;;Favorita\n"
        )
        loaded({"maestro.csv": text})
        assert Client.objects.get(identifier=ROSA).name == "Rosa Muñoz Peña"
        assert Client.objects.get(identifier=ROSA).given_name == "Rosa"
        company = Client.objects.get(identifier=COMPANY)
        assert (company.name, company.kind) == ("Favorita", Kind.COMPANY)

    def test_a_workbook_with_titles_above_and_a_sum_below(self, loaded, workbook):
        rows = [
            ["Cooperativa Andina"],
            [None, "Reporte de socios al", date(2026, 5, 31)],
            [],
            ["CEDULA", "NOMBRE COMPLETO", "FECHA NAC.", "SALDO", "TELÉFONO", None],
            [102334455, "Rosa Muñoz", date(1968, 4, 2), 1240.5, 991234567, None],
            [LUIS, "Luis Quizhpe", date(1974, 1, 5), 10, None, None],
            ["TOTAL", None, None, 1250.5, None, None],
        ]
        done = loaded({"reporte.xlsx": workbook({"Socios": rows, "Vacía": []})})
        assert (done.counts[Entity.CLIENTS].created, done.total_refused) == (2, 0)
        rosa = Client.objects.get(identifier=ROSA)
        assert (rosa.birth_date, rosa.identifier_kind) == (date(1968, 4, 2), "cedula")

    def test_headings_alike_empty_columns_and_quoted_lines(self, loaded):
        text = (
            '"CEDULA","NOMBRE","TELEFONO","TELEFONO","","DIRECCION","VACIA"\n'
            f'"{ROSA}","Rosa Muñoz","","0991234567","","Calle Larga\ny Borrero",""\n'
            f'"{LUIS}","Luis Quizhpe","022234455","","","N/D",""\n'
        )
        done = loaded({"export.csv": text})
        assert (done.counts[Entity.CLIENTS].created, done.total_refused) == (2, 0)
        reached = dict(ContactPoint.objects.values_list("client__identifier", "value").filter(kind="phone"))
        assert reached == {ROSA: "0991234567", LUIS: "022234455"}
        assert ContactPoint.objects.get(kind="address").value == "Calle Larga y Borrero"

    def test_without_headings(self, loaded):
        done = loaded({"x.csv": f"{ROSA};Rosa Elena Muñoz;0991234567\n{LUIS};Luis Quizhpe;0991234568\n"})
        assert (done.counts[Entity.CLIENTS].created, done.total_refused) == (2, 0)
        assert Client.objects.get(identifier=LUIS).name == "Luis Quizhpe"

    def test_utf_16_with_tabs(self, loaded):
        loaded({"clientes.txt": f"Cédula\tNombre\r\n{ROSA}\tRosa Muñoz\r\n".encode("utf-16")})
        assert Client.objects.get().name == "Rosa Muñoz"

    def test_english_and_parquet(self, loaded, tmp_path):
        frame = pl.DataFrame(
            {"customer_id": [7, 8], "full_name": ["Ann Lee", "Bo Ray"], "date_of_birth": [date(1980, 1, 2), None]}
        )
        frame.write_parquet(tmp_path / "c.parquet")
        done = loaded({"customers.parquet": (tmp_path / "c.parquet").read_bytes()})
        assert done.total_refused == 0
        assert Client.objects.get(key="7").birth_date == date(1980, 1, 2)

    def test_branches_and_advisers_are_made_from_the_column_that_names_them(self, loaded):
        text = (
            f"Cédula;Nombre;Agencia;Asesor;Sexo\n{ROSA};Rosa Muñoz;Cuenca;Luis Andrade;Femenino\n{LUIS};Luis Q.;;;M\n"
        )
        done = loaded({"clientes.csv": text})
        rosa = Client.objects.get(identifier=ROSA)
        assert (rosa.branch.name, rosa.adviser.name, rosa.sex, done.total_refused) == ("Cuenca", "Luis Andrade", "f", 0)
        assert Staff.objects.get().branch == rosa.branch
        luis = Client.objects.get(identifier=LUIS)
        assert (luis.adviser, luis.branch.key, luis.sex) == (None, "sin-oficina", "m")

    def test_the_same_file_again_changes_nothing(self, loaded):
        files = {"clientes.csv": f"Cédula;Nombre\n{ROSA};Rosa Muñoz\n"}
        loaded(files)
        again = loaded(files)
        assert all(counts.changed == 0 for counts in again.counts.values())


class TestSeveralFiles:
    def test_accounts_find_their_clients_through_the_identifier(self, loaded):
        clients = f"COD_CLIENTE;CEDULA;NOMBRE\nC1;{ROSA};Rosa Muñoz\nC2;{LUIS};Luis Quizhpe\nC3;{INES};Inés Tamariz\n"
        accounts = (
            "NRO CUENTA;CEDULA TITULAR;PRODUCTO;SALDO;TASA;F. APERTURA;VENCIMIENTO\n"
            f"AH-1;{ROSA};Ahorros;1.240,50;0,5%;15/01/2012;\nPF-7;{LUIS};Depósito a plazo;25.000,00;7,25%;01/12/2025;01/12/2026\n"
            f"CR-1;{INES};Crédito de consumo;-3.000,10;15%;01/12/2025;01/12/2028\n"
        )
        done = loaded({"clientes.csv": clients, "cuentas.csv": accounts})
        assert done.total_refused == 0
        deposit = Holding.objects.get(key="PF-7")
        assert (deposit.client.key, deposit.rate_ppm, deposit.balance_minor) == ("C2", 72_500, 2_500_000)
        assert deposit.product.line == "deposit"
        assert Holding.objects.get(key="CR-1").product.line == "loan"

    def test_a_file_of_accounts_with_their_owners_gives_both(self, loaded):
        text = (
            "NUM CUENTA;CEDULA;NOMBRE DEL SOCIO;TIPO CUENTA;SALDO;FECHA APERTURA\n"
            f"AH-1;{ROSA};Rosa Muñoz;Ahorros;1.240,50;15/01/2012\nPF-7;{ROSA};Rosa Muñoz;Plazo fijo;25.000,00;01/12/2025\n"
            f"AH-2;{LUIS};Luis Quizhpe;Ahorros;10,00;01/03/2015\nAH-3;;Nadie;Ahorros;1,00;01/03/2015\n"
        )
        done = loaded({"cuentas.csv": text})
        assert refused(done) == [(5, "CEDULA", "", "It is empty."), (5, "CEDULA", "", "It is empty.")]
        assert Holding.objects.filter(client__identifier=ROSA).count() == 2
        assert Client.objects.count() == 2

    def test_movements_balances_and_contacts(self, loaded):
        files = {
            "clientes.csv": f"CEDULA;NOMBRE\n{ROSA};Rosa Muñoz\n{LUIS};Luis Quizhpe\n",
            "cuentas.csv": f"CUENTA;CEDULA;FECHA APERTURA\nAH-1;{ROSA};2020-01-15\nAH-2;{LUIS};2020-01-15\n",
            "movimientos.csv": "ID;CUENTA;FECHA;D/C;VALOR;CONCEPTO\n1;AH-1;02/05/2026;C;300,00;Depósito\n2;AH-1;09/05/2026;D;59,50;Agua\n"
            "3;AH-2;19/05/2026;D;1,50;Luz\n",
            "saldos.csv": "CUENTA;MES;SALDO\nAH-1;30/04/2026;10,00\nAH-1;31/05/2026;250,50\nAH-2;31/05/2026;5,00\n",
            "gestiones.csv": "CEDULA;FECHA;CANAL;OBSERVACION;DURACION\n"
            f"{ROSA};02/05/2026 10:30;Llamada;Quiere renovar;12\n{LUIS};03/05/2026 11:00;Visita;Nada;30\n",
        }
        done = loaded(files)
        assert refused(done) == []
        created = {entity: counts.created for entity, counts in done.counts.items() if counts.created}
        assert created == {"clients": 2, "holdings": 2, "balances": 3, "transactions": 3, "interactions": 2}

    def test_staff_and_branches_in_files_of_their_own(self, loaded):
        files = {
            "agencias.csv": "CODIGO;NOMBRE\nCUE;Cuenca\nGYE;Guayaquil\n",
            "asesores.csv": "CODIGO;NOMBRE;CARGO;AGENCIA;USUARIO\nA1;Luis Andrade;Oficial de crédito;CUE;landrade\n",
            "clientes.csv": f"CEDULA;NOMBRE;AGENCIA;ASESOR\n{ROSA};Rosa Muñoz;GYE;A1\n",
        }
        done = loaded(files)
        rosa = Client.objects.get()
        assert refused(done) == []
        assert (rosa.branch.name, rosa.adviser.sign_in.username) == ("Guayaquil", "landrade")
