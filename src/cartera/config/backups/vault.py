"""Where the files of a backup lie: a folder, open or sealed with a passphrase.

A sealed backup follows the age format (https://age-encryption.org/v1): each has an identity of its own, kept in
`identity.age` under the passphrase, and every other file is encrypted to it. The `age` program opens them too:
`age -d -i identity.age manifest.json.age`. Who has no passphrase can neither read one nor make a file that fits in.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import pyrage
from django.utils.translation import gettext as _

from cartera.kernel.errors import CarteraError

IDENTITY = "identity.age"
SUFFIX = ".age"
_AT_A_TIME = 1 << 20


class BackupIsDamaged(CarteraError):
    status = 409
    code = "backup-is-damaged"


class PassphraseNeeded(CarteraError):
    status = 409
    code = "passphrase-needed"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of a backup as it lies there: where, how large, and the SHA-256 of its bytes."""

    path: str
    size: int
    sha256: str


class Vault:
    """The folder of one backup."""

    def __init__(self, folder: Path, identity: pyrage.x25519.Identity | None = None) -> None:
        self.folder = folder
        self._identity = identity

    @classmethod
    def new(cls, folder: Path, passphrase: str = "") -> Vault:
        """An empty one, sealed when there is a passphrase."""
        folder.mkdir(mode=0o700, parents=True)
        if not passphrase:
            return cls(folder)
        identity = pyrage.x25519.Identity.generate()
        (folder / IDENTITY).write_bytes(pyrage.passphrase.encrypt(str(identity).encode(), passphrase))
        return cls(folder, identity)

    @classmethod
    def opened(cls, folder: Path, passphrase: str = "") -> Vault:
        """One that is there. Raises PassphraseNeeded when it is sealed and the passphrase is missing or another."""
        if not (folder / IDENTITY).exists():
            return cls(folder)
        if not passphrase:
            raise PassphraseNeeded(_("This backup is encrypted: give its passphrase with --passphrase-file."))
        try:
            opened = pyrage.passphrase.decrypt((folder / IDENTITY).read_bytes(), passphrase)
        except pyrage.DecryptError as error:
            raise PassphraseNeeded(_("The passphrase is not the one that this backup was encrypted with.")) from error
        return cls(folder, pyrage.x25519.Identity.from_str(opened.decode()))

    @property
    def sealed(self) -> bool:
        return self._identity is not None

    def put(self, path: str, chunks: Iterable[bytes]) -> Stored:
        """Keep a file, synchronised with the disk. Its chunks are taken as they come; none is kept in memory."""
        name = path + SUFFIX if self._identity else path
        target = self.folder / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            writer = _Digesting(file)
            if self._identity:
                source = io.BufferedReader(_Chunks(chunks), _AT_A_TIME)
                pyrage.encrypt_io(source, cast(BinaryIO, writer), [self._identity.to_public()])
            else:
                for chunk in chunks:
                    writer.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return Stored(name, writer.size, writer.sha256)

    def take(self, stored: Stored, target: IO[bytes]) -> None:
        """Write a file's content somewhere. Raises BackupIsDamaged when its bytes are not those that were kept."""
        self.check(stored)
        with (self.folder / stored.path).open("rb") as file:
            self._open_into(file, target)

    def check(self, stored: Stored) -> None:
        """Raise BackupIsDamaged unless a file is there, with the bytes that were kept."""
        try:
            with (self.folder / stored.path).open("rb") as file:
                same = hashlib.file_digest(file, "sha256").hexdigest() == stored.sha256
        except FileNotFoundError as error:
            raise BackupIsDamaged(_("%(file)s is missing from the backup.") % {"file": stored.path}) from error
        if not same:
            raise BackupIsDamaged(
                _("%(file)s is damaged: its checksum is not the one in the manifest.") % {"file": stored.path}
            )

    def read(self, name: str) -> bytes:
        """A small file that no manifest tells of. Raises FileNotFoundError, BackupIsDamaged."""
        content = io.BytesIO()
        with (self.folder / (name + SUFFIX if self._identity else name)).open("rb") as file:
            try:
                self._open_into(file, content)
            except (pyrage.DecryptError, OSError) as error:
                raise BackupIsDamaged(_("%(file)s is damaged: it cannot be decrypted.") % {"file": name}) from error
        return content.getvalue()

    @contextmanager
    def spooled(self, stored: Stored, folder: Path) -> Iterator[Path]:
        """A file's content as a file of its own in a folder, for as long as the block lasts."""
        spool = folder / f".spool.{os.getpid()}"
        try:
            with spool.open("wb") as file:
                os.fchmod(file.fileno(), 0o600)
                self.take(stored, file)
            yield spool
        finally:
            spool.unlink(missing_ok=True)

    def _open_into(self, file: BinaryIO, target: IO[bytes]) -> None:
        if self._identity:
            pyrage.decrypt_io(file, cast(BinaryIO, target), [self._identity])
        else:
            shutil.copyfileobj(file, target, _AT_A_TIME)


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_AT_A_TIME):
        yield chunk


class _Chunks(io.RawIOBase):
    """Chunks as a file to read from."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._left = iter(chunks), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        part = self._left[: len(buffer)]
        buffer[: len(part)] = part
        self._left = self._left[len(part) :]
        return len(part)


class _Digesting:
    """A file to write to that counts and digests what it is given."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest, self.size = file, hashlib.sha256(), 0

    def write(self, content: bytes) -> int:
        self._digest.update(content)
        self.size += len(content)
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()
