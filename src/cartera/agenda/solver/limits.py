"""The limits of a problem as rows of a linear program: so much at most, and how much of it each column takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cartera.agenda.solver.problem import Problem


class Row(NamedTuple):
    """At most `limit` of what its columns take."""

    limit: float
    takes: dict[int, float]

    @property
    def binds(self) -> bool:
        return sum(self.takes.values()) > self.limit


def part_rows(problem: Problem, among: Sequence[int]) -> list[Row]:
    """The minutes of each part, in the order of the rooms, then the face-to-face contacts of each part."""
    minutes = [Row(float(room.minutes), {}) for room in problem.rooms]
    face_to_face = [Row(float(max(0, room.face_to_face)), {}) for room in problem.rooms]
    for index in among:
        column = problem.columns[index]
        minutes[column.room].takes[index] = float(column.minutes)
        if column.face_to_face:
            face_to_face[column.room].takes[index] = 1.0
    return minutes + face_to_face


def client_rows(problem: Problem, among: Sequence[int]) -> list[Row]:
    """Each contact at most once, and the contacts of one client so many days apart."""
    candidates: dict[int, dict[int, float]] = defaultdict(dict)
    clients: dict[int, list[int]] = defaultdict(list)
    for index in among:
        column = problem.columns[index]
        clients[column.client].append(index)
        for covered in column.covers:
            candidates[covered][index] = 1.0
    once = [Row(1.0, takes) for takes in candidates.values()]
    apart = [Row(1.0, takes) for own in clients.values() for takes in _windows(problem, own)]
    return once + apart


def _windows(problem: Problem, own: Sequence[int]) -> Iterator[dict[int, float]]:
    """Each stretch of `spacing_days` days of one client with several contacts.

    Windows are whole cliques: pairs of days would allow the same plans, and loosen the bound by 3 to 6 %.
    """
    if len({problem.columns[index].covers for index in own}) < 2:
        return
    stretch = problem.book.spacing_days
    for first in range(max(1, len(problem.book.days) - stretch + 1)):
        within = [index for index in own if first <= problem.columns[index].place.day < first + stretch]
        if len(within) > 1:
            yield dict.fromkeys(within, 1.0)
