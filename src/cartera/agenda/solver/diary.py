"""A plan in the making: columns taken, what is left of each part, and starts for all of it at any moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from cartera.agenda.rules import Span
from cartera.agenda.solver.layout import Starts, cut, first_start, lay_out
from cartera.agenda.solver.problem import Problem


class Page(NamedTuple):
    """One part of the diary: the columns taken in it, their starts, what is free between them.

    `refused` remembers, by the windows of a visit, from how many minutes on no layout was found beside these columns.
    """

    columns: tuple[int, ...]
    starts: Starts
    free: tuple[Span, ...]
    minutes_left: int
    face_to_face_left: int
    refused: dict[tuple[Span, ...], int]


class Diary:
    """Columns that together break no limit. It refuses what would, and always knows a start for each."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.pages = [Page((), (), room.spans, room.minutes, room.face_to_face, {}) for room in problem.rooms]
        self.taken: dict[int, int] = {}
        self.value = 0
        self._days: dict[int, list[int]] = defaultdict(list)

    @property
    def columns(self) -> list[int]:
        return [column for page in self.pages for column in page.columns]

    def start_of(self, index: int) -> int:
        page = self.pages[self.problem.columns[index].room]
        return page.starts[page.columns.index(index)]

    def copy(self) -> Diary:
        twin = Diary(self.problem)
        twin.pages = list(self.pages)
        twin.taken = dict(self.taken)
        twin.value = self.value
        twin._days = defaultdict(list, {client: list(days) for client, days in self._days.items()})
        return twin

    def take(self, index: int, start: int | None = None) -> bool:
        """Take a column if no limit forbids it, at `start` when given; say whether it was taken."""
        if not (self.is_open(index) and self.has_room(index)):
            return False
        page = self._page_with(index, start)
        if page is None:
            return False
        column = self.problem.columns[index]
        self.pages[column.room] = page
        self.taken.update(dict.fromkeys(column.covers, index))
        self._days[column.client].append(column.place.day)
        self.value += column.gain
        return True

    def drop(self, index: int) -> None:
        """Give a column's place back."""
        column = self.problem.columns[index]
        page = self.pages[column.room]
        at = page.columns.index(index)
        columns = page.columns[:at] + page.columns[at + 1 :]
        starts = page.starts[:at] + page.starts[at + 1 :]
        self.pages[column.room] = self._page(column.room, columns, starts)
        for covered in column.covers:
            del self.taken[covered]
        self._days[column.client].remove(column.place.day)
        self.value -= column.gain

    def move_to(self, room: int, starts: Starts) -> None:
        """Give the contacts of a part other starts, which the caller has checked."""
        self.pages[room] = self._page(room, self.pages[room].columns, starts)

    def is_open(self, index: int) -> bool:
        """Whether none of its candidates is taken, and its client's other contacts are far enough."""
        column = self.problem.columns[index]
        if any(covered in self.taken for covered in column.covers):
            return False
        days = self._days.get(column.client)
        return not days or all(abs(column.place.day - day) >= self.problem.book.spacing_days for day in days)

    def has_room(self, index: int) -> bool:
        column = self.problem.columns[index]
        page = self.pages[column.room]
        return column.minutes <= page.minutes_left and column.face_to_face <= page.face_to_face_left

    def _page_with(self, index: int, start: int | None) -> Page | None:
        column = self.problem.columns[index]
        page = self.pages[column.room]
        columns = (*page.columns, index)
        if start is None:
            start = first_start(column.visit, page.free)
        elif not _lies_in(page.free, Span(start, start + column.minutes)):
            start = None
        if start is not None:
            return Page(
                columns,
                (*page.starts, start),
                cut(page.free, Span(start, start + column.minutes)),
                page.minutes_left - column.minutes,
                page.face_to_face_left - column.face_to_face,
                {},
            )
        if column.minutes >= page.refused.get(column.visit.windows, column.minutes + 1):
            return None
        starts = lay_out(self.problem.rooms[column.room].spans, [self.problem.columns[i].visit for i in columns])
        if starts is None:
            page.refused[column.visit.windows] = column.minutes
            return None
        return self._page(column.room, columns, starts)

    def _page(self, room: int, columns: tuple[int, ...], starts: Starts) -> Page:
        chosen = [self.problem.columns[index] for index in columns]
        free = self.problem.rooms[room].spans
        for column, start in zip(chosen, starts, strict=True):
            free = cut(free, Span(start, start + column.minutes))
        return Page(
            columns,
            starts,
            free,
            self.problem.rooms[room].minutes - sum(column.minutes for column in chosen),
            self.problem.rooms[room].face_to_face - sum(column.face_to_face for column in chosen),
            {},
        )


def _lies_in(free: Iterable[Span], span: Span) -> bool:
    return any(opening.start <= span.start and span.end <= opening.end for opening in free)
