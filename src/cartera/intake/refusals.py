"""What is not taken, and why: rows of a source that cannot become ours, in the words of whoever wrote the file."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

FILE, LINE = "file_", "line_"

SCHEMA = {"file": pl.String, "line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
SHOWN = 200  # characters of a value that are kept


def none() -> pl.DataFrame:
    return pl.DataFrame(schema=SCHEMA)


def of_lines(file: str, lines: Iterable[tuple[int, str, str]]) -> pl.DataFrame:
    """Whole lines that cannot be read: their number, what they say, why."""
    rows = [(file, number, "", text[:SHOWN], reason) for number, text, reason in lines]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def of_rows(rows: pl.DataFrame, column: str, value: pl.Expr, reason: pl.Expr) -> pl.DataFrame:
    """Rows, which know their file and line, with what is wrong in which column."""
    return rows.select(
        pl.col(FILE).cast(pl.String).alias("file"),
        pl.col(LINE).cast(pl.Int64).alias("line"),
        pl.lit(column).alias("column"),
        value.cast(pl.String).fill_null("").str.slice(0, SHOWN).alias("value"),
        reason.cast(pl.String).alias("reason"),
    )
