"""From shares of contacts to whole ones: the certain, the likely, then what pays best for its minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cartera.agenda.solver.diary import Diary
from cartera.agenda.solver.problem import Problem
from cartera.agenda.solver.relaxation import Relaxation


def round_off(problem: Problem, relaxation: Relaxation) -> Diary:
    """A plan near the relaxation: its columns in some order, then filled by worth; the best of three orders.

    The surest first is best as a rule. What is dear and in pieces loses its room to the sure ones, so the dearest first,
    and what pays best after its minutes first, are tried too.
    """
    by_worth = relaxation.ranked(range(len(problem.columns)))
    shares = {index: round(share, 6) for index, share in enumerate(relaxation.shares) if share > 1e-6}
    surest = sorted(shares, key=lambda index: (-shares[index], -relaxation.worth[index], index))
    dearest = sorted(shares, key=lambda index: (-shares[index] * problem.columns[index].gain, index))
    orders = ([*surest, *by_worth], [*dearest, *by_worth], by_worth)
    return max((fill(Diary(problem), order) for order in orders), key=lambda diary: diary.value)


def fill(diary: Diary, ranking: Iterable[int]) -> Diary:
    """Take every column that still fits, in this order."""
    for index in ranking:
        diary.take(index)
    return diary


def greedy(problem: Problem) -> Diary:
    """What a careful person would do without prices: the best gain per minute first. The yardstick of the benchmark."""

    def by_gain_per_minute(index: int) -> tuple[float, int]:
        return -problem.columns[index].gain / problem.columns[index].minutes, index

    ranking: Sequence[int] = sorted(range(len(problem.columns)), key=by_gain_per_minute)
    return fill(Diary(problem), ranking)
