"""What an administrator is told about this room's database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections


@register(Tags.database)
def clients_are_found_fast(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **arguments: Any
) -> list[CheckMessage]:
    """Without pg_trgm, finding clients by a part of their name reads them all."""
    if "default" not in (databases or ()) or connections["default"].vendor != "postgresql":
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('clients_client'), to_regclass('client_trigrams')")
        table, index = cursor.fetchone()
    if table is None or index is not None:
        return []
    return [
        Warning(
            "Clients are found slowly: the index of trigrams is missing.",
            hint="As an administrator of the database: CREATE EXTENSION pg_trgm; "
            "CREATE INDEX client_trigrams ON clients_client USING gin (search gin_trgm_ops);",
            id="clients.W001",
        )
    ]
