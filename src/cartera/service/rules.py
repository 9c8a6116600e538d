"""What a service model promises a client in a year, and on which days.

A model's year is a wheel: its contacts stand at even distances, the rarer ones evenly among the others. Laid over the
working days of a year it says when each is due. Every client's wheel is given another turn, so that the load of a book is
even over the year, in contacts as in hours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

MOST_A_YEAR = 200
"""No model promises more contacts than there are working days to make them on."""

WINDOW = 10
"""Working days before and after the due day in which a contact keeps a touchpoint, where the next one is not nearer."""

FULL_TURN = 1000
RENEWED_AHEAD = timedelta(days=45)
"""An agreement is renewed so long before it ends, so that plans and windows reach into the next year."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact that a model promises. `minutes` are what it takes."""

    name: str
    channel: str
    purpose: str
    minutes: int


@dataclass(frozen=True, slots=True)
class TouchpointSpec:
    """So many of these contacts a year. The nested ones are among them: of 12 contacts 4 are reviews, of those 2 meetings."""

    touch: Touch
    times_a_year: int
    nested: tuple[TouchpointSpec, ...] = ()

    @property
    def own(self) -> int:
        """How many of them are none of the nested ones."""
        return self.times_a_year - sum(spec.times_a_year for spec in self.nested)

    def walk(self) -> Iterator[TouchpointSpec]:
        yield self
        for spec in self.nested:
            yield from spec.walk()


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """The touchpoints of a service model, outermost first."""

    touchpoints: tuple[TouchpointSpec, ...]

    @property
    def contacts_a_year(self) -> int:
        return sum(spec.times_a_year for spec in self.touchpoints)

    def walk(self) -> Iterator[TouchpointSpec]:
        for spec in self.touchpoints:
            yield from spec.walk()


class Flaw(StrEnum):
    EMPTY = "empty"
    NEVER = "never"
    NO_TIME = "no_time"
    NESTED_MORE_OFTEN = "nested_more_often"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a model: where, how many there are, and how many there may be."""

    flaw: Flaw
    where: str = ""
    found: int = 0
    most: int = 0


def problems(model: ModelSpec) -> list[Problem]:
    """All that keeps a model from being a promise that can be kept; an empty list for a valid one."""
    found = [problem for spec in model.walk() for problem in _problems_of(spec)]
    if not model.touchpoints:
        found.append(Problem(Flaw.EMPTY))
    if model.contacts_a_year > MOST_A_YEAR:
        found.append(Problem(Flaw.TOO_MANY, found=model.contacts_a_year, most=MOST_A_YEAR))
    return found


def _problems_of(spec: TouchpointSpec) -> Iterator[Problem]:
    name, nested = spec.touch.name, spec.times_a_year - spec.own
    if spec.times_a_year < 1:
        yield Problem(Flaw.NEVER, name)
    if spec.touch.minutes < 1:
        yield Problem(Flaw.NO_TIME, name)
    if spec.own < 0:
        yield Problem(Flaw.NESTED_MORE_OFTEN, name, nested, spec.times_a_year)


# --- what a client asked for -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A client's wishes and consent. `ladder` holds all channels, the least demanding first; Monday is 0.

    `contacts_a_year` is None when the client left it to us.
    """

    ladder: tuple[str, ...]
    accepted: frozenset[str]
    preferred: str = ""
    contacts_a_year: int | None = None
    weekdays: frozenset[int] = frozenset(range(7))


def personal(model: ModelSpec, asked: Asked) -> ModelSpec:
    """The model as the client wants it: its number of contacts, and none in a channel that it refuses.

    Fewer contacts than the model's keep the most demanding ones; more of them are the model's plainest. A touchpoint in a
    refused channel moves to the nearest accepted one, among two equally near to the preferred, else to the more demanding.
    A client who accepts no channel is promised nothing.
    """
    if not asked.accepted:
        return ModelSpec(())
    if asked.contacts_a_year is not None:
        model = _with_contacts(model, min(asked.contacts_a_year, MOST_A_YEAR), asked.ladder)
    return ModelSpec(tuple(_moved(spec, asked) for spec in model.touchpoints))


