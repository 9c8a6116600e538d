"""Copies of the keys, which no backup holds: somewhere else, and one only, so that a destroyed key is gone there too."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.conf import settings

from cartera.kernel import keys


def copy(target: Path) -> Path:
    """Copy the keys into a folder, in place of the copy that may be there. A ring in use is copied whole."""
    copy_between(Path(settings.CARTERA_KEYS), target)
    return target


def copy_between(source: Path, target: Path) -> None:
    """Copy every key of one folder into another, readable by its owner alone; each appears whole."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.chmod(0o700)
    for file in sorted(source.iterdir()):
        if not file.is_file() or file.name.startswith((".", f"{keys.RING}-")):
            continue
        draft = target / f".{file.name}.{os.getpid()}"
        try:
            if file.name == keys.RING:
                keys.copy_ring(file, draft)
            else:
                draft.touch(mode=0o600)
                shutil.copyfile(file, draft)
            draft.rename(target / file.name)
        finally:
            draft.unlink(missing_ok=True)
