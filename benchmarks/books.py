"""The published synthetic set of the agenda: seeded books of 10 to 400 clients that look like an adviser's fortnight.

Money is in cents of a dollar. A book is a pure function of its `Recipe`; nothing else is random. Reasons follow the table of
docs/adr/0003-the-agenda-model.md: promises that cost steeply once they are due, maturities, run-downs, next steps of
opportunities, cases to answer, birthdays. About one client in six has a second contact that cannot be made yet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from cartera.agenda.rules import Book, Candidate, Channel, Client, Part, Reason, Span, gather

HORIZON = 10
FIRST_DAY = date(2026, 6, 15)
SIZES = (10, 15, 25, 40, 60, 90, 130, 180, 250, 320, 400)
ROOMINESS = (0.6, 1.0, 1.5)
FULL_SIZES = (150, 200, 250, 300, 350, 400)
CROWDING = (2.0, 2.5, 3.0, 4.0)
USUAL_PART = 200


@dataclass(frozen=True, slots=True)
class Recipe:
    """A book to make: how many clients, and the capacity as a share of the minutes that they ask for."""

    clients: int
    roominess: float
    seed: int
    open_parts: int | None = None

    @property
    def name(self) -> str:
        return f"{self.clients} clients, {self.roominess:.0%}, seed {self.seed}"


def published_set(seeds: int = 9) -> Iterator[Recipe]:
    """Books of every size and roominess; nine seeds make the 297 books of the published figures."""
    for seed in range(seeds):
        for clients in SIZES:
            for roominess in ROOMINESS:
                yield Recipe(clients, roominess, seed)


def full_diaries(seeds: int = 4) -> Iterator[Recipe]:
    """Books with all twenty parts open and two to four times too much to do; four seeds make the 96 published."""
    for seed in range(seeds):
        for clients in FULL_SIZES:
            for crowding in CROWDING:
                yield Recipe(clients, 1 / crowding, seed, open_parts=2 * HORIZON)


def make_book(recipe: Recipe) -> Book:
    """The book of a recipe."""
    chance = Random(f"{recipe.clients}/{recipe.roominess}/{recipe.seed}/{recipe.open_parts}")
    clients = {client.id: client for client in (_client(chance, number) for number in range(recipe.clients))}
    reasons = [reason for client in clients.values() for reason in _reasons(chance, client)]
    candidates = gather(reasons, clients)
    return Book(
        days=tuple(_working_days()),
        parts=_parts(chance, recipe, _asked_for(candidates)),
        candidates=candidates,
        cost_of_minute=chance.randint(15, 40),
        moved_penalty=100,
    )


def _working_days() -> Iterator[date]:
    day = FIRST_DAY
    for _ in range(HORIZON):
        yield day
        day += timedelta(days=3 if day.weekday() == 4 else 1)


def _client(chance: Random, number: int) -> Client:
    consent = {"call": 0.85, "message": 0.7, "mail": 0.6, "video": 0.4, "visit": 0.5}
    channels = frozenset(channel for channel, share in consent.items() if chance.random() < share) or frozenset(
        {"call"}
    )
    mood = chance.betavariate(5, 3)
    answers = {
        (channel, part): round(1_000_000 * min(0.97, max(0.1, chance.gauss(mood, 0.12))))
        for channel in consent
        for part in ("morning", "afternoon")
    }
    return Client(
        id=f"c{number:03}",
        channels=channels,
        days=frozenset(chance.sample(range(HORIZON), chance.randint(3, 7))) if chance.random() < 0.15 else None,
        hours=(chance.choice(_HOURS),) if chance.random() < 0.2 else (),
        answers=answers,
        best_minute=60 * chance.randint(8, 17) if chance.random() < 0.6 else None,
    )


_HOURS = (Span(480, 720), Span(540, 690), Span(600, 780), Span(840, 1020), Span(960, 1140), Span(600, 1080))


def _reasons(chance: Random, client: Client) -> list[Reason]:
    margin = chance.lognormvariate(math.log(30_000), 1.3)
    kinds = chance.choices(_KINDS, _FREQUENCIES, k=chance.choice((1, 1, 1, 1, 2, 2, 3)))
    reasons = [make(chance, client, number, margin, 0) for number, make in enumerate(kinds)]
    if chance.random() < 0.17:
        later = chance.choice(_KINDS)
        reasons.append(later(chance, client, len(reasons), margin, chance.randint(2, HORIZON - 2)))
    return reasons


def _touchpoint(chance: Random, client: Client, number: int, margin: float, earliest: int) -> Reason:
    stake = margin * chance.uniform(0.02, 0.08)
    due = chance.randint(earliest, HORIZON + 4)
    minutes = {"call": 15, "message": 8, "video": 20, "visit": 40}
    return _reason("touchpoint", client, number, earliest, minutes, _step(stake, due, 0.2), renegotiable=True)


def _review(chance: Random, client: Client, number: int, margin: float, earliest: int) -> Reason:
    stake = margin * chance.uniform(0.05, 0.2)
    due = chance.randint(earliest, HORIZON + 8)
    minutes = {"video": 45, "visit": 60}
    return _reason("review", client, number, earliest, minutes, _step(stake, due, 0.3), demand=2, renegotiable=True)


def _maturity(chance: Random, client: Client, number: int, margin: float, earliest: int) -> Reason:
    stake = chance.lognormvariate(math.log(60_000), 1.1) * chance.uniform(0.1, 0.4)
    matures = chance.uniform(earliest, HORIZON + 2)
    minutes = {"call": 20, "message": 12, "mail": 15, "video": 25, "visit": 45}
    return _reason(
        "maturity", client, number, earliest, minutes, lambda day: stake / (1 + math.exp(1.5 * (matures - day)))
    )


def _run_down(chance: Random, client: Client, number: int, margin: float, earliest: int) -> Reason:
    stake, pace = margin * chance.uniform(0.1, 0.4), chance.uniform(0.03, 0.15)
    minutes = {"call": 20, "video": 25, "visit": 45}
    return _reason("run_down", client, number, earliest, minutes, lambda day: stake * (1 - math.exp(-pace * day)))


def _opportunity(chance: Random, client: Client, number: int, margin: float, earliest: int) -> Reason:
    stake = chance.lognormvariate(math.log(40_000), 1.2) * chance.uniform(0.05, 0.25)
    minutes = {"call": 25, "mail": 20, "video": 35, "visit": 50}
    return _reason("opportunity", client, number, earliest, minutes, lambda day: stake * min(1.0, day / 14), demand=1)


def _case(chance: Random, client: Client, number: int, margin: float, earliest: int) -> Reason:
    stake = margin * chance.uniform(0.02, 0.1) + chance.choice((0, 1_500, 5_000))
    due = chance.randint(earliest, min(earliest + 4, HORIZON))
    minutes = {"call": 10, "message": 6, "mail": 8}
    return _reason("case", client, number, earliest, minutes, _step(stake, due, 0.1), renegotiable=True)


def _birthday(chance: Random, client: Client, number: int, margin: float, earliest: int) -> Reason:
    stake = margin * 0.005 + 100
    minutes = {"call": 5, "message": 3, "mail": 3, "video": 10, "visit": 20}
    return _reason("birthday", client, number, earliest, minutes, lambda day: stake * (day > earliest))


_KINDS: tuple[Callable[[Random, Client, int, float, int], Reason], ...] = (
    _touchpoint,
    _review,
    _maturity,
    _run_down,
    _opportunity,
    _case,
    _birthday,
)
_FREQUENCIES = (40, 8, 12, 8, 12, 14, 6)


def _step(stake: float, due: int, before: float) -> Callable[[int], float]:
    """A loss that creeps up to `before` of the stake while it is not due, and is nearly all there once it is late."""

    def loss(day: int) -> float:
        if day <= due:
            return stake * before * day / max(1, due)
        return stake * min(1.0, 0.8 + 0.1 * (day - due))

    return loss


def _reason(
    kind: str,
    client: Client,
    number: int,
    earliest: int,
    minutes: dict[Channel, int],
    loss: Callable[[int], float],
    *,
    demand: int = 0,
    renegotiable: bool = False,
) -> Reason:
    losses = tuple(round(loss(day)) for day in range(HORIZON))
    never = round(max(loss(HORIZON + 5), losses[-1]))
    return Reason(
        kind=kind,
        id=f"{client.id}-{number}",
        client=client.id,
        earliest_day=earliest,
        loss_by_day=(*losses, never),
        minutes_by_channel=minutes,
        demand=demand,
        renegotiable=renegotiable,
    )


def _asked_for(candidates: tuple[Candidate, ...]) -> int:
    """The minutes that all contacts would take, each in its shortest channel."""
    return sum(min(map(candidate.minutes, candidate.channels)) for candidate in candidates if candidate.channels)


def _parts(chance: Random, recipe: Recipe, asked_for: int) -> tuple[Part, ...]:
    """Open parts that together have the capacity wanted, each broken by up to two appointments or breaks."""
    capacity = round(asked_for * recipe.roominess)
    how_many = recipe.open_parts or min(2 * HORIZON, max(1, round(capacity / USUAL_PART)))
    opened = sorted(chance.sample(range(2 * HORIZON), how_many))
    weights = [chance.uniform(0.7, 1.3) for _ in opened]
    parts = []
    for index, weight in zip(opened, weights, strict=True):
        minutes = max(20, 5 * round(capacity * weight / sum(weights) / 5))
        day, afternoon = divmod(index, 2)
        name, begins = ("afternoon", 840) if afternoon else ("morning", 510)
        parts.append(Part(day, name, tuple(_spans(chance, begins, minutes))))
    return tuple(parts)


def _spans(chance: Random, begins: int, minutes: int) -> Iterator[Span]:
    pieces = min(chance.choice((1, 1, 2, 2, 3)), max(1, minutes // 60))
    cuts = sorted(5 * round(minutes * (piece + chance.uniform(-0.2, 0.2)) / pieces / 5) for piece in range(1, pieces))
    for start, end in zip([0, *cuts], [*cuts, minutes], strict=True):
        yield Span(begins + start, begins + end)
        begins += chance.choice((15, 30, 60))
