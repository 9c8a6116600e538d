"""A tighter bound: give contacts their prices, and let each part pack its minutes exactly.

The relaxation may cut contacts into pieces to fill a part to the last minute; few long contacts in a short part make
its bound loose by several per cent. Here everything but the minutes is priced, so that each part is left with a
knapsack of its own, solved exactly by dynamic programming, with one way at most for each client. The sum over the
parts is a bound at any prices (Geoffrion, 1974); a subgradient search (Held, Wolfe and Crowder, 1974, with Polyak's
step) lowers it. The same tables say, for each column, how much a plan that uses it can be worth at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cartera.agenda.solver.problem import Problem
from cartera.agenda.solver.relaxation import Relaxation, whole

Floats = npt.NDArray[np.float64]
PATIENCE = 3


class Way(NamedTuple):
    """One column of a client in a part: where it stands in the arrays, and its minutes."""

    at: int
    minutes: int


@dataclass(frozen=True)
class Packed:
    """The bound, and by column the most that any plan with it can be worth."""

    bound: int
    potential: dict[int, float]


def pack_parts(problem: Problem, relaxation: Relaxation, among: Sequence[int], *, floor: int, work: int) -> Packed:
    """Bound every plan made of the columns `among`.

    `floor` is the value of a plan already known. `work` limits the search: how many times a client may be packed.
    """
    packer = _Packer(problem, relaxation, among)
    prices = packer.first_prices
    best, best_prices, step, stale = np.inf, prices, 1.0, 0
    for _ in range(max(1, work // max(1, packer.size))):
        bound, slack = packer.pack(prices)
        if bound < best:
            best, best_prices, stale = bound, prices, 0
        else:
            stale += 1
            if stale >= PATIENCE:
                step, stale = step / 2, 0
        slack[(prices <= 0) & (slack > 0)] = 0
        steepness = float(slack @ slack)
        if steepness == 0 or bound <= floor:
            break
        prices = np.maximum(0, prices - step * (bound - floor) / steepness * slack)
    potential = packer.potential(best_prices)
    return Packed(whole(float(best)), dict(zip(among, potential.tolist(), strict=True)))


class _Packer:
    def __init__(self, problem: Problem, relaxation: Relaxation, among: Sequence[int]) -> None:
        self.gains = np.array([problem.columns[index].gain for index in among], dtype=np.float64)
        self.limits = np.array([row.limit for row in relaxation.priced_rows], dtype=np.float64)
        self.first_prices: Floats = np.array(relaxation.row_prices, dtype=np.float64)
        position = {index: at for at, index in enumerate(among)}
        entries = [
            (position[index], number)
            for number, row in enumerate(relaxation.priced_rows)
            for index in row.takes
            if index in position
        ]
        self.entry_columns = np.array([at for at, _ in entries], dtype=np.intp)
        self.entry_rows = np.array([number for _, number in entries], dtype=np.intp)
        self.capacities = [room.minutes for room in problem.rooms]
        self.clients: list[list[list[Way]]] = _ways_by_client(problem, among)
        self.size = sum(len(clients) for clients in self.clients)

    def worths(self, prices: Floats) -> Floats:
        charged = np.bincount(self.entry_columns, weights=prices[self.entry_rows], minlength=len(self.gains))
        worths: Floats = self.gains - charged
        return worths

    def pack(self, prices: Floats) -> tuple[float, Floats]:
        """The bound at these prices, and what the packed columns leave of each priced row (negative: too much)."""
        worths = self.worths(prices)
        bound, worth_of = float(self.limits @ prices), worths.tolist()
        taken = np.zeros(len(self.gains))
        for capacity, clients in zip(self.capacities, self.clients, strict=True):
            tables = _tables(capacity, clients, worth_of)
            bound += float(tables[-1][capacity])
            for at in _packed(tables, clients, worth_of):
                taken[at] = 1
        used = np.bincount(self.entry_rows, weights=taken[self.entry_columns], minlength=len(self.limits))
        slack: Floats = self.limits - used
        return bound, slack

    def potential(self, prices: Floats) -> Floats:
        """By column, the bound of the plans that use it: its part is packed around it."""
        worths = self.worths(prices)
        worth_of = worths.tolist()
        potential = np.zeros(len(self.gains))
        packed = 0.0
        for capacity, clients in zip(self.capacities, self.clients, strict=True):
            before = _tables(capacity, clients, worth_of)
            after = _tables(capacity, clients[::-1], worth_of)[::-1]
            whole_part = before[-1][capacity]
            packed += float(whole_part)
            for number, ways in enumerate(clients):
                for at, minutes in ways:
                    rest = capacity - minutes
                    around = (before[number][: rest + 1] + after[number + 1][rest::-1]).max()
                    potential[at] = worths[at] + around - whole_part
        potential += float(self.limits @ prices) + packed
        return potential


def _ways_by_client(problem: Problem, among: Sequence[int]) -> list[list[list[Way]]]:
    """For each part, its clients; for each client, the ways to contact it there."""
    rooms: list[dict[int, list[Way]]] = [{} for _ in problem.rooms]
    for at, index in enumerate(among):
        column = problem.columns[index]
        rooms[column.room].setdefault(column.client, []).append(Way(at, column.minutes))
    return [list(clients.values()) for clients in rooms]


def _tables(capacity: int, clients: Sequence[Sequence[Way]], worths: Sequence[float]) -> list[Floats]:
    """By number of clients looked at, the best packing for each number of minutes up to the capacity."""
    tables: list[Floats] = [np.zeros(capacity + 1)]
    for ways in clients:
        table = tables[-1]
        paying = [(minutes, worth) for at, minutes in ways if (worth := worths[at]) > 0]
        if paying:
            best = table.copy()
            for minutes, worth in paying:
                np.maximum(best[minutes:], table[: capacity + 1 - minutes] + worth, out=best[minutes:])
            table = best
        tables.append(table)
    return tables


def _packed(tables: Sequence[Floats], clients: Sequence[Sequence[Way]], worths: Sequence[float]) -> list[int]:
    """The columns of the best packing, read back from the tables."""
    left = len(tables[0]) - 1
    packed = []
    for number in range(len(clients) - 1, -1, -1):
        if tables[number + 1] is tables[number] or tables[number + 1][left] == tables[number][left]:
            continue
        at, minutes = max(
            (way for way in clients[number] if way.minutes <= left),
            key=lambda way: tables[number][left - way.minutes] + worths[way.at],
        )
        packed.append(at)
        left -= minutes
    return packed
