"""What a file is, read from its content. Nothing is unpacked: the directory of an archive says enough."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

from cartera.documents.rules import KINDS, Flaw, Kind

_BEGINNINGS = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"mif1")
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_RUNS = (".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jar", ".msi", ".sh", ".lnk", ".hta")
_MARKUP = ("<!doctype", "<html", "<script", "<svg", "<iframe", "<?php", "javascript:")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

MOST_PARTS = 5000
MOST_UNPACKED = 512 * 1024**2  # bytes
MOST_GROWTH = 100  # times its own size
_LONGEST_MIMETYPE = 80


def recognise(content: BinaryIO) -> Kind:
    """The kind of a file that can be taken. Raises Flaw for anything that is not what it should be, or is two things."""
    content.seek(0)
    head = content.read(16)
    code = _by_beginning(head)
    if code:
        if zipfile.is_zipfile(content):
            raise Flaw("two_things")
        return KINDS[code]
    if head.startswith(_ZIP):
        return KINDS[_in_archive(content)]
    if head.startswith(_OLD_OFFICE):
        raise Flaw("old_office")
    return KINDS[_as_text(content)]


def _by_beginning(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return "heic"
    return next((code for beginning, code in _BEGINNINGS if head.startswith(beginning)), "")


def _in_archive(content: BinaryIO) -> str:
    """Which office document an archive is. Only its directory is read, and a few bytes that name its type."""
    size = content.seek(0, 2)
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
            _require_harmless(parts, size)
            names = {part.filename for part in parts}
            if "[Content_Types].xml" in names:
                found = [code for part, code in _MAIN_PARTS.items() if part in names]
                return found[0] if len(found) == 1 else _unknown()
            return _open_document(archive, names)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, OSError, EOFError) as error:
        if isinstance(error, Flaw):
            raise
        raise Flaw("kind") from error


def _require_harmless(parts: list[zipfile.ZipInfo], size: int) -> None:
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > min(MOST_UNPACKED, size * MOST_GROWTH) or packed > size:
        raise Flaw("bomb")
    for name in (part.filename.lower() for part in parts):
        if name.endswith(("vbaproject.bin", *_RUNS)) or name.startswith(("basic/", "scripts/")):
            raise Flaw("macros")
        if name.startswith("/") or ".." in name.split("/"):
            raise Flaw("kind")


def _open_document(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "mimetype" not in names:
        _unknown()
    with archive.open("mimetype") as part:
        said = part.read(_LONGEST_MIMETYPE).decode("ascii", "replace").strip()
    return next((kind.code for kind in KINDS.values() if kind.media == said), "") or _unknown()


def _as_text(content: BinaryIO) -> str:
    """Plain text in UTF-8 or Windows-1252, without control characters, and nothing that a browser or a shell would run."""
    content.seek(0)
    written = content.read()
    try:
        text = _decoded(written).lower()
    except UnicodeDecodeError as error:
        raise Flaw("kind") from error
    if _UNSEEN.search(text) or text.lstrip().startswith(("<", "#!")) or any(mark in text for mark in _MARKUP):
        raise Flaw("kind")
    return "text"


def _decoded(written: bytes) -> str:
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError:
        return written.decode("cp1252")


def _unknown() -> str:
    raise Flaw("kind")
