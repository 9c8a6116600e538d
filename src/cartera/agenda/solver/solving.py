"""One person's plan: relax, round, search exactly what can still matter, polish; keep the better bound."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import ceil

from cartera.agenda.rules import MILLION, Book, Item, Place, Plan
from cartera.agenda.solver.diary import Diary
from cartera.agenda.solver.exact import Found, search
from cartera.agenda.solver.packing import pack_parts
from cartera.agenda.solver.polish import polish
from cartera.agenda.solver.problem import Problem, pose
from cartera.agenda.solver.relaxation import Relaxation, relax
from cartera.agenda.solver.rounding import fill, round_off
from cartera.agenda.solver.telling import tell


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try. None of it is wall time: the same book gets the same plan on any machine.

    `good_enough` is the gap, in parts per million, at which a plan is good enough, `far` that at which it needs the one
    search over all parts, `exact_gap` that of an exact search. Up to `provable_columns` that search takes in everything
    and gives a bound; over them it looks at `columns_beside` more than there are contacts, then at a stretch of parts at
    a time and `columns_a_stretch`. Both times are deterministic, as CP-SAT counts them. `exact_work` over the columns
    that matter is the number of stretches, when that is more than one sweep. `packing_work` is how many times a client
    may be packed into a part for the bound; `passes` and `columns_a_pass` limit the local search.
    """

    good_enough: int = 3_000
    exact_gap: int = 1_000
    far: int = 8_000
    columns_beside: int = 50
    provable_columns: int = 700
    deterministic_time: float = 0.1
    exact_work: int = 15_000
    columns_a_stretch: int = 200
    stretch_time: float = 0.025
    packing_work: int = 40_000
    passes: int = 2
    columns_a_pass: int = 1_000


LENGTHS = (6, 8, 10)
STRIDE = 4
USUAL_EFFORT = Effort()


def solve(book: Book, *, start: Plan | None = None, effort: Effort = USUAL_EFFORT) -> Plan:
    """The plan of a book. With a `start`, a plan worth no less than what of the start is still possible.

    Raises ArithmeticError if the linear solver fails.
    """
    problem = pose(book)
    relaxation = relax(problem)
    announced = starts_of(problem, start)
    attempt = _Attempt(problem, relaxation, effort)
    attempt.offer(round_off(problem, relaxation))
    if start is not None:
        attempt.offer(_restored(problem, announced, relaxation))
    attempt.improve()
    return tell(
        attempt.best,
        bound=attempt.bound,
        linear_bound=relaxation.linear_bound,
        minute_prices=relaxation.minute_prices,
        announced=announced,
    )


def starts_of(problem: Problem, plan: Plan | None) -> dict[int, int]:
    """The columns where an earlier plan put a client, with the starts it gave; those with the very same reasons first."""
    if plan is None:
        return {}
    day_of = {day: index for index, day in enumerate(problem.book.days)}
    known: dict[tuple[str, Place], Item] = {}
    for item in plan.items:
        day = day_of.get(plan.days[item.place.day])
        if day is not None and not item.pinned:
            known[item.client, item.place._replace(day=day)] = item
    same: dict[int, int] = {}
    similar: dict[int, int] = {}
    for index, column in enumerate(problem.columns):
        was = known.get((column.candidate.client.id, column.place))
        if was is not None and was.start is not None:
            keeps_all = {reason.key for reason in was.reasons} == {reason.key for reason in column.candidate.reasons}
            (same if keeps_all else similar)[index] = was.start
    return same | similar


def _restored(problem: Problem, starts: Mapping[int, int], relaxation: Relaxation) -> Diary:
    diary = Diary(problem)
    for index, start in starts.items():
        diary.take(index, start)
    return fill(diary, relaxation.ranked(range(len(problem.columns))))


