"""Workbooks and Parquet as rows of text; who opens them is `cartera.intake.strangers`, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from cartera.intake import refusals, strangers
from cartera.intake.headings import clean_headings, require_one_of_each
from cartera.intake.recipes import Layout
from cartera.intake.refusals import FILE, LINE
from cartera.intake.rows import ReadFiles, UnreadableFile, tidy

SECONDS = 1200


def sheets_of(path: Path, sheet: str = "") -> dict[str, pl.DataFrame]:
    """Each sheet of a workbook that holds something (or the one of this name): all its rows from the first, as text.

    Raises UnreadableFile.
    """
    with tempfile.TemporaryDirectory(prefix="cartera-") as folder:
        names = _opened("sheet", path, Path(folder), sheet)
        return {name: _mapped(path, Path(folder) / f"{number}.arrow") for number, name in enumerate(names)}


def parquet_of(path: Path) -> pl.DataFrame:
    """The plain columns of a Parquet file, as text. Raises UnreadableFile."""
    with tempfile.TemporaryDirectory(prefix="cartera-") as folder:
        names = _opened("parquet", path, Path(folder))
        rows = _mapped(path, Path(folder) / "0.arrow")
    return rows.rename(dict(zip(rows.columns, clean_headings(names), strict=True)))


def read_sheet(path: Path, layout: Layout, used: frozenset[str] | None = None) -> ReadFiles:
    """The rows of one sheet, the first unless the layout names it. Raises UnreadableFile."""
    sheets = sheets_of(path, layout.sheet)
    if not sheets:
        raise UnreadableFile(_("{file} is empty: it has no headings.").format(file=path.name))
    cells = next(iter(sheets.values()))
    headings = list(layout.columns) if not layout.header else []
    first = layout.skip_lines
    if layout.header:
        if cells.height <= first:
            raise UnreadableFile(_("{file} is empty: it has no headings.").format(file=path.name))
        headings, first = clean_headings(cells.row(first)), first + 1
    elif len(headings) != cells.width:
        words = _("{file} has {found} columns and the recipe names {expected}.")
        raise UnreadableFile(words.format(file=path.name, found=cells.width, expected=len(headings)))
    rows = cells.slice(first).rename(dict(zip(cells.columns, headings, strict=True)))
    return _as_read(path.name, rows, first + 1, layout, used)


def read_parquet(path: Path, layout: Layout, used: frozenset[str] | None = None) -> ReadFiles:
    """The rows of a Parquet file, numbered from 1. Raises UnreadableFile."""
    return _as_read(path.name, parquet_of(path), 1, layout, used)


def _as_read(name: str, rows: pl.DataFrame, first_line: int, layout: Layout, used: frozenset[str] | None) -> ReadFiles:
    require_one_of_each(name, rows.columns, used or ())
    if missing := [column for column in layout.columns if column not in rows.columns]:
        words = _("{file} has no column {columns}; it has {headings}.")
        raise UnreadableFile(words.format(file=name, columns=", ".join(missing), headings=", ".join(rows.columns)))
    kept = [column for column in rows.columns if used is None or column in used]
    there = rows.with_row_index("row_", offset=first_line).select(
        pl.col("row_").cast(pl.Int64).alias(LINE), pl.all().exclude("row_")
    )
    there = there.filter(pl.any_horizontal(pl.col(rows.columns).str.strip_chars() != ""))
    odd = there.filter(pl.any_horizontal(pl.col(rows.columns).str.contains("\x00", literal=True)))
    why = _("It holds bytes that are no text.")
    refused = refusals.of_lines(name, [(line, "", why) for line in odd[LINE]])
    whole = there.filter(~pl.col(LINE).is_in(odd[LINE].implode())) if odd.height else there
    return ReadFiles(whole.select(pl.lit(name).alias(FILE), LINE, *(tidy(cell, layout) for cell in kept)), refused)


_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2}) 00:00:00(?:\.0+)?$"


def _mapped(path: Path, written: Path) -> pl.DataFrame:
    """What the child wrote; a day at midnight is a day. Raises UnreadableFile for cells that are no text."""
    rows = pl.read_ipc(written)
    try:
        return rows.with_columns(pl.all().cast(pl.String).str.replace(_MIDNIGHT, "$1"))
    except pl.exceptions.ComputeError as error:
        raise UnreadableFile(_("{file} is damaged: some of its cells are no text.").format(file=path.name)) from error


def _opened(kind: str, path: Path, folder: Path, sheet: str = "") -> list[str]:
    limits, what = [str(strangers.MEMORY)], [kind, str(path.resolve()), str(folder), sheet]
    program = [sys.executable, "-I", str(strangers.__file__)]
    try:
        done = subprocess.run([*program, *limits, *what], capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(_("{file} takes too long to be read.").format(file=path.name)) from error
    if done.returncode == strangers.FAILED:
        why = done.stderr.decode("utf-8", "replace").strip()
        raise UnreadableFile(_("{file} cannot be read: {why}").format(file=path.name, why=why))
    if done.returncode:
        words = _("{file} cannot be read: it is broken, or it would need more memory than a file should.")
        raise UnreadableFile(words.format(file=path.name))
    names: list[str] = json.loads((folder / strangers.NAMES).read_text(encoding="utf-8"))
    return names
