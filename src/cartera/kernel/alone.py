"""Work of which there is one at a time in an installation, whoever started it and wherever it runs."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from cartera.kernel.errors import AlreadyRunning


@contextmanager
def alone(work: str) -> Iterator[None]:
    """Do a kind of work while nobody else does it. Raises AlreadyRunning at once when somebody does.

    The lock dies with the process that holds it, kill -9 included: it is one of the database's session on PostgreSQL,
    where workers may run on several machines, and one of the operating system beside the SQLite file.
    """
    with _by_database(work) if connection.vendor == "postgresql" else _by_file(work):
        yield


@contextmanager
def _by_file(work: str) -> Iterator[None]:
    folder = Path(settings.CARTERA_HOME) / "locks"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    with (folder / work).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning() from error
        yield


@contextmanager
def _by_database(work: str) -> Iterator[None]:
    name = f"cartera {work}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning()
    held_by = connection.connection
    try:
        yield
    finally:
        if connection.connection is held_by and not held_by.closed and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
