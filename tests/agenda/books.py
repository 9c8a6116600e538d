"""Small books for tests, the least that each of them needs to say, and a Hypothesis strategy for odd ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from cartera.agenda.rules import Book, Candidate, Client, Part, Pinned, Place, Reason, Span, gather

MORNING = Span(540, 720)
AFTERNOON = Span(840, 1020)
CHANNELS = ("call", "message", "visit")
ALL = frozenset(CHANNELS)


def reason(client, number=0, *, losses=(0, 0, 0, 1000), earliest=0, minutes=None, **more):
    return Reason(
        kind="promise",
        id=f"{client}-{number}",
        client=client,
        earliest_day=earliest,
        loss_by_day=tuple(losses),
        minutes_by_channel=minutes or {"call": 15},
        **more,
    )


def candidate(name, *reasons, **wishes) -> Candidate:
    client = Client(name, wishes.pop("channels", ALL), **wishes)
    return Candidate(client, reasons or (reason(name),))


def mornings(days=3, minutes=180) -> tuple[Part, ...]:
    return tuple(Part(day, "morning", (Span(540, 540 + minutes),)) for day in range(days))


def book(*candidates, parts=None, **more) -> Book:
    horizon = len(candidates[0].reasons[0].loss_by_day) - 1 if candidates else 3
    return Book(
        days=tuple(date(2026, 6, 15) + timedelta(days=day) for day in range(horizon)),
        parts=mornings(horizon) if parts is None else parts,
        candidates=tuple(candidates),
        **{"cost_of_minute": 1, **more},
    )


@st.composite
def reasons(draw, client: str, number: int, horizon: int) -> Reason:
    steps = draw(st.lists(st.integers(0, 4_000), min_size=horizon + 1, max_size=horizon + 1))
    steps[-1] += 500
    channels = draw(st.sets(st.sampled_from(CHANNELS), min_size=1))
    return Reason(
        kind=draw(st.sampled_from(("promise", "event"))),
        id=f"{client}-{number}",
        client=client,
        earliest_day=draw(st.sampled_from((0, 0, 0, 1, horizon))),
        loss_by_day=tuple(sum(steps[: day + 1]) for day in range(horizon + 1)),
        minutes_by_channel={channel: draw(st.sampled_from((5, 10, 15, 25, 40))) for channel in sorted(channels)},
        demand=draw(st.integers(0, 2)),
        renegotiable=draw(st.booleans()),
    )


@st.composite
def wishes(draw, name: str, horizon: int) -> Client:
    share = st.integers(300_000, 1_000_000)
    return Client(
        id=name,
        channels=frozenset(draw(st.sets(st.sampled_from(CHANNELS), min_size=draw(st.sampled_from((0, 2, 2, 3)))))),
        days=draw(st.none() | st.frozensets(st.integers(0, horizon - 1))),
        hours=draw(st.sampled_from(((), (Span(540, 600),), (Span(570, 900),), (Span(540, 580), Span(900, 1000))))),
        answers={(channel, part): draw(share) for channel in CHANNELS for part in ("morning", "afternoon")},
        best_minute=draw(st.none() | st.sampled_from((540, 615, 930))),
    )


@st.composite
def spans(draw, opens: Span) -> tuple[Span, ...]:
    edges = sorted(draw(st.sets(st.integers(opens.start // 5, opens.end // 5), min_size=2, max_size=4)))
    return tuple(Span(5 * start, 5 * end) for start, end in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def books(draw, max_clients=6, max_horizon=3, plain=False) -> Book:
    """Books of few clients. A plain one has one free span a part and no wished hours, so that minutes alone decide."""
    horizon = draw(st.integers(1, max_horizon))
    names = [f"c{number}" for number in range(draw(st.sampled_from((0, *range(max_clients // 2, max_clients + 1)))))]
    clients: Mapping[str, Client] = {name: draw(wishes(name, horizon)) for name in names}
    if plain:
        clients = {
            name: Client(name, client.channels, client.days, answers=client.answers) for name, client in clients.items()
        }
    given = [draw(reasons(name, number, horizon)) for name in names for number in range(draw(st.integers(1, 3)))]
    parts = []
    for day in range(horizon):
        for name, opens in (("morning", MORNING), ("afternoon", AFTERNOON)):
            free = (Span(opens.start, opens.start + 5 * draw(st.integers(0, 14))),) if plain else draw(spans(opens))
            reserve = draw(st.sampled_from((0, 0, 5, 20)))
            parts.append(Part(day, name, free, max(0, sum(span.length for span in free) - reserve)))
    return Book(
        days=tuple(date(2026, 6, 15) + timedelta(days=day) for day in range(horizon)),
        parts=tuple(parts),
        candidates=gather(given, clients),
        cost_of_minute=draw(st.integers(0, 20)),
        spacing_days=draw(st.integers(1, 3)),
        max_face_to_face=draw(st.integers(0, 2)),
        moved_penalty=draw(st.integers(0, 50)),
    )


@st.composite
def books_with_pins(draw) -> Book:
    """Books in which the person started or fixed a contact or two."""
    plain = draw(books())
    pinned = []
    for chosen in plain.candidates[: draw(st.integers(0, 2))]:
        part = draw(st.sampled_from(plain.parts))
        place = Place(part.day, part.name, draw(st.sampled_from(CHANNELS)))
        start = draw(st.none() | st.sampled_from([span.start for span in part.spans] or [None]))
        pinned.append(Pinned(chosen.client, place, draw(st.sampled_from((10, 30))), chosen.reasons[:1], start))
    return Book(
        **{name: getattr(plain, name) for name in plain.__dataclass_fields__ if name != "pinned"}, pinned=tuple(pinned)
    )


def chunky(seed: int) -> Book:
    """A book whose contacts fill its short parts badly, and whose channels trade minutes for answers: hard to round."""
    chance = Random(seed)
    contacts = []
    for number in range(14):
        name, stake = f"c{number:02}", chance.randint(500, 3_000)
        losses = (0, stake // chance.randint(2, 9), stake)
        given = [
            reason(name, 0, losses=losses, minutes={"call": chance.randint(13, 41), "message": chance.randint(5, 12)})
        ]
        if number % 3 == 0:
            given.append(reason(name, 1, losses=(0, 0, stake), minutes={"visit": chance.randint(31, 55)}, demand=2))
        client = Client(name, ALL, answers={("message", "morning"): 350_000, ("message", "afternoon"): 450_000})
        contacts.extend(gather(given, {name: client}))
    parts = [
        Part(day, name, (Span(540, 540 + chance.randint(50, 90)),))
        for day in (0, 1)
        for name in ("morning", "afternoon")
    ]
    return book(*contacts, parts=tuple(parts), spacing_days=1, max_face_to_face=1)
