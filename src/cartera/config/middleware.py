"""What every request goes through: a name, a policy for content, an actor, and errors in the user's words."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cartera.kernel.errors import CarteraError
from cartera.kernel.recording import request_named
from cartera.team.models import SignIn
from cartera.team.queries import actor_of

Answer = Callable[[HttpRequest], HttpResponse]


class RequestNameMiddleware:
    """Give each request an id that its happenings, logs and answer carry."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = uuid.uuid4().hex
        with request_named(name), structlog.contextvars.bound_contextvars(request_id=name):
            response = self.get_response(request)
        response["X-Request-Id"] = name
        return response


class ContentSecurityPolicyMiddleware:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response


class ActorMiddleware:
    """Put the person who asks on the request as `request.actor`; None for somebody who is not signed in.

    The API knows who asks by a token alone: a session means nothing there.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.user if not request.path.startswith("/api/") else None
        request.actor = actor_of(known) if isinstance(known, SignIn) else None  # type: ignore[attr-defined]
        return self.get_response(request)


class ErrorPageMiddleware:
    """Turn a refusal into a page in the user's words. The API has its own door and answers problem details."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, CarteraError):
            return None
        template = "404.html" if error.status == 404 else "refused.html"
        return render(request, template, {"error": error}, status=error.status)
