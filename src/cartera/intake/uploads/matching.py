"""The columns of an upload as a page shows them, and what a person said about them as a corrected proposal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cartera.intake.entities import Entity
from cartera.intake.proposals.columns import Column
from cartera.intake.proposals.proposal import FileProposal, Proposal
from cartera.intake.proposals.targets import Target, targets

SURE = 0.8
"""From here on a guess needs no second look."""


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column as a row of the page. `field` names its select; `codes` are (field, value, meaning)."""

    field: str
    column: Column
    label: str
    codes: Sequence[tuple[str, str, str]]

    @property
    def tone(self) -> str:
        if self.column.target is None:
            return "paused"
        return "kept" if self.column.confidence >= SURE else "late"


@dataclass(frozen=True, slots=True)
class FileCard:
    """A file as a card of the page. `missing` are the labels of what it cannot do without."""

    field: str
    file: FileProposal
    targets: Sequence[Target]
    columns: Sequence[ColumnLine]
    missing: Sequence[str]

    @property
    def separator(self) -> str:
        """What stands between its cells, "" where that is a tab, which cannot be shown."""
        return self.file.format.separator.strip()

    @property
    def matched(self) -> int:
        return sum(line.column.target is not None for line in self.columns)


def cards(proposal: Proposal) -> list[FileCard]:
    missing = proposal.missing()
    return [_card(at, file, missing.get(file.name, ())) for at, file in enumerate(proposal.files)]


def _card(at: int, file: FileProposal, missing: Sequence[str]) -> FileCard:
    places = targets(file.entity) if file.entity else ()
    labels = {place.name: place.label for place in places}
    coded = {place.name for place in places if place.coded}
    lines = [
        ColumnLine(
            field=f"column-{at}-{number}",
            column=column,
            label=labels.get(column.target or "", ""),
            codes=[
                (f"code-{at}-{number}-{index}", value, meaning)
                for index, (value, meaning) in enumerate(column.codes if column.target in coded else ())
            ],
        )
        for number, column in enumerate(file.columns)
    ]
    return FileCard(f"entity-{at}", file, places, lines, [labels.get(name, name) for name in missing])


def corrected(proposal: Proposal, said: Mapping[str, str]) -> tuple[Proposal, bool]:
    """The proposal as a person corrected it, and whether a file turned out to hold something else.

    Then its columns are matched anew and what was said of them counts no more: the person has to see them first.
    """
    turned = False
    for card in cards(proposal):
        entity = _entity(said.get(card.field), card.file.entity)
        if entity is not card.file.entity:
            proposal, turned = proposal.with_file(card.file.name, entity=entity), True
            continue
        for line in card.columns:
            proposal = _said_of_column(proposal, card, line, said)
    return proposal, turned


def _said_of_column(proposal: Proposal, card: FileCard, line: ColumnLine, said: Mapping[str, str]) -> Proposal:
    file, column = card.file.name, line.column
    target = said.get(line.field, column.target or "") or None
    if target != column.target and (target is None or target in {place.name for place in card.targets}):
        return proposal.with_column(file, column.name, target)
    for field, value, meaning in line.codes:
        if said.get(field, meaning) != meaning:
            proposal = proposal.with_code(file, column.name, value, said[field].strip())
    return proposal


def _entity(said: str | None, otherwise: Entity | None) -> Entity | None:
    if said is None:
        return otherwise
    return Entity(said) if said in set(Entity) else None
