"""What the cells of a column hold: identifiers, telephones, days, amounts, names or codes, found by looking at them."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable

import polars as pl

from cartera.clients.rules import plain, telephone
from cartera.intake.parties import Order, Party, is_company, kind_of, spelled, split_name
from cartera.intake.proposals import synonyms
from cartera.intake.proposals.columns import Content
from cartera.intake.proposals.proposal import Format
from cartera.intake.proposals.targets import Sort
from cartera.intake.values import SPREADSHEET

LOOKED_AT = 400  # cells, spread over the column
FEW = 40  # different values of a code
MOST = 0.8
COUNTRIES = ("EC", "PE", "CO", "MX", "CL", "AR", "ES", "UY", "PY", "DO", "VE")  # whose numbers have check digits

DATES = (
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%d/%m/%y", "%d-%m-%y", "%m/%d/%Y", "%y%m%d",
    "%d-%b-%Y", "%d %b %Y",
)  # fmt: skip
HOURS = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", "T%H:%M")
_NOTHINGS = (
    "n/a",
    "na",
    "n/d",
    "nd",
    "s/n",
    "-",
    "--",
    "null",
    "none",
    "nan",
    "#n/a",
    "sin dato",
    "sin datos",
    "no aplica",
    "00/00/0000",
    "0000-00-00",
    "31/12/9999",
    "9999-12-31",
    ".",
    "?",
)

_EMAIL = re.compile(r"^[^@\s;,]+@[^@\s;,]+\.[A-Za-z]{2,}$")
_NUMBER = re.compile(r"^[+-]?\d+[+-]?$")
_AMOUNT = re.compile(r"^\(?[-+]?\s*(?:US\$|USD|[$€£])?\s*[-+]?\d[\d.,' ]*\s*(?:%|USD|EUR|[$€])?\)?-?$")
_POINT = re.compile(r"^\D*\d{1,3}(?:,\d{3})*\.\d+\D*$|^\D*\d+\.\d+\D*$")
_COMMA = re.compile(r"^\D*\d{1,3}(?:\.\d{3})*,\d+\D*$|^\D*\d+,\d+\D*$")
_LETTERS = re.compile(r"^[^\W\d_][^\d@]*$")


def recognise(rows: pl.DataFrame) -> dict[str, Content]:
    """What each column holds. Cells that say "nothing" (N/D, 00/00/0000) are not looked at."""
    return {name: _counted_days(name, rows[name], content_of(rows[name])) for name in rows.columns}


_DAY = re.compile(r"\b(fecha|fec|date|nacimiento|vencimiento|apertura|born|birth)")


def _counted_days(name: str, cells: pl.Series, content: Content) -> Content:
    """Numbers under the heading of a day are days as a spreadsheet counts them, where all lie between 1905 and 2119."""
    if content.sort not in (Sort.NUMBER, Sort.CODE) or not _DAY.search(plain(name)):
        return content
    numbers = cells.cast(pl.Int64, strict=False).drop_nulls()
    counted = numbers.len() > 0 and bool(numbers.is_between(2_000, 80_000).all())
    return dataclasses.replace(content, sort=Sort.DATE, dates=(SPREADSHEET,)) if counted else content


def content_of(cells: pl.Series) -> Content:
    said = cells.filter(~cells.str.to_lowercase().is_in(list(_NOTHINGS)).fill_null(value=True))
    if said.is_empty():
        return Content(Sort.EMPTY, 0.0, 0.0)
    different = said.n_unique()
    filled, distinct = round(len(said) / len(cells), 4), round(different / len(said), 4)
    step = max(1, len(said) // LOOKED_AT)
    looked = said.gather_every(step).to_list()
    values: tuple[str, ...] = ()
    if different <= FEW:
        counted = said.value_counts(sort=True, name="times_")
        values = tuple(counted[counted.columns[0]].to_list())
    return _with_sort(looked, filled, distinct, values)


def _with_sort(cells: list[str], filled: float, distinct: float, values: tuple[str, ...]) -> Content:
    def content(sort: Sort, **more: object) -> Content:
        return Content(sort, filled, distinct, values, **more)  # type: ignore[arg-type]

    if _share(cells, lambda cell: bool(_EMAIL.match(cell))) >= MOST:
        return content(Sort.EMAIL)
    if (dates := dates_of(cells)) and _dated(cells):
        return content(Sort.INSTANT if any("%H" in one for one in dates) else Sort.DATE, dates=dates)
    if (found := _identifiers(cells)) and distinct > 0.05:
        return content(Sort.IDENTIFIER, country=found[0], kind=found[1])
    if _share(cells, _is_phone) >= MOST and distinct > 0.3:
        return content(Sort.PHONE)
    coded = bool(values) and (distinct <= 0.5 or max(map(len, values)) <= 4)
    if _share(cells, lambda cell: bool(_NUMBER.match(cell))) >= 0.95:
        return content(Sort.CODE if coded and distinct <= 0.5 and max(map(len, values)) <= 4 else Sort.NUMBER)
    if _share(cells, lambda cell: bool(_AMOUNT.match(cell))) >= 0.9:
        return content(Sort.AMOUNT, decimal=decimal_of(cells))
    if coded:
        return content(Sort.CODE)
    if _share(cells, lambda cell: bool(_LETTERS.match(cell))) >= MOST:
        return content(Sort.NAME, **_named(cells))
    return content(Sort.TEXT, **_named(cells))


def _share(cells: list[str], holds: Callable[[str], object]) -> float:
    return sum(bool(holds(cell)) for cell in cells) / len(cells)


def _dated(cells: list[str]) -> bool:
    """Six or eight digits may be a day or a number; days of a bank are many and lie in few years."""
    if not all(cell.isdigit() for cell in cells):
        return True
    return len(cells) > 1 and len(set(cells)) > 1


def dates_of(cells: list[str]) -> tuple[str, ...]:
    """The ways in which nearly all of the cells are dates, the most frequent first; () when they are none.

    Day and month change places only where a cell says so: 03/25/2024.
    """
    days = pl.Series(cells, dtype=pl.String)
    patterns = MONTH_FIRST if _saysMONTH_FIRST(days) else DATES
    left, found = days, list[str]()
    for pattern in patterns:
        for hour in HOURS if "%b" not in pattern else ("",):
            if left.is_empty():
                break
            whole = pattern + hour
            width = r"^\d{6}$" if whole == "%y%m%d" else r"^\d{8}$" if whole == "%Y%m%d" else ""
            asked = left if not width else left.filter(left.str.contains(width))
            if hour:
                fits = asked.str.to_datetime(whole, strict=False, time_unit="us").dt.date()
            else:
                fits = asked.str.to_date(whole, strict=False)
            good = asked.filter(fits.is_not_null() & (fits.dt.year().is_between(1900, 2100)).fill_null(value=False))
            if len(good) and (len(good) / len(days) >= 0.02 or len(good) >= 3):
                found.append(whole)
                left = left.filter(~left.is_in(good.implode()))
    return tuple(found) if len(left) / len(days) <= 1 - 0.9 else ()


MONTH_FIRST = tuple(one for one in DATES if one != "%d/%m/%Y")


def _saysMONTH_FIRST(days: pl.Series) -> bool:
    """Some cell is a day only if its month stands first, and none only if its day does."""
    ours, theirs = (days.str.to_date(one, strict=False).is_not_null() for one in ("%d/%m/%Y", "%m/%d/%Y"))
    return bool((theirs & ~ours).any()) and not bool((ours & ~theirs).any())


def decimal_of(cells: list[str]) -> str:
    """The sign before the decimals: the one that more amounts have last."""
    points, commas = _share(cells, _POINT.match), _share(cells, _COMMA.match)
    thousands = sum(bool(re.search(r"^\D*\d{1,3}(?:\.\d{3})+\D*$", cell)) for cell in cells)
    grouped = sum(bool(re.search(r"^\D*\d{1,3}(?:,\d{3})+\D*$", cell)) for cell in cells)
    if commas > points:
        return "," if commas * len(cells) > grouped or thousands else "."
    if points:
        return "." if points * len(cells) > thousands or grouped else ","
    return ""


def _identifiers(cells: list[str]) -> tuple[str, str] | None:
    """Whose identifiers these are: the country whose check digits most of them pass, and the most frequent kind there."""
    best: tuple[float, str, str] | None = None
    for country in COUNTRIES:
        kinds = Counter(kind_of(spelled(cell, country), country) for cell in cells)
        valid = sum(times for kind, times in kinds.items() if kind) / len(cells)
        if valid >= 0.6 and (best is None or valid > best[0] + 0.05):
            best = (valid, country, max((kind for kind in kinds if kind), key=lambda kind: kinds[kind]))
    return best[1:] if best else None


def _is_phone(cell: str) -> bool:
    digits = re.sub(r"\D", "", cell)
    if not 6 <= len(digits) <= 15 or re.search(r"[A-Za-z]{3}", cell):
        return False
    return any(telephone(cell, country) for country in ("EC", "PE", "CO", "MX", "ES")) or bool(
        re.match(r"^[+0(][\d\s()+-]+$", cell) and len(digits) >= 9
    )


def _named(cells: list[str]) -> dict[str, object]:
    """How names are written: the share of companies, how many words, and whether surnames stand first."""
    people = [cell for cell in cells if not is_company(Party(cell))]
    words = [len(split_name(cell, Order.GIVEN_FIRST).whole.split()) for cell in people]
    given = synonyms.given_names()
    first = sum(plain(cell.split()[0]) in given for cell in people if cell.split())
    last = sum(plain(cell.split()[-1]) in given for cell in people if len(cell.split()) > 1)
    commas = sum("," in cell for cell in people)
    return {
        "companies": round(1 - len(people) / len(cells), 2),
        "words": round(sum(words) / max(len(words), 1), 2),
        "surnames_first": bool(people) and (last > first or commas > len(people) / 2),
    }


def as_written(written: Format, contents: Iterable[Content], rows: pl.DataFrame) -> Format:
    """The format, with what holds for the whole file: decimals, how days are written, what stands for nothing."""
    seen = list(contents)
    signs = Counter(one.decimal for one in seen if one.decimal)
    decimal = signs.most_common(1)[0][0] if signs else "."
    dates = [pattern for one in seen for pattern in one.dates]
    return dataclasses.replace(
        written,
        decimal=decimal,
        thousands="." if decimal == "," else ",",
        dates=tuple(dict.fromkeys([*dates, "%Y-%m-%d"])),
        nothing=_nothing(rows),
    )


def _nothing(rows: pl.DataFrame) -> tuple[str, ...]:
    found: set[str] = set()
    for name in rows.columns:
        cells = rows[name]
        found |= set(cells.filter(cells.str.to_lowercase().is_in(list(_NOTHINGS)).fill_null(value=False)).unique())
    return tuple(sorted(found))


_TOTAL = re.compile(
    r"^(sub ?)?(total(es)?|sum(a|atoria)?|grand total|gran total|total general)\b(?! ?\w+ ?(s ?a|cia|ltda))"
)


def totals_of(rows: pl.DataFrame) -> tuple[tuple[str, str], ...]:
    """The cells by which sums at the end are known."""
    found = []
    for row in rows.tail(3).iter_rows(named=True):
        for name, cell in row.items():
            if cell and _TOTAL.match(plain(cell)) and len(cell) < 40:
                found.append((name, cell))
                break
    return tuple(found)


def without(rows: pl.DataFrame, totals: tuple[tuple[str, str], ...]) -> pl.DataFrame:
    """The rows that are no sums of the others."""
    if not totals:
        return rows
    return rows.filter(~pl.any_horizontal((pl.col(name) == cell).fill_null(value=False) for name, cell in totals))
