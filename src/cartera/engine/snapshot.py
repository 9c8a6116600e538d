"""The export: one consistent moment of the database as Parquet files with a declared schema, a folder a date.

SQLite: the declared columns are copied in one read transaction into a file of their own, and DuckDB reads that file.
PostgreSQL: DuckDB reads all tables in one REPEATABLE READ, READ ONLY transaction. ADR 0005 has the measurements.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection
from psycopg.conninfo import make_conninfo

from cartera.engine import duck
from cartera.engine.rules import snapshots_to_keep
from cartera.engine.tables import TABLES, Table
from cartera.kernel.errors import NotFound

Progress = Callable[[str, int], None]

_MANIFEST = "snapshot.json"
_DATABASE = "live"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DRAFT = re.compile(rf"\.{_DATE.pattern}(\.old)?\.(?P<process>\d+)")
_CONNECTION_KEYS = frozenset(
    {"host", "port", "dbname", "user", "password", "service", "options", "sslmode", "sslrootcert", "sslcert", "sslkey"}
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The database as it was at `taken_at`, to be asked about `date`; `rows` counts each table's."""

    date: date
    folder: Path
    taken_at: datetime
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    def file(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"


def export(on: date, progress: Progress = lambda table, rows: None) -> Snapshot:
    """Take the snapshot of a date, in place of the one that there may be; `progress` hears of each table and its rows.

    It appears whole or not at all. Older snapshots are pruned: see `snapshots_to_keep`.
    """
    folder = duck.home("snapshots")
    _clear_what_was_left(folder)
    draft = folder / f".{on.isoformat()}.{os.getpid()}"
    draft.mkdir()
    try:
        taken_at = datetime.now(UTC)
        rows = _write_tables(draft, progress)
        manifest = {"date": on.isoformat(), "taken_at": taken_at.isoformat(), "rows": rows}
        (draft / _MANIFEST).write_text(json.dumps(manifest, indent=1))
        _put_in_place(draft, folder / on.isoformat())
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _prune(folder, on)
    return find(on)


def find(on: date) -> Snapshot:
    """The snapshot of a date. Raises NotFound when none was taken, or when it has been pruned."""
    folder = duck.home("snapshots") / on.isoformat()
    try:
        manifest = json.loads((folder / _MANIFEST).read_text())
    except FileNotFoundError as error:
        raise NotFound(f"There is no snapshot of {on}: run `cartera nightly --date {on}`.") from error
    return Snapshot(on, folder, datetime.fromisoformat(manifest["taken_at"]), manifest["rows"])


def _write_tables(folder: Path, progress: Progress) -> dict[str, int]:
    source = _from_sqlite if connection.vendor == "sqlite" else _from_postgresql
    rows = {}
    with closing(duck.connect()) as engine, source(engine, folder):
        for name, table in TABLES.items():
            file = duck.literal(str(folder / f"{name}.parquet"))
            engine.execute(f"COPY ({_select(table)}) TO {file} (FORMAT parquet)")
            rows[name] = _count(engine)
            progress(name, rows[name])
    return rows


def _select(table: Table) -> str:
    columns = ", ".join(
        f"CAST({duck.name(column)} AS {kind.duckdb}) AS {duck.name(column)}" for column, kind in table.columns.items()
    )
    return f"SELECT {columns} FROM {_DATABASE}.{duck.name(table.source)}"


def _count(engine: duckdb.DuckDBPyConnection) -> int:
    written = engine.fetchone()
    return int(written[0]) if written else 0


@contextmanager
def _from_sqlite(engine: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[None]:
    copy = folder / "copy.sqlite3"
    _copy_declared_columns(copy)
    duck.load(engine, "sqlite_scanner")
    engine.execute(f"ATTACH {duck.literal(str(copy))} AS {_DATABASE} (TYPE sqlite, READ_ONLY)")
    yield
    engine.execute(f"DETACH {_DATABASE}")
    copy.unlink()


def _copy_declared_columns(copy: Path) -> None:
    """Every declared table, all at the one moment of a read transaction, through Python's own SQLite.

    What is not declared never leaves the database; a writer waits for nothing, since the journal is a WAL.
    """
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=20, isolation_level=None)) as live:
        live.execute("ATTACH ? AS copy", [str(copy)])
        live.execute("PRAGMA copy.journal_mode = OFF")
        live.execute("PRAGMA copy.synchronous = OFF")
        live.execute("BEGIN DEFERRED")
        for table in TABLES.values():
            target = f"copy.{duck.name(table.source)}"
            columns = ", ".join(duck.name(column) for column in table.columns)
            typed = ", ".join(f"{duck.name(column)} {kind.sqlite}" for column, kind in table.columns.items())
            live.execute(f"CREATE TABLE {target} ({typed})")
            live.execute(f"INSERT INTO {target} SELECT {columns} FROM main.{duck.name(table.source)}")
        live.execute("COMMIT")


@contextmanager
def _from_postgresql(engine: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[None]:
    """One transaction of the scanner: its parallel readers import the snapshot of the first."""
    duck.load(engine, "postgres_scanner")
    engine.execute(f"ATTACH {duck.literal(_conninfo())} AS {_DATABASE} (TYPE postgres, READ_ONLY)")
    engine.execute("BEGIN TRANSACTION READ ONLY")
    yield
    engine.execute("COMMIT")


def _conninfo() -> str:
    given: dict[str, Any] = connection.get_connection_params()
    return make_conninfo(**{key: value for key, value in given.items() if key in _CONNECTION_KEYS and value})


def _put_in_place(draft: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.old.{os.getpid()}")
    if target.exists():
        target.rename(old)
    draft.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _clear_what_was_left(folder: Path) -> None:
    """Drafts of exports whose process is gone: their names end with its number."""
    for path in folder.glob(".*"):
        draft = _DRAFT.fullmatch(path.name)
        if draft and not _runs(int(draft["process"])):
            shutil.rmtree(path)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()


def _prune(folder: Path, current: date) -> None:
    dates = {date.fromisoformat(path.name): path for path in folder.iterdir() if _DATE.fullmatch(path.name)}
    for day in dates.keys() - snapshots_to_keep(dates, current):
        shutil.rmtree(dates[day])
