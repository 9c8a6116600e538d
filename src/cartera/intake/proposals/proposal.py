"""What is proposed for files that nobody has described: what each holds, how it is written, what each column means.

All of it is plain values, so that a page can show it, a person correct it and a database keep it as JSON. Nothing here
reads files: `cartera.intake.proposing.propose` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from cartera.intake.entities import Bank, Entity
from cartera.intake.proposals import matching, writing
from cartera.intake.proposals.columns import Column, Content
from cartera.intake.proposals.targets import Sort

SURE = 1.0


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written. `kind` is csv, sheet, parquet or vcard; `heading` the line of the headings, 0 for none.

    `separator`, `encoding` and `quote` are those of a csv, `sheet` the name of the sheet. `totals` are the cells, as
    (column, value), by which rows at the end are known for sums and not for records.
    """

    kind: str = "csv"
    separator: str = ";"
    encoding: str = "utf-8"
    quote: str = '"'
    heading: int = 1
    sheet: str = ""
    decimal: str = "."
    thousands: str = ""
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    nothing: tuple[str, ...] = ()
    totals: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileProposal:
    """One file, or one sheet of a workbook: what it seems to hold (None: nobody knows), how surely (0 to 1), and why.

    `name` tells it from the others of the proposal; `rows` is how many were looked at, `whole` whether those are all.
    """

    name: str
    file: str
    format: Format
    entity: Entity | None
    confidence: float
    reason: str
    columns: tuple[Column, ...]
    rows: int = 0
    whole: bool = True
    problem: str = ""

    def column(self, name: str) -> Column:
        """Raises KeyError for a column that the file has not."""
        try:
            return next(one for one in self.columns if one.name == name)
        except StopIteration as error:
            raise KeyError(name) from error

    def filling(self, target: str) -> tuple[Column, ...]:
        return tuple(one for one in self.columns if one.target == target)


@dataclass(frozen=True, slots=True)
class Link:
    """Values of `column` of `file` stand in `other_column` of `other`: a share between 0 and 1 of those looked at."""

    file: str
    column: str
    other: str
    other_column: str
    share: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What files seem to be. `bank` is None where the installation's own institution is meant.

    `system` is how the source is called: its clients are known there by their keys. `written_on` is the day that stands
    for a date that nobody gave.
    """

    files: tuple[FileProposal, ...]
    system: str
    written_on: date
    bank: Bank | None = None
    links: tuple[Link, ...] = ()

    def file(self, name: str) -> FileProposal:
        """Raises KeyError for a file that is not in the proposal."""
        try:
            return next(one for one in self.files if one.name == name)
        except StopIteration as error:
            raise KeyError(name) from error

    def with_bank(self, bank: Bank | None) -> Proposal:
        return replace(self, bank=bank)

    def with_file(self, file: str, *, entity: Entity | None, reason: str = "") -> Proposal:
        """A person says what a file holds: its columns are matched anew for that. None leaves the file out."""

        def said(one: FileProposal) -> FileProposal:
            columns = matching.matched(entity, one.columns) if entity else one.columns
            return replace(one, entity=entity, confidence=SURE, reason=reason, columns=columns)

        return self._with(file, said)

    def with_column(self, file: str, column: str, target: str | None, *, reason: str = "") -> Proposal:
        """A person says what a column means; None leaves it out. Raises KeyError for a column that is not there."""

        def said(one: FileProposal) -> FileProposal:
            one.column(column)
            columns = matching.assigned(one.entity, one.columns, column, target, reason) if one.entity else one.columns
            return replace(one, columns=columns)

        return self._with(file, said)

    def with_code(self, file: str, column: str, value: str, meaning: str) -> Proposal:
        """A person says what a code means; "" for nothing."""

        def said(one: FileProposal) -> FileProposal:
            codes = {**dict(one.column(column).codes), value: meaning}
            changed = replace(one.column(column), codes=tuple(codes.items()))
            return replace(one, columns=tuple(changed if each.name == column else each for each in one.columns))

        return self._with(file, said)

    def _with(self, name: str, change: Callable[[FileProposal], FileProposal]) -> Proposal:
        changed = change(self.file(name))
        return replace(self, files=tuple(changed if one.name == name else one for one in self.files))

    def recipe_toml(self) -> str:
        """The recipe, with what was guessed, how surely and why in its comments. It loads as it is where it can."""
        return writing.recipe_toml(self)

    def missing(self) -> Mapping[str, tuple[str, ...]]:
        """Of each file that would be loaded, the targets that it cannot do without and that no column fills."""
        return writing.missing(self)

    def as_json(self) -> dict[str, Any]:
        """Values that JSON holds; `from_json` reads them back."""
        content = asdict(self)
        content["written_on"] = self.written_on.isoformat()
        if content["bank"]:
            pinned = content["bank"]["pinned_date"]
            content["bank"]["pinned_date"] = pinned.isoformat() if pinned else None
        return content

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Proposal:
        bank = content["bank"]
        if bank:
            pinned = bank["pinned_date"]
            bank = Bank(**{**bank, "pinned_date": date.fromisoformat(pinned) if pinned else None})
        return cls(
            files=tuple(_file(one) for one in content["files"]),
            system=content["system"],
            written_on=date.fromisoformat(content["written_on"]),
            bank=bank or None,
            links=tuple(Link(**one) for one in content["links"]),
        )


def _file(content: Mapping[str, Any]) -> FileProposal:
    entity = content["entity"]
    return FileProposal(
        **{
            **content,
            "entity": Entity(entity) if entity else None,
            "format": Format(**{name: _tupled(value) for name, value in content["format"].items()}),
            "columns": tuple(_column(one) for one in content["columns"]),
        }
    )


def _column(content: Mapping[str, Any]) -> Column:
    seen = {name: _tupled(value) for name, value in content["content"].items()}
    values = {name: _tupled(value) for name, value in content.items()}
    return Column(**{**values, "content": Content(**{**seen, "sort": Sort(seen["sort"])})})


def _tupled(value: Any) -> Any:
    return tuple(_tupled(one) for one in value) if isinstance(value, list | tuple) else value
