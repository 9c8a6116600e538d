"""What is proposed, how surely, why; how a person corrects it; and that it can be kept and read again."""

from __future__ import annotations

import json
import tomllib
from datetime import date

import pytest

from cartera.intake.entities import Bank, Entity
from cartera.intake.proposals.codes import line_of
from cartera.intake.proposals.proposal import Proposal
from cartera.intake.proposals.targets import Sort
from cartera.intake.proposing import targets

pytestmark = [pytest.mark.row("Y9"), pytest.mark.usefixtures("in_english")]

CLIENTS = (
    "Cédula;Apellidos y nombres;Sexo;Fecha Nac.;Celular;Notas;Vacía\n"
    "0102334455;MUÑOZ PEÑA ROSA ELENA;F;02/04/1968;0991234567;vip;\n1710034065;QUIZHPE JARA LUIS;M;05/01/1974;;;\n"
    "0912345675;TAMARIZ MOSCOSO INÉS;X;;022345678;;\n"
)


class TestGuesses:
    def test_what_a_file_holds_and_how_it_is_written(self, looked_at):
        [file] = looked_at({"socios.csv": ("Reporte;;;;;;\n\n" + CLIENTS).encode("cp1252")}).files
        assert (file.entity, file.format.separator, file.format.encoding, file.format.heading) == (
            Entity.CLIENTS,
            ";",
            "cp1252",
            3,
        )
        assert file.confidence > 0.8
        assert "its name says so" in file.reason

    def test_what_each_column_means_with_samples_and_the_reason(self, looked_at):
        [file] = looked_at({"socios.csv": CLIENTS}).files
        meant = {column.name: (column.sort, column.target) for column in file.columns}
        assert meant == {
            "Cédula": (Sort.IDENTIFIER, "identifier"),
            "Apellidos y nombres": (Sort.NAME, "surnames_first"),
            "Sexo": (Sort.CODE, "sex"),
            "Fecha Nac.": (Sort.DATE, "birth_date"),
            "Celular": (Sort.PHONE, "phone"),
            "Notas": (Sort.CODE, None),
            "Vacía": (Sort.EMPTY, None),
        }
        name = file.column("Apellidos y nombres")
        assert name.samples[0] == "MUÑOZ PEÑA ROSA ELENA"
        assert (name.confidence, name.reason) == (0.98, "It is called like “apellidos y nombres”.")

    def test_codes_are_translated_as_far_as_anybody_knows(self, looked_at):
        [file] = looked_at({"socios.csv": CLIENTS}).files
        assert dict(file.column("Sexo").codes) == {"F": "f", "M": "m", "X": ""}

    def test_m_beside_h_is_a_woman(self, looked_at):
        [file] = looked_at({"socios.csv": CLIENTS.replace(";F;", ";H;").replace(";X;", ";H;")}).files
        assert dict(file.column("Sexo").codes) == {"H": "m", "M": "f"}

    def test_the_short_headings_of_a_core(self, looked_at):
        text = "SOCIO;NOMBRES;AP1;AP2;NAC;CEL\nS1;Rosa;Muñoz;Peña;02/04/1968;0991234567\nS2;Luis;Paz;Mora;05/01/1974;0991234568\n"
        [file] = looked_at({"socios.csv": text}).files
        assert [column.target for column in file.columns] == [
            "key", "given_name", "surname", "second_surname", "birth_date", "phone"
        ]  # fmt: skip

    def test_a_column_that_tells_rows_apart_is_the_number_where_none_is_called_so(self, looked_at):
        text = "REF X;SOCIO;TIPO;SALDO\nA-01;S1;AHV;10.50\nA-02;S1;AHV;20.10\nA-03;S2;CRE;3.00\n"
        [file] = looked_at({"cuentas.csv": text}).files
        assert file.column("REF X").target == "key"
        assert file.column("REF X").reason == "No two of its cells are alike."

    @pytest.mark.parametrize(
        ("product", "file", "line"),
        [
            ("CRE", "cuentas.xlsx", "loan"),
            ("Crédito de consumo", "cuentas.xlsx", "loan"),
            ("AHV", "cuentas.xlsx", "deposit"),
            ("1", "prestamos.csv", "loan"),
            ("1", "extracto.csv", "deposit"),
        ],
    )
    def test_a_product_tells_its_line_before_its_file_does(self, product, file, line):
        assert line_of(product, file) == line

    def test_a_typing_error_in_a_heading_is_forgiven_and_less_sure(self, looked_at):
        [file] = looked_at({"x.csv": "Identificasion;Nombre completo\n0102334455;Rosa Muñoz\n"}).files
        found = file.column("Identificasion")
        assert found.target == "identifier"
        assert found.confidence < 0.95

    def test_content_tells_where_headings_do_not(self, looked_at):
        [file] = looked_at(
            {"x.csv": "campo1;campo2;campo3\n0102334455;Rosa Elena Muñoz Peña;r@b.ec\n1710034065;Luis Quizhpe;l@b.ec\n"}
        ).files
        assert [column.target for column in file.columns] == ["identifier", "name", "email"]

    @pytest.mark.parametrize(
        ("written", "pattern"),
        [
            ("02/04/1968", "%d/%m/%Y"),
            ("1968-04-02", "%Y-%m-%d"),
            ("680402", "%y%m%d"),
            ("19680402", "%Y%m%d"),
            ("02-04-68", "%d-%m-%y"),
        ],
    )
    def test_dates_are_told_by_their_cells(self, looked_at, written, pattern):
        other = written.replace("02", "13", 1) if pattern.startswith("%d") else written[:-1] + "9"
        [file] = looked_at(
            {"x.csv": f"CEDULA;NOMBRE;NACIMIENTO\n0102334455;Rosa;{written}\n1710034065;Luis;{other}\n"}
        ).files
        assert file.column("NACIMIENTO").content.dates == (pattern,)

    @pytest.mark.parametrize(
        ("amount", "decimal"), [("1.240,50", ","), ("1,240.50", "."), ("12,5", ","), ("1240.5", ".")]
    )
    def test_the_decimal_sign(self, looked_at, amount, decimal):
        [file] = looked_at(
            {"cuentas.csv": f"CUENTA;CEDULA;SALDO\nA1;0102334455;{amount}\nA2;1710034065;{amount}\n"}
        ).files
        assert file.format.decimal == decimal

    def test_excel_days_as_numbers(self, looked_at):
        [file] = looked_at(
            {"x.csv": "CEDULA;NOMBRE;FECHA NACIMIENTO\n0102334455;Rosa;24930\n1710034065;Luis;27034\n"}
        ).files
        assert file.column("FECHA NACIMIENTO").content.dates == ("excel",)

    def test_a_file_that_says_nothing_is_left_out_and_said_so(self, looked_at):
        proposal = looked_at({"clima.csv": "temperatura,humedad\n12.5,80.1\n13.1,75.2\n"})
        assert proposal.files[0].entity is None
        assert "clima.csv is left out" in proposal.recipe_toml()


