"""What every reader gives, whatever the file: rows of text with their file and line, and the lines that it refused."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from cartera.intake.recipes import Layout
from cartera.kernel.errors import CarteraError


class UnreadableFile(CarteraError):
    """A file none of whose lines can be trusted: it is not there, it is broken, or its headings are not the recipe's."""

    code = "unreadable-file"


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """The rows as text, with `FILE` and `LINE`, and the lines that were refused."""

    rows: pl.DataFrame
    refused: pl.DataFrame


def tidy(column: str, layout: Layout) -> pl.Expr:
    """Cells on one line and without spaces around them, null when they are empty or say nothing."""
    cell = pl.col(column).str.replace_all(r"[\r\n]+", " ").str.strip_chars()
    return pl.when(~cell.is_in(["", *layout.nothing])).then(cell).alias(column)
