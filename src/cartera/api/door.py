"""What every request to the API goes through, whichever room answers it, so that no endpoint has to think of it.

Who asks, how often, within which scope; once for each `Idempotency-Key`; on condition of `If-Match`; with an `ETag`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.operation import Operation

from cartera.api import actions_at_the_door
from cartera.api.auth import ApiRequest, BearerToken
from cartera.api.once import answered_once
from cartera.api.preconditions import PreconditionNotSupported, precondition_of, unless_known
from cartera.api.problems import problem
from cartera.api.rules import SAFE, needed_scope, within
from cartera.kernel.errors import CarteraError, Invalid, NotFound
from cartera.kernel.limits import Quota, Spent, spend

View = Callable[..., HttpResponse]
ROOT = "/api/v1/"
LARGEST_ID = BigIntegerField.MAX_BIGINT
bearer = BearerToken()


def through_the_door(run: View) -> View:
    """Wrap an operation of Ninja: everything around the view function, its own checks and its errors included."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]

    @wraps(run)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        known: ApiRequest | None = request if operation.auth_callbacks and bearer(request) else None  # type: ignore[assignment]
        spent = spend(*_counted(request, known))
        if spent.over:
            response = problem(429, detail=_("Ask again in %(n)d seconds.") % {"n": spent.ends_in})
        elif known is None:
            response = run(request, **path)
        else:
            try:
                response = _let_in(known, lambda: run(request, **path), path)
            except CarteraError as refusal:
                response = operation.api.on_exception(request, refusal)
        return _with_standing(response, spent)

    return answer


def _let_in(request: ApiRequest, run: Callable[[], HttpResponse], path: dict[str, Any]) -> HttpResponse:
    bearer = request.bearer
    actions_at_the_door.note_use(token_id=bearer.token_id, last=bearer.last_used_at)
    needed = needed_scope(request.method or "", noun_of_path(request.path))
    if not within(bearer.scopes, needed):
        return _out_of_scope(needed)
    _require_sense(request, path)
    if request.method in SAFE:
        return unless_known(request, run())
    return answered_once(request, request.auth, lambda: _on_condition(request, run, path))


def _require_sense(request: HttpRequest, path: dict[str, Any]) -> None:
    """Raise NotFound for an id that no row can have, and Invalid for what is no text, alike on every database."""
    if any(isinstance(id, int) and id > LARGEST_ID for id in path.values()):
        raise NotFound()
    nul = [name for name, values in request.GET.lists() if any("\0" in value for value in values)]
    if nul:
        raise Invalid(fields={name: [_("It holds a character that is no text.")] for name in nul})


def noun_of_path(path: str) -> str:
    """The first word of an address, which scopes speak of."""
    return path.removeprefix(ROOT).partition("/")[0]


def _on_condition(request: HttpRequest, run: Callable[[], HttpResponse], path: dict[str, Any]) -> HttpResponse:
    """Change something. With `If-Match`, in one transaction with the look at it: unlooked at, nothing is changed."""
    with precondition_of(request, path) as condition:
        if condition is None:
            return run()
        with transaction.atomic():
            response = run()
            if not condition.looked_at and response.status_code < 400:
                transaction.set_rollback(True)
                raise PreconditionNotSupported()
        return response


def _counted(request: HttpRequest, known: ApiRequest | None) -> tuple[str, Quota]:
    if known is not None:
        return f"token {known.bearer.token_id}", settings.CARTERA_API_QUOTA
    return f"address {request.META.get('REMOTE_ADDR', '')}", settings.CARTERA_GUEST_QUOTA


def _with_standing(response: HttpResponse, spent: Spent) -> HttpResponse:
    if spent.quota.most:
        for name, value in spent.headers.items():
            response[name] = value
    return response


def _out_of_scope(needed: str) -> HttpResponse:
    """As RFC 6750 says it for programs, and in words."""
    told = _("This token may not do that: it needs the scope %(scope)s.") % {"scope": needed}
    response = problem(403, code="insufficient-scope", title=_("The token is too narrow for that."), detail=told)
    response["WWW-Authenticate"] = f'Bearer realm="Cartera", error="insufficient_scope", scope="{needed}"'
    return response