class TestCorrections:
    def test_a_column_that_a_person_gives_takes_the_target_from_the_other(self, looked_at):
        proposal = looked_at(
            {"x.csv": "CEDULA;NOMBRE;OTRO NOMBRE\n0102334455;Rosa;Rosa Muñoz Peña\n1710034065;Luis;Luis Quizhpe\n"}
        )
        corrected = proposal.with_column("x.csv", "OTRO NOMBRE", "surnames_first").with_column("x.csv", "NOMBRE", None)
        assert corrected.file("x.csv").column("OTRO NOMBRE").confidence == 1.0
        assert 'in = "{OTRO NOMBRE}"' in corrected.recipe_toml()
        assert "{NOMBRE}" not in corrected.recipe_toml()

    def test_a_file_of_another_kind_is_matched_anew(self, looked_at):
        proposal = looked_at({"x.csv": "CODIGO;NOMBRE\nA1;Luis Andrade\nA2;Pablo Mora\n"}).with_file(
            "x.csv", entity=Entity.STAFF
        )
        assert [column.target for column in proposal.file("x.csv").columns] == ["key", "name"]
        assert proposal.with_file("x.csv", entity=None).recipe_toml().count("[[") == 0

    def test_a_code_means_what_a_person_says(self, looked_at):
        proposal = looked_at({"x.csv": CLIENTS}).with_code("x.csv", "Sexo", "X", "f")
        assert tomllib.loads(proposal.recipe_toml())["codes"]["x_sex"] == {"F": "f", "M": "m", "X": "f"}

    def test_what_is_not_there_is_an_error(self, looked_at):
        proposal = looked_at({"x.csv": CLIENTS})
        for wrong in (("y.csv", "Sexo", "sex"), ("x.csv", "Otra", "sex"), ("x.csv", "Sexo", "color")):
            with pytest.raises(KeyError):
                proposal.with_column(*wrong)

    def test_what_a_file_cannot_do_without_is_said(self, looked_at):
        proposal = looked_at({"x.csv": CLIENTS}).with_column("x.csv", "Apellidos y nombres", None)
        assert proposal.missing() == {"x.csv": ("name",)}
        assert "no column fills name" in proposal.recipe_toml()

    def test_it_is_kept_as_json(self, looked_at):
        bank = Bank("B", "EC", "USD", "America/Guayaquil", date(2026, 5, 31))
        proposal = looked_at(
            {"socios.csv": CLIENTS, "cuentas.csv": "CUENTA;CEDULA;SALDO\nA1;0102334455;1,5\n"}
        ).with_bank(bank)
        assert Proposal.from_json(json.loads(json.dumps(proposal.as_json()))) == proposal

    def test_every_target_has_a_label_and_takes_something(self):
        for entity in Entity:
            assert all(place.label and place.takes for place in targets(entity))
            assert len({place.name for place in targets(entity)}) == len(targets(entity))


class TestHardOnes:
    def test_a_column_called_partner_that_holds_names_is_the_name(self, looked_at):
        text = "LISTADO\n\nN°;CEDULA;SOCIO;TELEFONO 1;TELEFONO 2\n1;0102334455;MUÑOZ PEÑA ROSA;;0991234567\n2;1710034065;QUIZHPE LUIS;022345678;\nTotal;2;;;\n"
        [file] = looked_at({"x.csv": text}).files
        assert [column.target for column in file.columns] == [None, "identifier", "surnames_first", "phone", "phone"]
        assert file.format.totals == (("N°", "Total"),)

    def test_numbered_surnames(self, looked_at):
        [file] = looked_at({"x.csv": "DNI,Nombre,Apellido 1,Apellido 2\n12345678Z,José,García,López\n"}).files
        assert [column.target for column in file.columns] == ["identifier", "given_name", "surname", "second_surname"]

    def test_the_month_first_where_a_day_says_so(self, looked_at):
        [file] = looked_at({"x.csv": "id,name,birth date\n1,Ann Lee,1/5/1974\n2,Bo Ray,12/25/1980\n"}).files
        assert file.column("birth date").content.dates == ("%m/%d/%Y",)
