"""Files of separated values, read by the column: every line is a row of cells, or is refused with its number and reason.

One physical line is one row, so that a line that went wrong costs itself alone. Lines of regular shape, which are nearly
all, are read by the column; the rest are taken apart one by one.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import IO

import polars as pl
from django.utils.translation import gettext as _

from cartera.intake import refusals
from cartera.intake.recipes import FileSpec, Layout
from cartera.intake.refusals import FILE, LINE
from cartera.kernel.errors import CarteraError

BLOCK = 32 * 1024 * 1024


class UnreadableFile(CarteraError):
    """A file none of whose lines can be trusted: it is not there, or its headings are not those of the recipe."""

    code = "unreadable-file"


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """The rows as text, with `FILE` and `LINE`, and the lines that were refused."""

    rows: pl.DataFrame
    refused: pl.DataFrame


def read_files(folder: Path, spec: FileSpec, used: frozenset[str]) -> ReadFiles:
    """All files of one kind, of their columns those that are used. Raises UnreadableFile when there is none."""
    paths = sorted(path for path in folder.glob(spec.pattern) if path.is_file())
    if not paths and not spec.optional:
        raise UnreadableFile(_("No file in {folder} is called {pattern}.").format(folder=folder, pattern=spec.pattern))
    parts = []
    for path in paths:
        with path.open("rb") as file:
            parts.append(read(file, path.name, spec.layout, used))
    if not parts:
        names = [FILE, LINE, *(name for name in spec.layout.columns if name in used)]
        return ReadFiles(pl.DataFrame(schema=dict.fromkeys(names, pl.String)).cast({LINE: pl.Int64}), refusals.none())
    rows = pl.concat([part.rows for part in parts], how="diagonal", rechunk=False)
    return ReadFiles(rows, pl.concat([part.refused for part in parts]))


def read(file: IO[bytes], name: str, layout: Layout, used: frozenset[str] | None = None) -> ReadFiles:
    """Every line of a file, as a row of cells or refused; blank lines are neither. Cells are trimmed, and null when empty.

    Raises UnreadableFile when the headings cannot be read or one of the layout's columns is not among them.
    """
    text, layout = _as_ascii_based(file, name, layout)
    blocks = _blocks(text, layout.skip_lines)
    columns = list(layout.columns)
    if layout.header:
        block = next(blocks, None)
        if block is None:
            raise UnreadableFile(_("{file} is empty: it has no headings.").format(file=name))
        columns = _headings(name, block.lines[0], layout)
        blocks = chain([block.without_first()], blocks)
    kept = [column for column in columns if used is None or column in used]
    rows, refused = [_no_rows(kept)], []
    for block in blocks:
        good, bad = _read_block(block, columns, layout)
        rows.append(good.select(LINE, *kept))
        refused += bad
    frame = pl.concat(rows, rechunk=False).select(
        pl.lit(name).alias(FILE), LINE, *(_tidy(cell, layout) for cell in kept)
    )
    return ReadFiles(frame, refusals.of_lines(name, refused))


def split(line: str, layout: Layout) -> list[str]:
    """The cells of one line (RFC 4180). A quote inside an unquoted cell is itself. Raises BadLine."""
    separator, quote = layout.separator, layout.quote
    if not quote or quote not in line:
        return line.split(separator)
    cells, at = [], 0
    while True:
        if line.startswith(quote, at):
            cell, at = _quoted(line, at + 1, quote)
            if at < len(line) and line[at] != separator:
                raise BadLine(_("Something follows a quote that was closed."))
        else:
            end = line.find(separator, at)
            end = len(line) if end < 0 else end
            cell, at = line[at:end], end
        cells.append(cell)
        if at >= len(line):
            return cells
        at += 1


class BadLine(ValueError):
    """A line that is no row; says why in the user's words."""


class OpenQuote(BadLine):
    """A quote that is opened and not closed on its line."""


def _quoted(line: str, at: int, quote: str) -> tuple[str, int]:
    """The text of a quoted cell that begins at `at`, and where it ends; a doubled quote stands for one."""
    parts = []
    while True:
        end = line.find(quote, at)
        if end < 0:
            raise OpenQuote(_("A quote is opened and not closed on this line."))
        parts.append(line[at:end])
        if not line.startswith(quote, end + 1):
            return "".join(parts), end + 1
        parts.append(quote)
        at = end + 2


@dataclass(frozen=True, slots=True)
class Block:
    """Lines without their ends; `first` is the number of the first one. `cut`: the last one has no end in the file."""

    first: int
    lines: list[bytes]
    cut: bool = False

    def without_first(self) -> Block:
        return Block(self.first + 1, self.lines[1:], self.cut)


def _blocks(file: IO[bytes], skip_lines: int) -> Iterator[Block]:
    number, rest = 1, b""
    while chunk := file.read(BLOCK):
        *lines, rest = (rest + chunk).split(b"\n")
        if number == 1 and lines:
            lines[0] = lines[0].removeprefix(BOM_UTF8)
        yield from _skipping(Block(number, [line.removesuffix(b"\r") for line in lines]), skip_lines)
        number += len(lines)
    if rest:
        last = rest.removeprefix(BOM_UTF8) if number == 1 else rest
        yield from _skipping(Block(number, [last], cut=True), skip_lines)


def _skipping(block: Block, skip_lines: int) -> Iterator[Block]:
    skipped = max(0, skip_lines + 1 - block.first)
    if skipped < len(block.lines):
        yield Block(block.first + skipped, block.lines[skipped:], block.cut)


