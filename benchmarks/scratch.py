"""Installations that a benchmark makes, and processes in which it measures: settings are read once a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import psycopg


@contextmanager
def installation(name: str, *, server: str = "", keep: str = "") -> Iterator[dict[str, str]]:
    """The environment of an installation of its own, empty and gone afterwards, unless it is kept in a folder.

    On SQLite, or on a PostgreSQL server given as a URL without a database.
    """
    with tempfile.TemporaryDirectory(prefix="cartera-bench-") as scratch:
        place = os.path.join(keep or scratch, name)
        os.makedirs(place, exist_ok=True)
        environment = {"CARTERA_HOME": f"{place}/home", "CARTERA_KEYS": f"{place}/keys", "DATABASE_URL": ""}
        if not server:
            yield environment
            return
        with _database(server, f"cartera_bench_{name}", keep=bool(keep)) as url:
            yield environment | {"DATABASE_URL": url}


@contextmanager
def _database(server: str, name: str, *, keep: bool) -> Iterator[str]:
    def tell(statement: str) -> None:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(statement)

    with psycopg.connect(f"{server}/postgres") as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if there and not keep:
        tell(f'DROP DATABASE "{name}" WITH (FORCE)')
    if not there or not keep:
        tell(f'CREATE DATABASE "{name}"')
        # All work of a query in the process that is measured: helpers of a parallel scan come and go uncounted.
        tell(f'ALTER DATABASE "{name}" SET max_parallel_workers_per_gather = 0')
    try:
        yield f"{server}/{name}"
    finally:
        if not keep:
            tell(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def apart(work: str, environment: dict[str, str] | None = None, /, **arguments: Any) -> Any:
    """What `module:function` answers to these arguments in a process of its own; both have to be JSON."""
    command = [sys.executable, "-m", "benchmarks.scratch", work, json.dumps(arguments)]
    done = subprocess.run(command, env={**os.environ, **(environment or {})}, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def set_up() -> None:
    """Read the settings of this process's installation, and bring its database up to date."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "cartera.config.settings"
    import_module("django").setup()
    import_module("cartera.config.installation").prepare()


def backends(*, own: bool) -> list[int]:
    """The processes with which a PostgreSQL server on this machine serves this database; none on SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
            " AND (%s OR pid <> pg_backend_pid())",
            [own],
        )
        return [row[0] for row in cursor.fetchall()]


if __name__ == "__main__":
    module, _colon, function = sys.argv[1].partition(":")
    print(json.dumps(getattr(import_module(module), function)(**json.loads(sys.argv[2]))))
