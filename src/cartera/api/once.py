"""Requests that may be sent twice: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) for whatever changes something.

The answer is kept in the transaction of what was done. So a crash leaves both or neither, and a request that is sent again
is either done for the first time or answered as before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from cartera.api import actions_at_the_door as door
from cartera.api.actions_at_the_door import Claim, Kept, Standing
from cartera.kernel.actor import Actor
from cartera.kernel.errors import CarteraError

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST_KEY = 255
_CHUNK = 1 << 20
_NOT_KEPT = frozenset({"X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After"})


class UnreadableKey(CarteraError):
    status = 400
    code = "idempotency-key-unreadable"
    title = _("Idempotency-Key is 1 to 255 printable characters, for example a UUID.")


class StillRunning(CarteraError):
    status = 409
    code = "idempotency-key-in-use"
    title = _("A request with this Idempotency-Key is being answered: ask again in a moment.")


class UsedForAnother(CarteraError):
    status = 422
    code = "idempotency-key-reused"
    title = _("This Idempotency-Key was sent with another request: use a new one for each.")


Answer = Callable[[], HttpResponse]


def answered_once(request: HttpRequest, actor: Actor, answer: Answer) -> HttpResponse:
    """Answer a request, or, when its key was answered already, say the same again without doing anything.

    Raises UnreadableKey, StillRunning and UsedForAnother. Without a key, the request is simply answered.
    """
    key = key_of(request)
    if key is None:
        return answer()
    found = door.claim(actor=actor, key=key, fingerprint=fingerprint(request), now=datetime.now(UTC))
    match found:
        case Standing.ANOTHER:
            raise UsedForAnother()
        case Standing():
            raise StillRunning()
        case Kept(status=status, headers=headers, body=body):
            return HttpResponse(body, status=status, headers={**headers, REPLAYED: "true"})
        case Claim():
            return _answered(found, answer)


def key_of(request: HttpRequest) -> str | None:
    """The key as it was sent, with or without the quotes of a structured field; None when none was."""
    sent = request.headers.get(HEADER)
    if sent is None:
        return None
    key = sent.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise UnreadableKey()
    return key


def fingerprint(request: HttpRequest) -> str:
    """What was asked: method, address, and content, files piece by piece."""
    told = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for piece in _content(request):
        told.update(piece)
    return told.hexdigest()


def _content(request: HttpRequest) -> Iterator[bytes]:
    if not request.headers.get("Content-Type", "").startswith("multipart/"):
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield repr((name, values)).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield repr((name, file.name, file.size)).encode()
            yield from file.chunks(_CHUNK)
            file.seek(0)


def _answered(mine: Claim, answer: Answer) -> HttpResponse:
    kept = False
    try:
        with transaction.atomic():
            response = answer()
            if response.status_code >= 500 or connection.needs_rollback:
                transaction.set_rollback(True)
                return response
            headers = {name: value for name, value in response.items() if name not in _NOT_KEPT}
            given = Kept(response.status_code, headers, response.content)
            kept = door.keep_answer(mine, given, now=datetime.now(UTC))
            if not kept:
                transaction.set_rollback(True)
                raise StillRunning()
        return response
    finally:
        if not kept:
            door.let_go(mine)
