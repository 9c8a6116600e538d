"""What columns are called: one name each, which a recipe can write between braces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from cartera.intake.rows import UnreadableFile

_BRACES = str.maketrans("{}[]", "()()")


def clean_headings(cells: Iterable[str | None]) -> list[str]:
    """Headings on one line, without braces; empty ones are numbered, and those alike are told apart: "TEL (1)", "TEL (2)"."""
    said = [" ".join((cell or "").translate(_BRACES).split()) for cell in cells]
    named = [heading or f"column {number}" for number, heading in enumerate(said, start=1)]
    often = Counter(named)
    taken = {heading for heading, times in often.items() if times == 1}
    seen: Counter[str] = Counter()
    for at, heading in enumerate(named):
        if often[heading] > 1:
            named[at] = _next(heading, seen, taken)
    return named


def _next(heading: str, seen: Counter[str], taken: set[str]) -> str:
    while True:
        seen[heading] += 1
        told = f"{heading} ({seen[heading]})"
        if told not in taken:
            taken.add(told)
            return told


def require_one_of_each(file: str, headings: Sequence[str], used: Collection[str]) -> None:
    """A recipe that asks for one of several columns called alike says which. Raises UnreadableFile."""
    for column in sorted(set(used) - set(headings)):
        told = [one for one in headings if one.startswith(f"{column} (") and one[len(column) + 2 : -1].isdigit()]
        if told:
            words = _("{file} has several columns called “{name}”: write {told} to say which.")
            raise UnreadableFile(words.format(file=file, name=column, told=" | ".join(told)))
