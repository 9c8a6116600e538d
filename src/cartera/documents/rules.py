"""What papers may be, how large, and what they are called."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath, PureWindowsPath

MOST_AT_ONCE = 10
"""How many files are taken together."""

LEFT_ALONE = timedelta(days=1)
"""How old a file without a paper is before it counts as left behind, and not as on its way."""

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: its media type, the suffixes it may have, the first its own; `drawn` has a preview."""

    code: str
    media: str
    suffixes: tuple[str, ...]
    drawn: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("pdf", "application/pdf", (".pdf",), drawn=True),
        Kind("jpeg", "image/jpeg", (".jpg", ".jpeg"), drawn=True),
        Kind("png", "image/png", (".png",), drawn=True),
        Kind("gif", "image/gif", (".gif",), drawn=True),
        Kind("webp", "image/webp", (".webp",), drawn=True),
        Kind("tiff", "image/tiff", (".tif", ".tiff"), drawn=True),
        Kind("heic", "image/heic", (".heic", ".heif")),
        Kind("docx", _OFFICE + "wordprocessingml.document", (".docx",)),
        Kind("xlsx", _OFFICE + "spreadsheetml.sheet", (".xlsx",)),
        Kind("pptx", _OFFICE + "presentationml.presentation", (".pptx",)),
        Kind("odt", _OPEN + "text", (".odt",)),
        Kind("ods", _OPEN + "spreadsheet", (".ods",)),
        Kind("odp", _OPEN + "presentation", (".odp",)),
        Kind("text", "text/plain", (".txt", ".csv", ".md", ".log")),
    )
}
SUFFIXES = tuple(suffix for kind in KINDS.values() for suffix in kind.suffixes)


class Flaw(ValueError):
    """Why a file is not taken: `code` is one of `empty`, `too_large`, `kind`, `old_office`, `macros`, `two_things`, `bomb`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def plain_name(name: str, kind: Kind) -> str:
    """A name that is safe to show and to save: no folders, nothing unseen, and a suffix that says what the file is."""
    bare = PurePosixPath(PureWindowsPath(unicodedata.normalize("NFC", name)).name).name
    bare = "".join(one for one in bare if one.isprintable() and one not in '/\\:*?"<>|').strip(". ") or "papel"
    path = PurePosixPath(bare)
    suffix = path.suffix.lower() if path.suffix.lower() in kind.suffixes else ""
    stem = path.stem if suffix else bare
    suffix = suffix or kind.suffixes[0]
    return stem[: LONGEST_NAME - len(suffix)] + suffix
