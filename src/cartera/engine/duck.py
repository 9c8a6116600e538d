"""DuckDB as this installation runs it: bounded memory, its temporary files at home, extensions from their wheels.

Extensions are never looked for on the network. DuckDB never opens the live SQLite file: two SQLite libraries in one
process drop each other's locks, and committed rows are lost (https://www.sqlite.org/howtocorrupt.html, 2.2.1).
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import duckdb
from django.conf import settings


def home(*parts: str) -> Path:
    """A folder of the installation, made when it is not there."""
    folder = Path(settings.CARTERA_HOME).joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def connect() -> duckdb.DuckDBPyConnection:
    """A fresh in-memory DuckDB."""
    connection = duckdb.connect(
        config={
            "memory_limit": settings.CARTERA_ENGINE_MEMORY,
            "threads": settings.CARTERA_ENGINE_THREADS,
            "temp_directory": str(home("tmp", "engine")),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def load(connection: duckdb.DuckDBPyConnection, extension: str) -> None:
    """Load an extension from the wheel that brings it, such as `sqlite_scanner` from `duckdb-extension-sqlite-scanner`."""
    wheel = resources.files(f"duckdb_extension_{extension}")
    file = wheel / "extensions" / f"v{duckdb.__version__}" / f"{extension}.duckdb_extension"
    connection.execute(f"LOAD {literal(str(file))}")


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
