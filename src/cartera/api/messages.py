"""Messages to other systems after the Standard Webhooks specification (standardwebhooks.com, 1.0.0). Values in, values out.

A message names what happened and on what, by ids; names and amounts are asked for by the API, where the one who asks is known.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)
"""How long a secret that was replaced still signs beside the new one."""

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 14 * 60, 20 * 60, 24 * 60))
"""How long to wait after each attempt that failed; after the last of them, a message is given up: some three days."""

GONE = 410
"""The other side says for good that it hears nothing any more."""

ADDRESSES: Mapping[str, str] = {
    "clients.client": "/api/v1/clients/{id}",
    "interactions.interaction": "/api/v1/interactions/{id}",
    "promises.promise": "/api/v1/promises/{id}",
}
"""Where the API tells the rest about a subject."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a happening: ids and kinds, no name and no amount."""

    id: int
    kind: str
    at: datetime
    subject_kind: str
    subject_id: int | None
    client_id: int | None
    actor_kind: str
    actor_id: int | None
    because_of: int | None
    rows: int


def body_of(told: Told) -> str:
    """The content of a message, the same bytes each time it is sent."""
    subject: dict[str, Any] | None = None
    if told.subject_id is not None:
        address = ADDRESSES.get(told.subject_kind, "").format(id=told.subject_id)
        subject = {"kind": told.subject_kind.rpartition(".")[2], "id": told.subject_id, "address": address or None}
    data = {
        "happening": told.id,
        "subject": subject,
        "client": told.client_id,
        "actor": {"kind": told.actor_kind, "id": told.actor_id},
        "because_of": told.because_of,
        "rows": told.rows,
    }
    return json.dumps({"type": told.kind, "timestamp": told.at.isoformat(), "data": data}, separators=(",", ":"))


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers_of(message_id: str, body: str, now: datetime, known: Sequence[str]) -> dict[str, str]:
    """What proves to the other side that the message is ours and fresh: one signature for each secret that is valid now."""
    stamp = str(int(now.timestamp()))
    signatures = (signature(secret, message_id, stamp, body) for secret in known)
    return {
        "content-type": "application/json",
        "user-agent": "Cartera-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signatures),
    }


def signature(secret: str, message_id: str, stamp: str, body: str) -> str:
    """`v1,` and HMAC-SHA256 of id, timestamp and body, in base64."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    made = hmac.new(key, f"{message_id}.{stamp}.{body}".encode(), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts that failed; None when the message is given up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