def _with_contacts(model: ModelSpec, wanted: int, ladder: Sequence[str]) -> ModelSpec:
    by_demand = sorted(model.walk(), key=lambda spec: _demand(spec.touch, ladder), reverse=True)
    own: dict[Touch, int] = {}
    left = wanted
    for spec in by_demand:
        own[spec.touch] = own.get(spec.touch, 0) + min(spec.own, left)
        left -= min(spec.own, left)
    if by_demand and left:
        own[by_demand[-1].touch] += left
    return ModelSpec(tuple(_recounted(model.touchpoints, own)))


def _recounted(specs: Iterable[TouchpointSpec], own: dict[Touch, int]) -> Iterator[TouchpointSpec]:
    for spec in specs:
        nested = tuple(_recounted(spec.nested, own))
        times = own.pop(spec.touch, 0) + sum(inner.times_a_year for inner in nested)
        if times:
            yield TouchpointSpec(spec.touch, times, nested)


def _demand(touch: Touch, ladder: Sequence[str]) -> tuple[int, int]:
    return ladder.index(touch.channel), touch.minutes


def _moved(spec: TouchpointSpec, asked: Asked) -> TouchpointSpec:
    channel = _nearest(spec.touch.channel, asked)
    return replace(
        spec,
        touch=replace(spec.touch, channel=channel),
        nested=tuple(_moved(inner, asked) for inner in spec.nested),
    )


def _nearest(channel: str, asked: Asked) -> str:
    rank = asked.ladder.index
    return min(
        asked.accepted,
        key=lambda other: (abs(rank(other) - rank(channel)), other != asked.preferred, -rank(other)),
    )


# --- which model, on which grounds -----------------------------------------------------------------------------------


class Ground(StrEnum):
    """Why a client is on a model: it is new, its tier, its own wishes, or somebody decided so."""

    NEW = "new"
    TIER = "tier"
    WISHES = "wishes"
    CHOSEN = "chosen"


def is_new(since: date, *, was_asked: bool, on: date) -> bool:
    """A client is new for its first twelve months, and until its wishes are asked."""
    return not was_asked and since > year_before(on)


def ground(*, chosen: bool, is_new: bool, was_asked: bool, differs: bool) -> Ground:
    """The ground on which a client is on its model: `differs` says whether its wishes make it another than its tier's.

    A new client is on the model for new clients, whatever its tier; later its tier's model holds, as its own wishes
    change it. What a person chose holds for the agreement's period.
    """
    if chosen:
        return Ground.CHOSEN
    if is_new:
        return Ground.NEW
    return Ground.WISHES if was_asked and differs else Ground.TIER


def terms_of(key: str, model: ModelSpec, asked: Asked | None) -> str:
    """What is agreed, in one line that differs when the agreement does: "12-4-2: 8 phone touch 15, 2 video review 40"."""
    contacts = ", ".join(
        f"{spec.own} {spec.touch.channel} {spec.touch.purpose} {spec.touch.minutes}"
        for spec in model.walk()
        if spec.own
    )
    days = "".join(str(day) for day in sorted(asked.weekdays)) if asked and len(asked.weekdays) < 7 else ""
    return f"{key}: {contacts}{'; days ' if days else ''}{days}"


@dataclass(frozen=True, slots=True)
class Period:
    """From a day until another, which does not belong to it."""

    from_day: date
    until_day: date


def next_period(running: Period | None, on: date, *, same_terms: bool) -> Period | None:
    """The period of the agreement to make now, or None when the running one goes on.

    Every agreement is for a whole year. The first one begins now, so that nothing is behind when it begins; so do new
    terms, unless the running one has not begun yet. Another year follows the running one, RENEWED_AHEAD of its end.
    """
    if running is None:
        begins = on
    elif on >= running.until_day - RENEWED_AHEAD:
        begins = max(on, running.until_day)
    elif same_terms:
        return None
    else:
        begins = max(on, running.from_day)
    return Period(begins, year_after(begins))


