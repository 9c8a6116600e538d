"""Small pieces of a proposed recipe: how a column is named in it, and why it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartera.intake.proposals.columns import Column
from cartera.intake.proposals.toml import table

if TYPE_CHECKING:
    from cartera.intake.proposals.proposal import FileProposal


def slot(column: Column) -> str:
    return "{" + column.name + "}"


def first(file: FileProposal, *targets: str) -> str:
    """The first of these targets that a column fills. Raises LookupError when none does."""
    for target in targets:
        if found := file.filling(target):
            return slot(found[0])
    raise LookupError(f"{file.name}: no column fills {', '.join(targets)}")


def unless(file: FileProposal) -> list[str]:
    """Rows that are sums of the others are no records."""
    if not file.format.totals:
        return []
    column = file.format.totals[0][0]
    values = [value for name, value in file.format.totals if name == column]
    return [f"unless = {table({column: values})}"]


def described(file: FileProposal) -> dict[str, str]:
    """How sure each target is, and why."""
    return {
        column.target: f"{round(column.confidence * 100)} %: {column.reason}"
        for column in file.columns
        if column.target
    }


def unused(file: FileProposal) -> list[Column]:
    return [column for column in file.columns if column.target is None]
