"""What the minutes of a part do not say: how contacts can lie in the stretches of it that they need.

Two clients who both want to be called at ten cannot both be, however free the rest of the morning is. Two free stretches
of forty minutes hold two contacts of half an hour, not two and a half. Such rows are valid for every plan that can be
laid out; the relaxation learns those that it breaks, an exact search gets all that concern it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cartera.agenda.rules import Span
from cartera.agenda.solver.limits import Row
from cartera.agenda.solver.problem import Problem

Windows = tuple[Span, ...]
MOST_COUNTED = 8


class Crowd(NamedTuple):
    """The contacts of a part that can only lie in some stretches of it: their minutes, or the number of long ones.

    `at_least` is how long they must be to count; None counts the minutes of all.
    """

    room: int
    stretches: Windows
    at_least: int | None

    @property
    def limit(self) -> int:
        if self.at_least is None:
            return sum(stretch.length for stretch in self.stretches)
        return sum(stretch.length // self.at_least for stretch in self.stretches)

    def row(self, problem: Problem, among: Iterable[int]) -> Row:
        takes = {}
        for index in among:
            column = problem.columns[index]
            if column.room != self.room or column.minutes < (self.at_least or 0):
                continue
            if _lie_in(column.visit.windows, self.stretches):
                takes[index] = 1.0 if self.at_least else float(column.minutes)
        return Row(float(self.limit), takes)


def crowds(problem: Problem, among: Sequence[int]) -> Iterator[Crowd]:
    """Every crowd that some of these columns form, whether or not it is too large."""
    minutes: dict[int, dict[Windows, set[int]]] = defaultdict(lambda: defaultdict(set))
    for index in among:
        column = problem.columns[index]
        minutes[column.room][column.visit.windows].add(column.minutes)
    for room, needs in minutes.items():
        for windows in needs:
            stretches = _merged(windows)
            if windows != problem.rooms[room].spans:
                yield Crowd(room, stretches, None)
            lengths = {length for inner, own in needs.items() if _lie_in(inner, stretches) for length in own}
            yield from _counted(room, stretches, lengths)


def broken(problem: Problem, shares: Sequence[float]) -> list[Row]:
    """The rows that a relaxation breaks, over all columns of the problem."""
    used = [index for index, share in enumerate(shares) if share > 1e-6]
    of_room: dict[int, list[int]] = defaultdict(list)
    used_in: dict[int, list[int]] = defaultdict(list)
    for index, column in enumerate(problem.columns):
        of_room[column.room].append(index)
    for index in used:
        used_in[problem.columns[index].room].append(index)
    rows = []
    for crowd in crowds(problem, used):
        row = crowd.row(problem, used_in[crowd.room])
        if sum(take * shares[index] for index, take in row.takes.items()) > row.limit * (1 + 1e-6):
            rows.append(crowd.row(problem, of_room[crowd.room]))
    return rows


def _counted(room: int, stretches: Windows, lengths: set[int]) -> Iterator[Crowd]:
    """For each number of contacts that may fit, the crowd of the shortest contacts that only so many fit of."""
    crowd_of: dict[int, Crowd] = {}
    for length in sorted(lengths, reverse=True):
        crowd = Crowd(room, stretches, length)
        if crowd.limit > MOST_COUNTED:
            break
        crowd_of[crowd.limit] = crowd
    yield from crowd_of.values()


def _lie_in(inner: Windows, outer: Windows) -> bool:
    return all(any(wide.start <= span.start and span.end <= wide.end for wide in outer) for span in inner)


def _merged(windows: Windows) -> Windows:
    """The windows without overlaps, which a client's wished hours may have."""
    merged: list[Span] = []
    for window in sorted(windows):
        if merged and window.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return tuple(merged)
