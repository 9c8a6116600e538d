"""How a column of one file points at rows of another: the key itself, or a join through a column that both share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartera.intake.entities import Entity
from cartera.intake.proposals.columns import Column
from cartera.intake.proposals.targets import Sort
from cartera.intake.proposals.toml import table
from cartera.intake.proposals.written import slot

if TYPE_CHECKING:
    from cartera.intake.proposals.proposal import FileProposal, Link, Proposal
    from cartera.intake.proposals.writing import Draft

ENOUGH = 0.5
TELLING = 0.9  # the share of different values from which on a column tells rows apart


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that holds another entity's key. `known`: the files of the proposal hold those rows."""

    value: object
    known: bool
    through: tuple[FileProposal, str, str] | None = None  # the file joined, our column, theirs

    def joins(self, draft: Draft) -> list[str]:
        if self.through is None:
            return []
        other, ours, theirs = self.through
        name = draft.name_of(other)
        return [f"join.{name} = {table({'on': {ours: theirs}, 'optional': True})}"]


def reference(draft: Draft, file: FileProposal, target: str, entity: Entity) -> Reference | None:
    """How `file` says which row of `entity` is meant, None when no column does."""
    if not (found := file.filling(target)):
        return None
    column = found[0]
    for link in _links_of(draft.proposal, file, column, entity):
        other = draft.proposal.file(link.other)
        theirs, key = other.column(link.other_column), key_column(other)
        if key is None:
            continue
        normal = entity is Entity.CLIENTS and key.target == "identifier"
        if theirs.name == key.name:
            return Reference(spelled(slot(column), normal=normal), known=True)
        named = "{" + f"{draft.name_of(other)}.{key.name}" + "}"
        return Reference(spelled(named, normal=normal), known=True, through=(other, column.name, theirs.name))
    alone = entity is Entity.CLIENTS and column.sort is Sort.IDENTIFIER
    return Reference(spelled(slot(column), normal=alone), known=False)


def spelled(named: str, *, normal: bool) -> object:
    """A key as it stands, or an identifier in its one spelling."""
    return {"read": "identifier", "in": named} if normal else named


def key_column(file: FileProposal) -> Column | None:
    """The column that makes the key of a file's rows."""
    order = {
        Entity.CLIENTS: ("key", "identifier", "email", "phone"),
        Entity.STAFF: ("key", "username", "email", "name"),
        Entity.BRANCHES: ("key", "name"),
    }.get(file.entity or Entity.CLIENTS, ("key",))
    for target in order:
        if (found := file.filling(target)) and (target != "key" or telling(found[0]) or not file.filling("identifier")):
            return found[0]
    return None


def telling(column: Column) -> bool:
    """Its values tell rows apart: nearly all are there, and nearly all differ."""
    return column.content.filled > 0.5 and column.content.distinct >= TELLING


def _links_of(proposal: Proposal, file: FileProposal, column: Column, entity: Entity) -> list[Link]:
    def worth(link: Link) -> tuple[float, bool]:
        other = proposal.file(link.other)
        key = key_column(other)
        return link.share, key is not None and key.name == link.other_column

    mine = [one for one in proposal.links if (one.file, one.column) == (file.name, column.name)]
    there = [one for one in mine if proposal.file(one.other).entity is entity and one.share >= ENOUGH]
    return sorted(there, key=worth, reverse=True)
