"""Door: the audit in the API. What is a client's own stays sealed: it is read on the screen, one happening at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse, QueryDict
from ninja import Path, Query, Router, Schema

from cartera.api.answers import REFUSED, Cursor, Limit, answer, find, page, told
from cartera.api.auth import ApiRequest
from cartera.desk import audit
from cartera.kernel.errors import NotPermitted

router = Router(tags=["audit"])

SHAPE = {
    "id": "id",
    "at": "at",
    "action": "name",
    "actor_kind": "actor_kind",
    "actor": "actor_name",
    "subject_kind": "subject_kind",
    "subject": "subject_id",
    "client": "client_id",
    "facts": "facts",
    "rows": "rows",
    "request": "request_id",
    "because_of": "because_of_id",
    "undoes": "undoes_id",
}


class Happened(Schema):
    """Who did what, on what, before and after. `facts.changes` holds what is nobody's own, by kind and id."""

    id: int
    at: datetime
    action: str
    actor_kind: Literal["staff", "client", "partner", "token", "system"]
    actor: str
    subject_kind: str
    subject: int | None
    client: int | None
    facts: dict[str, Any]
    rows: int
    request: str
    because_of: int | None
    undoes: int | None


class HappenedPage(Schema):
    items: list[Happened]
    next: str | None


@router.get("", response={200: HappenedPage, **REFUSED}, summary="What everybody did")
def list_audit(
    request: ApiRequest,
    who: Annotated[str, Query(description="Part of a name or user.", max_length=60)] = "",
    action: Annotated[str, Query(description="Such as promise.keep.", max_length=64)] = "",
    client: Annotated[str, Query(description="A client's key.", max_length=64)] = "",
    since: Annotated[str, Query(description="A day, 2026-06-16.", max_length=10)] = "",
    until: Annotated[str, Query(description="A day, included.", max_length=10)] = "",
    request_id: Annotated[str, Query(description="The instance of a problem.", max_length=64)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Happenings that the token may know of, the latest first."""
    _require(request)
    asked = QueryDict(mutable=True)
    given = {"quien": who, "que": action, "cliente": client, "desde": since, "hasta": until, "peticion": request_id}
    asked.update(given)
    wanted = audit.wanted_in(asked)
    rows = audit.found(actor=request.auth, wanted=wanted)
    return page(request, rows, SHAPE, order=wanted.order, cursor=cursor, limit=limit)


@router.get("/{int:happening_id}", response={200: Happened, **REFUSED}, summary="One happening")
def get_audit(request: ApiRequest, happening_id: Annotated[int, Path()]) -> HttpResponse:
    _require(request)
    return answer(told(find(audit.visible_happenings(request.auth), happening_id), SHAPE))


def _require(request: ApiRequest) -> None:
    if not request.auth.may("audit.view"):
        raise NotPermitted(action="audit.view")
