"""Of which kind a file is: told by how it begins, whatever it is called."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class FileKind(StrEnum):
    CSV = "csv"
    SHEET = "sheet"
    PARQUET = "parquet"
    VCARD = "vcard"


_BEGINNINGS = (
    (b"PAR1", FileKind.PARQUET),
    (b"PK\x03\x04", FileKind.SHEET),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.SHEET),
)


def kind_of_file(path: Path) -> FileKind:
    """Workbooks (XLSX, XLS, ODS), Parquet and vCards are known by their first bytes; all else is separated text."""
    with path.open("rb") as file:
        begins = file.read(256)
    for beginning, kind in _BEGINNINGS:
        if begins.startswith(beginning):
            return kind
    words = begins.removeprefix(b"\xef\xbb\xbf").lstrip().upper()
    return FileKind.VCARD if words.startswith(b"BEGIN:VCARD") else FileKind.CSV
