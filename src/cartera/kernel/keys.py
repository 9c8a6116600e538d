"""The keyring: one key per client, kept outside the database and its backups, so that destroying it erases.

Content is sealed with AES-256-GCM (NIST SP 800-38D), a fresh 96-bit nonce each time. The ring is a small SQLite file in
`CARTERA_KEYS`; it is written with full synchronisation, since a lost key is lost content.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12
_opened = threading.local()


def seal(client_id: int, content: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(client_id)).encrypt(nonce, content, str(client_id).encode())


def unseal(client_id: int, sealed: bytes) -> bytes | None:
    """The content, or None when the client's key was destroyed. Raises ValueError if it was tampered with."""
    key = _find(_ring(), client_id)
    if key is None:
        return None
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], str(client_id).encode())
    except InvalidTag as error:
        raise ValueError(f"sealed content of client {client_id} does not match its key") from error


def destroy(client_id: int) -> None:
    """Erase for good: whatever was sealed with this client's key can never be read again, in no backup either.

    Nothing more can be sealed for the client, whether it had a key or not.
    """
    ring = _ring()
    with ring:
        ring.execute(
            "INSERT INTO client_key VALUES (?, NULL) ON CONFLICT (client_id) DO UPDATE SET key = NULL", (client_id,)
        )
    # Until a checkpoint the journal beside the ring still holds the page with the key.
    ring.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _key(client_id: int) -> bytes:
    ring = _ring()
    key = _find(ring, client_id)
    if key is not None:
        return key
    with ring:
        ring.execute("INSERT OR IGNORE INTO client_key VALUES (?, ?)", (client_id, AESGCM.generate_key(256)))
    key = _find(ring, client_id)
    if key is None:
        raise ValueError(f"the key of client {client_id} was destroyed: nothing more can be kept about them")
    return key


def _find(ring: sqlite3.Connection, client_id: int) -> bytes | None:
    row = ring.execute("SELECT key FROM client_key WHERE client_id = ?", (client_id,)).fetchone()
    return row[0] if row else None


def _ring() -> sqlite3.Connection:
    """This thread's own connection: in a shared one, the commit of one thread would end the transaction of another."""
    place = Path(settings.CARTERA_KEYS), os.getpid()
    if getattr(_opened, "place", None) != place:
        _opened.ring, _opened.place = _open(place[0]), place
    ring: sqlite3.Connection = _opened.ring
    return ring


def _open(folder: Path) -> sqlite3.Connection:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ring = sqlite3.connect(folder / "clients.sqlite3", timeout=20)
    ring.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
        "CREATE TABLE IF NOT EXISTS client_key (client_id INTEGER PRIMARY KEY, key BLOB);"
    )
    return ring
