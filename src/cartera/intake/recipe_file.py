"""Reading a recipe: TOML into the words of `cartera.intake.recipes`, with errors that say where and what was expected."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from cartera.intake.frames import REQUIRED, SCHEMAS, Bank, Entity
from cartera.intake.recipes import (
    Amount,
    Code,
    Condition,
    Constant,
    Day,
    FileSpec,
    First,
    Join,
    Layout,
    Moment,
    MonthEnd,
    MonthsAfter,
    Percent,
    Pick,
    ProductSpec,
    Recipe,
    Slot,
    Source,
    Take,
    Text,
    Value,
)
from cartera.kernel.errors import CarteraError
from cartera.products.models import Line


class RecipeError(CarteraError):
    """A recipe that cannot be followed: which file, which key in it, what was expected there."""

    code = "recipe"


class Part:
    """One table of the TOML file, which remembers where it stands and which of its keys were asked for."""

    def __init__(self, path: Path, where: str, values: Any) -> None:
        self.path, self.where = path, where
        if not isinstance(values, dict):
            raise self.error("", _("a table of keys and values"))
        self.values: dict[str, Any] = values
        self.asked: set[str] = set()

    def error(self, key: str, expected: str) -> RecipeError:
        place = ".".join(filter(None, (self.where, key)))
        return RecipeError(
            _("{file}: {place}: expected {expected}").format(file=self.path.name, place=place, expected=expected)
        )

    def _get(self, key: str, kind: type | tuple[type, ...], expected: str, default: Any) -> Any:
        self.asked.add(key)
        if key not in self.values and default is not None:
            return default
        value = self.values.get(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(key, expected)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        return str(self._get(key, str, _("a text"), default))

    def whole(self, key: str, default: int | None = None) -> int:
        return int(self._get(key, int, _("a whole number"), default))

    def flag(self, key: str, default: bool) -> bool:
        return bool(self._get(key, bool, _("true or false"), default))

    def day(self, key: str) -> date | None:
        self.asked.add(key)
        value = self.values.get(key)
        if value is not None and type(value) is not date:
            raise self.error(key, _("a day, such as 1994-03-31"))
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self._get(key, (str, list), _("a text or a list of texts"), default)
        listed = [value] if isinstance(value, str) else list(value)
        if not all(isinstance(one, str) for one in listed):
            raise self.error(key, _("a text or a list of texts"))
        return tuple(listed)

    def choice(self, key: str, among: Iterable[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in set(among):
            raise self.error(key, _("one of {choices}").format(choices=", ".join(among)))
        return value

    def part(self, key: str) -> Part:
        self.asked.add(key)
        return Part(self.path, ".".join(filter(None, (self.where, key))), self.values.get(key, {}))

    def parts(self, key: str) -> list[Part]:
        """A list of tables; one table alone is a list of one."""
        self.asked.add(key)
        value = self.values.get(key, [])
        listed = value if isinstance(value, list) else [value]
        return [Part(self.path, f"{self.where}{key}[{number}]", one) for number, one in enumerate(listed, start=1)]

    def finish(self) -> None:
        """Every key was understood; one that was not is perhaps misspelt."""
        for key in self.values:
            if key not in self.asked:
                near = get_close_matches(key, self.asked, 1)
                known = _("“{key}”").format(key=near[0]) if near else ", ".join(sorted(self.asked))
                raise self.error(key, _("another key here, perhaps {known}").format(known=known))


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file. Raises RecipeError."""
    try:
        top = Part(path, "", tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise RecipeError(_("{file} cannot be read: {why}").format(file=path, why=error.strerror)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(_("{file} is not TOML: {why}").format(file=path.name, why=error)) from error
    bank = top.part("bank")
    system = bank.text("system")
    institution = _bank(bank)
    bank.finish()
    layout = _layout(top.part("layout"), Layout())
    recipe = Recipe(
        path=path,
        system=system,
        bank=institution,
        files={name: _file(top.part("files").part(name), name, layout) for name in _keys(top, "files")},
        codes={name: _codes(top.part("codes").part(name)) for name in _keys(top, "codes")},
        tables={name: _source(top.part("tables").part(name), name, None) for name in _keys(top, "tables")},
        loads={
            entity: tuple(_source(part, part.where, entity) for part in top.parts(str(entity)))
            for entity in Entity
            if entity in top.values
        },
        products=tuple(_product(part, institution.currency) for part in top.parts("products")),
        hours=_hours(top.part("hours")),
    )
    top.asked.update(Entity)
    top.finish()
    _check_names(top, recipe)
    return recipe


def _keys(top: Part, key: str) -> list[str]:
    return list(top.part(key).values)


def _bank(part: Part) -> Bank:
    country, currency, zone = part.text("country"), part.text("currency"), part.text("zone")
    if not re.fullmatch("[A-Z]{2}", country):
        raise part.error("country", _("two capital letters of ISO 3166, such as EC"))
    if not re.fullmatch("[A-Z]{3}", currency):
        raise part.error("currency", _("three capital letters of ISO 4217, such as USD"))
    if zone not in available_timezones():
        raise part.error("zone", _("a time zone, such as America/Guayaquil"))
    return Bank(part.text("name"), country, currency, zone, part.day("pinned_date"))


def _layout(part: Part, default: Layout) -> Layout:
    layout = Layout(
        separator=part.text("separator", default.separator),
        encoding=part.text("encoding", default.encoding),
        quote=part.text("quote", default.quote),
        header=part.flag("header", default.header),
        columns=part.texts("columns", default.columns),
        skip_lines=part.whole("skip_lines", default.skip_lines),
        decimal=part.text("decimal", default.decimal),
        thousands=part.text("thousands", default.thousands),
        dates=part.texts("dates", default.dates),
        nothing=part.texts("nothing", default.nothing),
    )
    if not (len(layout.separator) == 1 and layout.separator.isascii() and layout.separator not in "\r\n"):
        raise part.error("separator", _('one character, such as ";" or "\\t"'))
    if not (len(layout.quote) <= 1 and layout.quote.isascii()) or layout.quote == layout.separator:
        raise part.error("quote", _('one character, or "" when nothing is quoted'))
    if len(layout.decimal) != 1 or len(layout.thousands) > 1 or layout.decimal == layout.thousands:
        raise part.error("decimal", _("one character, another one than thousands"))
    try:
        codecs.lookup(layout.encoding)
    except LookupError as error:
        raise part.error("encoding", _("an encoding, such as utf-8, latin-1 or cp1252")) from error
    if not (layout.header or layout.columns):
        raise part.error("columns", _("the names of the columns, since the file has no headings"))
    return layout


def _file(part: Part, name: str, layout: Layout) -> FileSpec:
    spec = FileSpec(name, part.text("pattern"), _layout(part, layout), part.flag("optional", default=False))
    part.finish()
    return spec


def _codes(part: Part) -> dict[str, str | int | bool]:
    for key, value in part.values.items():
        if not isinstance(value, str | int | bool):
            raise part.error(key, _("a text, a whole number, true or false"))
    return dict(part.values)


def _source(part: Part, name: str, entity: Entity | None) -> Source:
    columns = part.part("columns")
    source = Source(
        name=name,
        origin=part.text("from", "" if entity else None),
        where=_condition(part.part("where")),
        unless=_condition(part.part("unless")),
        joins=tuple(_join(part.part("join"), alias) for alias in part.part("join").values),
        columns={column: _value(columns, column) for column in columns.values},
        pick=_pick(part.part("pick")) if "pick" in part.values else None,
    )
    part.asked.add("pick")
    part.finish()
    if entity:
        _check_entity(columns, entity)
        if source.pick:
            raise part.error("pick", _("a table that picks, and this to come from it"))
    return source


def _check_entity(columns: Part, entity: Entity) -> None:
    columns.asked = set(SCHEMAS[entity])
    columns.finish()
    for name in REQUIRED[entity]:
        if name not in columns.values:
            raise columns.error(name, _("a value: {entity} cannot do without it").format(entity=entity))


def _condition(part: Part) -> Condition:
    return Condition(tuple((name, frozenset(part.texts(name))) for name in part.values))


def _join(part: Part, alias: str) -> Join:
    value = part.values[alias]
    if isinstance(value, str):
        return Join(alias, alias, ((value, value),))
    joined = part.part(alias)
    on = joined.values.get("on")
    joined.asked.add("on")
    if isinstance(on, str):
        pairs = [(on, on)]
    elif isinstance(on, dict) and on and all(isinstance(theirs, str) for theirs in on.values()):
        pairs = list(on.items())
    else:
        raise joined.error("on", _('a column that both have, or { ours = "theirs" }'))
    join = Join(alias, joined.text("table", alias), tuple(pairs), joined.flag("optional", default=False))
    joined.finish()
    return join


def _pick(part: Part) -> Pick:
    take = Take(part.choice("take", list(Take), Take.FIRST))
    closing = take is Take.CLOSING
    pick = Pick(
        per=part.texts("per"),
        take=take,
        order=part.text("order", None if closing else ""),
        account=part.text("account", None if closing else ""),
        balance=part.text("balance", None if closing else ""),
        amount=part.text("amount", None if closing else ""),
    )
    part.finish()
    return pick


def _value(columns: Part, name: str) -> Value:
    """A column's value: a template, a constant, or a table with one of the forms that `recipes/README.md` lists."""
    columns.asked.add(name)
    value = columns.values[name]
    if isinstance(value, str):
        return parse_template(value, lambda expected: columns.error(name, expected))
    if isinstance(value, bool | int | date):
        return Constant(value)
    part = columns.part(name)
    form = next((form for form in _FORMS if form in part.values), None)
    if form is None:
        raise columns.error(name, _("a text, a constant, or one of {forms}").format(forms=", ".join(_FORMS)))
    made = _FORMS[form](part)
    part.finish()
    return cast(Value, made)


def _template(part: Part, key: str) -> Text:
    found = parse_template(part.text(key), lambda expected: part.error(key, expected))
    return found if isinstance(found, Text) else Text((str(found.value),))


def _code(part: Part) -> Code:
    otherwise: Text | Constant | None = None
    if "else" in part.values:
        found = _value(part, "else")
        if not isinstance(found, Text | Constant):
            raise part.error("else", _("a text or a constant"))
        otherwise = found
    return Code(_template(part, "code"), part.text("in"), otherwise)


def _first(part: Part) -> First:
    listed = part.texts("first")
    texts = (parse_template(one, lambda expected: part.error("first", expected)) for one in listed)
    return First(tuple(one if isinstance(one, Text) else Text((str(one.value),)) for one in texts))


_FORMS = {
    "code": _code,
    "date": lambda part: Day(_template(part, "date"), part.texts("written", ())),
    "instant": lambda part: Moment(_template(part, "instant"), part.texts("written")),
    "month_end": lambda part: MonthEnd(_template(part, "month_end")),
    "add_months": lambda part: MonthsAfter(_template(part, "add_months"), _template(part, "to")),
    "money": lambda part: Amount(_template(part, "money"), _condition(part.part("negative_where"))),
    "percent": lambda part: Percent(_template(part, "percent")),
    "first": _first,
}

_SLOT = re.compile(r"\{([^{}\[\]]+)(?:\[(-?\d*):(-?\d*)\])?\}")


def parse_template(text: str, error: Any) -> Text | Constant:
    """Words and `{column}` slots; a text without slots is a constant. `error(expected)` makes the error for a stray brace."""
    parts: list[str | Slot] = []
    at = 0
    for found in _SLOT.finditer(text):
        parts.append(text[at : found.start()])
        start, stop = (int(number) if number else None for number in found.group(2, 3))
        parts.append(Slot(found.group(1).strip(), start, stop))
        at = found.end()
    parts.append(text[at:])
    slots = [part for part in parts if isinstance(part, Slot)]
    if any((slot.start or 0) < 0 <= (slot.stop if slot.stop is not None else -1) for slot in slots):
        raise error(_("characters counted from one end, such as {name[0:2]} or {name[-4:]}"))
    if any("{" in part or "}" in part for part in parts if isinstance(part, str)):
        raise error(_("a column in braces, such as {name} or {name[0:2]}"))
    if len(parts) == 1:
        return Constant(text)
    return Text(tuple(part for part in parts if part != ""))


def _product(part: Part, currency: str) -> ProductSpec:
    product = ProductSpec(
        key=part.text("key"),
        name=part.text("name"),
        line=part.choice("line", Line.values),
        currency=part.text("currency", currency),
        margin_ppm=part.whole("margin_ppm", 0),
        fee_minor=part.whole("fee_minor", 0),
    )
    part.finish()
    return product


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STRETCH = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


def _hours(part: Part) -> tuple[tuple[int, int, int], ...]:
    hours = []
    for days in part.values:
        first, _dash, last = days.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise part.error(days, _('a day or days, such as "mon-fri" or "sat"'))
        for stretch in part.texts(days):
            found = _STRETCH.fullmatch(stretch)
            minutes = [int(number) for number in found.groups()] if found else [0, 0, 0, 0]
            begin, end = minutes[0] * 60 + minutes[1], minutes[2] * 60 + minutes[3]
            if not begin < end <= 1440:
                raise part.error(days, _('hours that go forward, such as "08:30-13:00"'))
            hours += [(day, begin, end) for day in range(_DAYS.index(first), _DAYS.index(last or first) + 1)]
    return tuple(hours)


def _check_names(top: Part, recipe: Recipe) -> None:
    """Every table, file and code table that is mentioned is there, and no table is made of itself."""
    origins = {*recipe.files, *recipe.tables}
    if both := set(recipe.files) & set(recipe.tables):
        raise top.error(f"tables.{min(both)}", _("another name: a file has this one"))
    made: set[str] = set(recipe.files)
    for source in recipe.sources:
        place = f"tables.{source.name}" if source.name in recipe.tables else source.name
        for name in filter(None, (source.origin, *(join.table for join in source.joins))):
            if name not in origins:
                raise top.error(place, _("a file or a table, and “{name}” is neither").format(name=name))
            if name not in made:
                raise top.error(place, _("“{name}” to stand above it").format(name=name))
        for column, value in source.columns.items():
            if isinstance(value, Code) and value.table not in recipe.codes:
                raise top.error(f"{place}.columns.{column}", _("a table [codes.{name}]").format(name=value.table))
        if source.name in recipe.tables:
            made.add(source.name)
