"""Many rows at once: compared with what is there, written in chunks, counted exactly.

Each chunk is staged in a temporary table outside the transaction and written in one of its own with set-based
statements, so that web writers wait for a chunk and never for a night. A second call with the same rows changes
nothing; a call that is killed and repeated ends where an undisturbed one does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import polars as pl
from django.db import connection, models, transaction

from cartera.kernel.recording import current_recording

CHUNK = 20_000
_NEVER_COMPARED = ("version", "recorded_at")

Field: TypeAlias = "models.Field[Any, Any]"


@dataclass(frozen=True, slots=True)
class Counts:
    """What a merge did to the rows it was given."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.created + other.created, self.updated + other.updated, self.unchanged + other.unchanged)

    @property
    def changed(self) -> int:
        return self.created + self.updated


def merge(
    model: type[models.Model],
    rows: pl.DataFrame,
    *,
    key: Sequence[str],
    keep: Sequence[str] = (),
    chunk: int = CHUNK,
    progress: Callable[[int], None] = lambda done: None,
    changed: Callable[[Sequence[int], Sequence[int]], None] = lambda created, updated: None,
    dry_run: bool = False,
    silently: bool = False,
) -> Counts:
    """Make the table hold these rows: insert the new ones, update those that differ, leave the others alone.

    `rows` has the model's column names (foreign keys as `client_id`), its values in storage types: integers, text,
    booleans, dates, instants in UTC; JSON as text. `key` identifies a row: no nulls, no two rows alike (ValueError).
    `keep` names columns that are written on insertion only; columns that are not given take the model's defaults on
    insertion and stay as they are on update. Commits chunk by chunk. `changed` hears, chunk by chunk, the positions in
    `rows` of those that were created and of those that were updated; `dry_run` compares, counts and tells the same, and
    writes nothing. `silently` is for columns that are no edit: a row's version does not move, so nobody's edit crosses.
    """
    _require_key(rows, key)
    total = Counts()
    if rows.is_empty():
        return total
    plan = _Plan(model, rows.columns, key, keep, silently=silently)
    for start in range(0, rows.height, chunk):
        part = rows.slice(start, chunk)
        with _staged(plan, part):
            if dry_run:
                created, updated = _compare(plan)
            else:
                with transaction.atomic():
                    created, updated = _compare(plan)
                    _write(plan, created=bool(created), updated=bool(updated))
                current_recording().wrote(len(created) + len(updated))
        total += Counts(len(created), len(updated), part.height - len(created) - len(updated))
        if created or updated:
            changed([start + number for number in created], [start + number for number in updated])
        progress(part.height)
    return total


def ids_by_key(model: type[models.Model], key: str = "key") -> pl.DataFrame:
    """The table's `key` and `id`, to turn the keys of a frame into foreign keys."""
    schema = {"key": pl.String, "id": pl.Int64}
    pairs = model._base_manager.values_list(key, "id").iterator(chunk_size=CHUNK)
    parts = [pl.DataFrame(part, schema=schema, orient="row") for part in _batches(pairs, CHUNK)]
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