def _as_ascii_based(file: IO[bytes], name: str, layout: Layout) -> tuple[IO[bytes], Layout]:
    """The file with line ends and separators that are single bytes: UTF-16 and its like become UTF-8 first."""
    try:
        if all(bytes([code]).decode(layout.encoding) == chr(code) for code in (10, 13, *range(32, 127))):
            return file, layout
    except UnicodeDecodeError:
        pass
    try:
        content = file.read().decode(layout.encoding, "replace").encode()
    except UnicodeError as error:
        raise UnreadableFile(_("{file} is not {encoding}.").format(file=name, encoding=layout.encoding)) from error
    return io.BytesIO(content), replace(layout, encoding="utf-8")


def _headings(name: str, line: bytes, layout: Layout) -> list[str]:
    try:
        headings = [heading.strip() for heading in split(line.decode(layout.encoding), layout)]
    except (BadLine, UnicodeDecodeError) as error:
        raise UnreadableFile(_("{file}: its headings cannot be read: {why}").format(file=name, why=error)) from error
    if missing := [column for column in layout.columns if column not in headings]:
        raise UnreadableFile(
            _("{file} has no column {columns}; it has {headings}.").format(
                file=name, columns=", ".join(missing), headings=", ".join(headings)
            )
        )
    if twice := {heading for heading in headings if headings.count(heading) > 1}:
        raise UnreadableFile(_("{file} has two columns called “{name}”.").format(file=name, name=min(twice)))
    return headings


def _no_rows(columns: list[str]) -> pl.DataFrame:
    return pl.DataFrame(schema={LINE: pl.Int64, **dict.fromkeys(columns, pl.String)})


def _tidy(column: str, layout: Layout) -> pl.Expr:
    cell = pl.col(column).str.strip_chars()
    return pl.when(~cell.is_in(["", *layout.nothing])).then(cell).alias(column)


Refused = tuple[int, str, str]


def _read_block(block: Block, columns: list[str], layout: Layout) -> tuple[pl.DataFrame, list[Refused]]:
    """The rows of a block and its refused lines. Regular lines go the fast way, all at once."""
    lines, refused = _decoded(block, layout)
    numbered = pl.DataFrame(
        {LINE: list(lines), "text": list(lines.values())}, schema={LINE: pl.Int64, "text": pl.String}
    )
    numbered = numbered.filter(pl.col("text").str.strip_chars() != "")
    regular = pl.col("text").str.contains(_regular(len(columns), layout))
    rows = _read_regular(numbered.filter(regular), columns, layout)
    irregular = numbered.filter(~regular)
    if irregular.is_empty():
        return rows, refused
    one_by_one = []
    for number, text in irregular.iter_rows():
        try:
            one_by_one.append((number, *_cells(text, len(columns), layout)))
        except BadLine as why:
            ends_here = block.cut and number == block.first + len(block.lines) - 1
            refused.append((number, text, _("The file ends in the middle of this line.") if ends_here else str(why)))
    slow = pl.DataFrame(one_by_one, schema=_no_rows(columns).schema, orient="row")
    return pl.concat([rows, slow]).sort(LINE), sorted(refused)


def _decoded(block: Block, layout: Layout) -> tuple[dict[int, str], list[Refused]]:
    """The text of each line by its number, and the lines that are not written in the layout's encoding."""
    try:
        texts = b"\n".join(block.lines).decode(layout.encoding).split("\n") if block.lines else []
    except UnicodeDecodeError:
        return _decoded_one_by_one(block, layout)
    return dict(enumerate(texts, start=block.first)), []


def _decoded_one_by_one(block: Block, layout: Layout) -> tuple[dict[int, str], list[Refused]]:
    texts, refused = {}, []
    for number, line in enumerate(block.lines, start=block.first):
        try:
            texts[number] = line.decode(layout.encoding)
        except UnicodeDecodeError as error:
            why = _("It is not {encoding}: byte {byte} at position {position}.").format(
                encoding=layout.encoding, byte=f"0x{line[error.start]:02x}", position=error.start + 1
            )
            refused.append((number, line.decode(layout.encoding, "replace"), why))
    return texts, refused


_UNUSUAL = r"\r\x00\u{feff}\u{fffd}"  # left to the careful way


@lru_cache
def _regular(columns: int, layout: Layout) -> str:
    """A line with just so many cells, each of them unquoted or quoted from end to end."""
    separator, quote = re.escape(layout.separator), re.escape(layout.quote)
    cell = f"[^{separator}{quote}{_UNUSUAL}]*"
    if layout.quote:
        cell = f"(?:{cell}|{quote}(?:[^{quote}{_UNUSUAL}]|{quote}{quote})*{quote})"
    return f"^{cell}(?:{separator}{cell}){{{columns - 1}}}$"


def _read_regular(lines: pl.DataFrame, columns: list[str], layout: Layout) -> pl.DataFrame:
    if lines.is_empty():
        return _no_rows(columns)
    cells = pl.read_csv(
        "\n".join(lines["text"]).encode(),
        has_header=False,
        new_columns=columns,
        infer_schema=False,
        separator=layout.separator,
        quote_char=layout.quote or None,
    )
    return cells.select(lines[LINE], *columns)


def _cells(text: str, expected: int, layout: Layout) -> list[str]:
    if "\x00" in text or "\ufffd" in text:
        raise BadLine(_("It holds bytes that are no text."))
    cells = split(text, layout)
    if len(cells) != expected:
        raise BadLine(
            _("It has {found} columns and {expected} were expected.").format(found=len(cells), expected=expected)
        )
    return cells
