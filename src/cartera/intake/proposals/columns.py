"""One column of a file: what its cells hold, and what it is thought to mean."""

from __future__ import annotations

from dataclasses import dataclass

from cartera.intake.proposals.targets import Sort


@dataclass(frozen=True, slots=True)
class Content:
    """What the cells say by themselves.

    `filled` and `distinct` are shares between 0 and 1: of cells that are not empty, and of different ones among those.
    `values` are all different values of a column with few, the most frequent first. `country` and `kind` tell whose
    identifiers they are, `companies` the share of names that are of companies, `surnames_first` how people are written.
    """

    sort: Sort
    filled: float
    distinct: float
    values: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    decimal: str = ""
    country: str = ""
    kind: str = ""
    companies: float = 0.0
    words: float = 0.0
    surnames_first: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """`samples` are up to five cells; `target` is None where nobody knows; `confidence` is between 0 and 1.

    `codes` say what each value means, for targets that are chosen among a few.
    """

    name: str
    samples: tuple[str, ...]
    content: Content
    target: str | None = None
    confidence: float = 0.0
    reason: str = ""
    codes: tuple[tuple[str, str], ...] = ()

    @property
    def sort(self) -> Sort:
        return self.content.sort
