"""Making the demonstration bank: generating and loading it, against a bare bulk insert of the same rows.

The peer is given the finished frames and writes them with one `executemany` a table, in one transaction, into a SQLite
file with the same settings: a table a frame, its key as primary key, no other index, no reference resolved. Ours draws
every row, resolves the references, keeps the indexes and constraints, compares with what is there, commits in chunks,
and puts balances and transactions into the lake.
"""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.lines import Line, Result
from benchmarks.machine import timed
from benchmarks.scratch import apart, installation, set_up

SIZES = (2_000, 20_000)
TODAY = date(2026, 6, 16)
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"


def told(**_options: Any) -> dict[str, Any]:
    how = (
        "Ours draws every row, resolves references, keeps indexes and constraints, compares with what is there, commits in"
        " chunks and puts balances and transactions into the lake. The peer is given the finished rows and writes them with"
        " one `executemany` a table into a SQLite file with the same settings and no index but the primary key."
    )
    return Result("The demonstration bank", how, [_line(size) for size in SIZES]).as_json()


def _line(clients: int) -> Line:
    with installation("demo") as environment:
        spent = apart("benchmarks.demo_speed:measure", environment, clients=clients)
    ours = spent["drawn"] + spent["loaded"]
    note = f"{spent['rows']:,} rows, {spent['rows'] / ours:,.0f} rows/s; drawn in {spent['drawn']:.1f} s"
    return Line(f"a bank of {clients:,} clients", "CPU s", ours, "bare bulk insert", spent["bare"], 3, note)


def measure(clients: int) -> dict[str, float]:
    """Rows, and the CPU seconds of ours (drawn, loaded) and of the peer."""
    set_up()
    from cartera.intake.demo import actions, bank
    from cartera.intake.demo.command import FOUNDER

    built, drawn = timed(lambda: bank.build(clients, 1, date=TODAY))
    _, loaded = timed(lambda: actions.found_bank(actor=FOUNDER, bank=built, pinned=True))
    frames = {**{str(entity): frame for entity, frame in built.frames.items()}, "promises": built.promises}
    with tempfile.TemporaryDirectory() as scratch:
        _, bare = timed(lambda: bare_insert(Path(scratch) / "bare.sqlite3", frames))
    return {"rows": sum(frame.height for frame in frames.values()), "drawn": drawn, "loaded": loaded, "bare": bare}


def bare_insert(file: Path, frames: dict[str, pl.DataFrame]) -> None:
    """The rows as they are, in one transaction."""
    database = sqlite3.connect(file)
    database.executescript(PRAGMAS)
    for name, frame in frames.items():
        key = next((column for column in ("key", "origin_key") if column in frame.columns), None)
        columns = ", ".join(f'"{column}"{" PRIMARY KEY" if column == key else ""}' for column in frame.columns)
        database.execute(f'CREATE TABLE "{name}" ({columns})')
        marks = ", ".join("?" for _ in frame.columns)
        database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', _stored(frame).iter_rows())
    database.commit()
    database.close()


def _stored(frame: pl.DataFrame) -> pl.DataFrame:
    """Dates and instants as text, as SQLite keeps them."""
    texts = {pl.Date: "%Y-%m-%d", pl.Datetime: "%Y-%m-%d %H:%M:%S"}
    return frame.with_columns(
        pl.col(name).dt.strftime(texts[kind.base_type()])  # type: ignore[index]
        for name, kind in frame.schema.items()
        if kind.is_temporal()
    )
