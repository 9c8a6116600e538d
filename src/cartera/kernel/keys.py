"""The keyring: one key per client, kept outside the database and its backups, so that destroying it erases.

Content is sealed with AES-256-GCM (NIST SP 800-38D), a fresh 96-bit nonce each time. The ring is a small SQLite file in
`CARTERA_KEYS`; it is written with full synchronisation, since a lost key is lost content.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

RING = "clients.sqlite3"
_NONCE = 12
_MADE_AHEAD = 64
"""Keys that are made together, for a client and for those who come next: making one costs a wait for the disk."""

_opened = threading.local()


def seal(client_id: int, content: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(client_id)).encrypt(nonce, content, str(client_id).encode())


def unseal(client_id: int, sealed: bytes) -> bytes | None:
    """The content, or None when the client's key was destroyed. Raises ValueError if it was tampered with."""
    key = _find(_ring(), client_id)
    return None if key is None else _open_with(key, client_id, sealed)


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


def held_in(folder: Path) -> dict[int, bool]:
    """The clients that the ring in a folder knows: True with their key, False when it was destroyed."""
    if not (folder / RING).is_file():
        return {}
    with closing(sqlite3.connect(f"file:{quote(str(folder / RING))}?mode=ro", uri=True, timeout=20)) as ring:
        return {id: bool(kept) for id, kept in ring.execute("SELECT client_id, key IS NOT NULL FROM client_key")}


def opens(client_id: int, sealed: bytes, *, folder: Path) -> bool:
    """Whether the key that a folder's ring holds for a client is the one that this was sealed with."""
    key = _find(_ring(folder), client_id)
    try:
        return key is not None and bool(_open_with(key, client_id, sealed))
    except ValueError:
        return False


def copy_ring(source: Path, target: Path) -> None:
    """Copy a ring that may be in use into a file of its owner's alone."""
    _make_private(target)
    with closing(sqlite3.connect(source, timeout=20)) as ring, closing(sqlite3.connect(target)) as copy:
        ring.backup(copy)


def _key(client_id: int) -> bytes:
    ring = _ring()
    key = _find(ring, client_id)
    if key is not None:
        return key
    made = [(id, AESGCM.generate_key(256)) for id in range(client_id, client_id + _MADE_AHEAD)]
    with ring:
        ring.executemany("INSERT OR IGNORE INTO client_key VALUES (?, ?)", made)
    key = _find(ring, client_id)
    if key is None:
        raise ValueError(f"the key of client {client_id} was destroyed: nothing more can be kept about them")
    return key


def _open_with(key: bytes, client_id: int, sealed: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], str(client_id).encode())
    except InvalidTag as error:
        raise ValueError(f"sealed content of client {client_id} does not match its key") from error


def _find(ring: sqlite3.Connection, client_id: int) -> bytes | None:
    row = ring.execute("SELECT key FROM client_key WHERE client_id = ?", (client_id,)).fetchone()
    return row[0] if row else None


def _ring(folder: Path | None = None) -> sqlite3.Connection:
    """This thread's own connection: in a shared one, the commit of one thread would end the transaction of another."""
    place = folder or Path(settings.CARTERA_KEYS), os.getpid()
    if getattr(_opened, "place", None) != place:
        _opened.ring, _opened.place = _open(place[0]), place
    ring: sqlite3.Connection = _opened.ring
    return ring


def _open(folder: Path) -> sqlite3.Connection:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_private(folder / RING)
    ring = sqlite3.connect(folder / RING, timeout=20)
    ring.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
        "CREATE TABLE IF NOT EXISTS client_key (client_id INTEGER PRIMARY KEY, key BLOB);"
    )
    return ring


def _make_private(file: Path) -> None:
    """Nobody but its owner reads it; SQLite gives its journal the same rights."""
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
