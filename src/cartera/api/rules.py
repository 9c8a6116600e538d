"""What a token is and may do: a secret that is shown once, the digest that is kept, and scopes that narrow it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

PREFIX = "cartera_"  # lets a scanner for leaked secrets know ours

READ, WRITE = "read", "write"
ALL_SCOPES = (READ, WRITE)
_SCOPE = re.compile(r"^(?:[a-z][a-z-]*:)?(?:read|write)$")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def digest_of(secret: str) -> str:
    """SHA-256: enough for a secret of 256 random bits, which nobody guesses and no dictionary holds."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_scope(text: str) -> bool:
    """`read`, `write`, or one of them for one noun: `promises:write`."""
    return bool(_SCOPE.match(text))


def scopes_for(nouns: Iterable[str]) -> list[str]:
    """Every scope that can be given, the wide ones first."""
    return [*ALL_SCOPES, *(f"{noun}:{verb}" for noun in sorted(nouns) for verb in ALL_SCOPES)]


def needed_scope(method: str, noun: str) -> str:
    """The narrowest scope that lets a method be used on a noun."""
    return f"{noun}:{READ if method in SAFE else WRITE}"


def within(scopes: Sequence[str], needed: str) -> bool:
    """Whether scopes hold what is needed: itself, or its verb for every noun."""
    return needed in scopes or needed.rpartition(":")[2] in scopes
