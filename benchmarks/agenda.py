"""How near the agenda comes to the best possible plan, and what it costs, against taking the best gain per minute first.

Every book is solved once in this process; solver imports are not counted. The gap is to the better proven bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any

from benchmarks.books import Recipe, full_diaries, make_book, published_set
from benchmarks.lines import Line, Result
from cartera.agenda.solver import solve
from cartera.agenda.solver.problem import pose
from cartera.agenda.solver.rounding import greedy


@dataclass(frozen=True, slots=True)
class Measured:
    """One book: the plan's gap to its bound, CPU seconds, the gap of the greedy plan to the same bound."""

    gap: float
    seconds: float
    greedy_gap: float


def measure(recipe: Recipe) -> Measured:
    book = make_book(recipe)
    began = process_time()
    plan = solve(book)
    seconds = process_time() - began
    greedy_gap = 1 - greedy(pose(book)).value / plan.bound if plan.bound else 0.0
    return Measured(plan.gap, seconds, greedy_gap)


def told(**_options: Any) -> dict[str, Any]:
    how = (
        "Synthetic books, published in benchmarks/books.py: 10 to 400 clients with room for 60, 100 and 150 % of what there"
        " is to do, and full diaries with two to four times too much. The gap is what the plan may miss of the best value,"
        " by the better of two proven bounds; greedy takes the best gain per minute first."
    )
    return Result("The agenda", how, [*_lines("books", published_set(), 0.005, 0.95), *_full_lines()]).as_json()


def _full_lines() -> Iterator[Line]:
    return _lines("full diaries", full_diaries(), 0.007, 0.90)


def _lines(name: str, recipes: Iterable[Recipe], median_limit: float, share: float) -> Iterator[Line]:
    """The median gap, the gap that `share` of the books stay within, the worst gap, and CPU seconds, each with its limit."""
    measured = [measure(recipe) for recipe in recipes]
    gaps, seconds = (sorted(values) for values in zip(*((each.gap, each.seconds) for each in measured), strict=True))
    greedy_gap = median(each.greedy_gap for each in measured)
    within, many = gaps[int(share * (len(gaps) - 1))], f"{len(measured)} {name}"
    yield Line(f"gap, median of {many}", "%", 100 * median(gaps), "greedy", 100 * greedy_gap, 1)
    yield Line(f"gap, median of {many}", "%", 100 * median(gaps), "limit", 100 * median_limit, 1)
    yield Line(f"gap, {share:.0%} of {many} within", "%", 100 * within, "limit", 1, 1)
    yield Line(f"gap, worst of {many}", "%", 100 * gaps[-1], "limit", 3, 1)
    note = f"median {median(seconds):.2f} s"
    yield Line(f"time, 95 % of {many} within", "CPU s", seconds[int(0.95 * (len(seconds) - 1))], "limit", 1, 1, note)
    yield Line(f"time, longest of {many}", "CPU s", seconds[-1], "limit", 1, 1)
