"""A file of rates, read: a line a rate, with a day, a currency and the rate. What cannot be read says its line and why."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from cartera.products.rules import as_kept, is_currency

MOST_LINES = 2_000

HEADINGS: Mapping[str, frozenset[str]] = {
    "day": frozenset({"date", "day", "from_day", "fecha", "dia", "desde"}),
    "currency": frozenset({"currency", "code", "moneda", "divisa", "codigo"}),
    "rate": frozenset({"rate", "value", "tasa", "tipo", "cambio", "tipo de cambio", "cotizacion", "valor"}),
}
_WRITTEN = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A rate that was read, at its line."""

    number: int
    currency: str
    from_day: date
    rate_ppm: int
    units: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not, the code of the reason, and the text that it is about."""

    number: int
    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    lines: Sequence[Line]
    refused: Sequence[Refusal]


class NotAFile(ValueError):
    """The whole of it cannot be read: `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def read(content: bytes, quote: str) -> Read:
    """Read a CSV whose first line names its columns, in any order, separated by commas, semicolons or tabs.

    Raises NotAFile when there is nothing in it, a column is missing, or there are more than `MOST_LINES`.
    """
    text = _text(content)
    head = text.split("\n", 1)[0]
    separator = max(";\t,", key=head.count)
    try:
        rows = list(csv.reader(text.splitlines(), delimiter=separator))
    except csv.Error as error:
        raise NotAFile("unreadable") from error
    if not rows:
        raise NotAFile("empty")
    places = _places(rows[0])
    if len(rows) > MOST_LINES + 1:
        raise NotAFile("too long")
    lines: list[Line] = []
    refused: list[Refusal] = []
    seen: set[tuple[str, date]] = set()
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        found = _line(number, row, places, quote)
        if isinstance(found, Refusal):
            refused.append(found)
        elif (found.currency, found.from_day) in seen:
            refused.append(Refusal(number, "twice", found.currency))
        else:
            seen.add((found.currency, found.from_day))
            lines.append(found)
    return Read(lines, refused)


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")


def _places(heads: Sequence[str]) -> Mapping[str, int]:
    named = [_plain(head) for head in heads]
    places = {
        column: next((place for place, name in enumerate(named) if name in names), -1)
        for column, names in HEADINGS.items()
    }
    if -1 in places.values():
        raise NotAFile("no headings")
    return places


def _plain(head: str) -> str:
    letters = unicodedata.normalize("NFD", head.strip().casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _line(number: int, row: Sequence[str], places: Mapping[str, int], quote: str) -> Line | Refusal:
    if len(row) <= max(places.values()):
        return Refusal(number, "short")
    day, currency, rate = (row[places[column]].strip()[:40] for column in ("day", "currency", "rate"))
    from_day = _day(day)
    if from_day is None:
        return Refusal(number, "day", day)
    currency = currency.upper()
    if not is_currency(currency):
        return Refusal(number, "currency", currency)
    if currency == quote:
        return Refusal(number, "own", currency)
    try:
        rate_ppm, units = as_kept(Decimal(with_a_point(rate)), currency, quote)
    except (InvalidOperation, ValueError):
        return Refusal(number, "rate", rate)
    return Line(number, currency, from_day, rate_ppm, units)


def _day(text: str) -> date | None:
    for form in _WRITTEN:
        if found := form.fullmatch(text):
            try:
                return date(*(int(found[part]) for part in "ymd"))
            except ValueError:
                return None
    return None


def with_a_point(text: str) -> str:
    """ "1.050,25", "1,050.25", "0,00105" and "0.00105": the last of the two signs is the decimal one."""
    if "," not in text:
        return text
    decimal, thousands = (",", ".") if text.rfind(",") > text.rfind(".") else (".", ",")
    return text.replace(thousands, "").replace(decimal, ".")
