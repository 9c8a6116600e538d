"""What the routers of the rooms share: finding a record or answering 404, pages of plain rows, JSON without detours."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema

from cartera.kernel.errors import NotFound
from cartera.kernel.pages import page_of

M = TypeVar("M", bound=models.Model)

Shape = Mapping[str, str]
"""Names in JSON, and the columns that they come from."""

Cursor = Annotated[str, Query(description="Where the page goes on: `next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many items a page has at most.")]


class Problem(Schema):
    """What went wrong (RFC 9457). `errors` says for each field what is wrong with it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: dict[str, list[str]] = {}


REFUSED = {frozenset({401, 403, 404, 422}): Problem}
REFUSED_TO_CHANGE = {frozenset({401, 403, 404, 409, 422}): Problem}


def answer(content: Any, status: int = 200) -> HttpResponse:
    """JSON from plain values, instants in ISO 8601."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return HttpResponse(body, status=status, content_type="application/json")


def created(content: Any, at: str) -> HttpResponse:
    response = answer(content, 201)
    response["Location"] = at
    return response


def find(rows: models.QuerySet[M], id: int) -> M:
    """The one among the rows that the actor may see, or NotFound."""
    found = rows.filter(pk=id).first()
    if found is None:
        raise NotFound()
    return found


def find_all(rows: models.QuerySet[M], ids: Collection[int]) -> list[M]:
    """All of them, or NotFound when one is missing."""
    found = list(rows.filter(pk__in=ids)) if ids else []
    if len(found) != len(set(ids)):
        raise NotFound()
    return found


def shaped(rows: models.QuerySet[Any], shape: Shape, *, sorted_by: Sequence[str] = ()) -> models.QuerySet[Any, Any]:
    """Plain rows with the columns of the shape, in its order, and after them what else the rows are sorted by."""
    order = (name.removeprefix("-") for name in sorted_by)
    return rows.values_list(*dict.fromkeys((*shape.values(), *order)), named=True)


def told(record: models.Model, shape: Shape) -> dict[str, Any]:
    """A record at hand in a shape, without asking for it again."""
    return {name: _followed(record, path) for name, path in shape.items()}


def _followed(record: Any, path: str) -> Any:
    for step in path.split("__"):
        record = getattr(record, step) if record is not None else None
    return record


def page(
    request: HttpRequest,
    rows: models.QuerySet[Any],
    shape: Shape,
    *,
    order: Sequence[str],
    cursor: str,
    limit: int,
    finish: Callable[[dict[str, Any]], dict[str, Any]] = lambda item: item,
) -> HttpResponse:
    """One page: `items`, and `next` where there is more; the same as links in the header (RFC 8288)."""
    found = page_of(shaped(rows, shape, sorted_by=order), order=order, cursor=cursor, limit=limit)
    items = [finish(dict(zip(shape, row, strict=False))) for row in found.items]
    response = answer({"items": items, "next": found.next_cursor})
    beside = {"next": found.next_cursor, "prev": found.previous_cursor}
    links = [f'<{_turned_to(request, to)}>; rel="{name}"' for name, to in beside.items() if to]
    if links:
        response["Link"] = ", ".join(links)
    return response


def _turned_to(request: HttpRequest, cursor: str) -> str:
    asked = [(name, value) for name, values in request.GET.lists() for value in values if name != "cursor"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*asked, ('cursor', cursor)])}")


def _plain(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")
