"""Bringing a backup back: into an empty home, and an empty database; whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.config.backups import keysets, loading
from cartera.config.backups.loading import NotEmpty
from cartera.config.backups.manifest import Manifest
from cartera.config.backups.proving import sqlite_at
from cartera.config.backups.tables import standing_in
from cartera.config.backups.vault import BackupIsDamaged, Vault
from cartera.config.progress import Report, silent
from cartera.kernel import keys
from cartera.kernel.errors import CarteraError
from cartera.kernel.happenings import sealed_contents

DATABASE, QUEUE = "cartera.sqlite3", "queue.sqlite3"
_DRAFT = ".restoring"


class KeysAreMissing(CarteraError):
    status = 409
    code = "keys-are-missing"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and where. `unreadable` clients have sealed content whose key is not here."""

    manifest: Manifest
    home: Path
    keys: Path
    keys_copied: bool
    unreadable: int


def restore(
    vault: Vault,
    *,
    into: Path,
    keys_from: Path | None = None,
    without_keys: bool = False,
    progress: Report = silent,
) -> Restored:
    """Restore a backup into the home `into`, and into the server that `DATABASE_URL` names when there is one.

    `keys_from` is a copy of the keys, made by `backup --keys`. Raises NotEmpty, BackupIsDamaged, WrongVersion, and
    KeysAreMissing when content of clients could not be read any more, unless `without_keys` accepts that.
    """
    manifest = Manifest.of(vault)
    loading.require_version(manifest)
    ring, target = _keys_for(into, keys_from)
    missing: set[int] = set()

    def look_for_keys() -> None:
        missing.update(clients_without_key(ring))
        if missing and not without_keys:
            raise KeysAreMissing(_without_keys(len(missing), ring))

    with _draft_in(into) as draft, _database_of(draft):
        for number, (name, stored) in enumerate(manifest.files.items()):
            progress(_("files"), number, len(manifest.files))
            file = _inside(draft, name)
            file.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            with file.open("wb") as writing:
                vault.take(stored, writing)
                os.fsync(writing.fileno())
        progress(_("files"), len(manifest.files), len(manifest.files))
        loading.load(vault, manifest, draft, progress, before_commit=look_for_keys)
        loading.bring_up_to_date()
    copied = ring != target and ring.is_dir()
    if copied:
        keysets.copy_between(ring, target)
    return Restored(manifest, into, target, copied, len(missing))


def clients_without_key(ring: Path) -> set[int]:
    """Clients with sealed content that a ring cannot open, erased ones aside. Opens everything that is sealed, once."""
    held, missing = keys.held_in(ring), set[int]()
    for client_id, sealed in sealed_contents():
        has_key = held.get(client_id)
        erased = has_key is False
        if not erased and not (has_key and keys.opens(client_id, sealed, folder=ring)):
            missing.add(client_id)
    return missing


def _keys_for(into: Path, keys_from: Path | None) -> tuple[Path, Path]:
    """The folder whose ring is to open the backup, and the one where the restored installation looks for it.

    A home beside this one gets a copy of this one's keys; `CARTERA_KEYS`, when it is given, holds for both.
    """
    target, usual = Path(settings.CARTERA_KEYS), Path(settings.CARTERA_HOME)
    if not os.environ.get("CARTERA_KEYS") and into != usual:
        target = into.with_name(into.name + ".keys")
    if (target / keys.RING).exists():
        return target, target
    return keys_from or (Path(settings.CARTERA_KEYS) if target != settings.CARTERA_KEYS else target), target


def _without_keys(missing: int, ring: Path) -> str:
    return ngettext(
        "The key of %(count)d client is not in %(folder)s: what the audit trail keeps sealed about them could not be read "
        "any more. Give a copy of the keys with --keys, or say --without-keys.",
        "The keys of %(count)d clients are not in %(folder)s: what the audit trail keeps sealed about them could not be "
        "read any more. Give a copy of the keys with --keys, or say --without-keys.",
        missing,
    ) % {"count": missing, "folder": ring}


@contextmanager
def _draft_in(home: Path) -> Iterator[Path]:
    """A folder in an empty home; what is in it becomes the home's when all went well, the database last."""
    home.mkdir(mode=0o750, parents=True, exist_ok=True)
    draft = home / _DRAFT
    if there := sorted(path.name for path in home.iterdir() if path != draft):
        raise NotEmpty(
            _("%(folder)s is not empty (%(name)s is there): restore into a new folder, with --into.")
            % {"folder": home, "name": there[0]}
        )
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o750)
    try:
        yield draft
        for path in sorted(draft.iterdir(), key=lambda path: (path.name == DATABASE, path.name)):
            path.rename(home / path.name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _database_of(draft: Path) -> Iterator[None]:
    """The database that is filled: files in the draft, or the server's, which must be empty."""
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        loading.require_empty(connections[DEFAULT_DB_ALIAS])
        yield
        return
    with standing_in(sqlite_at(draft / DATABASE)), standing_in(sqlite_at(draft / QUEUE), "queue"):
        yield
    for path in draft.glob("*.sqlite3*"):
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _inside(folder: Path, name: str) -> Path:
    """A file of the draft; a name that leads out of it is none of ours."""
    file = (folder / name).resolve()
    if folder.resolve() not in file.parents:
        raise BackupIsDamaged(_("%(file)s leads out of the home.") % {"file": name})
    return file
