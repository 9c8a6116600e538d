"""An exact search over the columns that can still matter, by CP-SAT behind OR-Tools' linear interface.

`pywraplp` serves it in 21 MiB where `cp_model` costs 115. Its effort is limited in deterministic time, never in
seconds: the same book gives the same plan on any machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ortools.linear_solver import pywraplp

from cartera.agenda.solver.crowding import crowds
from cartera.agenda.solver.limits import client_rows, part_rows
from cartera.agenda.solver.problem import Problem
from cartera.agenda.solver.relaxation import whole


class Found(NamedTuple):
    """The columns that the search chose, and a bound on any choice among those it was given."""

    columns: list[int]
    bound: int | None


def search(
    problem: Problem, among: Sequence[int], hint: Sequence[int], *, deterministic_time: float, relative_gap: float
) -> Found:
    """The best choice found among some columns, starting from a hint; no columns when none was found."""
    solver = pywraplp.Solver.CreateSolver("SAT")
    variables = {index: solver.BoolVar("") for index in among}
    objective = solver.Objective()
    objective.SetMaximization()
    for index, variable in variables.items():
        objective.SetCoefficient(variable, float(problem.columns[index].gain))
    crowded = [crowd.row(problem, among) for crowd in crowds(problem, among)]
    rows = (*part_rows(problem, among), *crowded, *client_rows(problem, among))
    for row in rows:
        if not row.binds:
            continue
        constraint = solver.Constraint(-solver.infinity(), row.limit, "")
        for index, coefficient in row.takes.items():
            constraint.SetCoefficient(variables[index], coefficient)
    hinted = set(hint)
    solver.SetHint(list(variables.values()), [float(index in hinted) for index in variables])
    solver.SetSolverSpecificParametersAsString(
        f"num_workers:1 linearization_level:2 random_seed:1 "
        f"max_deterministic_time:{deterministic_time} relative_gap_limit:{relative_gap}"
    )
    status = solver.Solve()
    if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return Found([], None)
    chosen = [index for index, variable in variables.items() if variable.solution_value() > 0.5]
    return Found(chosen, whole(objective.BestBound()))