class _Attempt:
    """The best plan and the best bound so far."""

    def __init__(self, problem: Problem, relaxation: Relaxation, effort: Effort) -> None:
        self.problem = problem
        self.relaxation = relaxation
        self.effort = effort
        self.best = Diary(problem)
        self.bound = relaxation.bound
        reduced_costs = enumerate(relaxation.reduced_costs)
        self._rank({index: relaxation.bound + min(0.0, cost) + 1.0 for index, cost in reduced_costs})

    def offer(self, diary: Diary) -> None:
        if diary.value > self.best.value:
            self.best = diary

    @property
    def good_enough(self) -> bool:
        return self.gap <= self.effort.good_enough

    @property
    def gap(self) -> int:
        """In parts per million, rounded up."""
        return -((self.best.value - self.bound) * MILLION // self.bound) if self.bound else 0

    def improve(self) -> None:
        """Polish, bound, search exactly, polish, until the plan is good enough."""
        self._polish()
        self._tighten()
        if len(self.promising()) <= self.effort.provable_columns:
            self._search_everywhere()
        else:
            self._search_the_best()
            self._search_stretch_by_stretch()
        self._polish()

    def promising(self) -> list[int]:
        """The columns that a plan better than the best could use, those that could bring the most first."""
        kept = bisect_left(self.ranking, -float(self.best.value), key=lambda index: -self.potential[index])
        return self.ranking[:kept]

    def _rank(self, potential: Mapping[int, float]) -> None:
        """Take in the most that any plan with each column can be worth."""
        self.potential = potential
        self.ranking = sorted(potential, key=lambda index: (-potential[index], index))

    def _polish(self) -> None:
        if not self.good_enough:
            self.offer(polish(self.best.copy(), self.promising()[: self.effort.columns_a_pass], self.effort.passes))

    def _tighten(self) -> None:
        if self.good_enough:
            return
        among = sorted(self.promising())
        packed = pack_parts(self.problem, self.relaxation, among, floor=self.best.value, work=self.effort.packing_work)
        self.bound = min(self.bound, max(self.best.value, packed.bound))
        self._rank({index: min(self.potential[index], most) for index, most in packed.potential.items()})

    def _search_everywhere(self) -> None:
        """One exact search over all that a better plan could use: its bound counts too."""
        if self.good_enough:
            return
        floor = self.best.value
        everywhere = range(len(self.problem.rooms))
        found, refused = self._search(everywhere, self.effort.provable_columns, self.effort.deterministic_time)
        if found.bound is not None:
            self.bound = min(self.bound, max(floor, found.bound))
        if refused:
            self._search(everywhere, self.effort.provable_columns, self.effort.deterministic_time, without=refused)

    def _search_the_best(self) -> None:
        """One exact search over the best columns of all parts, when the plan is still far from the bound."""
        if self.gap > self.effort.far:
            columns = len(self.problem.candidates) + self.effort.columns_beside
            self._search(range(len(self.problem.rooms)), columns, self.effort.deterministic_time)

    def _search_stretch_by_stretch(self) -> None:
        """Exact searches over a few neighbouring parts at a time, while the others stay as they are.

        The smaller the book, the more of them: a second and third sweep take longer stretches.
        """
        rooms = len(self.problem.rooms)
        affordable = max(ceil(rooms / STRIDE), self.effort.exact_work // max(1, len(self.promising())))
        for first, length in islice(_stretches(rooms), affordable):
            if self.good_enough:
                return
            if first == 0 and length > LENGTHS[0]:
                self._polish()
            stretch = {(first + beside) % rooms for beside in range(length)}
            self._search(stretch, self.effort.columns_a_stretch, self.effort.stretch_time)

    def _search(
        self, rooms: Collection[int], most_columns: int, time: float, without: frozenset[int] = frozenset()
    ) -> tuple[Found, frozenset[int]]:
        """Search some parts exactly and keep what is better; also return what could not be laid out."""
        diary = self.best.copy()
        hint = [index for index in diary.columns if self.problem.columns[index].room in rooms]
        for index in hint:
            diary.drop(index)
        open_here = (index for index in self.promising() if self._stands_in(rooms, index) and diary.is_open(index))
        among = sorted({*islice(open_here, most_columns), *hint} - without)
        gap = self.effort.exact_gap / MILLION
        found = search(self.problem, among, hint, deterministic_time=time, relative_gap=gap)
        by_gain = sorted(found.columns, key=lambda index: (-self.problem.columns[index].gain, index))
        refused = frozenset(index for index in by_gain if not diary.take(index))
        self.offer(fill(diary, self.relaxation.ranked(among)))
        return found, refused

    def _stands_in(self, rooms: Collection[int], index: int) -> bool:
        return self.problem.columns[index].room in rooms


def _stretches(rooms: int) -> Iterator[tuple[int, int]]:
    """The first part and the length of each stretch to search, sweep by sweep."""
    for length in LENGTHS:
        for first in range(0, rooms, STRIDE):
            yield first, length
