"""What a cell says: texts into days, amounts, codes and flags, a whole column at a time, with those that say nothing sensible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from django.utils.translation import gettext as _

from cartera.intake.frames import INSTANT
from cartera.intake.recipes import (
    Amount,
    Code,
    Condition,
    Constant,
    Day,
    First,
    Layout,
    Moment,
    MonthEnd,
    MonthsAfter,
    Percent,
    Slot,
    Text,
    Value,
    slots_of,
)
from cartera.kernel.money import exponent

PERCENT_TO_PPM = 4  # decimals: 1 % is 10,000 parts per million
EARLIEST, LATEST = date(1800, 1, 1), date(2199, 12, 31)


class UnknownColumn(LookupError):
    """A recipe asks for a column that its table does not have."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Rows whose cell cannot be understood: which, in which column, what it says, why not."""

    rows: pl.Series
    column: str
    said: pl.Series
    reason: str


@dataclass(frozen=True, slots=True)
class Context:
    """What the words of a source mean: its layout, the bank's zone and currency, the recipe's code tables."""

    layout: Layout
    zone: str
    currency: str
    codes: Mapping[str, Mapping[str, str | int | bool]] = field(default_factory=dict)


@dataclass(slots=True)
class Evaluation:
    """Evaluates values over one frame and collects what fails."""

    frame: pl.DataFrame
    context: Context
    failures: list[Failure] = field(default_factory=list)

    def column(self, value: Value, currency: pl.Series | None = None) -> pl.Series:
        """The column in its own type: text, unless the form of the value says otherwise."""
        match value:
            case Constant():
                return self._repeated(value.value)
            case Text():
                return self._text(value)
            case First(of=texts):
                return self.frame.select(pl.coalesce(*(self._text(text) for text in texts))).to_series()
            case Code():
                return self._code(value)
            case Day(of=of, written=written):
                return self.as_date(self._text(of), label(value), written)
            case Moment(of=of, written=written):
                return self.as_instant(self._text(of), label(value), written)
            case MonthEnd(of=of):
                return self.as_date(self._text(of), label(value)).dt.month_end()
            case MonthsAfter(months=months, start=start):
                later = self.as_decimal(self._text(months), label(Text(months.slots)), 0)
                day = self.as_date(self._text(start), label(Text(start.slots)))
                return pl.select(day.dt.offset_by(pl.format("{}mo", later))).to_series()
            case Percent(of=of):
                return self.as_decimal(self._text(of), label(value), PERCENT_TO_PPM)
            case Amount(of=of, negative_where=condition):
                amount = self.as_money(self._text(of), label(value), currency)
                negative = self.frame.select(holds(condition, self.frame)).to_series() if condition.allowed else None
                return (
                    amount
                    if negative is None
                    else pl.select(pl.when(negative).then(-amount).otherwise(amount)).to_series()
                )

    def typed(
        self,
        value: Value,
        kind: pl.DataType | type[pl.DataType],
        currency: pl.Series | None = None,
        *,
        money: bool = False,
    ) -> pl.Series:
        """The column as the type that a frame wants."""
        column, name = self.column(value, currency), label(value)
        if column.dtype == kind:
            return column
        if kind == pl.String or column.dtype != pl.String:
            return column.cast(kind, strict=False)
        if kind == pl.Date:
            return self.as_date(column, name)
        if kind == INSTANT:
            return self.as_instant(column, name, self.context.layout.dates)
        if kind == pl.Boolean:
            return self.as_flag(column, name)
        return self.as_money(column, name, currency) if money else self.as_decimal(column, name, 0)

    def as_date(self, said: pl.Series, name: str, written: tuple[str, ...] = ()) -> pl.Series:
        if said.dtype != pl.String:
            return said.cast(pl.Date)
        formats = written or self.context.layout.dates
        day = pl.select(pl.coalesce(*(said.str.to_date(one, strict=False) for one in formats))).to_series()
        self._fail(said.is_not_null() & day.is_null(), name, said, _("It is not a date written as {written}."), formats)
        self._fail(~day.is_between(EARLIEST, LATEST), name, said, _("No date of a bank lies there."))
        return day

    def as_instant(self, said: pl.Series, name: str, written: tuple[str, ...]) -> pl.Series:
        texts = said.cast(pl.String)
        local = pl.select(
            pl.coalesce(*(texts.str.to_datetime(one, strict=False, time_unit="us") for one in written))
        ).to_series()
        self._fail(
            texts.is_not_null() & local.is_null(), name, texts, _("It is not an hour written as {written}."), written
        )
        placed = local.dt.replace_time_zone(self.context.zone, ambiguous="earliest", non_existent="null")
        self._fail(local.is_not_null() & placed.is_null(), name, texts, _("The clocks skipped this hour."))
        self._fail(~local.dt.date().is_between(EARLIEST, LATEST), name, texts, _("No date of a bank lies there."))
        return placed.dt.convert_time_zone("UTC")

    def as_flag(self, said: pl.Series, name: str) -> pl.Series:
        flag = said.str.to_lowercase().replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)
        self._fail(said.is_not_null() & flag.is_null(), name, said, _("It is neither yes nor no."))
        return flag

    def as_money(self, said: pl.Series, name: str, currency: pl.Series | None) -> pl.Series:
        """Minor units, by the exponent of each row's currency."""
        if said.dtype != pl.String:
            return said
        if currency is None:
            return self.as_decimal(said, name, exponent(self.context.currency))
        amounts = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(said))
        for code in currency.unique().drop_nulls():
            here = currency == code
            mine = self.as_decimal(pl.select(pl.when(here).then(said)).to_series(), name, exponent(code))
            amounts = mine.zip_with(here.fill_null(value=False), amounts)
        return amounts

    def as_decimal(self, said: pl.Series, name: str, decimals: int) -> pl.Series:
        """A number with at most so many decimals, as a whole number of its last one; exactly, without floating point."""
        if said.dtype != pl.String:
            return said.cast(pl.Int64)
        layout = self.context.layout
        groups = said.str.replace_all(r"[\s\u{a0}\u{202f}]", "").str.extract_groups(
            _number(layout.decimal, layout.thousands)
        )
        sign, digits, fraction, after = (groups.struct.field(part) for part in ("sign", "digits", "fraction", "after"))
        whole = digits.str.replace_all(layout.thousands, "", literal=True) if layout.thousands else digits
        rest = fraction.fill_null("").str.strip_chars_end("0")
        plain = whole + rest.str.pad_end(decimals, "0") if decimals else whole
        number = (
            pl.select(pl.when(rest.str.len_chars() <= decimals).then(plain)).to_series().cast(pl.Int64, strict=False)
        )
        self._fail(said.is_not_null() & whole.is_null(), name, said, _("It is not a number."))
        too_fine = rest.str.len_chars() > decimals
        self._fail(too_fine & whole.is_not_null(), name, said, _("It has more decimals than it can have."))
        self._fail(~too_fine & whole.is_not_null() & number.is_null(), name, said, _("It is too large."))
        negative = (sign == "-").fill_null(value=False) | (after == "-").fill_null(value=False)
        return pl.select(pl.when(negative).then(-number).otherwise(number)).to_series()

    def _fail(self, rows: pl.Series, name: str, said: pl.Series, reason: str, written: tuple[str, ...] = ()) -> None:
        rows = rows.fill_null(value=False)
        if rows.any():
            shown = _(" or ").join(_written(one) for one in written)
            self.failures.append(Failure(rows, name, said, reason.format(written=shown) if written else reason))

    def _code(self, value: Code) -> pl.Series:
        said = self._text(value.of).cast(pl.String)
        table = self.context.codes[value.table]
        kinds = {type(meaning) for meaning in table.values()}
        kind = {bool: pl.Boolean, int: pl.Int64}.get(kinds.pop(), pl.String) if len(kinds) == 1 else pl.String
        meanings = [meaning if kind != pl.String else str(meaning) for meaning in table.values()]
        asked = said.fill_null("")
        meaning = asked.replace_strict(list(table), meanings, default=None, return_dtype=kind)
        unknown = ~asked.is_in(list(table))
        if value.otherwise is not None:
            other = self.column(value.otherwise).cast(kind, strict=False)
            return meaning.zip_with(~unknown, other)
        self._fail(
            said.is_not_null() & unknown,
            label(value),
            said,
            _("The recipe's codes for “{table}” do not have it.").format(table=value.table),
        )
        return meaning

    def _text(self, text: Text) -> pl.Series:
        if (
            len(text.parts) == 1
            and isinstance(slot := text.parts[0], Slot)
            and slot.start is None
            and slot.stop is None
        ):
            return self._slot(slot)
        parts = [self._slot(part).cast(pl.String) if isinstance(part, Slot) else pl.lit(part) for part in text.parts]
        said = pl.concat_str(*parts, ignore_nulls=True).str.strip_chars()
        empty = [part for part in parts if isinstance(part, pl.Series)]
        some = pl.any_horizontal(*(part.is_not_null() for part in empty))
        return self.frame.select(pl.when(some).then(said).alias("said")).to_series()

    def _slot(self, slot: Slot) -> pl.Series:
        found = column_of(self.frame, slot.column)
        if slot.start is None and slot.stop is None:
            return found
        start, text = slot.start or 0, found.cast(pl.String)
        if slot.stop is None or slot.stop < 0:
            cut = text.str.slice(start)
            cut = cut if slot.stop is None else cut.str.head(slot.stop)
        else:
            cut = text.str.slice(start, max(0, slot.stop - start))
        return cut.set(cut == "", None)

    def _repeated(self, value: str | int | bool | date) -> pl.Series:
        return pl.Series(
            [value if value != "" else None], dtype=pl.String if isinstance(value, str) else None
        ).new_from_index(0, self.frame.height)


