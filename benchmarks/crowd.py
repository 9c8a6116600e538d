"""Fifty advisers at once for five minutes: how long they wait, and what fails.

The server is the one that `cartera serve` starts, with two processes, and its worker, which plans days again as contacts are
registered. Locust plays the advisers, in a process of its own on the same machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.banks import bank
from benchmarks.lines import Line, Result
from benchmarks.machine import cpu_ms, family
from benchmarks.scratch import apart, backends, set_up
from benchmarks.web import HOST, served

ADVISERS, MINUTES, PROCESSES = 50, 5, 2
HALF_MS, MOST_MS, FAILED = 300, 1_000, 0.1
"""What half of the answers and what nineteen of twenty should take at most, and the percentage that may fail."""


def told(*, sizes: Sequence[int], server: str, keep: str) -> dict[str, Any]:
    how = (
        f"{ADVISERS} advisers for {MINUTES} minutes, each reading for two to eight seconds between one thing and the next:"
        f" Mi día, a client, a contact, a search, the list. {PROCESSES} web processes and a worker as `cartera serve` starts"
        " them; Locust beside them on the same machine. Times are elapsed, as people wait: what else runs on the machine"
        " counts."
    )
    return Result("Fifty advisers at once", how, list(_lines(max(sizes), server, keep))).as_json()


def _lines(size: int, server: str, keep: str) -> Iterator[Line]:
    with bank(size, server=server, keep=keep) as made:
        measured = apart("benchmarks.crowd:measure", made.environment, minutes=MINUTES)
    where = f"{size:,} clients on {'PostgreSQL' if server else 'SQLite'}"
    for name, waited in measured["operations"].items():
        note = f"{waited['asked']:,} times, {waited['failed']:,} failed, longest {waited['longest']:,.0f} ms"
        yield Line(f"{name}, half within, {where}", "ms", waited["half"], "limit", HALF_MS, 1, note)
        yield Line(f"{name}, 95 % within, {where}", "ms", waited["most"], "limit", MOST_MS, 1)
    note = f"{measured['asked']:,} requests, {measured['cpu']:.1f} CPU ms each with database and worker"
    yield Line(f"requests that fail, {where}", "%", measured["failed"], "limit", FAILED, 1, note)


def measure(minutes: float) -> dict[str, Any]:
    """Serve this process's installation to its advisers."""
    set_up()
    with served(processes=PROCESSES) as (pid, port), _working() as worker:
        before = _spent(pid, worker)
        stats = _played(f"http://{HOST}:{port}", minutes)
        spent = _spent(pid, worker) - before
    asked = sum(one["num_requests"] for one in stats)
    failed = sum(one["num_failures"] for one in stats)
    return {
        "operations": {one["name"]: _waited(one) for one in sorted(stats, key=lambda one: str(one["name"]))},
        "asked": asked,
        "failed": 100 * failed / max(1, asked),
        "cpu": spent / max(1, asked),
    }


def _waited(stats: Mapping[str, Any]) -> dict[str, float]:
    times = sorted((float(ms), count) for ms, count in stats["response_times"].items())
    return {
        "asked": stats["num_requests"],
        "failed": stats["num_failures"],
        "half": _within(times, 0.50),
        "most": _within(times, 0.95),
        "longest": stats["max_response_time"],
    }


def _within(times: Sequence[tuple[float, int]], share: float) -> float:
    """The milliseconds within which that share of the answers came."""
    left = share * sum(count for _ms, count in times)
    for ms, count in times:
        left -= count
        if left <= 0:
            return ms
    return 0.0


def _spent(server: int, worker: int) -> float:
    return cpu_ms([*family(server), *family(worker), *backends(own=False)])


@contextmanager
def _working() -> Iterator[int]:
    worker = subprocess.Popen([sys.executable, "-m", "django", "qcluster"])
    try:
        yield worker.pid
    finally:
        worker.terminate()
        worker.wait(timeout=60)


def _played(host: str, minutes: float) -> list[dict[str, Any]]:
    """What Locust counted, by operation."""
    people = _people()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            *(sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("crowd_people.py"))),
            *("--headless", "--host", host, "--users", str(len(people["people"])), "--spawn-rate", "5"),
            *("--run-time", f"{round(60 * minutes)}s", "--stop-timeout", "30", "--only-summary"),
            *("--json-file", f"{folder}/told", "--exit-code-on-error", "0", "--loglevel", "WARNING"),
        ]
        environment = {**os.environ, "CROWD": json.dumps(people)}
        subprocess.run(command, env=environment, check=True, stdout=sys.stderr)
        stats: list[dict[str, Any]] = json.loads(Path(f"{folder}/told.json").read_text())
    return stats


def _people() -> dict[str, Any]:
    """Advisers who may sign in, each with some of the clients and of their names."""
    from cartera.clients.models import Client
    from cartera.intake.demo.staff import PASSWORD
    from cartera.team.models import Role, Staff

    people = []
    advisers = Staff.objects.filter(role=Role.ADVISER, active=True, sign_in__isnull=False, book__isnull=False)
    for staff in advisers.distinct().select_related("sign_in").order_by("id")[:ADVISERS]:
        book = Client.objects.filter(adviser=staff, until__isnull=True).order_by("id")[:60]
        ids, names = zip(*book.values_list("id", "surname"), strict=True)
        named = [name for name in names if len(name) > 4] or ["Cordero"]
        people.append({"user": staff.sign_in.username, "clients": ids, "names": named})  # type: ignore[union-attr]
    return {"people": people, "password": PASSWORD}
