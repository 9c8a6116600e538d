"""The guide that came with this version: its pages in reading order, one of them, and where a word is told."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.urls import reverse

from cartera.clients.rules import plain
from cartera.desk.help.markdown import Part, Rendered, render
from cartera.desk.marking import Piece, marked
from cartera.kernel.errors import NotFound

HERE = Path(__file__).parent
FOLDERS = {"guia": "", "admin": "administrador"}
"""Where pages are kept, and how the address of a folder's own first page is called."""

ELSEWHERE = {"api/": "/api/v1/docs"}
"""What the guide links to that is no page of it, by the beginning of its path, and where that is told here."""

AROUND = 70
"""How many letters are shown before a word that was found."""
SHOWN = 220
MOST = 30


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the guide: `name` is its address, empty for the first one; `path` its place among the documents."""

    name: str
    path: str
    source: Path

    @property
    def folder(self) -> str:
        return self.path.partition("/")[0]

    @property
    def url(self) -> str:
        return reverse("desk:help_page", args=[self.name]) if self.name else reverse("desk:help")

    @property
    def title(self) -> str:
        return content(self.name).title


@dataclass(frozen=True, slots=True)
class Answer:
    """A part of a page where all the words stand."""

    page: Page
    part: Part
    url: str
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]


@cache
def pages() -> Mapping[str, Page]:
    """Every page by its name, in reading order: each folder's first page, its numbered ones, then the others."""
    found = (_page(folder, file) for folder in FOLDERS for file in sorted((HERE / folder).glob("*.md"), key=_order))
    return {page.name: page for page in found}


def page(name: str) -> Page:
    """Raises NotFound for a name that is no page's."""
    found = pages().get(name)
    if found is None:
        raise NotFound()
    return found


@cache
def content(name: str) -> Rendered:
    """The page as HTML, made once."""
    shown = page(name)
    return render(
        shown.source.read_text(encoding="utf-8"),
        link=lambda href: _leads_to(shown.path, href),
        picture=lambda source: static(f"guide/{posixpath.basename(source)}"),
    )


def beside(shown: Page) -> tuple[Page | None, Page | None]:
    """The pages before and after this one in its folder."""
    row = [page for page in pages().values() if page.folder == shown.folder]
    at = row.index(shown)
    return row[at - 1] if at else None, row[at + 1] if at + 1 < len(row) else None


def search(text: str) -> list[Answer]:
    """Parts of pages where every word stands, whatever its case and accents; those with all of them in the heading first."""
    words = plain(text).split()
    if not words:
        return []
    found = [(page, part) for page in pages().values() for part in content(page.name).parts if _tells(part, words)]
    found.sort(key=lambda pair: not all(word in plain(pair[1].title) for word in words))
    return [_answer(page, part, words) for page, part in found[:MOST]]


def _tells(part: Part, words: Sequence[str]) -> bool:
    told = plain(f"{part.title} {part.text}")
    return all(word in told for word in words)


def _answer(page: Page, part: Part, words: Sequence[str]) -> Answer:
    url = page.url if part.level == 1 else f"{page.url}#{part.anchor}"
    return Answer(page, part, url, marked(part.title, words), marked(_excerpt(part.text, words), words))


def _excerpt(text: str, words: Sequence[str]) -> str:
    """The stretch of a text around the first of the words that stands in it."""
    places = (place for place, piece in _starts(marked(text, words)) if piece.hit)
    begin = max(0, next(places, 0) - AROUND)
    begin = text.rfind(" ", 0, begin) + 1 if begin else 0
    end = len(text) if len(text) <= begin + SHOWN else text.rfind(" ", begin, begin + SHOWN)
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"


def _starts(pieces: Sequence[Piece]) -> Iterator[tuple[int, Piece]]:
    place = 0
    for piece in pieces:
        yield place, piece
        place += len(piece.text)


def _page(folder: str, file: Path) -> Page:
    name = FOLDERS[folder] if file.stem == "README" else re.sub(r"^\d+-", "", file.stem)
    return Page(name, f"{folder}/{file.name}", file)


def _order(file: Path) -> tuple[bool, bool, str]:
    return file.stem != "README", not file.stem[0].isdigit(), file.stem


def _leads_to(path: str, href: str) -> str:
    """Where a link that stands on the page at `path` leads here; empty when it is not told in the product."""
    if re.match(r"[a-z]+:|#", href):
        return href
    target, _, anchor = href.partition("#")
    there = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    for page in pages().values():
        if page.path == there:
            return f"{page.url}#{anchor}" if anchor else page.url
    return next((url for beginning, url in ELSEWHERE.items() if there.startswith(beginning)), "")
