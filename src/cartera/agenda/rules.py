"""The words of the agenda: reasons to contact a client, the book of a person, and the plan made of it.

Money is integer minor units, time of day is minutes since midnight, a day is its index in the horizon, a share is
parts per million. What a contact is worth is only ever money: the expected loss that it avoids.
The model is written down in docs/adr/0003-the-agenda-model.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

MILLION = 1_000_000

Channel = str
ReasonKey = tuple[str, str]


class Span(NamedTuple):
    """A stretch of one day, in minutes since local midnight: the start belongs to it, the end does not."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start

    def shared_with(self, other: Span) -> Span:
        """What both have in common; its length is not positive when they do not meet."""
        return Span(max(self.start, other.start), min(self.end, other.end))


class Place(NamedTuple):
    """Where in the horizon a contact stands: the index of the day, the name of the part, the channel."""

    day: int
    part: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a client should be contacted, and what it is expected to lose if the contact waits.

    `loss_by_day[d]` is the expected loss, in minor units, when the contact is made on day d; the last entry is the
    loss when it is not made within the horizon at all. It never falls as days pass. `demand` ranks what the reason
    asks for (a face-to-face review above a call); among reasons of one contact the most demanding chooses the channel.
    """

    kind: str
    id: str
    client: str
    earliest_day: int
    loss_by_day: tuple[int, ...]
    minutes_by_channel: Mapping[Channel, int]
    text: str = ""
    demand: int = 0
    renegotiable: bool = False

    def __post_init__(self) -> None:
        if self.earliest_day < 0 or len(self.loss_by_day) < 2:
            raise ValueError(f"{self.key}: a reason needs a day in the horizon and a loss for each day of it")
        if self.loss_by_day[0] < 0 or any(later < sooner for sooner, later in pairwise(self.loss_by_day)):
            raise ValueError(f"{self.key}: a loss is not negative and never falls as days pass")
        if any(minutes <= 0 for minutes in self.minutes_by_channel.values()):
            raise ValueError(f"{self.key}: a contact takes at least a minute")

    @property
    def key(self) -> ReasonKey:
        return self.kind, self.id

    @property
    def stake(self) -> int:
        """What is lost when nobody makes the contact within the horizon."""
        return self.loss_by_day[-1]

    @property
    def weight(self) -> tuple[int, int, ReasonKey]:
        """Orders reasons from the least to the most demanding."""
        return self.demand, max(self.minutes_by_channel.values(), default=0), self.key


@dataclass(frozen=True, slots=True)
class Client:
    """How one client may be reached, and how well that has worked.

    `channels` are those that consent and wishes both allow. `days` are the allowed days of the horizon, all when
    None. `hours` are the allowed hours, any when empty. `answers` is the share of contacts that this client answers
    in a channel and part, already shrunk to its group; `usual_answers` stands in where there is none.
    """

    id: str
    channels: frozenset[Channel]
    days: frozenset[int] | None = None
    hours: tuple[Span, ...] = ()
    answers: Mapping[tuple[Channel, str], int] = field(default_factory=dict)
    usual_answers: int = MILLION
    best_minute: int | None = None

    def accepts(self, day: int) -> bool:
        return self.days is None or day in self.days

    def answers_in(self, channel: Channel, part: str) -> int:
        return self.answers.get((channel, part), self.usual_answers)

    def hours_within(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """The stretches of `spans` in which this client may be contacted."""
        if not self.hours:
            return tuple(spans)
        shared = (span.shared_with(hours) for span in spans for hours in self.hours)
        return tuple(sorted(span for span in shared if span.length > 0))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One contact with one client that carries all of its reasons, the most demanding first.

    It takes the minutes of its longest reason and `minutes_for_each_other` more for each of the rest.
    `losses` are those of its reasons together, by day.
    """

    client: Client
    reasons: tuple[Reason, ...]
    minutes_for_each_other: int = 3
    losses: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError(f"{self.client.id}: a contact needs a reason")
        if any(reason.client != self.client.id for reason in self.reasons):
            raise ValueError(f"{self.client.id}: a contact carries reasons of its own client")
        object.__setattr__(self, "reasons", tuple(sorted(self.reasons, key=lambda reason: reason.weight, reverse=True)))
        object.__setattr__(
            self, "losses", tuple(map(sum, zip(*(reason.loss_by_day for reason in self.reasons), strict=True)))
        )

    @property
    def earliest_day(self) -> int:
        return max(reason.earliest_day for reason in self.reasons)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What consent, wishes and the most demanding reason all admit."""
        return tuple(sorted(self.client.channels & self.reasons[0].minutes_by_channel.keys()))

    @property
    def stake(self) -> int:
        return self.losses[-1]

    def minutes(self, channel: Channel) -> int:
        longest = max(reason.minutes_by_channel.get(channel, 0) for reason in self.reasons)
        return longest + self.minutes_for_each_other * (len(self.reasons) - 1)

    def loss(self, day: int) -> int:
        """The expected loss when the client is reached on this day; past the horizon, when never."""
        return self.losses[min(day, len(self.losses) - 1)]

    def avoided(self, place: Place) -> int:
        """The expected loss that a contact at this place avoids, weighed by how often the client answers there."""
        share = self.client.answers_in(place.channel, place.part)
        return (self.losses[-1] - self.losses[place.day]) * share // MILLION

    def together_with(self, other: Candidate) -> Candidate:
        return replace(self, reasons=self.reasons + other.reasons)


def gather(
    reasons: Iterable[Reason], clients: Mapping[str, Client], *, minutes_for_each_other: int = 3
) -> tuple[Candidate, ...]:
    """Fold what can be said to a client from the same day on, in some channel of the most demanding reason.

    What shares no channel stands alone, so that a call due today does not wait for a room to meet in. The solver still
    joins such contacts where one carries the other.
    """
    groups: dict[tuple[str, int], list[list[Reason]]] = {}
    for reason in sorted(reasons, key=lambda reason: reason.weight, reverse=True):
        own = groups.setdefault((reason.client, reason.earliest_day), [])
        reachable = clients[reason.client].channels & reason.minutes_by_channel.keys()
        group = next((group for group in own if reachable & group[0].minutes_by_channel.keys()), None)
        if group is None:
            own.append([reason])
        else:
            group.append(reason)
    return tuple(
        Candidate(clients[client], tuple(group), minutes_for_each_other)
        for (client, _), own in sorted(groups.items())
        for group in own
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A morning or an afternoon: what is free of it, and how many of those minutes may be promised.

    `minutes` may be less than what is free, to keep room for what nobody can foresee; by default it is all of it.
    """

    day: int
    name: str
    spans: tuple[Span, ...]
    minutes: int = -1

    def __post_init__(self) -> None:
        if any(later.start < sooner.end for sooner, later in pairwise(self.spans)):
            raise ValueError(f"part {self.day} {self.name}: its free spans overlap or are out of order")
        free = sum(span.length for span in self.spans)
        if self.minutes > free:
            raise ValueError(f"part {self.day} {self.name}: more minutes than are free")
        if self.minutes < 0:
            object.__setattr__(self, "minutes", free)


