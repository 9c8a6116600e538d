"""Who asks: the member of staff behind a bearer token. A session opens no door here, so no page can be made to ask."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest
from ninja.security import HttpBearer

from cartera.api.queries import bearer_of
from cartera.kernel.actor import Actor, ActorKind
from cartera.team.queries import actor_for


class ApiRequest(HttpRequest):
    """A request whose token is good: `auth` is who asks."""

    auth: Actor


class BearerToken(HttpBearer):
    """`Authorization: Bearer …`, as `cartera token USER` prints it."""

    openapi_scheme = "bearer"

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        bearer = bearer_of(token)
        if bearer is None:
            return None
        person = actor_for(bearer.staff)
        return replace(person, kind=ActorKind.TOKEN, id=bearer.token_id, name=f"{person.name} ({bearer.label})")
