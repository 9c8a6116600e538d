"""Who asks: the member of staff behind a bearer token. A session opens no door here, so no page can be made to ask."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest
from ninja.security import HttpBearer

from cartera.api.queries import Bearer, bearer_of
from cartera.clients.accesses import with_accesses
from cartera.kernel.actor import Actor, ActorKind
from cartera.team.queries import actor_for


class ApiRequest(HttpRequest):
    """A request whose token is good: `auth` is who asks, `bearer` the token and its person."""

    auth: Actor
    bearer: Bearer


class BearerToken(HttpBearer):
    """`Authorization: Bearer …`, as `cartera token USER` prints it. Looked up once a request, however often it is called."""

    openapi_scheme = "bearer"

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        known: ApiRequest = request  # type: ignore[assignment]
        if not hasattr(known, "bearer"):
            bearer = bearer_of(token)
            if bearer is None:
                return None
            known.bearer, known.auth = bearer, _actor(bearer)
        return known.auth


def _actor(bearer: Bearer) -> Actor:
    person = actor_for(bearer.staff)
    if bearer.let_in:
        person = with_accesses(person)
    return replace(person, kind=ActorKind.TOKEN, id=bearer.token_id, name=f"{person.name} ({bearer.label})")
