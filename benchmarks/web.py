"""What a request costs: CPU of the server and of the database, queries, and how both grow with the bank.

The bank is the demonstration's after its night. The server is the one that `cartera serve` starts, with one process. Each
operation is asked one at a time over one connection, each time for another client or by another person, after a tenth of
the requests to warm up; none takes longer than MOST_SECONDS. CPU is that of the server's process and of this database's.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from benchmarks.banks import bank
from benchmarks.lines import Line, Result
from benchmarks.machine import cpu_ms, family, resident_mib
from benchmarks.scratch import apart, backends, set_up
from benchmarks.web_operations import OPERATIONS, Asked, Known, Operation, resolved

HOST = "127.0.0.1"
REQUESTS, MOST_SECONDS = 200, 20
GROWTH, MEMORY_MIB = 1.1, 166
HEAVY = ("ortools", "polars", "duckdb", "ibis", "pyarrow", "pandas", "numpy")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds a request, queries a request, kilobytes an answer, how often it was asked."""

    server: float
    database: float
    queries: int
    kilobytes: float
    asked: int

    @property
    def ms(self) -> float:
        return self.server + self.database


def told(*, sizes: Sequence[int], server: str, keep: str) -> dict[str, Any]:
    where = (server, "") if server else ("",)
    how = (
        f"One WSGI process as `cartera serve` starts it, asked {REQUESTS} times or for {MOST_SECONDS} s an operation, one"
        " at a time, each time for another client or by another person; nothing is kept between requests but templates"
        " and, for five seconds, the institution. Limits for the API are a fifth of what another CRM took on such a machine"
        " (create 43, list 82, depth 192, search 113, client 33 CPU ms). CPU is that of the server and the database's."
    )
    return Result("The web", how, [line for each in where for line in _lines(sizes, each, keep)], CAUSES).as_json()


CAUSES: dict[str, str] = {}


def _lines(sizes: Sequence[int], server: str, keep: str) -> Iterator[Line]:
    """Each operation against its limit in the larger bank, its growth from the smaller one, its queries; then memory."""
    small, large = (_measured(size, server, keep) for size in sorted(sizes))
    where = f"{max(sizes):,} clients on {'PostgreSQL' if server else 'SQLite'}"
    for operation in OPERATIONS:
        if operation.name not in large["costs"]:
            continue
        before, cost = (Cost(**found["costs"][operation.name]) for found in (small, large))
        note = (
            f"server {cost.server:.1f} + database {cost.database:.1f}; {cost.queries} queries; {cost.kilobytes:.0f} kB"
        )
        yield Line(f"{operation.name}, {where}", "CPU ms", cost.ms, "limit", operation.limit, 1, note)
        yield Line(f"{operation.name}, {where}", "CPU ms", cost.ms, f"at {min(sizes):,}", before.ms, GROWTH)
        if operation.queries is not None:
            yield Line(f"{operation.name}, {where}", "queries", cost.queries, "limit", operation.queries, 1)
    note = f"{large['pss']:.0f} MiB without what it shares; it imports {', '.join(large['heavy']) or 'no engine, no solver'}"
    yield Line(f"web process after all that, {where}", "MiB", large["rss"], "limit", MEMORY_MIB, 1, note)


def _measured(size: int, server: str, keep: str) -> dict[str, Any]:
    with bank(size, server=server, keep=keep) as made:
        measured: dict[str, Any] = apart("benchmarks.web:measure", made.environment)
        return measured


def measure(names: Sequence[str] = ()) -> dict[str, Any]:
    """Serve this process's installation and measure every operation that is there, or those of the names."""
    set_up()
    known = _known()
    chosen = [one for one in map(resolved, OPERATIONS) if one and (not names or one.name in names)]
    queries = {operation.name: queries_of(operation, known) for operation in chosen}
    with served() as (pid, port):
        costs = {operation.name: cost_of(operation, known, pid, port, queries[operation.name]) for operation in chosen}
        held = [resident_mib(member) for member in family(pid)]
        heavy = sorted({name for member in family(pid) for name in _loaded(member)})
    return {
        "costs": {name: {slot: getattr(cost, slot) for slot in Cost.__slots__} for name, cost in costs.items()},
        "rss": max(rss for rss, _pss in held),
        "pss": max(pss for _rss, pss in held),
        "heavy": heavy,
    }


