"""A backup is one when it has been restored: into a scratch database, with every file read back."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from cartera.config.backups import loading
from cartera.config.backups.manifest import Manifest
from cartera.config.backups.tables import standing_in
from cartera.config.backups.vault import Vault
from cartera.config.progress import Report
from cartera.config.settings.database import sqlite


def prove(vault: Vault, manifest: Manifest, progress: Report) -> None:
    """Restore the tables into a SQLite file that is thrown away, compare fingerprints, and read every file.

    Raises BackupIsDamaged when anything is not what it was.
    """
    loading.require_version(manifest)
    with _scratch() as scratch, Path(os.devnull).open("wb") as nowhere:
        with standing_in(sqlite_at(scratch / "scratch.sqlite3")):
            loading.load(vault, manifest, scratch, progress)
        for number, stored in enumerate(manifest.files.values()):
            progress(_("reading back"), number, len(manifest.files))
            vault.take(stored, nowhere)
        progress(_("reading back"), len(manifest.files), len(manifest.files))


def sqlite_at(file: Path) -> dict[str, Any]:
    return {**sqlite("cartera.sqlite3"), "NAME": str(file)}


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder of this installation's disk that is gone afterwards; what a killed process left there goes first."""
    above = Path(settings.CARTERA_HOME) / "tmp"
    above.mkdir(mode=0o750, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="backup-", dir=above))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
