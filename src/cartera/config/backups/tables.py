"""Which tables a backup holds, in the order in which they can be filled, and what each amounts to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Self

from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.migrations.state import StateApps
from django.db.utils import load_backend

from cartera.kernel import canonical

LEFT_OUT = {"django_q": "the queue, which is planned anew", "sessions": "who is signed in, who signs in again"}
"""Applications whose tables no backup holds, and why."""

MOMENTARY = {"kernel_worker": "who is at work, which another moment says otherwise"}
"""Single tables that no backup holds either."""

Heard = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a table amounts to: its rows, and the SHA-256 of its text."""

    rows: int
    sha256: str


class Fingerprinting:
    """Lines on their way through: counted and digested."""

    def __init__(self, table: canonical.Table) -> None:
        self._digest = hashlib.sha256(table.header + b"\n")
        self._rows = 0

    def passing(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        for line in lines:
            self._digest.update(line)
            self._digest.update(b"\n")
            self._rows += 1
            yield line

    @property
    def result(self) -> Fingerprint:
        return Fingerprint(self._rows, self._digest.hexdigest())


def kept_models(apps: Apps | StateApps) -> list[type[models.Model]]:
    """One model for each table that a backup holds; a table comes after those that it points to."""
    kept = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.app_label not in LEFT_OUT
        and model._meta.db_table not in MOMENTARY
    }
    order = TopologicalSorter({name: _pointed_to(model) & kept.keys() for name, model in sorted(kept.items())})
    return [kept[name] for name in order.static_order()]


def kept_tables(apps: Apps | StateApps) -> list[canonical.Table]:
    return [canonical.Table.of(model) for model in kept_models(apps)]


def fingerprints(
    tables: list[canonical.Table], connection: BaseDatabaseWrapper, heard: Heard = lambda name, number: None
) -> dict[str, Fingerprint]:
    """What every table amounts to, as the connection sees it."""
    found = {}
    for number, table in enumerate(tables):
        heard(table.name, number)
        counting = Fingerprinting(table)
        for _ in counting.passing(canonical.lines(table, connection)):
            pass
        found[table.name] = counting.result
    return found


class Moment:
    """A connection of its own that sees the database as it was when `begin` was last called. Nobody waits for it."""

    def __init__(self) -> None:
        self.connection: BaseDatabaseWrapper = connections[DEFAULT_DB_ALIAS].copy()

    def begin(self) -> None:
        self.connection.close()
        sqlite = self.connection.vendor == "sqlite"
        with self.connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED" if sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT app, name FROM django_migrations")  # the first read chooses the moment
            self.migrations = tuple(sorted(f"{app}.{name}" for app, name in cursor.fetchall()))

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()


@contextmanager
def standing_in(database: Mapping[str, Any], alias: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let a database be another one, in this thread, as long as the block lasts: migrations go there too."""
    usual = connections[alias]
    settings = connections.configure_settings({DEFAULT_DB_ALIAS: dict(database)})[DEFAULT_DB_ALIAS]
    other: BaseDatabaseWrapper = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, alias)
    connections[alias] = other
    try:
        yield
    finally:
        other.close()
        connections[alias] = usual


def fill(table: canonical.Table, rows: Iterator[list[Any]], cursor: CursorWrapper, vendor: str) -> None:
    """Put rows into an empty table, as they are: no defaults, no checks but the database's own."""
    columns = ", ".join(f'"{name}"' for name in table.columns)
    if vendor == "postgresql":
        with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(table.columns))
    cursor.connection.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)


def _pointed_to(model: type[models.Model]) -> set[str]:
    own = model._meta.db_table
    targets = (field.remote_field.model for field in model._meta.local_fields if field.remote_field)
    return {target._meta.db_table for target in targets if not isinstance(target, str)} - {own}
