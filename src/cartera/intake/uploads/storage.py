"""Where uploaded files lie: `CARTERA_HOME/uploads/<id>/files`, outside what the web server shows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from cartera.intake.models import Upload

ROOM_LEFT = 2
"""How many times its own size an upload must find free on the disk: it is copied, and what it becomes takes room too."""


def root() -> Path:
    return Path(settings.CARTERA_HOME) / "uploads"


def folder(upload_id: int) -> Path:
    """The folder of an upload's files."""
    return root() / str(upload_id) / "files"


def recipe_path(upload: Upload) -> Path:
    """The recipe beside the files, written anew from the database each time that it is read."""
    path = folder(upload.pk).parent / "recipe.toml"
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    path.write_text(upload.recipe_text, encoding="utf-8")
    return path


def paths(upload: Upload) -> list[Path]:
    return [folder(upload.pk) / name for name in upload.names]


def is_there(upload: Upload) -> bool:
    """Whether its files are still kept."""
    return all(path.is_file() for path in paths(upload))


def has_room(size: int) -> bool:
    place = root()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free > size * ROOM_LEFT


def keep(upload_id: int, files: Sequence[tuple[str, UploadedFile[Any]]]) -> None:
    """Put files under their names in the upload's folder, moved where they are on disk already and never whole in memory."""
    place = folder(upload_id)
    shutil.rmtree(place, ignore_errors=True)  # an upload of this number that was never finished
    place.mkdir(mode=0o750, parents=True)
    for name, file in files:
        target = place / name
        if hasattr(file, "temporary_file_path"):
            shutil.move(file.temporary_file_path(), target)
        else:
            with target.open("wb") as written:
                for chunk in file.chunks():
                    written.write(chunk)
        target.chmod(0o640)
        with target.open("rb") as written:
            os.fsync(written.fileno())


def forget(upload_id: int) -> None:
    shutil.rmtree(folder(upload_id).parent, ignore_errors=True)


def make_ready() -> None:
    """Make the folder in which files lie while they arrive."""
    Path(settings.FILE_UPLOAD_TEMP_DIR or root()).mkdir(mode=0o750, parents=True, exist_ok=True)
