"""Refused rows with their cells: as they stood in the file, and put back there as somebody mended them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge

import polars as pl

from cartera.intake.models import SourceRow
from cartera.intake.reading import ReadFiles
from cartera.intake.refusals import FILE, LINE
from cartera.kernel.models import Run

SAMPLES = 3
"""How many rows of each kind of refusal a dry run shows."""

_PLACE = {FILE: pl.String, LINE: pl.Int64}


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row of a file. All are empty when the line could not be taken apart."""

    file: str
    line: int
    cells: Mapping[str, str]


def cells_of(files: Mapping[str, ReadFiles], refused: pl.DataFrame) -> Iterator[Cells]:
    """The rows of the files that were refused, each once, in their order; rows that stand in no file are left out."""
    asked = refused.select(pl.col("file").alias(FILE), pl.col("line").alias(LINE)).unique()
    return merge(*(_cells_of(read, asked) for read in files.values()), key=lambda row: (row.file, row.line))


def _cells_of(read: ReadFiles, asked: pl.DataFrame) -> Iterator[Cells]:
    """Those of one kind of file; a line that could not be taken apart has empty cells."""
    names = [name for name in read.rows.columns if name not in (FILE, LINE)]
    rows = read.rows.join(asked, on=[FILE, LINE], how="semi").select(FILE, LINE, *names)
    lost = read.refused.select(pl.col("file").alias(FILE), pl.col("line").alias(LINE)).unique()
    lost = lost.join(asked, on=[FILE, LINE], how="semi")
    for file, line, *cells in pl.concat([rows, lost], how="diagonal").sort(FILE, LINE).iter_rows():
        yield Cells(file, line, {name: str(cell or "") for name, cell in zip(names, cells, strict=True)})


def samples_of(refused: pl.DataFrame) -> pl.DataFrame:
    """The first rows of each kind of refusal."""
    return refused.filter(pl.int_range(pl.len()).over("entity", "file", "reason") < SAMPLES)


def rows_to_mend(run: Run) -> list[SourceRow]:
    """The rows of an import that are still refused: one that was mended may let in others that lean on it."""
    return list(SourceRow.objects.filter(run=run, state=SourceRow.State.REFUSED).order_by("file", "line"))


def stamp(rows: Sequence[SourceRow]) -> str:
    """Tells the same corrections, so that loading them is resumed, and others are another run."""
    told = json.dumps([(row.file, row.line, row.now) for row in rows], sort_keys=True)
    return hashlib.blake2b(told.encode(), digest_size=4).hexdigest()


def places(rows: Sequence[SourceRow]) -> pl.DataFrame:
    return pl.DataFrame([(row.file, row.line) for row in rows], schema=_PLACE, orient="row")


def mended(files: Mapping[str, ReadFiles], rows: Sequence[SourceRow]) -> dict[str, ReadFiles]:
    """What was read of the files, with the mended rows in the place of theirs."""
    return {name: _mended(read, [row for row in rows if row.mended]) for name, read in files.items()}


def _mended(read: ReadFiles, rows: Sequence[SourceRow]) -> ReadFiles:
    names = [name for name in read.rows.columns if name not in (FILE, LINE)]
    there = set(read.rows[FILE].unique()) | set(read.refused["file"].unique())
    ours = [row for row in rows if row.file in there and set(row.read) == set(names)]
    if not ours:
        return read
    put = pl.DataFrame(
        [(row.file, row.line, *(row.now[name] or None for name in names)) for row in ours],
        schema={**_PLACE, **dict.fromkeys(names, pl.String)},
        orient="row",
    )
    kept = read.rows.join(put, on=[FILE, LINE], how="anti")
    refused = read.refused.join(put, left_on=["file", "line"], right_on=[FILE, LINE], how="anti")
    return ReadFiles(pl.concat([kept, put.select(kept.columns)], how="vertical_relaxed").sort(FILE, LINE), refused)
