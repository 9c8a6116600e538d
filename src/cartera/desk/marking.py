"""Where a search matched: the letters of a name or a number that were asked for, also where case and accents differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cartera.clients.rules import is_found_at_word_starts, plain


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `hit` when it was asked for."""

    text: str
    hit: bool


def marked(text: str, terms: Sequence[str]) -> tuple[Piece, ...]:
    """The text in pieces. `terms` are as `clients.rules.search_terms` reads them: a number is found across its groups."""
    hits = [False] * len(text)
    for term in terms:
        for start, end in _places(text, term):
            hits[start:end] = [True] * (end - start)
    return tuple(_pieces(text, hits))


def _places(text: str, term: str) -> Iterator[tuple[int, int]]:
    letters, where = _letters(text, squeezed=term.isdigit())
    at = letters.find(term)
    while at >= 0:
        if not is_found_at_word_starts(term) or at == 0 or letters[at - 1] == " ":
            yield where[at], where[at + len(term) - 1] + 1
        at = letters.find(term, at + 1)


def _letters(text: str, *, squeezed: bool) -> tuple[str, list[int]]:
    """The text as it is compared, and for each of its letters the place of the one that it came from."""
    letters: list[str] = []
    where: list[int] = []
    for place, letter in enumerate(text):
        for bare in plain(letter) or ("" if squeezed else " "):
            letters.append(bare)
            where.append(place)
    return "".join(letters), where


def _pieces(text: str, hits: Sequence[bool]) -> Iterator[Piece]:
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or hits[at] != hits[start]:
            yield Piece(text[start:at], hits[start])
            start = at
