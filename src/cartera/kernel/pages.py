"""Keyset pages: a page goes on from the last row's key, so that depth costs nothing and no row is repeated or skipped."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext_lazy as _

from cartera.kernel.errors import Invalid

T = TypeVar("T")
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows in order, with cursors to the pages beside it (None at the ends)."""

    items: Sequence[T]
    next_cursor: str | None
    previous_cursor: str | None


def page_of(rows: models.QuerySet[M], *, order: Sequence[str], cursor: str | None = None, limit: int = 50) -> Page[M]:
    """One page of a queryset in the given order, whose last field must be unique and all of whose fields are not null.

    `order` names fields as `order_by` does, with "-" for descending. Raises Invalid for a cursor that is not one.
    """
    backwards, key = _read(cursor, len(order))
    direction = [_turned(name) for name in order] if backwards else list(order)
    try:
        if key is not None:
            rows = rows.filter(_after(direction, key))
        found = list(rows.order_by(*direction)[: limit + 1])
    except (TypeError, ValueError, ValidationError) as error:
        if key is None:
            raise
        raise _no_page() from error
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, key is not None)
    return Page(
        items=found,
        next_cursor=_write(order, found[-1], backwards=False) if found and has_next else None,
        previous_cursor=_write(order, found[0], backwards=True) if found and has_previous else None,
    )


def _after(order: Sequence[str], key: Sequence[Any]) -> Q:
    """(a, b) > (x, y) as an index reads it: a bound on the first field, then the tie-break.

    As one comparison of rows where all fields run in one direction: PostgreSQL then steps over ties too.
    """
    name, value = order[0].removeprefix("-"), key[0]
    beyond = "lt" if order[0].startswith("-") else "gt"
    if len(order) == 1:
        return Q(**{f"{name}__{beyond}": value})
    bound = Q(**{f"{name}__{beyond}e": value})
    if len({field.startswith("-") for field in order}) == 1:
        fields = tuple(F(field.removeprefix("-")) for field in order)
        return bound & Q(_BEYOND[beyond](fields, tuple(key)))
    return bound & (Q(**{f"{name}__{beyond}": value}) | _after(order[1:], key[1:]))


_BEYOND = {"lt": TupleLessThan, "gt": TupleGreaterThan}


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def cursor_after(key: Sequence[Any], *, backwards: bool = False) -> str:
    """The cursor of the page that goes on after a row with these values of the order's fields."""
    return base64.urlsafe_b64encode(json.dumps([backwards, *key], default=str).encode()).decode().rstrip("=")


def _write(order: Sequence[str], row: models.Model, *, backwards: bool) -> str:
    return cursor_after([_value(row, name.removeprefix("-")) for name in order], backwards=backwards)


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _read(cursor: str | None, fields: int) -> tuple[bool, list[Any] | None]:
    if not cursor:
        return False, None
    try:
        backwards, *key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError) as error:
        raise _no_page() from error
    if len(key) != fields or not isinstance(backwards, bool):
        raise _no_page()
    return backwards, key


def _no_page() -> Invalid:
    return Invalid(fields={"cursor": [_("This is not a page of this list.")]})
