"""A session: a snapshot and the lake as Ibis tables, seen as of the snapshot's date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import cast

import ibis
import ibis.expr.types as ir
import polars as pl
from ibis.backends.duckdb import Backend

from cartera.engine import duck, lake
from cartera.engine.rules import AsOf
from cartera.engine.snapshot import Snapshot
from cartera.engine.tables import LAKE, TABLES, Schema
from cartera.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Session:
    """An engine over one snapshot. `at` is the date that every table is asked about."""

    backend: Backend
    snapshot: Snapshot
    at: AsOf
    _computed: dict[str, ir.Table] = field(default_factory=dict)

    def table(self, name: str) -> ir.Table:
        """A table of the snapshot or a fact of the lake, with the columns and types that `tables` declares."""
        return self.backend.table(name)

    def known(self, name: str) -> ir.Table:
        """The table's rows that had been recorded by the date; all of them when the date is before anything was."""
        table = self.table(name)
        return table if self.at.by_validity_alone else table.filter(table.recorded_at < self.at.ends_at)

    def once(self, name: str, build: Callable[[], ir.Table]) -> ir.Table:
        """A table that is computed the first time that this session asks for it, and read afterwards."""
        if name not in self._computed:
            self._computed[name] = self.backend.create_table(name, build(), temp=True)
        return self._computed[name]

    def frame(self, table: ir.Table) -> pl.DataFrame:
        return cast(pl.DataFrame, self.backend.to_polars(table))

    def write(self, table: ir.Table, file: Path, schema: Mapping[str, str]) -> None:
        """Write a table as Parquet, its columns of the schema's types, whole or not at all.

        It passes through a table of those types: DuckDB sums to 128 bits, which Ibis takes for the 64 that it declares,
        and which Parquet would keep as floating point.
        """
        draft, name = file.with_name(f".{file.name}"), f"write_{file.stem}"
        typed = table.select(**{column: table[column].cast(kind) for column, kind in schema.items()})
        self.backend.to_parquet(self.backend.create_table(name, typed, schema=ibis.schema(schema), temp=True), draft)
        self.backend.raw_sql(f"DROP TABLE {duck.name(name)}")
        draft.rename(file)


@contextmanager
def open_session(snapshot: Snapshot) -> Iterator[Session]:
    """Open the engine over a snapshot. Raises NotFound when it holds no institution."""
    connection = duck.connect()
    try:
        backend = cast(Backend, ibis.duckdb.from_connection(connection))
        for name, table in TABLES.items():
            _view(backend, name, table.columns, [str(snapshot.file(name))])
        for name, schema in LAKE.items():
            _view(backend, name, schema, [str(file) for file in lake.paths(name)])
        yield Session(backend, snapshot, _as_of(backend, snapshot))
    finally:
        connection.close()


def _view(backend: Backend, name: str, schema: Schema, files: list[str]) -> None:
    columns = ", ".join(
        f"CAST({duck.name(column)} AS {kind.duckdb}) AS {duck.name(column)}" for column, kind in schema.items()
    )
    if files:
        listed = ", ".join(duck.literal(file) for file in files)
        source = f"SELECT {columns} FROM read_parquet([{listed}], hive_partitioning = false, union_by_name = false)"
    else:
        nothing = ", ".join(f"NULL AS {duck.name(column)}" for column in schema)
        source = f"SELECT {columns} FROM (SELECT {nothing}) WHERE false"
    backend.raw_sql(f"CREATE VIEW {duck.name(name)} AS {source}")


def _as_of(backend: Backend, snapshot: Snapshot) -> AsOf:
    found = backend.raw_sql("SELECT zone, currency, (SELECT min(recorded_at) FROM clients) FROM institution").fetchone()
    if found is None:
        raise NotFound("There is no institution yet: run `cartera init` or `cartera demo`.")
    zone, currency, first_known_at = found
    return AsOf(snapshot.date, zone, currency, first_known_at.astimezone(UTC) if first_known_at else None)
