"""Reading files of any kind: each is told by how it begins, and becomes rows of text with their file and line."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import TypeAlias

import polars as pl
from django.utils.translation import gettext as _

from cartera.intake import refusals, separated, vcards
from cartera.intake.kinds import FileKind, kind_of_file
from cartera.intake.recipes import FileSpec, Layout
from cartera.intake.refusals import FILE, LINE
from cartera.intake.rows import ReadFiles, UnreadableFile
from cartera.intake.tables_of_strangers import read_parquet, read_sheet

Place: TypeAlias = Path | Sequence[Path]
"""Where files are: a folder, or the files themselves."""


def matching(place: Place, pattern: str) -> list[Path]:
    """The files whose name matches, in the order of their names."""
    listed = place.glob(pattern) if isinstance(place, Path) else [one for one in place if fnmatch(one.name, pattern)]
    return sorted((path for path in listed if path.is_file()), key=lambda path: path.name)


def read_files(place: Place, spec: FileSpec, used: frozenset[str]) -> ReadFiles:
    """All files of one kind, of their columns those that are used. Raises UnreadableFile when there is none."""
    paths = matching(place, spec.pattern)
    if not paths and not spec.optional:
        where = place if isinstance(place, Path) else ", ".join(path.name for path in place)
        raise UnreadableFile(_("No file in {folder} is called {pattern}.").format(folder=where, pattern=spec.pattern))
    parts = [read_file(path, spec.layout, used) for path in paths]
    if not parts:
        names = [FILE, LINE, *(name for name in spec.layout.columns if name in used)]
        return ReadFiles(pl.DataFrame(schema=dict.fromkeys(names, pl.String)).cast({LINE: pl.Int64}), refusals.none())
    rows = pl.concat([part.rows for part in parts], how="diagonal", rechunk=False)
    return ReadFiles(rows, pl.concat([part.refused for part in parts]))


def read_file(path: Path, layout: Layout, used: frozenset[str] | None = None) -> ReadFiles:
    """Every row of a file, or refused. Raises UnreadableFile when none of it can be trusted."""
    match kind_of_file(path):
        case FileKind.SHEET:
            return read_sheet(path, layout, used)
        case FileKind.PARQUET:
            return read_parquet(path, layout, used)
        case FileKind.VCARD:
            return vcards.read(path, layout, used)
    with path.open("rb") as file:
        return separated.read(file, path.name, layout, used)


__all__ = ["Place", "ReadFiles", "UnreadableFile", "matching", "read_file", "read_files"]
