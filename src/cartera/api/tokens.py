"""Door: everybody's tokens in the API, for whoever may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema

from cartera.api import actions, queries
from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, answer, find, page, told
from cartera.api.auth import ApiRequest
from cartera.api.models import Token
from cartera.kernel.errors import NotPermitted

router = Router(tags=["tokens"])

TOKEN = {
    "id": "id",
    "label": "label",
    "staff": "staff__key",
    "scopes": "scopes",
    "last_used_at": "last_used_at",
    "expires_at": "expires_at",
    "revoked_at": "revoked_at",
    "version": "version",
}


class TokenOne(Schema):
    """A token without its secret, which nobody knows any more."""

    id: int
    label: str
    staff: str
    scopes: list[str]
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    version: int


class TokenPage(Schema):
    items: list[TokenOne]
    next: str | None


@router.get("", response={200: TokenPage, **REFUSED}, summary="Everybody's tokens")
def list_tokens(
    request: ApiRequest,
    state: Annotated[Literal["in_use", "ended", "all"], Query()] = "in_use",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """The latest first, of the people whom the token sees."""
    if not request.auth.may("token.view"):
        raise NotPermitted(action="token.view")
    wanted = {"in_use": queries.IN_USE, "ended": queries.ENDED, "all": ""}[state]
    rows = queries.all_tokens(actor=request.auth, state=wanted)
    return page(request, rows, TOKEN, order=("-id",), cursor=cursor, limit=limit)


@router.delete("/{int:token_id}", response={200: TokenOne, **REFUSED_TO_CHANGE}, summary="Revoke a token")
def revoke_token(
    request: ApiRequest,
    token_id: Annotated[int, Path()],
    reason: Annotated[str, Query(max_length=300, description="It stays in the audit.")] = "",
) -> HttpResponse:
    """From now on it opens nothing."""
    found = find(Token.objects.visible_to(request.auth), token_id)
    return answer(told(actions.revoke_token(actor=request.auth, token=found, reason=reason), TOKEN))