def _batches(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _require_key(rows: pl.DataFrame, key: Sequence[str]) -> None:
    keys = rows.select(key)
    if any(keys.null_count().row(0)) if keys.height else False:
        raise ValueError(f"the key {', '.join(key)} has nulls")
    if keys.is_duplicated().any():
        raise ValueError(f"the key {', '.join(key)} is not unique")


class _Plan:
    """The statements of one merge, the same for all of its chunks."""

    def __init__(
        self,
        model: type[models.Model],
        given: Sequence[str],
        key: Sequence[str],
        keep: Sequence[str],
        *,
        silently: bool,
    ) -> None:
        quote = connection.ops.quote_name
        fields = {str(field.column): field for field in model._meta.concrete_fields}
        unknown = [name for name in given if name not in fields]
        if unknown:
            raise ValueError(f"{model._meta.label} has no column {', '.join(unknown)}")
        self.columns = list(given)
        self.table, self.stage = quote(model._meta.db_table), quote(f"stage_{model._meta.db_table}")
        self.defaults = _defaults(fields, given)
        self.matched = " AND ".join(f"t.{quote(name)} = s.{quote(name)}" for name in key)
        left_alone = {*key, *keep, *_NEVER_COMPARED}
        self.compared = [quote(name) for name in given if name not in left_alone]
        self.versioned = "version" in fields and not silently
        self.fields = [fields[name] for name in given]

    def create_stage(self) -> str:
        names = ", ".join(connection.ops.quote_name(name) for name in self.columns)
        number = "CAST(0 AS integer) AS row_number_"
        return f"CREATE TEMPORARY TABLE {self.stage} AS SELECT {number}, {names} FROM {self.table} WHERE 1 = 0"

    def drop_stage(self) -> str:
        return f"DROP TABLE IF EXISTS {self.stage}"

    def differs(self) -> str:
        same = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
        return " OR ".join(f"NOT (t.{name} {same} s.{name})" for name in self.compared) or "1 = 0"

    def find_changes(self) -> str:
        return (
            f"SELECT s.row_number_, t.id IS NULL FROM {self.stage} s LEFT JOIN {self.table} t ON {self.matched}"
            f" WHERE t.id IS NULL OR ({self.differs()})"
        )

    def update(self) -> str:
        sets = [f"{name} = s.{name}" for name in self.compared]
        if self.versioned:
            sets.append("version = t.version + 1")
        return f"UPDATE {self.table} AS t SET {', '.join(sets)} FROM {self.stage} s WHERE {self.matched} AND ({self.differs()})"

    def insert(self) -> str:
        quote = connection.ops.quote_name
        names = [quote(name) for name in (*self.columns, *self.defaults)]
        values = [f"s.{quote(name)}" for name in self.columns] + ["%s"] * len(self.defaults)
        return (
            f"INSERT INTO {self.table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {self.stage} s"
            f" WHERE NOT EXISTS (SELECT 1 FROM {self.table} t WHERE {self.matched}) ORDER BY s.row_number_"
        )


def _defaults(fields: dict[str, Field], given: Sequence[str]) -> dict[str, Any]:
    """What a new row holds in the columns that were not given."""
    defaults = {}
    for column, field in fields.items():
        if field.primary_key or column in given:
            continue
        value = field.get_default()
        if value is None and not field.null:
            value = field.pre_save(field.model(), add=True)
        defaults[column] = field.get_db_prep_save(value, connection)
    return defaults


@contextmanager
def _staged(plan: _Plan, rows: pl.DataFrame) -> Iterator[None]:
    """The rows in a temporary table, numbered. Nobody waits for it: temporary tables are the connection's own."""
    with connection.cursor() as cursor:
        cursor.execute(plan.create_stage())
        try:
            _fill(cursor, plan, _stored(plan, rows))
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute(plan.drop_stage())


def _compare(plan: _Plan) -> tuple[list[int], list[int]]:
    """The numbers of the staged rows that are new, and of those that differ."""
    with connection.cursor() as cursor:
        cursor.execute(plan.find_changes())
        created: list[int] = []
        updated: list[int] = []
        for number, new in cursor.fetchall():
            (created if new else updated).append(number)
    return created, updated


def _write(plan: _Plan, *, created: bool, updated: bool) -> None:
    with connection.cursor() as cursor:
        if updated:
            cursor.execute(plan.update())
        if created:
            cursor.execute(plan.insert(), list(plan.defaults.values()))


def _fill(cursor: Any, plan: _Plan, rows: pl.DataFrame) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {plan.stage} FROM STDIN") as copy:
            for row in rows.iter_rows():
                copy.write_row(row)
        cursor.execute(f"ANALYZE {plan.stage}")
        return
    marks = ", ".join(["?"] * rows.width)
    with transaction.atomic() if connection.in_atomic_block else _deferred():
        connection.connection.executemany(f"INSERT INTO {plan.stage} VALUES ({marks})", rows.iter_rows())


@contextmanager
def _deferred() -> Iterator[None]:
    """A SQLite transaction that locks nothing but what it touches: here, the temporary database."""
    raw = connection.connection
    raw.execute("BEGIN DEFERRED")
    try:
        yield
    except BaseException:
        raw.execute("ROLLBACK")
        raise
    raw.execute("COMMIT")


def _stored(plan: _Plan, rows: pl.DataFrame) -> pl.DataFrame:
    """Numbered rows in the driver's types; SQLite keeps dates and instants as the very text that Django writes."""
    if connection.vendor == "sqlite":
        rows = rows.with_columns(
            _as_sqlite_text(name, kind)
            for name, kind in rows.schema.items()
            if kind.is_temporal() or kind == pl.Boolean
        )
    return rows.with_row_index("row_number_")


def _as_sqlite_text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.Boolean:
        return column.cast(pl.Int8)
    if kind == pl.Date:
        return column.dt.strftime("%Y-%m-%d")
    instant = column.dt.replace_time_zone(None)
    whole = instant.dt.strftime("%Y-%m-%d %H:%M:%S")
    return pl.when(instant.dt.microsecond() == 0).then(whole).otherwise(instant.dt.strftime("%Y-%m-%d %H:%M:%S%.6f"))
