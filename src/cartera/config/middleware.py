"""What every request goes through: a name, a policy for content, an actor, and errors in the user's words."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from ipaddress import ip_address

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from cartera.clients.accesses import with_accesses
from cartera.clock import queries as clock
from cartera.kernel.errors import CarteraError
from cartera.kernel.recording import request_named
from cartera.team.models import SignIn
from cartera.team.queries import actor_of, staff_of

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


class RealAddressMiddleware:
    """Say in `REMOTE_ADDR` where a request really comes from, when one of our own proxies says it in `X-Forwarded-For`.

    What is not a proxy of ours can write what it likes in that header, so it is read from the end, as far as it is ours.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.META.get("REMOTE_ADDR", "")
        request.META["REMOTE_ADDR"] = real_address(seen, request.META.get("HTTP_X_FORWARDED_FOR", ""))
        return self.get_response(request)


def real_address(seen: str, forwarded: str) -> str:
    """The last address that is none of `CARTERA_TRUSTED_PROXIES`, from the server's view outwards."""
    address = seen
    for said in reversed([one.strip() for one in forwarded.split(",") if one.strip()]):
        if not _is_ours(address):
            break
        address = said
    return address


def _is_ours(address: str) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in settings.CARTERA_TRUSTED_PROXIES)


WITHOUT_WORDS = frozenset({"health", "metrics"})
"""Views for machines, which are answered without a database, too."""


class InstitutionLanguageMiddleware:
    """Speak the institution's language to whoever has chosen none and whose browser asks for none that we speak."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        if request.resolver_match and request.resolver_match.view_name in WITHOUT_WORDS:
            return
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and not _asks_for_one(request):
            translation.activate(_language_here())
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE


def _language_here() -> str:
    """Without a database the page that is asked for says what is wrong, in the server's language."""
    try:
        return clock.language()
    except DatabaseError:
        return str(settings.LANGUAGE_CODE)


def _asks_for_one(request: HttpRequest) -> bool:
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return any(tag.partition("-")[0] in dict(settings.LANGUAGES) for tag, _weight in asked)


class ContentSecurityPolicyMiddleware:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response


class ActorMiddleware:
    """Put the person who asks on the request as `request.actor`; None for somebody who is not signed in.

    Hours are told and read on the clock of their branch.

    The API knows who asks by a token alone: a session means nothing there.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.user if not request.path.startswith("/api/") else None
        actor = actor_of(known) if isinstance(known, SignIn) else None
        request.actor = with_accesses(actor) if actor else None  # type: ignore[attr-defined]
        staff = staff_of(actor) if actor else None
        with clock.seen_from(staff.branch.zone if staff else ""):
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
