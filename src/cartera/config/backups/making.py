"""Making a backup: everything at one moment, written aside, restored to prove it, and only then given its name."""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _

from cartera.clock import queries as clock
from cartera.config.backups import files, keysets, manifest, shelf
from cartera.config.backups.manifest import Manifest
from cartera.config.backups.proving import prove
from cartera.config.backups.tables import Fingerprint, Fingerprinting, Moment, kept_tables
from cartera.config.backups.vault import Stored, Vault, chunks_of
from cartera.config.installation import require_migrated
from cartera.config.progress import Report, silent
from cartera.kernel import canonical, seals
from cartera.kernel.alone import alone
from cartera.kernel.errors import Invalid, NotFound
from cartera.kernel.models import Seal
from cartera.kernel.runs import record_backup

_FAST = 1
_GZIP = 31


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole backup: where it stands, what it holds, what went to make room for it."""

    folder: Path
    manifest: Manifest
    seconds: float
    pruned: tuple[Path, ...] = ()
    keys: Path | None = None


def make(
    place: Path,
    *,
    asked_by: str,
    passphrase: str = "",
    keep: int = 0,
    keys: Path | None = None,
    progress: Report = silent,
) -> Backup:
    """Back up the running installation into a folder of `place`, encrypted when there is a passphrase.

    `keep` is how many backups stay there, 0 for all; `keys` a folder, apart, that gets a copy of the keys. Raises
    AlreadyRunning while another is made, BackupIsDamaged when what was written does not restore. A backup that does not
    come to its end leaves nothing that looks like one.
    """
    _require_apart(place, keys)
    require_migrated()
    with alone("backup"):
        began_at = datetime.now(UTC)
        seals.seal_days()
        try:
            made = _make(place, began_at, passphrase, progress)
        except Exception as error:
            record_backup(began_at=began_at, asked_by=asked_by, summary={"place": str(place)}, error=str(error))
            raise
        backup = Backup(
            folder=made[0],
            manifest=made[1],
            seconds=round((datetime.now(UTC) - began_at).total_seconds(), 1),
            pruned=tuple(shelf.prune(place, keep)) if keep else (),
            keys=keysets.copy(keys) if keys else None,
        )
        record_backup(began_at=began_at, asked_by=asked_by, summary=told(backup))
    return backup


def told(backup: Backup) -> dict[str, object]:
    """A backup in plain values, for programs and for the page of runs."""
    return {
        "folder": str(backup.folder),
        "made_at": backup.manifest.made_at.isoformat(),
        "tables": len(backup.manifest.tables),
        "rows": backup.manifest.rows,
        "files": len(backup.manifest.files),
        "bytes": backup.manifest.size,
        "encrypted": any(stored.path.endswith(".age") for stored in backup.manifest.stored_tables.values()),
        "verified": True,
        "seconds": backup.seconds,
        "pruned": [path.name for path in backup.pruned],
        "keys": str(backup.keys) if backup.keys else None,
    }


def _make(place: Path, began_at: datetime, passphrase: str, progress: Report) -> tuple[Path, Manifest]:
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    shelf.clear_drafts(place)
    target = place / shelf.name_of(began_at)
    draft = shelf.draft_of(place, target.name)
    try:
        vault = Vault.new(draft, passphrase)
        written = _write(vault, began_at, place, progress)
        prove(vault, written, progress)
        vault.put(manifest.NAME, [written.as_json()])
        _synchronise(draft)
        draft.rename(target)
        _synchronise(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target, written


def _write(vault: Vault, began_at: datetime, place: Path, progress: Report) -> Manifest:
    with Moment() as moment, files.frozen(Path(settings.CARTERA_HOME), moment.begin, but=place) as found:
        tables = kept_tables(apps)
        stored_tables: dict[str, Stored] = {}
        prints: dict[str, Fingerprint] = {}
        for number, table in enumerate(tables):
            progress(_("tables"), number, len(tables))
            counting = Fingerprinting(table)
            lines = counting.passing(canonical.lines(table, moment.connection))
            stored_tables[table.name] = vault.put(f"tables/{table.name}.jsonl.gz", _compressed(table.header, lines))
            prints[table.name] = counting.result
        progress(_("tables"), len(tables), len(tables))
        stored_files = {}
        for number, (name, path) in enumerate(found):
            progress(_("files"), number, len(found))
            with path.open("rb") as file:
                stored_files[name] = vault.put(f"files/{name}", chunks_of(file))
        progress(_("files"), len(found), len(found))
        migrations = moment.migrations
        vendor = moment.connection.vendor
    seal = Seal.objects.order_by("-day").first()
    return Manifest(
        made_at=began_at,
        cartera=version("cartera"),
        database=vendor,
        institution=_institution(),
        migrations=migrations,
        tables=prints,
        stored_tables=stored_tables,
        files=stored_files,
        last_seal=(seal.day.isoformat(), seal.hash) if seal else None,
    )


def _compressed(header: bytes, lines: Iterator[bytes]) -> Iterator[bytes]:
    """Lines as gzip, which any machine can read: `zcat kernel_happening.jsonl.gz | sha256sum` is the fingerprint."""
    packer = zlib.compressobj(_FAST, wbits=_GZIP)
    yield packer.compress(header + b"\n")
    for line in lines:
        if packed := packer.compress(line + b"\n"):
            yield packed
    yield packer.flush()


def _institution() -> str:
    with suppress(NotFound):
        return clock.institution().name
    return ""


def _require_apart(place: Path, keys: Path | None) -> None:
    """Whoever takes the backup must not find the keys in it."""
    if keys is None:
        return
    one, other = place.resolve(), keys.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise Invalid(_("Keys and backups go to different places: choose a folder for --keys that is apart."))


def _synchronise(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