def column_of(frame: pl.DataFrame, name: str) -> pl.Series:
    if name not in frame.columns:
        raise UnknownColumn(name)
    return frame[name]


def holds(condition: Condition, frame: pl.DataFrame) -> pl.Expr:
    """Whether every column of the condition holds one of its values; an empty cell counts as "". True when it asks nothing."""
    asked = [
        column_of(frame, name).cast(pl.String).fill_null("").is_in(sorted(values)) for name, values in condition.allowed
    ]
    return pl.all_horizontal(pl.lit(value=True), *asked)


def label(value: Value) -> str:
    """The columns that a value was made from, as a refusal names them."""
    return ", ".join(dict.fromkeys(slot.column for slot in slots_of(value)))


_FLAGS = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "sí", "si", "s"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n"), False),
}


def _number(decimal: str, thousands: str) -> str:
    digits = rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|\d+" if thousands else r"\d+"
    return rf"^(?<sign>[+-])?(?<digits>{digits})(?:{re.escape(decimal)}(?<fraction>\d*))?(?<after>[+-])?$"


def _written(pattern: str) -> str:
    """A date pattern as people write it: %d/%m/%Y is DD/MM/YYYY, in Spanish DD/MM/AAAA."""
    year = {"%Y": _("YYYY"), "%y": _("YY")}
    for directive, shown in (year | _PARTS_OF_A_DATE).items():
        pattern = pattern.replace(directive, shown)
    return pattern


_PARTS_OF_A_DATE = {"%m": "MM", "%d": "DD", "%H": "hh", "%M": "mm", "%S": "ss"}
