"""Many people's plans, read and solved side by side, handed over in the order of the people. Imports the solver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import chain

from django.conf import settings

from cartera.agenda.book import desks
from cartera.agenda.planning import Solved, solved
from cartera.kernel.processes import answered
from cartera.team.models import Staff

WORTH = 50
"""For fewer people than this, a process more costs what it saves: it imports the solver first."""
PORTION = 8


def solved_together(people: Sequence[Staff], day: date) -> Iterator[Solved]:
    """Everybody's plan from a day on, by `CARTERA_PROCESSES` processes where there are people enough for them."""
    portions = [people[first : first + PORTION] for first in range(0, len(people), PORTION)]
    processes = min(settings.CARTERA_PROCESSES, len(people) // WORTH)
    return chain.from_iterable(answered(partial(_solved, day), portions, processes=processes))


def _solved(day: date, people: Sequence[Staff]) -> list[Solved]:
    return list(map(solved, desks(people, day)))
