"""The bank of the backups, with a queue: a look at jobs asks it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.config.backups.conftest import (
    _scratch_begins_migrated,
    db,
    home,
    in_english,
    installation,
    migrated_scratch,
    template_database,
)

__all__ = [
    "_scratch_begins_migrated",
    "db",
    "home",
    "in_english",
    "installation",
    "migrated_scratch",
    "template_database",
]


@pytest.fixture(scope="session")
def template_queue(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The queue's own database, migrated; none on PostgreSQL, where it lives with the rest."""
    if "queue" not in connections.settings:
        return None
    file = tmp_path_factory.mktemp("queue") / "queue.sqlite3"
    usual = connections["queue"]
    with django_db_blocker.unblock():
        connections["queue"] = _at(usual, file)
        call_command("migrate", database="queue", verbosity=0)
        connections["queue"].close()
    connections["queue"] = usual
    return file


@pytest.fixture(autouse=True)
def queue(db: None, template_queue: Path | None, tmp_path: Path) -> Iterator[None]:
    if template_queue is None:
        yield
        return
    usual = connections["queue"]
    connections["queue"] = _at(usual, Path(shutil.copy(template_queue, tmp_path / "queue.sqlite3")))
    yield
    connections["queue"].close()
    connections["queue"] = usual


def _at(usual: BaseDatabaseWrapper, file: Path) -> BaseDatabaseWrapper:
    other = usual.copy()
    other.settings_dict["NAME"] = str(file)
    return other
