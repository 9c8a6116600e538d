"""The optimisation behind the agenda: linear relaxation, rounding, an exact search on what is left, local search.

Only workers and commands import this package, for it imports OR-Tools.
"""

from cartera.agenda.solver.replanning import Replanned, replan
from cartera.agenda.solver.solving import Effort, solve

__all__ = ["Effort", "Replanned", "replan", "solve"]
