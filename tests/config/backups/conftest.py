"""A bank with something of every kind to lose: rows, sealed content, Parquet, a document, keys of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import translation

from cartera.clients.models import Client
from cartera.config.backups import making, proving
from cartera.config.backups.making import Backup
from cartera.config.backups.tables import standing_in
from cartera.engine import lake
from cartera.kernel import keys
from cartera.kernel.actor import Actor
from cartera.promises import actions as promises
from tests.conftest import NOW, TODAY
from tests.own_database import db, template_database

__all__ = ["db", "template_database"]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def migrated_scratch(template_database: str, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file that a proof begins with, once its migrations have run: they take longer than all the rest of it."""
    if connections["default"].vendor == "sqlite":
        return Path(template_database)
    file = tmp_path_factory.mktemp("scratch") / "scratch.sqlite3"
    with django_db_blocker.unblock(), standing_in(proving.sqlite_at(file)):
        call_command("migrate", verbosity=0)
    return file


@pytest.fixture(autouse=True)
def _scratch_begins_migrated(migrated_scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every proof here runs on a copy of that file; restoring runs the migrations themselves, and so does the round trip."""
    usual = proving.sqlite_at
    monkeypatch.setattr(proving, "sqlite_at", lambda file: usual(Path(shutil.copy(migrated_scratch, file))))


@pytest.fixture
def home(db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installation's home; a home beside it would have keys beside it too, as when nobody sets CARTERA_KEYS."""
    monkeypatch.delenv("CARTERA_KEYS", raising=False)
    settings.CARTERA_KEYS = tmp_path / "home.keys"
    settings.CARTERA_KEYS.mkdir(mode=0o700)
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def installation(home: Path, ana: Actor, rosa: Client) -> Path:
    """What Ana promised is sealed with Rosa's key; there are balances, and a paper."""
    promises.make(actor=ana, client=rosa, what="Llamar por el crédito", due_at=NOW + timedelta(days=1))
    frame = pl.DataFrame({"holding": ["h1"], "on": [TODAY], "balance_minor": [100], "currency": ["USD"]})
    lake.merge("balances", frame, ["holding", "on"])
    (home / "documents").mkdir()
    (home / "documents" / "contrato ñ.pdf").write_bytes(b"%PDF-1.7 \x00\xff")
    (home / "static").mkdir()
    (home / "static" / "cartera.css").write_text("made anew")
    (home / ".hidden").write_text("a draft")
    (home / "limits.sqlite3-wal").write_text("counts of this minute")
    assert keys.held_in(home.with_name("home.keys"))[rosa.pk] is True
    return home


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "shelf"


@pytest.fixture
def backup(installation: Path, shelf: Path) -> Backup:
    return making.make(shelf, asked_by="test")


@pytest.fixture
def empty_server(template_database: str) -> Iterator[None]:
    """On PostgreSQL, another database that has no row; on SQLite the restored home brings its own."""
    usual = connections["default"]
    if usual.vendor == "sqlite":
        yield
        return
    name = f"{template_database}_restored"
    with usual._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    other = usual.copy()
    other.settings_dict["NAME"] = name
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = usual
        with usual._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
