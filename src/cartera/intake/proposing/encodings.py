"""In which encoding a text is: by its first bytes, else by what it can be read as, from beginning to end."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from cartera.intake.recipes import MIXED

CHUNK = 4 * 1024 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOT_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


def encoding_of(path: Path) -> str:
    """utf-8, utf-16 (or -le, -be without a mark), cp1252, latin-1, or mixed for lines of several encodings."""
    with path.open("rb") as file:
        begins = file.read(4096)
    for mark, encoding in _MARKS:
        if begins.startswith(mark):
            return encoding
    if (wide := _without_mark(begins)) is not None:
        return wide
    western, utf8, odd = False, False, False
    for lines in _chunks_of_lines(path):
        try:
            utf8 |= len(lines.decode("utf-8")) < len(lines)
        except UnicodeDecodeError:
            for line in lines.split(b"\n"):
                if line.isascii():
                    continue
                try:
                    line.decode("utf-8")
                    utf8 = True
                except UnicodeDecodeError:
                    western = True
                    odd |= not _NOT_IN_CP1252.isdisjoint(line)
        if western and utf8:
            return MIXED
    if not western:
        return "utf-8"
    return "latin-1" if odd else "cp1252"


def _without_mark(begins: bytes) -> str | None:
    """Latin letters in UTF-16 have a zero in every second byte."""
    if len(begins) < 4:
        return None
    even, odd = begins[::2].count(0) / len(begins[::2]), begins[1::2].count(0) / len(begins[1::2])
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else None


def _chunks_of_lines(path: Path) -> Iterator[bytes]:
    """The file in pieces that end where a line does."""
    with path.open("rb") as file:
        rest = b""
        while chunk := file.read(CHUNK):
            lines, _newline, rest = (rest + chunk).rpartition(b"\n")
            yield lines
        yield rest
