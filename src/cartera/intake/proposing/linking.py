"""Which columns of different files hold the same values: how accounts find their clients, and clients their advisers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from cartera.intake.parties import spelled
from cartera.intake.proposals.columns import Column
from cartera.intake.proposals.proposal import FileProposal, Link
from cartera.intake.proposals.targets import Sort

VALUES = 2_000
ENOUGH = 0.3
_POINTING = frozenset({"client", "other", "holding", "branch", "adviser", "staff", "parent"})


def linked(rows: Mapping[str, pl.DataFrame], files: Sequence[FileProposal]) -> tuple[Link, ...]:
    """For each column that points at rows of another file, the columns there whose values it shares."""
    links = []
    for file in files:
        for column in (one for one in file.columns if one.target in _POINTING):
            ours = _values(rows[file.name][column.name], column)
            for other in files:
                if other.name == file.name or other.entity is None:
                    continue
                links += _shared(file, column, ours, other, rows)
    return tuple(links)


def _shared(
    file: FileProposal, column: Column, ours: set[str], other: FileProposal, rows: Mapping[str, pl.DataFrame]
) -> list[Link]:
    found = []
    for theirs in other.columns:
        if theirs.sort in (Sort.EMPTY, Sort.DATE, Sort.INSTANT, Sort.AMOUNT) or theirs.content.distinct < 0.9:
            continue
        values = _values(rows[other.name][theirs.name], theirs, everything=True)
        share = len(ours & values) / max(len(ours), 1)
        if share >= ENOUGH:
            found.append(Link(file.name, column.name, other.name, theirs.name, round(share, 3)))
    return found


def _values(cells: pl.Series, column: Column, *, everything: bool = False) -> set[str]:
    said = cells.drop_nulls().unique(maintain_order=True)
    listed = said.to_list() if everything else said.head(VALUES).to_list()
    if column.sort is Sort.IDENTIFIER:
        return {spelled(one, column.content.country) for one in listed}
    return set(listed)
