"""The database and the Parquet files: whole, up to date, and agreeing with each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pyarrow import ArrowException

from cartera.clients.models import Holding
from cartera.config.checkup.findings import Area, Finding, fault
from cartera.config.installation import missing_migrations
from cartera.engine import lake, snapshot
from cartera.engine.tables import LAKE
from cartera.kernel.bulk import ids_by_key
from cartera.kernel.errors import NotFound

SHOWN = 5


def database() -> Area:
    """SQLite's own check of its files and references; PostgreSQL's constraints, indexes and, where there is amcheck, trees."""
    findings: list[Finding] = []
    for alias in settings.DATABASES:
        look = _sqlite if connections[alias].vendor == "sqlite" else _postgresql
        findings += look(alias)
    vendor = connections["default"].vendor
    seen = (
        _("SQLite: files and references looked at") if vendor == "sqlite" else _("PostgreSQL: constraints and indexes")
    )
    return Area("database", seen, tuple(findings))


def migrations() -> Area:
    missing = [name for alias in settings.DATABASES for name in missing_migrations(alias)]
    findings = [
        fault(
            _("The database lacks %(count)d changes of this version, %(first)s first.")
            % {"count": len(missing), "first": missing[0]},
            _("Make a backup with the version that you had, then run `cartera init`."),
        )
        for _one in missing[:1]
    ]
    return Area("migrations", _("all applied") if not missing else ", ".join(missing[:SHOWN]), tuple(findings))


def facts() -> Area:
    """Every Parquet file opens and has the rows that were counted; movements and balances belong to holdings that exist."""
    files = [path for name in LAKE for path in lake.paths(name)]
    folders = sorted(path for path in (Path(settings.CARTERA_HOME) / "snapshots").glob("[0-9]*") if path.is_dir())
    findings = [*_unreadable(files), *(finding for folder in folders for finding in _of_snapshot(folder))]
    if files and not findings:
        findings += _strangers()
    return Area(
        "facts",
        _("%(files)d files of movements and balances, %(snapshots)d copies of nights")
        % {"files": len(files), "snapshots": len(folders)},
        tuple(findings),
    )


def _sqlite(alias: str) -> Iterator[Finding]:
    name = Path(connections[alias].settings_dict["NAME"]).name
    restore = _("Stop `cartera serve` and restore the last backup: `cartera restore`.")
    with connections[alias].cursor() as cursor:
        cursor.execute(f"PRAGMA integrity_check({SHOWN})")
        told = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
        if told:
            yield fault(_("%(file)s is damaged: %(told)s.") % {"file": name, "told": "; ".join(told)}, restore)
        cursor.execute("PRAGMA foreign_key_check")
        if broken := cursor.fetchall():
            tables = ", ".join(sorted({row[0] for row in broken})[:SHOWN])
            yield fault(
                _("%(count)d rows point to rows that are not there (%(tables)s).")
                % {"count": len(broken), "tables": tables},
                restore,
            )


def _postgresql(alias: str) -> Iterator[Finding]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated ORDER BY conname")
        for (name,) in cursor.fetchall():
            yield fault(
                _("The constraint %(name)s was never validated.") % {"name": name},
                _("Have it checked: ALTER TABLE … VALIDATE CONSTRAINT %(name)s.") % {"name": name},
            )
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1")
        for (name,) in cursor.fetchall():
            yield fault(
                _("The index %(name)s is not valid.") % {"name": name},
                _("Build it again: REINDEX INDEX %(name)s.") % {"name": name},
            )
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'")
        if cursor.fetchone():
            cursor.execute(
                "SELECT bt_index_check(index.indexrelid) FROM pg_index index "
                "JOIN pg_class class ON class.oid = index.indexrelid JOIN pg_am am ON am.oid = class.relam "
                "JOIN pg_namespace space ON space.oid = class.relnamespace "
                "WHERE am.amname = 'btree' AND space.nspname = current_schema()"
            )


def _unreadable(files: list[Path]) -> Iterator[Finding]:
    for path in files:
        try:
            with pq.ParquetFile(path) as file:
                for group in range(file.num_row_groups):
                    file.read_row_group(group, columns=file.schema_arrow.names[:1])
        except (ArrowException, OSError) as error:
            yield fault(
                _("%(file)s cannot be read: %(why)s.")
                % {"file": path.relative_to(settings.CARTERA_HOME), "why": str(error).partition("\n")[0].rstrip(".")},
                _("Load that month again with `cartera import`, or bring the file back from a backup."),
            )


def _of_snapshot(folder: Path) -> Iterator[Finding]:
    again = _("Run `cartera nightly --date %(day)s` again, or remove the folder.") % {"day": folder.name}
    try:
        told = snapshot.in_folder(folder)
    except (NotFound, ValueError, KeyError):
        yield fault(_("The copy of %(day)s has no description.") % {"day": folder.name}, again)
        return
    for name, rows in told.rows.items():
        try:
            found = pq.read_metadata(told.file(name)).num_rows
        except (ArrowException, OSError):
            found = -1
        if found != rows:
            yield fault(
                _("%(table)s of the copy of %(day)s does not have the %(rows)d rows that it had.")
                % {"table": name, "day": folder.name, "rows": rows},
                again,
            )


def _strangers() -> Iterator[Finding]:
    """Movements and balances of holdings that the database does not know."""
    known = ids_by_key(Holding)
    for name in LAKE:
        if paths := lake.paths(name):
            held = pl.scan_parquet(paths).select("holding").unique().collect(engine="streaming")
            strangers = held.join(known, left_on="holding", right_on="key", how="anti").height
            if strangers:
                yield fault(
                    ngettext(
                        "%(fact)s has rows of %(count)d holding that the database does not know.",
                        "%(fact)s has rows of %(count)d holdings that the database does not know.",
                        strangers,
                    )
                    % {"fact": name, "count": strangers},
                    _("Load the holdings again with `cartera import`."),
                )
