"""vCards (2.1, 3.0 and 4.0) as rows: one card is one row, whose line is where it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import vobject
from django.utils.translation import gettext as _
from vobject.base import Component, ContentLine, VObjectError

from cartera.intake import refusals
from cartera.intake.recipes import Layout
from cartera.intake.refusals import FILE, LINE
from cartera.intake.rows import ReadFiles, tidy

COLUMNS = ("UID", "FN", "GIVEN", "FAMILY", "ORG", "TITLE", "TEL", "EMAIL", "ADR", "BDAY", "NOTE")
_BIRTHDAY = re.compile(r"^(\d{4})-?(\d{2})-?(\d{2})")
_WITHOUT_YEAR = re.compile(r"^--")


def read(path: Path, layout: Layout, used: frozenset[str] | None = None) -> ReadFiles:
    """Every card of a file, as a row of `COLUMNS` or refused."""
    rows: list[tuple[int, ...]] = []
    refused: list[tuple[int, str, str]] = []
    for line, text in _cards(path):
        try:
            rows.append((line, *_cells(text)))  # type: ignore[arg-type]
        except (VObjectError, ValueError, LookupError, AttributeError, TypeError) as error:
            refused.append((line, text, _("It is no vCard: {why}").format(why=" ".join(str(error).split())[:120])))
    schema = {LINE: pl.Int64, **dict.fromkeys(COLUMNS, pl.String)}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    kept = [column for column in COLUMNS if used is None or column in used]
    cells = frame.select(pl.lit(path.name).alias(FILE), LINE, *(tidy(column, layout) for column in kept))
    return ReadFiles(cells, refusals.of_lines(path.name, refused))


def _cards(path: Path) -> Iterator[tuple[int, str]]:
    """The text of each card with the number of its first line; what stands between cards is a card that is none."""
    begun, lines = 1, list[str]()
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            line = _decoded(raw)
            if line.strip().upper() == "BEGIN:VCARD":
                yield from _said(begun, lines)
                begun, lines = number, []
            lines.append(line)
            if line.strip().upper() == "END:VCARD":
                yield from _said(begun, lines)
                begun, lines = number + 1, []
    yield from _said(begun, lines)


def _said(begun: int, lines: list[str]) -> Iterator[tuple[int, str]]:
    if text := "\n".join(lines).strip():
        yield begun, text + "\n"


def _decoded(raw: bytes) -> str:
    line = raw.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _cells(text: str) -> list[str | None]:
    """Raises what vobject raises, and ValueError for a text that is no card."""
    if "\x00" in text:
        raise ValueError(_("It holds bytes that are no text."))
    card = vobject.readOne(text, allowQP=True)
    if card is None or card.name != "VCARD":
        raise ValueError(_("It does not begin with BEGIN:VCARD."))
    name = _first(card, "n")
    given, family = (_words(getattr(name, part, "")) for part in ("given", "family"))
    whole = _text(card, "fn") or " ".join(filter(None, (given, family)))
    company = _words(_first(card, "org") or "")
    return [
        _text(card, "uid"),
        whole or company,
        given,
        family,
        company,
        _text(card, "title"),
        _preferred(card, "tel"),
        _preferred(card, "email"),
        _address(_first(card, "adr")),
        _birthday(_text(card, "bday")),
        _text(card, "note"),
    ]


def _first(card: Component, name: str) -> object:
    lines = card.contents.get(name, [])
    return lines[0].value if lines else None


def _text(card: Component, name: str) -> str:
    return _words(_first(card, name) or "")


def _words(value: object) -> str:
    """One text of a value that may be a list of them, or bytes."""
    if isinstance(value, list | tuple):
        return " ".join(filter(None, map(_words, value)))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value).strip()


def _preferred(card: Component, name: str) -> str:
    """The one that is preferred, else a mobile one, else the first."""

    def rank(line: ContentLine) -> int:
        kinds = {str(kind).upper() for kind in line.params.get("TYPE", [])} | {
            one.upper() for one in line.singletonparams
        }
        return 0 if "PREF" in kinds or "PREF" in line.params else 1 if "CELL" in kinds else 2

    lines = sorted(card.contents.get(name, []), key=rank)
    return _words(lines[0].value).removeprefix("tel:") if lines else ""


def _address(value: object) -> str:
    if isinstance(value, str):
        return _words(value.replace(";", " "))
    parts = (getattr(value, part, "") for part in ("street", "extended", "city", "region", "code", "country"))
    return ", ".join(filter(None, map(_words, parts)))


def _birthday(said: str) -> str:
    """A whole day; without its year it is none."""
    if _WITHOUT_YEAR.match(said):
        return ""
    found = _BIRTHDAY.match(said)
    return "-".join(found.groups()) if found else said
