"""Local search: put in what was left out by moving or ejecting what is worth less, as long as the plan gains.

Only columns that a better plan could use are tried, and the number of passes is limited, so that effort does not
depend on the clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from cartera.agenda.solver.diary import Diary
from cartera.agenda.solver.problem import Problem


def polish(diary: Diary, among: Sequence[int], passes: int) -> Diary:
    """The diary after at most so many passes over `among`, best first; never worth less than before."""
    search = _Search(diary.problem, among)
    for _ in range(passes):
        before = diary.value
        for index in among:
            diary = search.improved_by(diary, index)
        if diary.value == before:
            break
    return diary


class _Search:
    def __init__(self, problem: Problem, among: Sequence[int]) -> None:
        self.columns = problem.columns
        self.losses: dict[int, dict[int, int]] = {}
        self.spacing = problem.book.spacing_days
        self.of_candidate: dict[int, list[int]] = defaultdict(list)
        self.of_room: dict[int, list[int]] = defaultdict(list)
        self.of_client: dict[int, set[int]] = defaultdict(set)
        for index in among:
            self.of_room[self.columns[index].room].append(index)
            for covered in self.columns[index].covers:
                self.of_candidate[covered].append(index)
        for own in self.of_candidate.values():
            own.sort(key=lambda index: (-self.columns[index].gain, index))
        for column in problem.columns:
            self.of_client[column.client].update(column.covers)

    def improved_by(self, diary: Diary, index: int) -> Diary:
        """The diary with this column in it, when some way to make room for it pays; else the diary as it is."""
        column = self.columns[index]
        if diary.taken.get(column.covers[0]) == index:
            return diary
        rivals = self._rivals(diary, index)
        surplus = column.gain - sum(self.columns[rival].gain for rival in rivals)
        for ejected in self._ways_to_make_room(diary, index, rivals, surplus):
            trial = diary.copy()
            for other in (*rivals, *ejected):
                trial.drop(other)
            if trial.take(index):
                self._put_back(trial, (*rivals, *ejected), column.room)
                if trial.value > diary.value:
                    self.losses.clear()
                    return trial
        return diary

    def _rivals(self, diary: Diary, index: int) -> list[int]:
        """What the same client has in the diary that cannot stay beside this column."""
        column = self.columns[index]
        rivals = {diary.taken[covered] for covered in column.covers if covered in diary.taken}
        own = {diary.taken[covered] for covered in self.of_client[column.client] if covered in diary.taken}
        rivals |= {other for other in own if abs(self.columns[other].place.day - column.place.day) < self.spacing}
        return sorted(rivals)

    def _ways_to_make_room(
        self, diary: Diary, index: int, rivals: Sequence[int], surplus: int
    ) -> Iterator[tuple[int, ...]]:
        """Sets of contacts whose going makes room and may pay, the cheapest to move first."""
        column = self.columns[index]
        page = diary.pages[column.room]
        leaving = [self.columns[rival] for rival in rivals if self.columns[rival].room == column.room]
        short = column.minutes - page.minutes_left - sum(other.minutes for other in leaving)
        crowded = column.face_to_face - page.face_to_face_left - sum(other.face_to_face for other in leaving)
        if short <= 0 and crowded <= 0:
            if surplus > 0:
                yield ()
            return
        loss = self._losses(diary, column.room)
        others = [other for other in page.columns if other not in rivals]
        alone = [
            other
            for other in others
            if self.columns[other].minutes >= short
            and self.columns[other].face_to_face >= crowded
            and loss[other] < surplus
        ]
        if alone:
            yield (min(alone, key=lambda other: (loss[other], other)),)
        yield from self._several(others, loss, short, crowded, surplus)

    def _several(
        self, others: Sequence[int], loss: dict[int, int], short: int, crowded: int, surplus: int
    ) -> Iterator[tuple[int, ...]]:
        chosen: list[int] = []
        for other in sorted(others, key=lambda other: (loss[other] / self.columns[other].minutes, other)):
            surplus -= loss[other]
            if surplus <= 0:
                return
            chosen.append(other)
            short -= self.columns[other].minutes
            crowded -= self.columns[other].face_to_face
            if short <= 0 and crowded <= 0:
                if len(chosen) > 1:
                    yield tuple(chosen)
                return

    def _losses(self, diary: Diary, room: int) -> dict[int, int]:
        """What the diary would lose by each contact of a part leaving it; remembered until the diary changes."""
        if room not in self.losses:
            self.losses[room] = {
                other: self.columns[other].gain - self._elsewhere(diary, other) for other in diary.pages[room].columns
            }
        return self.losses[room]

    def _elsewhere(self, diary: Diary, index: int) -> int:
        """What a contact would still bring in another part that has room for it."""
        column = self.columns[index]
        for other in self.of_candidate[column.covers[0]]:
            alternative = self.columns[other]
            if alternative.covers == column.covers and alternative.room != column.room and diary.has_room(other):
                return alternative.gain
        return 0

    def _put_back(self, diary: Diary, removed: Sequence[int], room: int) -> None:
        for index in removed:
            for covered in self.columns[index].covers:
                for other in self.of_candidate[covered]:
                    if diary.take(other):
                        break
        for other in self.of_room[room]:
            diary.take(other)