# --- the year --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlannedTouch:
    """A contact and its window: it counts from `opens_on`, is due on `due_on`, is missed after `latest_on`."""

    touch: Touch
    opens_on: date
    due_on: date
    latest_on: date


def year_after(day: date) -> date:
    """The same day a year later; the first of March after a 29th of February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def year_before(day: date) -> date:
    """The same day a year earlier; the first of March before a 29th of February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 3, 1)


def turn_of(rank: int) -> int:
    """How far the n-th client's wheel is turned, in thousandths of a full turn: any run of clients spreads evenly.

    Multiples of the golden ratio, which fill a circle more evenly than those of any other number (Knuth, The Art of Computer
    Programming 3, 6.4, theorem S).
    """
    return rank * 618_034 % 1_000_000 * FULL_TURN // 1_000_000


def turn_after_talking(model: ModelSpec) -> int:
    """The turn for a client with whom a plan was just agreed: the first contact is due half an interval from now."""
    return FULL_TURN // (2 * max(model.contacts_a_year, 1))


def days_wished(days: Sequence[date], weekdays: Collection[int], contacts: int) -> Sequence[date]:
    """The days on weekdays that the client accepts, or all of them when those are too few for its contacts."""
    wished = [day for day in days if day.weekday() in weekdays]
    return wished if len(wished) >= max(contacts, 1) else days


def wheel(model: ModelSpec) -> tuple[Touch, ...]:
    """The contacts of a year in their order, the rarer ones evenly among the others."""
    places: dict[int, Touch] = {}
    _seat(model.touchpoints, range(model.contacts_a_year), places)
    return tuple(places[place] for place in range(model.contacts_a_year))


def _seat(specs: Iterable[TouchpointSpec], free: Sequence[int], places: dict[int, Touch]) -> list[int]:
    """Give each touchpoint its places among the free ones; returns those that are still free."""
    left = list(free)
    for spec in specs:
        mine = [left[place] for place in evenly(spec.times_a_year, len(left))]
        places |= dict.fromkeys(_seat(spec.nested, mine, places), spec.touch)
        left = [place for place in left if place not in mine]
    return left


def evenly(some: int, among: int) -> list[int]:
    """`some` places among so many, at distances that differ by one at most: 4 among 12 are 1, 4, 7 and 10."""
    return [(2 * place + 1) * among // (2 * some) for place in range(some)]


def year_of(model: ModelSpec, days: Sequence[date], *, turn: int = 0, after: Sequence[date] = ()) -> list[PlannedTouch]:
    """When the model's contacts are due in a year, in order.

    `days` are the working days of the year, in order; `after` those that follow it, into which the last windows reach.
    Windows never overlap: each opens after the one before it has closed. Raises ValueError when there are more contacts
    than days.
    """
    touches, size = wheel(model), len(days)
    if len(touches) > size:
        raise ValueError(f"{len(touches)} contacts do not fit in {size} days.")
    start = turn * size // FULL_TURN
    due = sorted(
        ((start + place * size // len(touches)) % size, touch.name, touch) for place, touch in enumerate(touches)
    )
    places = [place for place, _name, _touch in due]
    reach = (*days, *after)
    return [
        PlannedTouch(
            touch=touch,
            opens_on=reach[max(place - _half_window(places[index - 1], place, size), 0)],
            due_on=reach[place],
            latest_on=reach[min(place + _half_window(place, places[(index + 1) % len(places)], size), len(reach) - 1)],
        )
        for index, (place, _name, touch) in enumerate(due)
    ]


def _half_window(earlier: int, later: int, size: int) -> int:
    """Days on one side of a due day: half the way to its neighbour on the wheel, WINDOW at most."""
    between = (later - earlier) % size or size
    return min(WINDOW, (between - 1) // 2)
