"""What the door writes down before and after a request: keys that were used, answers that may be asked for again, tokens in use.

None of it is business: it is forgotten after a day, and only what the request itself did is remembered for good.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from cartera.api.models import Answered, Token
from cartera.api.sealing import seal, unseal
from cartera.kernel.actor import Actor

KEPT = timedelta(hours=24)
"""How long the same key gives the same answer."""

LONGEST_REQUEST = timedelta(minutes=2)
"""After this long without an answer a request counts as dead, and the next one with its key is answered in its place."""

SEEN_EVERY = timedelta(minutes=10)
_PURPOSE = "answers"


class Standing(Enum):
    """How a key stands: it is the caller's to answer, somebody answers it now, or it was another request's."""

    MINE = auto()
    RUNNING = auto()
    ANOTHER = auto()


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was given."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to answer a request: whoever lost it meanwhile cannot keep an answer."""

    id: int
    claim: str


def claim(*, actor: Actor, key: str, fingerprint: str, now: datetime) -> Claim | Kept | Standing:
    """Take the right to answer a request with this key, or say what became of the one that had it before.

    Committed by itself, so that two requests at once see each other.
    """
    mine = uuid.uuid4().hex
    who = {"actor_kind": actor.kind, "actor_id": actor.id or 0, "key": key}
    asked = {"fingerprint": fingerprint, "claim": mine, "until": now + LONGEST_REQUEST, "answer": None}
    Answered.objects.bulk_create([Answered(**who, **asked)], ignore_conflicts=True)
    there = Answered.objects.get(**who)
    if there.claim == mine:
        return Claim(there.pk, mine)
    if there.until <= now:
        taken = Answered.objects.filter(pk=there.pk, claim=there.claim, until=there.until).update(**asked)
        return Claim(there.pk, mine) if taken else Standing.RUNNING
    if there.fingerprint != fingerprint:
        return Standing.ANOTHER
    if there.answer is None:
        return Standing.RUNNING
    return _opened(bytes(there.answer))


def keep_answer(mine: Claim, given: Kept, *, now: datetime) -> bool:
    """Keep the answer with what the request did, in its transaction. False when the right to answer was lost meanwhile."""
    content = json.dumps([given.status, dict(given.headers)]).encode() + b"\n" + given.body
    rows = Answered.objects.filter(pk=mine.id, claim=mine.claim)
    return bool(rows.update(answer=seal(_PURPOSE, content), until=now + KEPT))


def let_go(mine: Claim) -> None:
    """The request came to nothing: whoever sends it again is answered anew."""
    Answered.objects.filter(pk=mine.id, claim=mine.claim).delete()


def forget_old_answers(*, now: datetime) -> int:
    """Drop the keys whose day is over; returns how many."""
    return Answered.objects.filter(until__lte=now).delete()[0]


def note_use(*, token_id: int, last: datetime | None) -> None:
    """Write down that a token is used, true to some minutes: a reading must not cost a write each time."""
    now = datetime.now(UTC)
    if last is None or now - last >= SEEN_EVERY:
        Token.objects.filter(pk=token_id).update(last_used_at=now)


def _opened(sealed: bytes) -> Kept | Standing:
    content = unseal(_PURPOSE, sealed)
    if content is None:
        return Standing.RUNNING
    head, _, body = content.partition(b"\n")
    status, headers = json.loads(head)
    return Kept(status, headers, body)
