"""Any list as a file: its columns are declared once, and it holds the rows that its screen shows to this reader.

Numbers are numbers, days are days, money is in units beside its currency, headings are in the reader's language, and no
text is taken for a formula. That somebody took so many rows of a list away is on record before the first of them leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from tempfile import TemporaryFile
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import FileResponse, QueryDict, StreamingHttpResponse
from django.utils import translation
from django.utils.functional import Promise as LazyText
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from cartera.clock import queries as clock
from cartera.desk.actions import record_export
from cartera.desk.sheets import sheet
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid
from cartera.kernel.money import Money, exponent

R = TypeVar("R", bound=Model)
Cell = str | int | Money | date | None
AT_ONCE = 2000
MOST_IN_A_WORKBOOK = 1_048_575
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Loaded when the first workbook is asked for: it takes 20 MiB that most processes never need.
WORKBOOK = "xlsxwriter.Workbook"


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A heading and what stands under it for a row: text, a whole number, money, a day or an instant."""

    heading: LazyText | str
    of: Callable[[R], Cell]


@dataclass(frozen=True, slots=True)
class Listing(Generic[R]):
    """A list that can be taken away: who may, its rows for an actor and an address, its columns."""

    name: str
    title: LazyText
    may: str
    rows: Callable[[Actor, QueryDict], QuerySet[R]]
    columns: Sequence[Column[R]]


def export(listing: Listing[R], format: Format, *, actor: Actor, asked: QueryDict) -> StreamingHttpResponse:
    """The file of a list as the address asks for it. Raises Invalid for more rows than a workbook holds."""
    rows = listing.rows(actor, asked)
    count = rows.order_by().count()
    if format == Format.XLSX and count > MOST_IN_A_WORKBOOK:
        raise Invalid(_("A workbook holds no more than a million rows: take this list as CSV."))
    record_export(
        actor=actor, listing=listing.name, format=format, count=count, narrowed_by=sorted(asked.keys() - {"cursor"})
    )
    heading = [str(column.heading) for column in listing.columns]
    lines = _lines(listing, rows, translation.get_language() or "en")
    name = f"{listing.name}.{format}"
    if format == Format.CSV:
        return sheet(name, heading, ([_as_text(cell) for cell in line] for line in lines))
    return _workbook(name, str(listing.title), heading, lines)


def _lines(listing: Listing[R], rows: QuerySet[R], language: str) -> Iterator[list[Cell]]:
    with translation.override(language):
        for row in rows.iterator(chunk_size=AT_ONCE):
            yield [_local(column.of(row)) for column in listing.columns]


def _local(cell: Cell) -> Cell:
    """Instants as the clock on the institution's wall shows them."""
    return cell.astimezone(clock.here()).replace(tzinfo=None) if isinstance(cell, datetime) else cell


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Money):
        return str(cell.amount)
    return cell.isoformat(" ", "minutes") if isinstance(cell, datetime) else str(cell)


def _workbook(name: str, title: str, heading: Sequence[str], lines: Iterator[list[Cell]]) -> FileResponse:
    """Written row by row to a file that is gone once it is sent."""
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book = import_string(WORKBOOK)(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(title[:31])
    page.freeze_panes(1, 0)
    page.write_row(0, 0, heading, book.add_format({"bold": True}))
    look = _Look(book)
    for number, line in enumerate(lines, start=1):
        for place, cell in enumerate(line):
            _write(page, number, place, cell, look)
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


class _Look(dict[str, Any]):
    """The formats of a workbook's cells, each made once."""

    def __init__(self, book: Any) -> None:
        super().__init__()
        self.book = book

    def __missing__(self, picture: str) -> Any:
        return self.setdefault(picture, self.book.add_format({"num_format": picture}))


def _write(page: Any, row: int, place: int, cell: Cell, look: _Look) -> None:
    if isinstance(cell, Money):
        decimals = exponent(cell.currency)
        page.write_number(row, place, cell.amount, look[f"#,##0.{'0' * decimals}" if decimals else "#,##0"])
    elif isinstance(cell, datetime):
        page.write_datetime(row, place, cell, look["yyyy-mm-dd hh:mm"])
    elif isinstance(cell, date):
        page.write_datetime(row, place, cell, look["yyyy-mm-dd"])
    elif isinstance(cell, int):
        page.write_number(row, place, cell, look["0"])
    elif cell:
        page.write_string(row, place, cell[:32_767])
