"""Filling an empty database from a backup, and being sure that it holds what the other held."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, DataError, IntegrityError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils.translation import gettext as _

from cartera.config.backups.manifest import Manifest
from cartera.config.backups.tables import fill, fingerprints, kept_models
from cartera.config.backups.vault import BackupIsDamaged, Vault
from cartera.config.progress import Report
from cartera.kernel import canonical
from cartera.kernel.errors import CarteraError

_MADE_BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission"}


class WrongVersion(CarteraError):
    status = 409
    code = "wrong-version"


class NotEmpty(CarteraError):
    status = 409
    code = "not-empty"


def require_version(manifest: Manifest) -> None:
    """Raise WrongVersion when a newer version made the backup: this one would not know what its columns mean."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).graph.nodes}
    if unknown := [name for name in manifest.migrations if name not in known]:
        raise WrongVersion(
            _("A newer version made this backup (it has %(migration)s): install that one, then restore.")
            % {"migration": unknown[0]}
        )


def require_empty(connection: BaseDatabaseWrapper) -> None:
    """Raise NotEmpty when the database holds a row of anything."""
    names = sorted(set(connection.introspection.table_names()) - _MADE_BY_MIGRATIONS)
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(name)} LIMIT 1")
            if cursor.fetchone():
                raise NotEmpty(
                    _("The database is not empty (%(table)s has rows): restore into a new one.") % {"table": name}
                )


def load(
    vault: Vault,
    manifest: Manifest,
    spool: Path,
    progress: Report,
    *,
    before_commit: Callable[[], None] = lambda: None,
) -> None:
    """Fill the default database, which is empty: the tables as they were in the version of the backup, and their rows.

    No row stays when it fails. Raises BackupIsDamaged when a table does not come back as it went, and whatever
    `before_commit` raises.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    executor = MigrationExecutor(connection)
    wanted = {tuple(name.split(".", 1)) for name in manifest.migrations}
    graph = executor.loader.graph
    state: ProjectState = executor.migrate(
        [node for node in graph.nodes if node in wanted and wanted.isdisjoint(_children(graph, node))]
    )
    kept = kept_models(state.apps)
    if {model._meta.db_table for model in kept} != set(manifest.tables):
        raise BackupIsDamaged(_("The backup does not hold the tables that its version has."))
    try:
        with _quickly(connection), transaction.atomic():
            _fill_all(vault, manifest, kept, spool, progress)
            _require_same(manifest, kept, connection, progress)
            before_commit()
    except (IntegrityError, DataError) as error:
        raise BackupIsDamaged(
            _("Its tables do not fit together: %(why)s") % {"why": str(error).partition("\n")[0]}
        ) from error


def bring_up_to_date() -> None:
    """Go on from the version of the backup to this one; a queue that is kept in a file of its own is made."""
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def _fill_all(vault: Vault, manifest: Manifest, kept: list[type[models.Model]], spool: Path, progress: Report) -> None:
    connection = connections[DEFAULT_DB_ALIAS]
    tables = [canonical.Table.of(model) for model in kept]
    _empty(connection, [table.name for table in reversed(tables)])
    with connection.cursor() as cursor, _indexes_afterwards(connection):
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for number, table in enumerate(tables):
            progress(_("restoring"), number, len(tables))
            with vault.spooled(manifest.stored_tables[table.name], spool) as file:
                fill(table, _rows(table, file), cursor, connection.vendor)
        for statement in connection.ops.sequence_reset_sql(no_style(), kept):
            cursor.execute(statement)
    progress(_("restoring"), len(tables), len(tables))
    connection.check_constraints()


def _children(graph: MigrationGraph, node: tuple[str, str]) -> Iterator[tuple[str, str]]:
    return (child.key for child in graph.node_map[node].children)


def _rows(table: canonical.Table, file: Path) -> Iterator[list[Any]]:
    """The rows of a table's text. Raises BackupIsDamaged when it tells of other columns than the table has."""
    with gzip.open(file, "rb") as lines:
        if next(lines, b"").rstrip(b"\n") != table.header:
            raise BackupIsDamaged(_("The columns of %(table)s are not those of its version.") % {"table": table.name})
        for line in lines:
            yield canonical.decode(table, line)


def _require_same(
    manifest: Manifest, kept: list[type[models.Model]], connection: BaseDatabaseWrapper, progress: Report
) -> None:
    tables = [canonical.Table.of(model) for model in kept]
    found = fingerprints(tables, connection, lambda name, number: progress(_("comparing"), number, len(tables)))
    progress(_("comparing"), len(tables), len(tables))
    for name, expected in manifest.tables.items():
        if found[name] != expected:
            raise BackupIsDamaged(
                _("%(table)s did not come back as it was: %(expected)d rows were kept, %(found)d came back.")
                % {"table": name, "expected": expected.rows, "found": found[name].rows}
            )


def _empty(connection: BaseDatabaseWrapper, names: list[str]) -> None:
    """Remove what migrations put in by themselves: the backup brings it with its own ids."""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")


@contextmanager
def _quickly(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A SQLite file that is nobody's yet needs no journal on disk, and its references are looked at once, at the end."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = MEMORY")
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute("PRAGMA foreign_keys = OFF")
        yield
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA journal_mode = WAL")


@contextmanager
def _indexes_afterwards(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Build the indexes of a SQLite file over what is there, which takes a fraction of keeping them row by row."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        indexes = cursor.fetchall()
        for name, _sql in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _name, sql in indexes:
            cursor.execute(sql)
