"""Everything that goes wrong in the API, as problem details (RFC 9457) in the language that was asked for."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from cartera.kernel.errors import CarteraError, Conflict, Invalid, NotFound, NotPermitted, Text
from cartera.kernel.recording import request_id
from cartera.kernel.records import Record

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"

TITLES: Mapping[int, Text] = {
    400: _("The request cannot be read."),
    401: _("A valid token is missing."),
    404: NotFound.title,
    405: _("This address does not answer that method."),
    413: _("The request is too large."),
    429: _("Too many requests: wait a moment."),
    500: _("Something went wrong on our side. It has been written down under this request's name."),
}
CODES: Mapping[int, str] = {status: HTTPStatus(status).phrase.lower().replace(" ", "-") for status in TITLES}


def problem(
    status: int,
    *,
    code: str = "",
    title: Text = "",
    detail: Text = "",
    errors: Mapping[str, Sequence[Text]] | None = None,
    **more: Any,
) -> HttpResponse:
    """`type` names the kind of problem for programs, `title` for people; `instance` is the request in logs and audit."""
    title = title or TITLES.get(status, HTTPStatus(status).phrase)
    content: dict[str, Any] = {
        "type": f"urn:cartera:problem:{code or CODES.get(status, 'refused')}",
        "title": str(title),
        "status": status,
        "detail": str(detail or title),
        "instance": f"urn:cartera:request:{request_id()}",
    }
    if errors:
        content["errors"] = {field: [str(text) for text in texts] for field, texts in errors.items()}
    response = HttpResponse(
        json.dumps({**content, **more}, ensure_ascii=False, default=str), status=status, content_type=MEDIA_TYPE
    )
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="Cartera"'
    return response


def install(api: NinjaAPI) -> None:
    """Answer every exception of the API with a problem."""
    api.add_exception_handler(CarteraError, _refused)
    api.add_exception_handler(ValidationError, _not_valid)
    api.add_exception_handler(HttpError, _refused_by_the_framework)
    api.add_exception_handler(Http404, lambda request, error: problem(404, code=NotFound.code))
    api.add_exception_handler(PermissionDenied, lambda request, error: problem(403, title=NotPermitted.title))
    api.add_exception_handler(RequestDataTooBig, lambda request, error: problem(413))
    api.add_exception_handler(Exception, _broken)


def _refused_by_the_framework(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status_code)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    both = _both_versions(error) if isinstance(error, Conflict) else {}
    errors = error.fields if isinstance(error, Invalid) else None
    return problem(error.status, code=error.code, title=error.title, detail=error.detail, errors=errors, **both)


def _both_versions(conflict: Conflict) -> dict[str, Any]:
    theirs, yours = conflict.context.get("theirs"), conflict.context.get("yours", {})
    if not isinstance(theirs, Record):
        return {}
    return {"theirs": {"version": theirs.version, **{name: getattr(theirs, name) for name in yours}}, "yours": yours}


def _not_valid(request: HttpRequest, error: Any) -> HttpResponse:
    """`loc` of the validator is where, which argument, and then the field's path."""
    errors: dict[str, list[str]] = {}
    for flaw in error.errors:
        where = ".".join(str(step) for step in flaw["loc"][1:] if step not in ("body", "content", "asked"))
        errors.setdefault(where or str(flaw["loc"][0]), []).append(flaw["msg"])
    return problem(422, code=Invalid.code, title=Invalid.title, errors=errors)


def _broken(request: HttpRequest, error: Any) -> HttpResponse:
    log.error("a request to the API failed", exc_info=error)
    return problem(500)
