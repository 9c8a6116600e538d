"""Sealing what is nobody's single client's: webhook secrets and kept answers, with a key made of the installation's secret.

The secret lies with the keys, outside the database and its backups. AES-256-GCM, a fresh nonce each time; the key is derived
by HKDF (RFC 5869), one for each purpose.
"""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


def seal(purpose: str, content: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(purpose, settings.SECRET_KEY).encrypt(nonce, content, purpose.encode())


def unseal(purpose: str, sealed: bytes) -> bytes | None:
    """The content, or None when the installation's secret is not the one that it was sealed with."""
    try:
        return _cipher(purpose, settings.SECRET_KEY).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
    except InvalidTag:
        return None


@lru_cache(maxsize=8)
def _cipher(purpose: str, secret: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"cartera.api.{purpose}".encode())
    return AESGCM(derived.derive(secret.encode()))
