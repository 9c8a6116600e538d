"""Versions over HTTP (RFC 9110, 8.8 and 13): `ETag` on what is read, `If-Match` on what is changed, `If-None-Match` on reads.

A tag is `"<version>-<print of the content>"`. Reading compares all of it. Changing compares the version alone: figures that
a night brings up to date are no edit, so nobody's edit crosses them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from cartera.kernel.errors import CarteraError
from cartera.kernel.records import Record

_TAG = re.compile(r'(W/)?"([^"]*)"')
ANY = "*"


class PreconditionFailed(CarteraError):
    """It is not the version that `If-Match` names any more; both versions are in `context`."""

    status = 412
    code = "precondition-failed"
    title = _("It is not the version that you named any more.")


class PreconditionRequired(CarteraError):
    status = 428
    code = "precondition-required"
    title = _("Say with If-Match which version you change: here nobody changes what they have not seen.")


class PreconditionNotSupported(CarteraError):
    """Better than to ignore what somebody relies on."""

    status = 412
    code = "precondition-not-supported"
    title = _("This address knows no version, so If-Match cannot be kept.")


@dataclass(slots=True)
class Precondition:
    """What a change was asked on condition of: `wanted` as sent, `about` the id or the name that ends the address."""

    wanted: str
    about: int | str
    sent: Mapping[str, Any]
    looked_at: bool = False

    def hold(self, record: models.Model) -> None:
        """Raise PreconditionFailed unless the record is the one that the address names, in a version that was named."""
        if isinstance(record, Record):
            known = {name: getattr(record, name) for name in self.sent if name in _columns(record)}
            self.hold_version(record.pk, record.version, known)

    def hold_version(self, about: int | str, version: int, known: Mapping[str, Any]) -> None:
        """The same for what is no single record: `known` is what stands of what was sent."""
        if self.looked_at or about != self.about:
            return
        self.looked_at = True
        if self.wanted != ANY and str(version) not in _versions(self.wanted):
            raise PreconditionFailed(
                theirs={**known, "version": version},
                yours={**self.sent, "version": ", ".join(_versions(self.wanted)) or self.wanted},
            )


_current: ContextVar[Precondition | None] = ContextVar("precondition", default=None)


@contextmanager
def precondition_of(request: HttpRequest, path: Mapping[str, Any]) -> Iterator[Precondition | None]:
    """What the request asks before anything that its address names is changed; None when it asks nothing.

    Raises PreconditionRequired where the installation insists on it.
    """
    about = next((value for value in reversed(list(path.values())) if isinstance(value, int | str)), None)
    wanted = request.headers.get("If-Match", "").strip()
    if about is None or not wanted:
        if about is not None and settings.CARTERA_API_NEEDS_IF_MATCH:
            raise PreconditionRequired()
        yield None
        return
    condition = Precondition(wanted, about, _content(request))
    token = _current.set(condition)
    try:
        yield condition
    finally:
        _current.reset(token)


def hold(record: models.Model) -> None:
    """Compare a record that an address names with what `If-Match` asked, if it asked anything."""
    condition = _current.get()
    if condition is not None:
        condition.hold(record)


def hold_version(about: int | str, version: int, known: Mapping[str, Any]) -> None:
    """Compare what an address names with what `If-Match` asked, if it asked anything."""
    condition = _current.get()
    if condition is not None:
        condition.hold_version(about, version, known)


def tag_of(body: bytes, version: int | None = None) -> str:
    """A strong validator: two answers with one tag are the same, byte by byte."""
    printed = hashlib.blake2b(body, digest_size=8).hexdigest()
    return f'"{printed}"' if version is None else f'"{version}-{printed}"'


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Put a tag on what was read; 304 without a body when the reader has it already."""
    if response.status_code != 200 or response.streaming:
        return response
    if "ETag" not in response:
        response["ETag"] = tag_of(response.content)
    response["Cache-Control"] = "private, no-cache"
    known = request.headers.get("If-None-Match", "").strip()
    if known != ANY and response["ETag"].strip('"') not in {tag for _weak, tag in _TAG.findall(known)}:
        return response
    kept = {name: response[name] for name in ("ETag", "Cache-Control", "Link") if name in response}
    return HttpResponse(status=304, headers=kept)


def _versions(wanted: str) -> list[str]:
    """The versions among the strong tags of a header; a weak one never names what is changed."""
    return [tag.partition("-")[0] for weak, tag in _TAG.findall(wanted) if not weak]


def _columns(record: Record) -> set[str]:
    return {field.name for field in record._meta.concrete_fields if not field.is_relation}


def _content(request: HttpRequest) -> dict[str, Any]:
    if not request.headers.get("Content-Type", "").startswith("application/json"):
        return {}
    try:
        sent = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}