@dataclass(frozen=True, slots=True)
class Pinned:
    """A contact that the person started, or fixed where it is. It has its place before anything is optimised."""

    client: Client
    place: Place
    minutes: int
    reasons: tuple[Reason, ...] = ()
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """All that a person could do in the horizon, and within which limits.

    `cost_of_minute` and `moved_penalty` are minor units; the penalty is taken once for each contact that is planned
    elsewhere than it was `announced`. Two contacts of a client are at least `spacing_days` apart.
    """

    days: tuple[date, ...]
    parts: tuple[Part, ...]
    candidates: tuple[Candidate, ...]
    cost_of_minute: int
    spacing_days: int = 3
    face_to_face: frozenset[Channel] = frozenset({"visit"})
    max_face_to_face: int = 2
    moved_penalty: int = 0
    pinned: tuple[Pinned, ...] = ()
    announced: Mapping[str, frozenset[Place]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.spacing_days < 1:
            raise ValueError("two contacts of a client are at least a day apart")
        if len({(part.day, part.name) for part in self.parts}) < len(self.parts):
            raise ValueError("a day has each part once")
        if any(not 0 <= part.day < len(self.days) for part in self.parts):
            raise ValueError("a part lies in the horizon")
        for candidate in self.candidates:
            if any(len(reason.loss_by_day) != len(self.days) + 1 for reason in candidate.reasons):
                raise ValueError(f"{candidate.client.id}: a loss for each day of the horizon, and one for never")


@dataclass(frozen=True, slots=True)
class Line:
    """Why a contact is in the plan, and why at this place. All figures are expected, in minor units."""

    cost_of_waiting: int
    deadline_day: int
    answers: int
    at_best_hour: bool
    price_of_its_minutes: int


@dataclass(frozen=True, slots=True)
class Item:
    """A planned contact. `avoided` and `left` together are all that its reasons had at stake."""

    client: str
    reasons: tuple[Reason, ...]
    place: Place
    start: int | None
    minutes: int
    avoided: int
    left: int
    value: int
    line: Line
    pinned: bool = False


class WhyNot(StrEnum):
    """Why a contact is not in the plan."""

    NO_ROOM = "no_room"
    NOT_WORTH_ITS_MINUTES = "not_worth_its_minutes"
    NO_WAY_TO_REACH = "no_way_to_reach"
    TOO_LATE_IN_THE_HORIZON = "too_late_in_the_horizon"


class RepairKind(StrEnum):
    """What can be done about a contact that is not in the plan."""

    ANOTHER_DAY = "another_day"
    RENEGOTIATE = "renegotiate"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Repair:
    """The best way to lose less, and how much less. A renegotiation without a place is for after the horizon."""

    kind: RepairKind
    saves: int = 0
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A contact that did not fit, and what leaving it undone is expected to cost."""

    client: str
    reasons: tuple[Reason, ...]
    minutes: int
    cost: int
    why: WhyNot
    repair: Repair


@dataclass(frozen=True, slots=True)
class Price:
    """What one more hour of this part would be worth, in minor units."""

    day: int
    part: str
    hour: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The contacts of a person in the horizon, how good they are and how good they could be at most.

    `value` is that of the contacts that could be chosen, less the penalties for moving; pinned ones are in neither
    `value` nor `bound`. No plan of this book is worth more than `bound`; `linear_bound` is the relaxation's own, from
    which the prices come.
    """

    days: tuple[date, ...]
    items: tuple[Item, ...]
    unplaced: tuple[Unplaced, ...]
    value: int
    bound: int
    linear_bound: int
    prices: tuple[Price, ...]

    @property
    def gap(self) -> float:
        """The share of the bound that this plan may be missing; 0 when there was nothing to gain."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0


class Standing(NamedTuple):
    """Where a contact stands for people: the date, the part, the channel, the start in minutes since midnight."""

    date: date
    part: str
    channel: Channel
    start: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a new plan did to one contact: `before` is None when it is new, `after` when it no longer fits."""

    client: str
    before: Standing | None
    after: Standing | None
