"""Where papers lie: `CARTERA_HOME/documents`, outside what the web server shows, each sealed with its client's key.

A file is called by the hash of its client and its content, so that the same one is kept once for a client and no file is
ever written into. It is sealed in pieces that carry the file's name, their place and whether more follow: one that was
swapped, moved or cut off is noticed.
"""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from cartera.kernel import keys
from cartera.kernel.errors import NotFound

PIECE = 256 * 1024
"""Bytes of content that are sealed together: what is in memory at a time."""

PREVIEW = ".preview"
_HEAD = struct.Struct(">32sI?")
_SEALED = 12 + _HEAD.size + PIECE + 16  # nonce, head, content, tag


def root() -> Path:
    return Path(settings.CARTERA_HOME) / "documents"


def put(client_id: int, content: BinaryIO) -> str:
    """Keep a file for a client; returns the digest that it is called by. One that is there already is kept once."""
    digest = hashlib.sha256(f"{client_id}\n".encode())
    content.seek(0)
    while piece := content.read(PIECE):
        digest.update(piece)
    name = digest.hexdigest()
    path = _path(name)
    if path.is_file():
        os.utime(path)
    else:
        content.seek(0)
        _write(client_id, path, content)
    return name


def put_preview(client_id: int, digest: str, content: BinaryIO) -> None:
    _write(client_id, _path(digest + PREVIEW), content)


def read(client_id: int, digest: str, *, preview: bool = False) -> Iterator[bytes]:
    """The content, piece by piece.

    Raises NotFound at once when the file or the client's key is gone, and ValueError where it was tampered with.
    """
    path = _path(digest + PREVIEW if preview else digest)
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise NotFound() from error
    pieces = _unsealed(client_id, path.name, file)
    first = next(pieces)
    return _with_first(first, pieces)


def forget(digest: str) -> None:
    for name in (digest, digest + PREVIEW):
        _path(name).unlink(missing_ok=True)


def lying() -> Iterator[tuple[str, datetime]]:
    """The digests of the files that lie here, each with the instant at which it was last kept."""
    for path in root().glob("??/*"):
        if not path.name.endswith(PREVIEW) and not path.name.startswith("."):
            yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _path(name: str) -> Path:
    return root() / name[:2] / name


def _write(client_id: int, path: Path, content: BinaryIO) -> None:
    """All of it or nothing: beside its place first, then moved there, and on the disk before anybody is told."""
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in _sealed(client_id, path.name, content):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sealed(client_id: int, name: str, content: BinaryIO) -> Iterator[bytes]:
    place, following = 0, content.read(PIECE)
    while True:
        piece, following = following, content.read(PIECE)
        yield keys.seal(client_id, _HEAD.pack(_identity(name), place, not following) + piece)
        if not following:
            return
        place += 1


def _unsealed(client_id: int, name: str, file: BinaryIO) -> Iterator[bytes]:
    with file:
        place, last = 0, False
        while not last:
            opened = keys.unseal(client_id, file.read(_SEALED))
            if opened is None:
                raise NotFound()
            identity, number, last = _HEAD.unpack_from(opened)
            if identity != _identity(name) or number != place:
                raise ValueError(f"the file {name} is not what was kept under this name")
            place += 1
            yield opened[_HEAD.size :]


def _identity(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def _with_first(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others
