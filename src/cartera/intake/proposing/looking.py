"""How a file is written: of which kind, in which encoding, with which separator, and on which line its headings stand."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from cartera.intake.headings import clean_headings
from cartera.intake.kinds import FileKind, kind_of_file
from cartera.intake.proposals import synonyms
from cartera.intake.proposals.matching import heading_of as heading_of_column
from cartera.intake.proposals.matching import named_alike
from cartera.intake.proposals.proposal import Format
from cartera.intake.proposing.encodings import encoding_of
from cartera.intake.reading import UnreadableFile, read_file
from cartera.intake.recipes import Layout
from cartera.intake.refusals import FILE, LINE
from cartera.intake.rows import tidy
from cartera.intake.separated import read, split_or_none
from cartera.intake.tables_of_strangers import parquet_of, sheets_of

HEAD = 8 * 1024 * 1024
ROWS = 50_000
FIRST_LINES = 60
SEPARATORS = (";", ",", "\t", "|")


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a file: its format so far, and its first rows as text. `whole`: there are no others."""

    name: str
    file: str
    format: Format
    rows: pl.DataFrame
    whole: bool


def look_at(path: Path) -> list[Look]:
    """One look at a file, or one at each sheet of a workbook that holds something. Raises UnreadableFile."""
    match kind_of_file(path):
        case FileKind.SHEET:
            return _look_at_sheets(path)
        case FileKind.PARQUET:
            rows = parquet_of(path)
            return [_look(path, path.name, Format("parquet"), rows)]
        case FileKind.VCARD:
            return [_look(path, path.name, Format("vcard"), read_file(path, Layout()).rows.drop(FILE, LINE))]
    return [_look_at_text(path)]


def _look_at_sheets(path: Path) -> list[Look]:
    """Each sheet that holds something; of a workbook of several, each has a name of its own."""
    sheets = sheets_of(path)
    if not sheets:
        raise UnreadableFile(_("{file} is empty.").format(file=path.name))
    looks = []
    for sheet, cells in sheets.items():
        heading = heading_of(cells.head(FIRST_LINES).rows())
        titles = clean_headings(cells.row(heading - 1) if heading else [None] * cells.width)
        rows = cells.slice(heading).rename(dict(zip(cells.columns, titles, strict=True)))
        name = path.name if len(sheets) == 1 else f"{path.name} · {sheet}"
        looks.append(_look(path, name, Format("sheet", heading=heading, sheet=sheet), rows))
    return looks


def _look(path: Path, name: str, written: Format, rows: pl.DataFrame) -> Look:
    """The first rows of a table, without those that are empty."""
    some = rows.head(ROWS).select(tidy(column, Layout()) for column in rows.columns)
    filled = some.filter(pl.any_horizontal(pl.all().is_not_null())) if some.width else some
    return Look(name, path.name, written, filled, rows.height <= ROWS)


def _look_at_text(path: Path) -> Look:
    size = path.stat().st_size
    if not size:
        raise UnreadableFile(_("{file} is empty.").format(file=path.name))
    encoding = encoding_of(path)
    with path.open("rb") as file:
        content = file.read(HEAD)
    whole = len(content) == size
    if not whole:
        content = content[: content.rfind(b"\n") + 1] or content
    text = content.decode("utf-8" if encoding == "mixed" else encoding, "replace").removeprefix("\ufeff")
    lines = [line.rstrip("\r") for line in text.split("\n", FIRST_LINES)[:FIRST_LINES]]
    separator = separator_of(lines)
    quote = '"'
    table = [split_or_none(line, Layout(separator=separator, quote=quote)) or [] for line in lines]
    heading = heading_of(table)
    columns = tuple(f"column {number}" for number in range(1, _usual(table) + 1)) if not heading else ()
    layout = Layout(
        separator=separator,
        encoding=encoding,
        quote=quote,
        header=bool(heading),
        columns=columns,
        skip_lines=max(heading - 1, 0),
    )
    rows = read(io.BytesIO(content), path.name, layout).rows.drop(FILE, LINE)
    written = Format("csv", separator, encoding, quote, heading)
    return Look(path.name, path.name, written, rows, whole)


def separator_of(lines: Sequence[str]) -> str:
    """The separator that cuts most lines into the same number of cells, several if it can be."""
    said = [line for line in lines if line.strip()]

    def evenness(separator: str) -> tuple[float, int]:
        layout = Layout(separator=separator)
        counts = Counter(len(cells) if (cells := split_or_none(line, layout)) else 0 for line in said)
        wide = [(times, width) for width, times in counts.items() if width > 1]
        times, width = max(wide, default=(0, 1))
        return times / max(len(said), 1), width

    best = max(SEPARATORS, key=evenness)
    return best if evenness(best)[0] >= 0.4 or len(said) <= 2 else max(SEPARATORS, key=lambda one: evenness(one)[0])


def _usual(table: Iterable[Sequence[object]]) -> int:
    """How many cells most rows have."""
    counts = Counter(len(row) for row in table if row)
    return max(counts.items(), key=lambda one: (one[1], one[0]), default=(1, 0))[0]


def heading_of(table: Sequence[Sequence[str | None]]) -> int:
    """The number of the row with the headings, 0 when there is none: all cells there are words, and below stand others."""
    width = _usual(table)
    for number, row in enumerate(table, start=1):
        cells = [(cell or "").strip() for cell in row]
        filled = [cell for cell in cells if cell]
        if len(cells) != width or len(filled) < max(1, (width + 1) // 2):
            continue
        below = [
            [(cell or "").strip() for cell in other] for other in table[number : number + 20] if len(other) == width
        ]
        return number if _is_heading(cells, below) else 0
    return 0


_DATA = re.compile(r"^[\d\s.,/:+$€%()-]*\d[\d\s.,/:+$€%()-]*$|@")


def _is_heading(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    filled = [cell for cell in cells if cell]
    known = sum(named_alike(heading_of_column(cell), _headings())[0] >= KNOWN for cell in filled)
    if any(_DATA.search(cell) for cell in filled):
        return known * 2 > len(filled)
    data = sum(bool(_DATA.search(cell)) for row in below for cell in row)
    return known > 0 or data > 0 or not below


KNOWN = 0.9


@cache
def _headings() -> tuple[str, ...]:
    """Every way in which banks call any column."""
    return tuple({name for places in synonyms.of_columns().values() for listed in places.values() for name in listed})
