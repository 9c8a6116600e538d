"""The files of a home at one moment, and putting them back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

LEFT_OUT = ("backups", "incoming", "locks", "metrics", "static", "tmp")
"""Folders of a home that no backup holds: what is in them is made anew by itself, or is on its way to elsewhere."""

DATABASES = "*.sqlite3*"
"""Nor does it hold these of the home: the database is kept as lines, the others only last as long as they are used."""

FROZEN = ".moment"
_TRIES = 5


@contextmanager
def frozen(home: Path, beside: Callable[[], None], *, but: Path) -> Iterator[list[tuple[str, Path]]]:
    """The files of a home as they are at one moment, each with its name in it; `but` and what is below it is left out.

    They are linked, not copied: files of a home are replaced and never written into, so a link keeps the old one. At the
    same moment `beside` is called. When a file is replaced meanwhile it is done again; an installation that never rests
    gets, in the end, what a crash would have left it, which every load and night mends when it is repeated.
    """
    place = home / FROZEN
    shutil.rmtree(place, ignore_errors=True)
    try:
        for _try in range(_TRIES):
            before = _listed(home, but)
            beside()
            _link(home, before, place)
            if _listed(home, but) == before:
                break
            if _try < _TRIES - 1:
                shutil.rmtree(place, ignore_errors=True)
        yield sorted((str(path.relative_to(place)), path) for path in place.rglob("*") if path.is_file())
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _listed(home: Path, but: Path) -> dict[str, tuple[int, int, int]]:
    """Each file by its name in the home, with what changes when it is replaced or written into."""
    found = {}
    for folder, folders, names in os.walk(home):
        here = Path(folder)
        folders[:] = [name for name in folders if _is_kept(home, here / name) and here / name != but]
        for name in names:
            path = here / name
            if _is_kept(home, path) and not path.is_symlink():
                try:
                    seen = path.stat()
                except FileNotFoundError:
                    continue
                found[str(path.relative_to(home))] = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
    return found


def _is_kept(home: Path, path: Path) -> bool:
    first = path.relative_to(home).parts[0]
    passing = path.name.startswith(".") or path.suffix == ".writing"
    return not passing and first not in LEFT_OUT and not fnmatch(first, DATABASES)


def _link(home: Path, names: dict[str, tuple[int, int, int]], place: Path) -> None:
    for name in names:
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(home / name, target)
        except FileNotFoundError:
            continue
        except OSError:  # a file system without links
            shutil.copy2(home / name, target)
