"""The linear relaxation, by GLOP: the bound, the prices of minutes, and what each column is worth at those prices.

The bound is computed from the prices, not read from the solver: any non-negative prices give a valid one (Geoffrion,
1974, Lagrangean relaxation for integer programming), so that a tolerance of the solver never makes it false.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ortools.linear_solver import pywraplp

from cartera.agenda.solver.crowding import broken
from cartera.agenda.solver.limits import Row, client_rows, part_rows
from cartera.agenda.solver.problem import Problem

NOISE = 1e-9
LESSONS = 3


@dataclass(frozen=True)
class Relaxation:
    """What the relaxation knows: `shares` is how much of each column it takes, between 0 and 1.

    `linear_bound` and `minute_prices` ignore how contacts lie in a part; `bound` and the rest have learned it where the
    relaxation broke it. `worth` is a column's gain less the price of what it takes from its part; `reduced_costs` also
    charges the client.
    `priced_rows` are all limits but the minutes, with their prices.
    """

    linear_bound: int
    bound: int
    shares: tuple[float, ...]
    worth: tuple[float, ...]
    reduced_costs: tuple[float, ...]
    minute_prices: tuple[float, ...]
    priced_rows: tuple[Row, ...]
    row_prices: tuple[float, ...]

    def ranked(self, among: Iterable[int]) -> list[int]:
        """Columns from the one worth most after the price of its minutes to the one worth least."""
        return sorted(among, key=lambda index: (-self.worth[index], index))


def relax(problem: Problem) -> Relaxation:
    """Solve the relaxation. Raises ArithmeticError when GLOP fails, which a bounded feasible program never should."""
    if not problem.columns:
        return Relaxation(0, 0, (), (), (), (0.0,) * len(problem.rooms), (), ())
    every = range(len(problem.columns))
    parts, of_parts = len(problem.rooms), part_rows(problem, every)
    program = _Program([float(column.gain) for column in problem.columns], of_parts + client_rows(problem, every))
    program.solve()
    linear_bound, minute_prices = program.bound(), tuple(program.prices[:parts])
    of_layout: list[Row] = []
    for _ in range(LESSONS):
        lesson = broken(problem, program.shares)
        if not lesson:
            break
        of_layout += lesson
        program.learn(lesson)
    prices = program.prices
    last = len(prices) - len(of_layout)
    worth = list(program.gains)
    _charge(worth, [*of_parts, *of_layout], [*prices[: len(of_parts)], *prices[last:]])
    return Relaxation(
        linear_bound=linear_bound,
        bound=min(linear_bound, program.bound()),
        shares=tuple(program.shares),
        worth=tuple(worth),
        reduced_costs=tuple(program.reduced_costs()),
        minute_prices=minute_prices,
        priced_rows=tuple(program.rows[parts:]),
        row_prices=tuple(prices[parts:]),
    )


def whole(bound: float) -> int:
    """A bound on whole numbers, rounded down past the noise of floating point."""
    return max(0, math.floor(bound * (1 + NOISE) + NOISE))


class _Program:
    """A linear program that can be taught more rows and solved again from where it was."""

    def __init__(self, gains: list[float], rows: Sequence[Row]) -> None:
        self.gains, self.rows = gains, list(rows)
        self.shares: list[float] = []
        self.prices: list[float] = []
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.variables = [self.solver.NumVar(0.0, self.solver.infinity(), "") for _ in gains]
        objective = self.solver.Objective()
        objective.SetMaximization()
        for variable, gain in zip(self.variables, gains, strict=True):
            objective.SetCoefficient(variable, gain)
        self.constraints = [self._constraint(row) for row in rows]

    def learn(self, rows: Sequence[Row]) -> None:
        self.rows += rows
        self.constraints += [self._constraint(row) for row in rows]
        self.solve()

    def solve(self) -> None:
        if self.solver.Solve() != pywraplp.Solver.OPTIMAL:
            raise ArithmeticError("GLOP did not solve the relaxation of an agenda")
        self.shares = [variable.solution_value() for variable in self.variables]
        self.prices = [max(0.0, constraint.dual_value()) for constraint in self.constraints]

    def reduced_costs(self) -> list[float]:
        reduced = list(self.gains)
        _charge(reduced, self.rows, self.prices)
        return reduced

    def bound(self) -> int:
        priced = math.fsum(row.limit * price for row, price in zip(self.rows, self.prices, strict=True))
        return whole(priced + math.fsum(cost for cost in self.reduced_costs() if cost > 0))

    def _constraint(self, row: Row) -> pywraplp.Constraint:
        constraint = self.solver.Constraint(-self.solver.infinity(), row.limit, "")
        for index, take in row.takes.items():
            constraint.SetCoefficient(self.variables[index], take)
        return constraint


def _charge(worth: list[float], rows: Sequence[Row], prices: Sequence[float]) -> None:
    for (_, row), price in zip(rows, prices, strict=True):
        if price:
            for index, coefficient in row.items():
                worth[index] -= price * coefficient
