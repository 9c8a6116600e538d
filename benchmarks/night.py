"""Making a bank and its night, step by step: CPU, memory, and how both grow with the bank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.banks import Step, bank
from benchmarks.lines import Line, Result

LINEAR = 1.1
SMALL = 0.5
"""CPU seconds below which a step's growth says nothing."""


def told(*, sizes: Sequence[int], server: str, keep: str) -> dict[str, Any]:
    where = (server, "") if server else ("",)
    how = (
        "The demonstration bank drawn and loaded, then its first night, which makes everything that later nights only"
        " renew: a year's promises for every client, a plan for every adviser. Each step of the larger bank against the same"
        f" step of the smaller one times the clients, so that 1 is linear; steps under {SMALL} CPU s are left out. CPU is that"
        " of the process, its workers and the database's; memory is the peak of the process."
    )
    lines = [line for each in where for line in _lines(sorted(sizes), each, keep)]
    return Result("A bank and its first night", how, lines).as_json()


def _lines(sizes: Sequence[int], server: str, keep: str) -> Iterator[Line]:
    small, large = (_steps(size, server, keep) for size in sizes)
    times, where = sizes[1] / sizes[0], "PostgreSQL" if server else "SQLite"
    for name, step in large.items():
        if small[name].cpu < SMALL:
            continue
        note = f"{step.seconds:.0f} s elapsed on a busy machine, {step.rows:,} rows, peak {step.mib:,.0f} MiB"
        peer = f"{times:g} × that of {sizes[0]:,} clients"
        yield Line(
            f"{name} of {sizes[1]:,} clients, {where}", "CPU s", step.cpu, peer, times * small[name].cpu, LINEAR, note
        )


def _steps(size: int, server: str, keep: str) -> dict[str, Step]:
    with bank(size, server=server, keep=keep) as made:
        return made.steps
