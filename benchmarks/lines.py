"""What a benchmark tells: lines that compare a figure of ours with one of a named peer, or with a limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

HEAD = "| what | ours | against | ratio | aim | |\n|---|---:|---:|---:|---:|---|"


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of ours over a peer's, in one unit and from one run: less is better.

    `peer` names what `theirs` is a figure of: another way to do the same, or a limit. `at_most` is the greatest ratio
    that is aimed at, None where the line only tells. `note` says what else was seen.
    """

    what: str
    unit: str
    ours: float
    peer: str
    theirs: float
    at_most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    @property
    def misses(self) -> bool:
        return self.at_most is not None and self.ratio > self.at_most

    def __str__(self) -> str:
        aim = "" if self.at_most is None else f"≤ {figure(self.at_most)}"
        cells = (
            self.what,
            f"{figure(self.ours)} {self.unit}",
            f"{self.peer}: {figure(self.theirs)} {self.unit}",
            f"**{figure(self.ratio)}**",
            f"{aim} ✗" if self.misses else aim,
            self.note,
        )
        return f"| {' | '.join(cells)} |"


@dataclass(frozen=True, slots=True)
class Result:
    """A benchmark's lines and how to read them. `causes` says why a line, named by its start, misses its aim."""

    title: str
    how: str
    lines: Sequence[Line]
    causes: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        return cls(**{**told, "lines": [Line(**line) for line in told["lines"]]})

    def markdown(self, stamp: str) -> Iterator[str]:
        """A section: how it was measured, the table, and how it reads."""
        yield from (f"## {self.title}", "", f"{self.how} {stamp}", "", HEAD)
        yield from map(str, self.lines)
        yield from ("", self.reading(), "")

    def reading(self) -> str:
        """How many lines reach their aim; which do not, and why as far as it is known."""
        aimed = [line for line in self.lines if line.at_most is not None]
        missed = [line for line in aimed if line.misses]
        if not missed:
            return f"All {len(aimed)} aims are reached." if aimed else "No aim was set: these lines only tell."
        said = (
            f"{line.what}, {figure(line.ratio)} for {figure(line.at_most or 0)}{self._because(line)}" for line in missed
        )
        return f"{len(aimed) - len(missed)} of {len(aimed)} aims are reached. Missed: {'; '.join(said)}."

    def _because(self, line: Line) -> str:
        found = [cause for start, cause in (self.causes or {}).items() if line.what.startswith(start)]
        return f" ({found[0]})" if found else ""


def figure(number: float) -> str:
    """Three figures that count: 1,234 and 12.3 and 0.0123."""
    if abs(number) >= 100 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.3g}" if abs(number) < 10 else f"{number:.1f}"
