"""The folder that backups stand in: their names, the newest, which are kept. One that is being made has another name."""

from __future__ import annotations

import os
import re
import shutil
import socket
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from cartera.config.backups import manifest
from cartera.config.backups.vault import IDENTITY, SUFFIX
from cartera.kernel.errors import NotFound

_WHOLE = re.compile(r"cartera-\d{8}T\d{6}Z")
_DRAFT = re.compile(r"\.cartera-\d{8}T\d{6}Z\.(?P<host>.+)\.(?P<process>\d+)\.partial")


def usual() -> Path:
    """Where backups go unless somebody says otherwise."""
    return Path(settings.CARTERA_BACKUPS or settings.CARTERA_HOME / "backups")


def name_of(instant: datetime) -> str:
    return f"cartera-{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def draft_of(shelf: Path, name: str) -> Path:
    """Where a backup is made, until it is whole and takes its name. It tells whose it is, for whoever finds it."""
    return shelf / f".{name}.{socket.gethostname()}.{os.getpid()}.partial"


def all_on(shelf: Path) -> list[Path]:
    """The whole backups of a folder, the oldest first."""
    if not shelf.is_dir():
        return []
    return sorted(path for path in shelf.iterdir() if _WHOLE.fullmatch(path.name) and _has_manifest(path))


def chosen(given: Path) -> Path:
    """The backup that a path means: itself, or the newest that stands in it. Raises NotFound when there is none."""
    if _has_manifest(given):
        return given
    if found := all_on(given):
        return found[-1]
    raise NotFound(_("There is no whole backup in %(folder)s.") % {"folder": given})


def prune(shelf: Path, keep: int) -> list[Path]:
    """Remove all but the newest so many; returns those that went."""
    gone = all_on(shelf)[:-keep]
    for path in gone:
        shutil.rmtree(path)
    return gone


def clear_drafts(shelf: Path) -> None:
    """Remove what processes of this machine left that are gone."""
    for path in shelf.glob(".cartera-*.partial"):
        draft = _DRAFT.fullmatch(path.name)
        if draft and draft["host"] == socket.gethostname() and not _runs(int(draft["process"])):
            shutil.rmtree(path)


def _has_manifest(path: Path) -> bool:
    return (path / manifest.NAME).is_file() or (
        (path / IDENTITY).is_file() and (path / (manifest.NAME + SUFFIX)).is_file()
    )


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()
