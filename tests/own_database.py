"""A database of a test's own, with what it writes truly committed: a copy of the migrated one.

The export reads what other connections committed, and the triggers that keep happenings final forbid the flush that
Django's transaction tests end with. Import `db` into a folder's conftest to give every test there such a database, and
a home of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@pytest.fixture(scope="session")
def template_database(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The migrated, empty database: the path of a SQLite file, or the name of one on the PostgreSQL server."""
    with django_db_blocker.unblock():
        connection = connections["default"]
        if connection.vendor == "postgresql":
            return str(connection.settings_dict["NAME"])
        template = tmp_path_factory.mktemp("template") / "template.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(template)])
        return str(template)


@pytest.fixture
def db(template_database: str, django_db_blocker: Any, tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.CARTERA_HOME = tmp_path / "home"
    shared = connections["default"]
    with django_db_blocker.unblock():
        own = connections.create_connection("default")
        own.settings_dict = {**shared.settings_dict, "NAME": _copy(shared, template_database, tmp_path)}
        connections["default"] = own
        try:
            yield
        finally:
            own.close()
            connections["default"] = shared
            _drop(shared, own.settings_dict["NAME"])


def _copy(shared: BaseDatabaseWrapper, template: str, folder: Path) -> str:
    if shared.vendor == "sqlite":
        return str(shutil.copy(template, folder / "own.sqlite3"))
    shared.close()
    name = f"{template}_own"
    with _server(shared) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return name


def _drop(shared: BaseDatabaseWrapper, name: str) -> None:
    if shared.vendor == "postgresql":
        with _server(shared) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _server(shared: BaseDatabaseWrapper) -> psycopg.Connection:
    given = shared.settings_dict
    return psycopg.connect(
        host=given["HOST"] or None,
        port=given["PORT"] or None,
        user=given["USER"] or None,
        password=given["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )
