"""What a token is: a secret that is shown once, and the digest that is kept."""

from __future__ import annotations

import hashlib

PREFIX = "cartera_"  # lets a scanner for leaked secrets know ours


def digest_of(secret: str) -> str:
    """SHA-256: enough for a secret of 256 random bits, which nobody guesses and no dictionary holds."""
    return hashlib.sha256(secret.encode()).hexdigest()