def _loaded(pid: int) -> set[str]:
    """The heavy libraries whose compiled parts a process has mapped."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        mapped = {line.rstrip().rpartition(" ")[2] for line in maps if ".so" in line}
    return {name for name in HEAVY if any(f"/{name}" in file for file in mapped)}


def _known() -> Known:
    from cartera.api.actions import issue_token
    from cartera.clients.models import Client
    from cartera.clients.queries import BY_ASSETS
    from cartera.kernel.actor import Actor
    from cartera.kernel.pages import cursor_after
    from cartera.team.models import Staff

    current = Client.objects.filter(until__isnull=True, adviser__sign_in__isnull=False)
    ids = list(current.order_by("id").values_list("id", "adviser_id", "surname"))
    chance = random.Random(7)
    some = chance.sample(ids, min(1000, len(ids)))
    people = {staff.pk: staff for staff in Staff.objects.filter(sign_in__isnull=False).select_related("sign_in")}
    administrator = next(staff for staff in people.values() if staff.role == "admin")
    issued = issue_token(actor=Actor.system("benchmark", "*"), staff=administrator, label="benchmark", days=1)
    advisers = {adviser for _id, adviser, _surname in some}
    middle = Client.objects.order_by(*BY_ASSETS).values_list("assets_minor", "id")[len(ids) // 2]
    return Known(
        clients=[(client, adviser) for client, adviser, _surname in some],
        names=[surname for _id, _adviser, surname in some if len(surname) >= 6],
        token=issued.secret,
        sessions={0: _session(administrator)} | {adviser: _session(people[adviser]) for adviser in advisers},
        deep=cursor_after(middle),
    )


def _session(staff: Any) -> str:
    from django.test import Client as Browser

    browser = Browser()
    browser.force_login(staff.sign_in)
    return str(browser.cookies["sessionid"].value)


def queries_of(operation: Operation, known: Known) -> int:
    """The most queries of a few requests, counted within this process; what they write is taken back."""
    from django.db import connection, transaction
    from django.test import Client as Browser
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in range(1, 9):
        asked = operation.ask(known, number)
        browser = Browser(headers={name: value for name, value in asked.headers.items() if name != "Cookie"})
        browser.cookies.load(asked.headers.get("Cookie", ""))
        sent = {"data": asked.body, "content_type": "application/json"} if asked.body else {}
        with transaction.atomic():
            with CaptureQueriesContext(connection) as captured:
                response = getattr(browser, asked.method.lower())(asked.path, **sent, SERVER_NAME=HOST)
            transaction.set_rollback(True)
        assert response.status_code in (200, 201), (operation.name, response.status_code, response.content[:500])
        counts.append(sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured.captured_queries))
    return max(counts[1:])


def cost_of(operation: Operation, known: Known, server: int, port: int, queries: int) -> Cost:
    """Ask one at a time over one connection, after a tenth to warm up."""
    with asking(port) as ask:
        for number in range(REQUESTS // 10):
            ask(operation.ask(known, 500 + number))
        processes = family(server), backends(own=False)
        before = [cpu_ms(pids) for pids in processes]
        began, size, asked = time.monotonic(), 0, 0
        while asked < REQUESTS and time.monotonic() - began < MOST_SECONDS:
            size += ask(operation.ask(known, asked))
            asked += 1
        spent = [(cpu_ms(pids) - early) / asked for pids, early in zip(processes, before, strict=True)]
    return Cost(round(spent[0], 2), round(spent[1], 2), queries, round(size / asked / 1024, 1), asked)


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """The web server as `cartera serve` starts it; yields its process id and its port."""
    from django.core.management import call_command

    from cartera.config.serving import web_server

    call_command("collectstatic", verbosity=0, interactive=False)
    with socket.create_server((HOST, 0)) as free:
        port: int = free.getsockname()[1]
    process = subprocess.Popen(web_server(host=HOST, port=port, processes=1))
    try:
        _wait_until_served(port)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_served(port: int) -> None:
    for _ in range(300):
        with suppress(OSError):
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


@contextmanager
def asking(port: int) -> Iterator[Callable[[Asked], int]]:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)

    def ask(asked: Asked) -> int:
        body = json.dumps(asked.body) if asked.body else None
        connection.request(asked.method, asked.path, body, dict(asked.headers))
        response = connection.getresponse()
        content = response.read()
        if response.status not in (200, 201):
            raise RuntimeError(f"{asked.path}: {response.status} {content[:300]!r}")
        return len(content)

    try:
        yield ask
    finally:
        connection.close()
