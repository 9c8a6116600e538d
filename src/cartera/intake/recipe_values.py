"""What a column of a recipe holds: templates, constants, and the forms that `recipes/README.md` lists."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, cast

from django.utils.translation import gettext as _

from cartera.intake.parties import Order, Reading
from cartera.intake.recipe_parts import Part
from cartera.intake.recipes import (
    Amount,
    Code,
    Condition,
    Constant,
    Day,
    First,
    Moment,
    MonthEnd,
    MonthsAfter,
    Percent,
    Read,
    Slot,
    Text,
    Value,
)


def condition_of(part: Part) -> Condition:
    return Condition(tuple((name, frozenset(part.texts(name))) for name in part.values))


def value_of(columns: Part, name: str) -> Value:
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
        found = value_of(part, "else")
        if not isinstance(found, Text | Constant):
            raise part.error("else", _("a text or a constant"))
        otherwise = found
    return Code(_template(part, "code"), part.text("in"), otherwise)


def _first(part: Part) -> First:
    listed = part.texts("first")
    if not listed:
        raise part.error("first", _("at least one text"))
    texts = (parse_template(one, lambda expected: part.error("first", expected)) for one in listed)
    return First(tuple(one if isinstance(one, Text) else Text((str(one.value),)) for one in texts))


def _read(part: Part) -> Read:
    def beside(key: str) -> Text | None:
        part.asked.add(key)
        return _template(part, key) if key in part.values else None

    return Read(
        what=Reading(part.choice("read", list(Reading))),
        of=_template(part, "in"),
        order=Order(part.choice("order", list(Order), Order.GIVEN_FIRST)),
        identifier=beside("identifier"),
        company=beside("company"),
    )


_FORMS = {
    "code": _code,
    "date": lambda part: Day(_template(part, "date"), part.texts("written", ())),
    "instant": lambda part: Moment(_template(part, "instant"), part.texts("written")),
    "month_end": lambda part: MonthEnd(_template(part, "month_end")),
    "add_months": lambda part: MonthsAfter(_template(part, "add_months"), _template(part, "to")),
    "money": lambda part: Amount(_template(part, "money"), condition_of(part.part("negative_where"))),
    "percent": lambda part: Percent(_template(part, "percent")),
    "first": _first,
    "read": _read,
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
