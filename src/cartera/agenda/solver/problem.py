"""A book turned into columns: every way to make every contact that is allowed, fits and pays.

Pinned contacts come first: their minutes, their reasons, their clients' days around them are taken before anything
can be chosen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cartera.agenda.rules import Book, Candidate, Part, Pinned, Place, ReasonKey, Span
from cartera.agenda.solver.layout import Visit, cut, nearest_start


class Room(NamedTuple):
    """What of a part is free to choose, once what is pinned is out of it."""

    part: Part
    spans: tuple[Span, ...]
    minutes: int
    face_to_face: int


class Option(NamedTuple):
    """A place that consent, wishes and hours admit for a contact, whether or not it pays."""

    room: int
    place: Place
    minutes: int
    visit: Visit
    face_to_face: bool
    gain: int


class Column(NamedTuple):
    """One contact at one place: it fulfils all the candidates that it `covers`."""

    candidate: Candidate
    covers: tuple[int, ...]
    client: int
    room: int
    place: Place
    minutes: int
    gain: int
    face_to_face: bool
    visit: Visit


@dataclass(frozen=True)
class Problem:
    """The columns to choose among, and what they are chosen from."""

    book: Book
    pinned: tuple[Pinned, ...]
    rooms: tuple[Room, ...]
    candidates: tuple[Candidate, ...]
    columns: tuple[Column, ...]


def pose(book: Book) -> Problem:
    """The problem of a book, in an order that depends on nothing but the book."""
    pinned, rooms = set_aside(book)
    candidates = _still_open(book)
    columns = tuple(_columns(book, rooms, candidates))
    return Problem(book, pinned, rooms, candidates, columns)


def set_aside(book: Book) -> tuple[tuple[Pinned, ...], tuple[Room, ...]]:
    """Pinned contacts, each with a start when one can be found, and what they leave of each part."""
    rooms = {(part.day, part.name): Room(part, part.spans, part.minutes, book.max_face_to_face) for part in book.parts}
    settled = []
    for pinned in sorted(book.pinned, key=lambda pinned: (pinned.start is None, pinned.place, pinned.client.id)):
        here = pinned.place.day, pinned.place.part
        if here in rooms:
            pinned, rooms[here] = _take_out(pinned, rooms[here], pinned.place.channel in book.face_to_face)
        settled.append(pinned)
    return tuple(settled), tuple(rooms[part.day, part.name] for part in book.parts)


def options(book: Book, rooms: Sequence[Room], candidate: Candidate, *, paying: bool = False) -> Iterator[Option]:
    """All that the client's consent, wishes and hours admit, or what of it pays, in the order of the book's parts."""
    too_near = [pin.place.day for pin in book.pinned if pin.client.id == candidate.client.id]
    announced = book.announced.get(candidate.client.id, frozenset())
    takes = [(channel, candidate.minutes(channel), channel in book.face_to_face) for channel in candidate.channels]
    shortest = min((minutes for _, minutes, _ in takes), default=0)
    for index, room in enumerate(rooms):
        day = room.part.day
        if day < candidate.earliest_day or room.minutes < shortest or not candidate.client.accepts(day):
            continue
        if any(abs(day - pinned_day) < book.spacing_days for pinned_day in too_near):
            continue
        windows = candidate.client.hours_within(room.spans)
        lengths = [window.length for window in windows] or [0]
        longest, narrowest = max(lengths), min(lengths)
        for channel, minutes, face_to_face in takes:
            if minutes > min(longest, room.minutes) or (face_to_face and room.face_to_face < 1):
                continue
            place = Place(day, room.part.name, channel)
            gain = candidate.avoided(place) - minutes * book.cost_of_minute
            if announced and place not in announced:
                gain -= book.moved_penalty
            if paying and gain <= 0:
                continue
            fitting = windows if minutes <= narrowest else tuple(each for each in windows if each.length >= minutes)
            visit = Visit(minutes, fitting, candidate.client.best_minute, gain)
            yield Option(index, place, minutes, visit, face_to_face, gain)


def _take_out(pinned: Pinned, room: Room, face_to_face: bool) -> tuple[Pinned, Room]:
    if pinned.start is None:
        visit = Visit(pinned.minutes, room.spans, pinned.client.best_minute)
        pinned = replace(pinned, start=nearest_start(visit, room.spans))
    spans = room.spans
    if pinned.start is not None:
        spans = cut(spans, Span(pinned.start, pinned.start + pinned.minutes))
    minutes = min(room.minutes - pinned.minutes, sum(span.length for span in spans))
    return pinned, Room(room.part, spans, max(0, minutes), room.face_to_face - face_to_face)


def _still_open(book: Book) -> tuple[Candidate, ...]:
    settled = {reason.key for pinned in book.pinned for reason in pinned.reasons}
    still_open = []
    for candidate in book.candidates:
        reasons = tuple(reason for reason in candidate.reasons if reason.key not in settled)
        if reasons:
            still_open.append(replace(candidate, reasons=reasons))
    return tuple(sorted(still_open, key=_order))


def _order(candidate: Candidate) -> tuple[str, int, tuple[int, int, ReasonKey]]:
    return candidate.client.id, candidate.earliest_day, candidate.reasons[0].weight


def _columns(book: Book, rooms: Sequence[Room], candidates: Sequence[Candidate]) -> Iterator[Column]:
    for client, own in enumerate(_by_client(candidates)):
        reachable = [index for index in own if candidates[index].channels]
        for covers in _runs(reachable):
            together = _joined([candidates[index] for index in covers])
            for option in _undominated(options(book, rooms, together, paying=True)):
                yield Column(
                    together,
                    covers,
                    client,
                    option.room,
                    option.place,
                    option.minutes,
                    option.gain,
                    option.face_to_face,
                    option.visit,
                )


def _by_client(candidates: Sequence[Candidate]) -> Iterable[list[int]]:
    clients: dict[str, list[int]] = defaultdict(list)
    for index, candidate in enumerate(candidates):
        clients[candidate.client.id].append(index)
    return clients.values()


def _runs(indices: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """A client's contacts one by one, and every run of neighbours that one contact could carry together."""
    for first in range(len(indices)):
        for last in range(first + 1, len(indices) + 1):
            yield tuple(indices[first:last])


def _joined(candidates: Sequence[Candidate]) -> Candidate:
    joined, *others = candidates
    for other in others:
        joined = joined.together_with(other)
    return joined


def _undominated(of_one_contact: Iterable[Option]) -> Iterator[Option]:
    """Drop a channel when another in the same part brings as much, takes no longer and is no scarcer."""
    by_room: dict[int, list[Option]] = defaultdict(list)
    for option in of_one_contact:
        by_room[option.room].append(option)
    for rivals in by_room.values():
        if len(rivals) == 1:
            yield rivals[0]
            continue
        kept: list[Option] = []
        for option in sorted(rivals, key=lambda option: (-option.gain, option.minutes, option.face_to_face)):
            if not any(
                better.minutes <= option.minutes and better.face_to_face <= option.face_to_face for better in kept
            ):
                kept.append(option)
        yield from kept
