"""What is in force on a day, what was before, what will be."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cartera.clock.queries import today
from cartera.kernel.actor import Actor
from cartera.kernel.memory import Remembered
from cartera.rulebook.declaring import Setting
from cartera.rulebook.models import Ruling, RulingQuerySet


def _set(_key: Hashable) -> Mapping[str, Sequence[tuple[date, int]]]:
    found: dict[str, list[tuple[date, int]]] = {}
    rows = Ruling.objects.standing().order_by("effective_from", "number")
    for name, since, value in rows.values_list("name", "effective_from", "value"):
        found.setdefault(name, []).append((since, value))
    return found


rulings = Remembered(_set)
"""All that was set, by name, the latest last; remembered, because every room asks."""


def value_of(setting: Setting, on: date | None = None) -> int:
    """What a figure is on a day, today unless another is said: what was set last, or its default."""
    told = rulings().get(setting.name)
    if not told:
        return setting.default
    day = on or today()
    return next((value for since, value in reversed(told) if since <= day), setting.default)


def values_from(setting: Setting, day: date) -> list[int]:
    """What a figure is on a day, and all that it will be afterwards as far as that is set."""
    later = [value for since, value in rulings().get(setting.name, ()) if since > day]
    return [value_of(setting, day), *later]


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure today: its value, what set it (None where nobody did), and what was set for a later day. `number` is the last."""

    setting: Setting
    value: int
    in_force: Ruling | None
    coming: Sequence[Ruling]
    number: int

    @property
    def is_usual(self) -> bool:
        return self.in_force is None


def standings(*, actor: Actor, settings: Iterable[Setting]) -> list[Standing]:
    """How figures stand today, in one query."""
    asked, day = list(settings), today()
    rows: dict[str, list[Ruling]] = {}
    for ruling in Ruling.objects.visible_to(actor).filter(name__in=[one.name for one in asked]).order_by("number"):
        rows.setdefault(ruling.name, []).append(ruling)
    return [_standing(setting, rows.get(setting.name, []), day) for setting in asked]


def _standing(setting: Setting, rows: Sequence[Ruling], day: date) -> Standing:
    good = sorted((one for one in rows if not one.taken_back), key=lambda one: (one.effective_from, one.number))
    begun = [one for one in good if one.effective_from <= day]
    return Standing(
        setting=setting,
        value=begun[-1].value if begun else setting.default,
        in_force=begun[-1] if begun else None,
        coming=[one for one in good if one.effective_from > day],
        number=rows[-1].number if rows else 0,
    )


def history(*, actor: Actor, setting: Setting) -> RulingQuerySet:
    """Every time that a figure was set, the latest first."""
    rows = Ruling.objects.visible_to(actor).filter(name=setting.name)
    assert isinstance(rows, RulingQuerySet)
    return rows.order_by("-number")


def last_number(setting: Setting) -> int:
    """How often a figure was set, taken back or not."""
    return Ruling.objects.filter(name=setting.name).order_by("-number").values_list("number", flat=True).first() or 0
