"""Rows as text that is the same whatever database holds them: what seals, fingerprints and backups are made of.

A row is a line, the JSON array of its columns: instants in UTC, bytes in hexadecimal, a JSON column as text with its
names sorted. SQLite and PostgreSQL give the same line for the same row, and a line loaded into either gives it back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Self

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

_AT_A_TIME = 2_000
_WHOLE_ABOVE = 1e16
_HANDLED = frozenset(
    {
        *("AutoField", "BigAutoField", "BigIntegerField", "BooleanField", "CharField", "DateField", "DateTimeField"),
        *("FloatField", "IntegerField", "PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField"),
        *("SmallIntegerField", "TextField", "JSONField", "BinaryField"),
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as lines: its columns, and which of them need more than their plain value."""

    name: str
    key: str
    columns: tuple[str, ...]
    texts_of_json: tuple[int, ...] = ()
    texts_of_bytes: tuple[int, ...] = ()

    @classmethod
    def of(cls, model: type[models.Model], columns: Sequence[str] = ()) -> Self:
        """A model's table: the columns that are named, or all of them in the order of their names.

        Raises TypeError for a kind of column that has no text.
        """
        fields = {str(field.column): field for field in model._meta.local_concrete_fields}
        names = tuple(columns or sorted(fields))
        kinds = [_kind(fields[name]) for name in names]
        if unknown := set(kinds) - _HANDLED:
            raise TypeError(f"{model._meta.label} has columns without a canonical text: {', '.join(sorted(unknown))}")
        return cls(
            name=model._meta.db_table,
            key=str(model._meta.pk.column),
            columns=names,
            texts_of_json=tuple(number for number, kind in enumerate(kinds) if kind == "JSONField"),
            texts_of_bytes=tuple(number for number, kind in enumerate(kinds) if kind == "BinaryField"),
        )

    @property
    def header(self) -> bytes:
        """The first line of a table's text: the names of its columns."""
        return encode(self.columns)


def lines(
    table: Table, connection: BaseDatabaseWrapper, *, where: str = "", given: Sequence[Any] = (), order: str = ""
) -> Iterator[bytes]:
    """The table's rows in the order of their key, each a line without its end. Reads as it goes; holds few in memory."""
    quoted = connection.ops.quote_name
    statement = (
        f"SELECT {', '.join(map(quoted, table.columns))} FROM {quoted(table.name)} "
        f"{f'WHERE {where} ' if where else ''}ORDER BY {order or quoted(table.key)}"
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, list(given))
        while rows := cursor.fetchmany(_AT_A_TIME):
            for row in rows:
                yield encode(_with_sorted_names(row, table.texts_of_json) if table.texts_of_json else row)


def encode(row: Sequence[Any]) -> bytes:
    return _line.encode(row).encode()


def decode(table: Table, line: bytes) -> list[Any]:
    """A line as the values that either database takes for its columns."""
    row: list[Any] = json.loads(line)
    for number in table.texts_of_bytes:
        row[number] = None if row[number] is None else bytes.fromhex(row[number])
    return row


def _kind(field: models.Field[Any, Any]) -> str:
    if isinstance(field, models.ForeignKey):
        return _kind(field.target_field)
    return field.get_internal_type()


def _with_sorted_names(row: Sequence[Any], columns: tuple[int, ...]) -> list[Any]:
    values = list(row)
    for number in columns:
        if values[number] is not None:
            values[number] = _sorted.encode(json.loads(values[number], parse_float=_number))
    return values


def _number(text: str) -> float | int:
    """PostgreSQL writes a large number with all its digits, Python with an exponent: the same number, the same text."""
    number = float(text)
    return int(number) if abs(number) >= _WHOLE_ABOVE and number.is_integer() else number


def _plain(value: Any) -> str:
    match value:
        case datetime():
            return str(value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value)
        case date():
            return value.isoformat()
        case bytes() | memoryview():
            return value.hex()
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical text")


_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)
_sorted = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
