"""The words of a recipe: how a core system's files become our frames. Data, not code; `recipes/README.md` teaches it.

A recipe names files, makes tables from them where a plain file is not enough, and says of each entity which table it
comes from and what each of its columns holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from cartera.intake.frames import Bank, Entity


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written. `nothing` lists what stands for an empty cell, beside an empty cell itself."""

    separator: str = ";"
    encoding: str = "utf-8"
    quote: str = '"'
    header: bool = True
    columns: tuple[str, ...] = ()
    skip_lines: int = 0
    decimal: str = "."
    thousands: str = ""
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    nothing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileSpec:
    """Files of one kind: all those in the folder whose name matches `pattern`, in the order of their names."""

    name: str
    pattern: str
    layout: Layout
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """`{column}`, or the characters of it from `start` to before `stop`: `{birth_number[2:4]}`."""

    column: str
    start: int | None = None
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A template: words and slots. Empty when all of its slots are."""

    parts: tuple[str | Slot, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(part for part in self.parts if isinstance(part, Slot))


@dataclass(frozen=True, slots=True)
class Constant:
    value: str | int | bool | date


@dataclass(frozen=True, slots=True)
class Code:
    """What a code of the source means to us. A code that is not in the table is refused, unless there is `otherwise`."""

    of: Text
    table: str
    otherwise: Text | Constant | None = None


@dataclass(frozen=True, slots=True)
class Day:
    of: Text
    written: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and an hour in the bank's zone."""

    of: Text
    written: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthEnd:
    of: Text


@dataclass(frozen=True, slots=True)
class MonthsAfter:
    months: Text
    start: Text


@dataclass(frozen=True, slots=True)
class Condition:
    """All of these columns hold one of these values."""

    allowed: tuple[tuple[str, frozenset[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money, turned negative where the condition holds."""

    of: Text
    negative_where: Condition = Condition()


@dataclass(frozen=True, slots=True)
class Percent:
    of: Text


@dataclass(frozen=True, slots=True)
class First:
    """The first of these that is not empty."""

    of: tuple[Text, ...]


Value: TypeAlias = Text | Constant | Code | Day | Moment | MonthEnd | MonthsAfter | Amount | Percent | First


@dataclass(frozen=True, slots=True)
class Join:
    """The one row of another table whose `theirs` columns equal our `ours`; its columns are `{alias.column}` here."""

    alias: str
    table: str
    on: tuple[tuple[str, str], ...]
    optional: bool = False


class Take(StrEnum):
    """Which row stands for all those that share a key."""

    FIRST = "first"
    LAST = "last"
    CLOSING = "closing"  # the last movement of the last day, found by its balance whatever the order of the lines


@dataclass(frozen=True, slots=True)
class Pick:
    """One row for each value of the `per` columns, after `order` (else as the file has them)."""

    per: tuple[str, ...]
    take: Take = Take.FIRST
    order: str = ""
    account: str = ""
    balance: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows made from a file or a table, in this order: filtered, joined, given columns, picked. `name` is for messages."""

    name: str
    origin: str
    where: Condition = Condition()
    unless: Condition = Condition()
    joins: tuple[Join, ...] = ()
    columns: Mapping[str, Value] = field(default_factory=dict)
    pick: Pick | None = None


@dataclass(frozen=True, slots=True)
class ProductSpec:
    key: str
    name: str
    line: str
    currency: str
    margin_ppm: int = 0
    fee_minor: int = 0


@dataclass(frozen=True, slots=True)
class Recipe:
    """`hours` are (weekday, from minute, to minute), Monday 0, of the branches under which all others lie."""

    path: Path
    system: str
    bank: Bank
    files: Mapping[str, FileSpec]
    codes: Mapping[str, Mapping[str, str | int | bool]]
    tables: Mapping[str, Source]
    loads: Mapping[Entity, tuple[Source, ...]]
    products: tuple[ProductSpec, ...]
    hours: tuple[tuple[int, int, int], ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        return (*self.tables.values(), *(source for sources in self.loads.values() for source in sources))

    def columns_used(self) -> frozenset[str]:
        """Every column name that the recipe mentions: what need not be read is not kept."""
        return frozenset(name.rpartition(".")[2] for source in self.sources for name in _mentioned(source))


def slots_of(value: Value) -> tuple[Slot, ...]:
    """The slots of a value, those of its parts included."""
    match value:
        case Text():
            return value.slots
        case Constant():
            return ()
        case Code(of=of, otherwise=otherwise):
            return of.slots + (otherwise.slots if isinstance(otherwise, Text) else ())
        case MonthsAfter(months=months, start=start):
            return months.slots + start.slots
        case First(of=texts):
            return tuple(slot for text in texts for slot in text.slots)
        case Day(of=of) | Moment(of=of) | MonthEnd(of=of) | Amount(of=of) | Percent(of=of):
            return of.slots


def _mentioned(source: Source) -> list[str]:
    conditions = [source.where, source.unless]
    names = [slot.column for value in source.columns.values() for slot in slots_of(value)]
    conditions += [value.negative_where for value in source.columns.values() if isinstance(value, Amount)]
    names += [name for condition in conditions for name, _ in condition.allowed]
    names += [name for join in source.joins for pair in join.on for name in pair]
    if source.pick:
        names += [*source.pick.per, source.pick.order, source.pick.account, source.pick.balance, source.pick.amount]
    return names
