"""Whatever a file holds, it is looked at, proposed and imported without a crash, and every row is loaded or refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cartera.clients.models import Client
from cartera.intake import strangers, tables_of_strangers
from cartera.intake.entities import Bank
from cartera.intake.frames import Entity
from cartera.intake.importing import import_folder
from cartera.intake.kinds import FileKind, kind_of_file
from cartera.intake.proposals.proposal import Proposal
from cartera.intake.proposing import propose
from cartera.intake.reading import UnreadableFile, read_file
from cartera.intake.recipe_file import read_recipe
from cartera.intake.recipes import Layout
from tests.intake.conftest import IMPORT

pytestmark = [pytest.mark.row("Y9"), pytest.mark.django_db, pytest.mark.usefixtures("lake_home")]

BANK = Bank("Cooperativa Andina", "EC", "USD", "America/Guayaquil")
HEADINGS = (
    "CEDULA", "Nombre", "NOMBRES", "APELLIDOS", "Apellidos y nombres", "Razón Social", "Fecha Nac.", "Correo", "Celular", "Celular",
    "Dirección", "Agencia", "Asesor", "Sexo", "Tipo", "", "Saldo", "CUENTA", "Fecha", "Valor", "Canal", "id", "a{b}", "x.y", "]",
    "Cliente desde", "Observación", "Producto", "\x00", "\ufeff", "ñ" * 300,
)  # fmt: skip
cells = st.one_of(
    st.sampled_from(
        [
            "0102334455", "1710034065", "1790016919001", "MUÑOZ PEÑA ROSA ELENA", "Corporación Favorita C.A.", "31/02/1974",
            "02/04/1968", "9999-12-31", "0000-00-00", "1-1-1", "45000", "1.240,50", "-3", "(3,00)", "$ 1,000.25", "9" * 40, "1e400",
            "a@b.ec", "0991234567", "F", "M", "TOTAL", "N/D", "", " ", "\x00", "\u2028", "\u202e", "x" * 3000, "=1+1", "{CEDULA}",
            '"', '""', "a\nb", ";", ",", "\t", "\r", "'", "NaN", "\U0001f600", "\ud800",
        ]
    ),
    st.text(max_size=12),
    st.integers(-(10**25), 10**25).map(str),
    st.dates().map(str),
)  # fmt: skip
tables = st.integers(1, 6).flatmap(
    lambda width: st.tuples(
        st.lists(st.sampled_from(HEADINGS), min_size=width, max_size=width),
        st.lists(st.lists(cells, min_size=width, max_size=width), max_size=6),
    )
)
numbers = st.floats(allow_nan=True) | st.integers(-(2**63), 2**63 - 1) | st.dates() | st.datetimes() | st.booleans()

fuzz = settings(
    max_examples=60,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def everything_is_told(path: Path, system: str = "") -> None:
    """Propose, keep as JSON, correct, and import; then count."""
    proposal = propose([path], on=date(2026, 6, 16))
    assert Proposal.from_json(proposal.as_json()) == proposal
    for entity in (None, *((proposal.files[0].entity, Entity.CLIENTS) if not proposal.files[0].problem else ())):
        chosen = proposal if entity is None else proposal.with_file(proposal.files[0].name, entity=entity)
        recipe = path.with_suffix(".toml")
        recipe.write_text(chosen.with_bank(BANK).recipe_toml(), encoding="utf-8")
        if not read_recipe(recipe).files:
            continue
        before = Client.objects.count()
        done = import_folder(actor=IMPORT, recipe_path=recipe, folder=[path])
        for counts in done.counts.values():
            told = asdict(counts)
            assert told.pop("read") == sum(told.values())
        assert Client.objects.count() - before == done.counts[Entity.CLIENTS].created
        assert done.refused.filter(pl.col("reason").str.len_chars() == 0).is_empty()


@fuzz
@given(
    table=tables,
    separator=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "latin-1"]),
    quoted=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    junk=st.binary(max_size=4),
)
def test_any_table_as_text(tmp_path, table, separator, encoding, quoted, end, junk):
    headings, rows = table

    def written(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"' if quoted else cell

    text = end.join(separator.join(map(written, row)) for row in [headings, *rows]) + end
    path = tmp_path / "clientes.csv"
    path.write_bytes(text.encode(encoding, "replace") + junk)
    everything_is_told(path)


@fuzz
@given(content=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_as_text(tmp_path, content):
    path = tmp_path / "datos.csv"
    path.write_bytes(content)
    everything_is_told(path)


@fuzz
@given(lines=st.lists(st.sampled_from(
    ["BEGIN:VCARD", "END:VCARD", "VERSION:3.0", "VERSION:2.1", "FN:Rosa", "N:Muñoz;Rosa;;;", "N:a", "TEL;TYPE=CELL:099", "TEL:", "BDAY:1968-04-02",
     "BDAY:x", "BDAY:--0402", "ADR:;;x", "ORG:A;B", "EMAIL;ENCODING=b:////", "NOTE;ENCODING=QUOTED-PRINTABLE:=C3=", "PHOTO;ENCODING=BASE64:zz", " x", ":", ";:",
     "item1.TEL:1", "X;A=\"b:c\":d", "\x00", "BEGIN:VEVENT", "END:VEVENT", "UID:1"]
), max_size=20))  # fmt: skip
def test_any_cards(tmp_path, lines):
    path = tmp_path / "contactos.vcf"
    path.write_text("\n".join(["BEGIN:VCARD", *lines]), encoding="utf-8")
    everything_is_told(path)


@contextmanager
def in_this_process() -> Iterator[None]:
    """Well-formed files are opened here, so that there can be many."""

    def opened(kind: str, path: Path, folder: Path, sheet: str = "") -> list[str]:
        strangers.OPENERS[kind](path, folder, sheet)
        return list(json.loads((folder / strangers.NAMES).read_text()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_of_strangers, "_opened", opened)
        yield


@fuzz
@given(table=tables, more=st.lists(numbers, max_size=4))
def test_any_workbook(tmp_path, table, more):
    headings, rows = table
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content, {"strings_to_formulas": False, "nan_inf_to_errors": True, "default_date_format": "dd/mm/yy"}
    )
    sheet = book.add_worksheet()
    for at, row in enumerate([headings, *rows, more]):
        for column, cell in enumerate(row):
            match cell:
                case str():
                    sheet.write_string(at, column, cell.encode("utf-8", "replace").decode()[:32_000])
                case date() if cell.year < 1900:
                    sheet.write_string(at, column, str(cell))
                case datetime() | date():
                    sheet.write_datetime(at, column, cell)
                case _:
                    sheet.write(at, column, cell)
    book.close()
    path = tmp_path / "socios.xlsx"
    path.write_bytes(content.getvalue())
    with in_this_process():
        everything_is_told(path)


KINDS = (
    pa.string(), pa.int64(), pa.uint64(), pa.float64(), pa.float32(), pa.bool_(), pa.date32(), pa.timestamp("us"), pa.timestamp("ns", "UTC"),
    pa.decimal128(30, 4), pa.binary(), pa.list_(pa.int64()), pa.dictionary(pa.int32(), pa.string()), pa.time64("us"), pa.null(), pa.duration("s"),
)  # fmt: skip


@fuzz
@given(
    headings=st.lists(st.sampled_from(HEADINGS), min_size=1, max_size=6),
    kinds=st.lists(st.sampled_from(KINDS), min_size=6, max_size=6),
    values=st.lists(st.integers(0, 2**62) | st.none(), max_size=8),
    words=st.lists(cells.map(lambda cell: cell.encode("utf-8", "replace").decode()), min_size=8, max_size=8),
)
def test_any_parquet(tmp_path, headings, kinds, values, words):
    columns = []
    for kind, heading in zip(kinds, headings, strict=False):
        column: pa.Array = pa.array(values, pa.int64())
        if (heading and pa.types.is_string(kind)) or pa.types.is_dictionary(kind):
            column = pa.array(words[: len(values)], pa.string()).cast(kind)
        elif pa.types.is_list(kind):
            column = pa.array([[one] for one in values], kind)
        elif pa.types.is_binary(kind):
            column = pa.array([str(one).encode() for one in values], kind)
        elif not (
            pa.types.is_boolean(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind) or pa.types.is_date(kind)
        ):
            column = column.cast(kind, safe=False) if kind != pa.time64("us") else column
        columns.append(column)
    path = tmp_path / "cuentas.parquet"
    pa.parquet.write_table(pa.table(columns, names=headings[: len(columns)]), path)
    with in_this_process():
        everything_is_told(path)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    begins=st.sampled_from([b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
    content=st.binary(max_size=200),
    damage=st.none() | st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=6)),
)
def test_broken_binary_files_are_unreadable_and_nothing_worse(tmp_path, begins, content, damage):
    path = tmp_path / "roto.bin"
    path.write_bytes(begins + content)
    if damage:
        whole = io.BytesIO()
        if begins == b"PAR1":
            pl.DataFrame({"CEDULA": ["0102334455"] * 50, "n": range(50)}).write_parquet(whole)
        else:
            book = xlsxwriter.Workbook(whole)
            book.add_worksheet().write_row(0, 0, ["CEDULA", "NOMBRE", "x" * 500])
            book.close()
        at, junk = damage
        bytes_ = bytearray(whole.getvalue())
        bytes_[at % len(bytes_) : at % len(bytes_) + len(junk)] = junk
        path.write_bytes(begins + bytes(bytes_)[len(begins) :])
    assert _read_or_not(path) in {"read", "unreadable"}


def _read_or_not(path: Path) -> str:
    try:
        read_file(path, Layout())
    except UnreadableFile:
        return "unreadable"
    return "read"


class TestTraps:
    def test_a_sheet_with_one_cell_at_its_far_corner(self, tmp_path, in_english):
        path = tmp_path / "corner.xlsx"
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet()
        sheet.write(0, 0, "CEDULA")
        sheet.write(1_048_575, 16_383, "x")
        book.close()
        assert "more memory" in propose([path]).files[0].problem

    def test_a_sheet_that_unpacks_to_far_too_much(self, tmp_path, in_english, monkeypatch):
        monkeypatch.setattr(strangers, "MEMORY", 1024**3)
        path = tmp_path / "bomb.xlsx"
        book = xlsxwriter.Workbook(str(path))
        book.add_worksheet().write(0, 0, "CEDULA")
        book.close()
        _blown_up(path)
        with pytest.raises(UnreadableFile):
            read_file(path, Layout())

    def test_ten_thousand_columns(self, tmp_path):
        path = tmp_path / "ancho.csv"
        path.write_text(";".join(f"c{n}" for n in range(10_000)) + "\n" + ";".join("1" for _ in range(10_000)) + "\n")
        assert read_file(path, Layout()).rows.width == 10_002
        assert len(propose([path]).files[0].columns) == 300

    def test_a_line_without_end(self, tmp_path, in_english, monkeypatch):
        monkeypatch.setattr("cartera.intake.separated.BLOCK", 1000)
        monkeypatch.setattr("cartera.intake.separated.LONGEST", 5000)
        path = tmp_path / "largo.csv"
        path.write_text("a;b\n" + "x" * 10_000)
        with pytest.raises(UnreadableFile, match="Line 2 is longer"):
            read_file(path, Layout())

    def test_a_folder_of_strange_names(self, write):
        folder = write({"[clientes] {1}.csv": "CEDULA;NOMBRE\n0102334455;Rosa\n"})
        path = folder / "[clientes] {1}.csv"
        everything_is_told(path)
        assert Client.objects.get().name == "Rosa"

    @pytest.mark.parametrize(
        ("begins", "kind"),
        [(b"PK\x03\x04", "sheet"), (b"PAR1", "parquet"), (b"\xef\xbb\xbfbegin:vcard\n", "vcard"), (b"", "csv")],
    )
    def test_the_kind_of_a_file_is_told_by_its_beginning(self, tmp_path, begins, kind):
        path = tmp_path / "x.csv"
        path.write_bytes(begins)
        assert kind_of_file(path) is FileKind(kind)


def _blown_up(path: Path) -> None:
    """A sheet of few bytes packed and more than a thousand million unpacked."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"x" * 1_000_000 + b"</t></is></c></row>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                new.writestr(name, content)
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(
                b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            )
            for _ in range(1200):
                sheet.write(row)
            sheet.write(b"</sheetData></worksheet>")
