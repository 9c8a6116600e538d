"""Give each contact of one part its start: inside a free span, inside the client's hours, near the client's best hour.

A contact never spans a break. The search is a depth-first one with a bound on its steps, so that the same contacts
always get the same starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cartera.agenda.rules import Span

STEPS = 120


class Visit(NamedTuple):
    """A contact to lay out: its minutes, the stretches it may lie in, the minute it would best start at."""

    minutes: int
    windows: tuple[Span, ...]
    best_minute: int | None = None
    worth: int = 0

    @property
    def room(self) -> int:
        """How many starts it has; the fewer, the sooner it should choose."""
        return sum(max(0, window.length - self.minutes + 1) for window in self.windows)


Starts = tuple[int, ...]


def cut(spans: Iterable[Span], taken: Span) -> tuple[Span, ...]:
    """What is left of `spans` once `taken` is out of them."""
    begin, end = taken
    left: list[Span] = []
    for span in spans:
        if span[1] <= begin or span[0] >= end:
            left.append(span)
            continue
        if span[0] < begin:
            left.append(Span(span[0], begin))
        if span[1] > end:
            left.append(Span(end, span[1]))
    return tuple(left)


def openings(visit: Visit, free: Iterable[Span]) -> list[tuple[int, int]]:
    """The stretches of `free`, as start and end, in which this visit could lie, in order."""
    minutes, windows = visit.minutes, visit.windows
    found: list[tuple[int, int]] = []
    for begin, end in free:
        if end - begin < minutes:
            continue
        for opens, closes in windows:
            low = begin if begin > opens else opens
            high = end if end < closes else closes
            if high - low >= minutes:
                found.append((low, high))
    return found


def first_start(visit: Visit, free: Iterable[Span]) -> int | None:
    """The earliest start of a visit in what is free, or None."""
    return next((begin for begin, _ in openings(visit, free)), None)


def nearest_start(visit: Visit, free: Iterable[Span]) -> int | None:
    """The start nearest to the visit's best minute, the earliest when it has none; None when it fits nowhere."""
    best = visit.best_minute
    if best is None:
        return first_start(visit, free)
    starts = (min(max(best, begin), end - visit.minutes) for begin, end in openings(visit, free))
    return min(starts, key=lambda start: (abs(start - best), start), default=None)


def lay_out(spans: tuple[Span, ...], visits: Sequence[Visit]) -> Starts | None:
    """Any starts that let all visits happen, or None when none were found."""
    in_wished_order = sorted(range(len(visits)), key=lambda index: (_wish(visits[index]), index))
    starts = _one_after_another(spans, visits, in_wished_order)
    return starts if starts is not None else _search(spans, visits)


def settle(
    spans: tuple[Span, ...], visits: Sequence[Visit], announced: Sequence[int | None], fallback: Starts
) -> Starts:
    """Starts that keep what was announced and come near the best hours, as far as all visits still fit.

    Wishes are granted from the most valuable visit down; when they leave no room for all, only half as many, and so on
    down to none. `fallback` are starts known to work.
    """
    kept: dict[int, int] = {index: start for index, start in enumerate(announced) if start is not None}
    nothing: dict[int, int] = {}
    wishing = [
        index for index, visit in enumerate(visits) if announced[index] is None and visit.best_minute is not None
    ]
    wishing.sort(key=lambda index: (-visits[index].worth, index))
    for keep in (kept, nothing) if kept else (nothing,):
        granted = len(wishing)
        while True:
            starts = _settle_around(spans, visits, keep, wishing[:granted])
            if starts is not None:
                return starts
            if granted == 0:
                break
            granted //= 2
    return fallback


def _settle_around(
    spans: tuple[Span, ...], visits: Sequence[Visit], fixed: Mapping[int, int], wishing: Sequence[int]
) -> Starts | None:
    starts = dict(fixed)
    free = spans
    for index, start in fixed.items():
        taken = Span(start, start + visits[index].minutes)
        if not any(begin <= start and taken.end <= end for begin, end in openings(visits[index], free)):
            return None
        free = cut(free, taken)
    for index in wishing:
        nearest = nearest_start(visits[index], free)
        if nearest is None:
            return None
        starts[index] = nearest
        free = cut(free, Span(nearest, nearest + visits[index].minutes))
    rest = [index for index in range(len(visits)) if index not in starts]
    others = lay_out(free, [visits[index] for index in rest])
    if others is None:
        return None
    starts.update(zip(rest, others, strict=True))
    return tuple(starts[index] for index in range(len(visits)))


def _wish(visit: Visit) -> int:
    if visit.best_minute is not None:
        return visit.best_minute
    return visit.windows[0].start if visit.windows else 0


def _one_after_another(spans: tuple[Span, ...], visits: Sequence[Visit], order: Iterable[int]) -> Starts | None:
    starts = [0] * len(visits)
    free = spans
    for index in order:
        start = first_start(visits[index], free)
        if start is None:
            return None
        starts[index] = start
        free = cut(free, Span(start, start + visits[index].minutes))
    return tuple(starts)


def _search(spans: tuple[Span, ...], visits: Sequence[Visit]) -> Starts | None:
    """Depth first: the visits with the fewest starts first, the tightest opening first, at either end of it.

    A branch is given up as soon as what is free in pieces too short for anything is more than may be wasted.
    """
    order = sorted(range(len(visits)), key=lambda index: (visits[index].room, -visits[index].minutes, index))
    shortest = [min(visits[index].minutes for index in order[depth:]) for depth in range(len(order))]
    may_waste = sum(span.length for span in spans) - sum(visit.minutes for visit in visits)
    starts = [0] * len(visits)
    steps = STEPS

    def place(depth: int, free: tuple[Span, ...]) -> bool:
        nonlocal steps
        if depth == len(order):
            return True
        if sum(end - begin for begin, end in free if end - begin < shortest[depth]) > may_waste:
            return False
        visit = visits[order[depth]]
        for start in _ends(visit, free):
            steps -= 1
            if steps < 0:
                return False
            starts[order[depth]] = start
            if place(depth + 1, cut(free, Span(start, start + visit.minutes))):
                return True
        return False

    return tuple(starts) if place(0, spans) else None


def _ends(visit: Visit, free: Iterable[Span]) -> list[int]:
    """The first and last starts of a visit in each of its openings, the tightest opening first."""
    tightest_first = sorted(openings(visit, free), key=lambda opening: (opening[1] - opening[0], opening[0]))
    return list(dict.fromkeys(start for begin, end in tightest_first for start in (begin, end - visit.minutes)))
