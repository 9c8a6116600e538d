"""How the database goes about the statements of a page: which of them read a table that grows from end to end.

Told by the database's own plan. PostgreSQL is told to leave the ways that suit small tables only, as those of a test are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

FEW = frozenset(
    {
        *("auth_group", "auth_permission", "auth_group_permissions", "django_content_type", "django_q_schedule"),
        *("clock_institution", "clock_dayoff", "products_product", "products_productterms", "products_currencyrate"),
        *(
            "team_branch",
            "team_rolepermission",
            "team_workinghours",
            "kernel_run",
            "kernel_step",
            "kernel_seal",
            "kernel_worker",
        ),
        *("value_tierpolicy", "service_servicemodel", "service_touchpoint", "service_trial"),
        *(
            "events_leadtime",
            "events_signalrule",
            "agenda_agendapolicy",
            "intake_savedrecipe",
            "clients_duplicatesearch",
        ),
        *("api_webhook", "api_webhooksecret", "django_migrations", "django_q_ormq", "kernel_errand"),
        *("team_staff", "team_signin", "team_absence", "team_invitation", "intake_upload"),
        *("clients_accessgrant", "value_tieroverride"),
        "django_q_task",  # django-q keeps the last few hundred
    }
)
"""Tables of which a whole bank has thousands of rows at most; all others grow with its clients or its days."""

ALL_OF = "all of "
_NAMED = re.compile(r'(?:FROM|JOIN) "(\w+)"(?: (?:AS )?"?(?!INNER|LEFT|WHERE|ON|ORDER|GROUP|LIMIT|CROSS)(\w+)"?)?')

_INDEX = re.compile(r"USING (?:COVERING )?INDEX (\w+)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A statement that reads a table that grows from end to end, and how."""

    table: str
    how: str
    sql: str

    def __str__(self) -> str:
        return f"{self.table}: {self.how}\n    {self.sql}"


@contextmanager
def watched() -> Iterator[list[Reading]]:
    """What the statements of this block read from end to end."""
    found: list[Reading] = []
    asking = False

    def ask(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal asking
        if not asking and not many and sql.lstrip("( ").startswith(("SELECT", "WITH")):
            asking = True
            try:
                found.extend(_readings(sql, params))
            finally:
                asking = False
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ask):
        yield found


def _readings(sql: str, params: Any) -> Iterator[Reading]:
    told = _told_by_sqlite if connection.vendor == "sqlite" else _told_by_postgresql
    for table, how in told(sql, params):
        if table not in FEW:
            yield Reading(table, how, sql)


def _told_by_sqlite(sql: str, params: Any) -> Iterator[tuple[str, str]]:
    """A scan along an index is none when the statement wants the first rows of its order."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        steps = [str(row[3]) for row in cursor.fetchall()]
    firsts = " LIMIT " in sql and not any("TEMP B-TREE" in step for step in steps)
    for step in steps:
        verb, name, *_rest = *step.split(), ""
        index = _INDEX.search(step)
        if verb == "SCAN" and not (firsts and index):
            for table in _tables_called(name, sql, index[1] if index else ""):
                yield table, step


def _tables_called(name: str, sql: str, index: str) -> set[str]:
    """The table that an index is of; without one, all that the statement calls so: inner ones may share a name."""
    if index:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE name = %s", [index])
            return {row[0] for row in cursor.fetchall()}
    return {table for table, alias in _NAMED.findall(sql) if (alias or table) == name}


def _told_by_postgresql(sql: str, params: Any) -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        for way in ("seqscan", "hashjoin", "mergejoin", "material", "memoize"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        told = cursor.fetchone()[0]
        for way in ("seqscan", "hashjoin", "mergejoin", "material", "memoize"):
            cursor.execute(f"SET LOCAL enable_{way} = on")
    plan = json.loads(told) if isinstance(told, str) else told
    for table, how in _scans(plan[0]["Plan"], firsts=False):
        if not (how.startswith(ALL_OF) and _is_partial(how.removeprefix(ALL_OF))):
            yield table, how


def _is_partial(index: str) -> bool:
    """Whether an index holds some rows only: on tables as small as a test's PostgreSQL takes any such for any other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND indpred IS NOT NULL", [index])
        return cursor.fetchone() is not None


def _scans(node: dict[str, Any], *, firsts: bool) -> Iterator[tuple[str, str]]:
    """`firsts`: whoever asks this node stops after the first rows, as does what asks whether there is any."""
    kind = node["Node Type"]
    firsts = firsts or node.get("Parent Relationship") == "SubPlan"
    if kind == "Seq Scan":
        yield node["Relation Name"], kind
    if kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node and not firsts:
        yield node["Relation Name"], f"{ALL_OF}{node['Index Name']}"
    if kind == "Limit":
        firsts = True
    elif kind in ("Sort", "Incremental Sort", "Aggregate", "Hash", "WindowAgg", "SetOp", "Unique"):
        firsts = False
    for inner in node.get("Plans", ()):
        yield from _scans(inner, firsts=firsts)
