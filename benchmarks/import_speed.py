"""How fast an import is: against a bare bulk insert of the very same rows, and against saving them one at a time.

A made-up bank is written as files and loaded through a recipe into a scratch installation. The rows of its tables are
then emptied and inserted again, bare (no reading, no references, no comparison, no counts; the same chunks, indexes and
triggers), and some of them saved one by one through the ORM.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.lines import Line, Result
from benchmarks.machine import timed
from benchmarks.scratch import apart, backends, installation, set_up

CLIENTS = 50_000
SAVED_ONE_BY_ONE = 1_000
CHUNK = 20_000
TABLES = ("clients.Client", "clients.ExternalKey", "clients.ContactPoint", "clients.Holding")

RECIPE = """
[bank]
system = "core"
name = "Benchmark"
country = "EC"
currency = "USD"
zone = "America/Guayaquil"

[files]
clients = { pattern = "clients.csv" }
accounts = { pattern = "accounts.csv" }

[[products]]
key = "savings"
name = "Savings"
line = "deposit"

[[branches]]
columns = { key = "root", name = "Benchmark" }

[[staff]]
columns = { key = "s1", name = "Ana", role = "adviser", branch = "root", username = "ana" }

[[clients]]
from = "clients"
[clients.columns]
key = "{id}"
kind = "person"
name = "{name} {surname}"
given_name = "{name}"
surname = "{surname}"
identifier_kind = "cedula"
identifier = "{number}"
birth_date = "{born}"
branch = "root"
adviser = "s1"
since = "{since}"
phone = "{phone}"

[[holdings]]
from = "accounts"
columns = { key = "{id}", client = "{client}", product = "savings", balance_minor = "{balance}", opened_on = "{opened}" }
"""


def told(server: str, **_options: Any) -> dict[str, Any]:
    how = (
        f"{CLIENTS:,} clients with a telephone and an account each, from two CSV files through a recipe. The peers write the"
        " same rows into the same tables with their indexes and triggers; they read no file, resolve no reference, compare"
        f" and count nothing. Rows are saved one at a time for {SAVED_ONE_BY_ONE:,} clients and compared by the row."
    )
    lines = [line for database in ("", server) for line in _lines(database)] if server else list(_lines(""))
    return Result("Import", how, lines).as_json()


def _lines(server: str) -> Iterator[Line]:
    with installation("import", server=server) as environment:
        spent = apart("benchmarks.import_speed:measure", environment, clients=CLIENTS)
    where = "PostgreSQL" if server else "SQLite"
    bare, saved = ("bare bulk insert", spent["bare"]), ("row-at-a-time ORM saves", spent["saved"])
    for what, ours in (("import", spent["first"]), ("import again, nothing changed", spent["again"])):
        yield Line(f"{what}, {where}", "CPU s a million rows", ours, *bare, note=f"{1e6 / ours:,.0f} rows/s")
        yield Line(f"{what}, {where}", "CPU s a million rows", ours, *saved, 1)
    yield Line(f"import, {where}", "CPU s a million rows", spent["first"], "limit: 5 × 560 rows/s", 1e6 / 2800, 1)


def measure(clients: int) -> dict[str, float]:
    """CPU seconds for a million rows in each way, on the same rows. Raises AssertionError when a repeat changes anything."""
    set_up()
    from django.apps import apps

    database = backends(own=True)
    models = [apps.get_model(name) for name in TABLES]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_bank(folder, clients)
        created, first = timed(lambda: changed_by_import(folder), database)
        changed, again = timed(lambda: changed_by_import(folder), database)
    assert (created, changed) == (2 * clients + 2, 0), "the import is not what it should be"
    rows = {model: list(model._base_manager.order_by("pk").values_list()) for model in models}
    total = sum(len(listed) for listed in rows.values())
    clear(models)
    bare = sum(timed_insert(model, listed) for model, listed in rows.items())
    clear(models)
    saved = timed_saves(models[0], rows[models[0]][:SAVED_ONE_BY_ONE])
    spent = {"first": first / total, "again": again / total, "bare": bare / total, "saved": saved / SAVED_ONE_BY_ONE}
    return {way: 1e6 * seconds for way, seconds in spent.items()}


def changed_by_import(folder: Path) -> int:
    """Import the files; returns how many rows that changed."""
    from cartera.intake.importing import import_folder
    from cartera.kernel.actor import Actor

    done = import_folder(actor=Actor.system("benchmark", "*"), recipe_path=folder / "recipe.toml", folder=folder)
    return sum(counts.changed for counts in done.counts.values())


def timed_insert(model: Any, rows: Sequence[tuple[Any, ...]]) -> float:
    """The database's own fastest way in: COPY, or one prepared insert, a transaction for each chunk."""
    from django.db import connection, transaction

    fields = model._meta.concrete_fields
    stored = [[one.get_db_prep_save(value, connection) for one, value in zip(fields, row, strict=True)] for row in rows]
    table, names = model._meta.db_table, ", ".join(f'"{one.column}"' for one in fields)

    def insert(chunk: Sequence[Any]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in chunk:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(fields))
                connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", chunk)

    def insert_all() -> None:
        for start in range(0, len(stored), CHUNK):
            insert(stored[start : start + CHUNK])

    return timed(insert_all, backends(own=True))[1]


def timed_saves(model: Any, rows: Sequence[tuple[Any, ...]]) -> float:
    """Row by row, each in a transaction of its own, as an importer written in an afternoon does."""
    from cartera.kernel.actor import Actor
    from cartera.kernel.recording import recording

    names = [one.attname for one in model._meta.concrete_fields]
    objects = [model(**dict(zip(names, row, strict=True))) for row in rows]

    def save_all() -> None:
        for one in objects:
            with recording("benchmark.save", Actor.system("benchmark"), ""):
                one.save(force_insert=True)

    return timed(save_all, backends(own=True))[1]


def clear(models: Iterable[Any]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        names = [model._meta.db_table for model in models]
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")
            return
        for name in reversed(names):
            cursor.execute(f"DELETE FROM {name}")


def write_bank(folder: Path, clients: int) -> None:
    """Clients with names, identifiers and telephones, and an account each."""
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    born = [date(1950, 1, 1) + timedelta(days=n) for n in range(20_000)]
    people = (
        f"{n};José{n % 997};Peña{n % 1009};{1_000_000_000 + n};{born[n % 20_000]};2015-01-01;{593_900_000_000 + n}"
        for n in range(clients)
    )
    write(folder / "clients.csv", "id;name;surname;number;born;since;phone", people)
    write(folder / "accounts.csv", "id;client;balance;opened", (f"a{n};{n};{n}.25;2015-01-01" for n in range(clients)))


def write(path: Path, headings: str, lines: Iterable[str]) -> None:
    path.write_text("\n".join((headings, *lines)) + "\n", encoding="utf-8")
