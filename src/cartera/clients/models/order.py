"""What lists of clients are sorted by where the column may be null: never null, and the very expression of an index.

The instants are written into the SQL: SQLite takes an index on an expression for the same only without parameters.
"""

from __future__ import annotations

from typing import Any

from django.db.models import DateTimeField, Func
from django.db.models.functions import Coalesce


class LongAgo(Func):
    """Before any contact."""

    template = "'0001-01-02 00:00:00'"
    output_field = DateTimeField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=f"{self.template[:-1]}+00'::timestamptz", **context)


class FarAhead(LongAgo):
    """After any promise."""

    template = "'9999-12-30 00:00:00'"


def contacted_at() -> Coalesce:
    """When somebody last reached the client; long ago for who was never contacted."""
    return Coalesce("last_contact_at", LongAgo(), output_field=DateTimeField())


def due_at() -> Coalesce:
    """When something is next owed to the client; far ahead for who is owed nothing."""
    return Coalesce("next_due_at", FarAhead(), output_field=DateTimeField())
