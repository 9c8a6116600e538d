"""How versions of a service model stand to one another: which one serves, and what one promises that another does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cartera.service.rules import ModelSpec, Touch, TouchpointSpec


class Stage(StrEnum):
    """Where a version stands on a day: being written, switched on for a later day, serving, or followed by another."""

    DRAFT = "draft"
    AHEAD = "ahead"
    IN_FORCE = "in_force"
    PAST = "past"


def stage_of(active_from: date | None, active_until: date | None, on: date) -> Stage:
    if active_from is None:
        return Stage.DRAFT
    if active_until is not None and active_until <= on:
        return Stage.PAST
    return Stage.AHEAD if active_from > on else Stage.IN_FORCE


@dataclass(frozen=True, slots=True)
class Row:
    """A touchpoint as a list shows it: the place of its parent among the rows, None for one that counts by itself."""

    touch: Touch
    times_a_year: int
    within: int | None = None


def rows_of(model: ModelSpec) -> list[Row]:
    """The touchpoints of a model in order, each after the one that it is among."""
    rows: list[Row] = []

    def lay(specs: Sequence[TouchpointSpec], within: int | None) -> None:
        for spec in specs:
            rows.append(Row(spec.touch, spec.times_a_year, within))
            lay(spec.nested, len(rows) - 1)

    lay(model.touchpoints, None)
    return rows


def model_of(rows: Sequence[Row]) -> ModelSpec:
    """The model of such a list, whatever its order. Raises ValueError where a row is among itself."""
    seen: set[int] = set()

    def specs(within: int | None) -> tuple[TouchpointSpec, ...]:
        inside = [place for place, row in enumerate(rows) if row.within == within]
        seen.update(inside)
        return tuple(TouchpointSpec(rows[place].touch, rows[place].times_a_year, specs(place)) for place in inside)

    model = ModelSpec(specs(None))
    if len(seen) < len(rows):
        raise ValueError("a touchpoint counts among itself")
    return model


@dataclass(frozen=True, slots=True)
class Difference:
    """A touchpoint that two versions of a model promise differently; None where one of them does not have it."""

    before: TouchpointSpec | None
    after: TouchpointSpec | None

    @property
    def name(self) -> str:
        spec = self.after or self.before
        assert spec is not None
        return spec.touch.name


def differences(before: ModelSpec, after: ModelSpec) -> list[Difference]:
    """What changes from one version to another, touchpoint by touchpoint, known by their names."""
    were = {spec.touch.name: spec for spec in before.walk()}
    are = {spec.touch.name: spec for spec in after.walk()}
    changed = [Difference(were.get(name), spec) for name, spec in are.items() if not _alike(were.get(name), spec)]
    return changed + [Difference(spec, None) for name, spec in were.items() if name not in are]


def _alike(one: TouchpointSpec | None, other: TouchpointSpec) -> bool:
    return one is not None and (one.touch, one.times_a_year, one.own) == (other.touch, other.times_a_year, other.own)


@dataclass(frozen=True, slots=True)
class Kind:
    """So many contacts a year that are alike: none of them counted among others of another kind."""

    channel: str
    purpose: str
    minutes: int
    times_a_year: int


def kinds_of(model: ModelSpec, ladder: Sequence[str]) -> list[Kind]:
    """A model's year by kind of contact, the least demanding first; together they are all of its contacts."""
    times: dict[tuple[str, str, int], int] = {}
    for spec in model.walk():
        alike = (spec.touch.channel, spec.touch.purpose, spec.touch.minutes)
        times[alike] = times.get(alike, 0) + spec.own
    ordered = sorted(times.items(), key=lambda each: (each[0][1] != "touch", ladder.index(each[0][0]), each[0][2]))
    return [Kind(*alike, own) for alike, own in ordered if own > 0]
