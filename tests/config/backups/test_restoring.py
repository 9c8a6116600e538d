"""A backup brought back: the same as it was, or refused, and never half of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.core.management import call_command
from django.db import connections

from cartera.clients.models import Client
from cartera.config.backups import comparing, loading, making, restoring
from cartera.config.backups.comparing import Verdict
from cartera.config.backups.loading import NotEmpty, WrongVersion
from cartera.config.backups.making import Backup
from cartera.config.backups.manifest import Manifest
from cartera.config.backups.proving import sqlite_at
from cartera.config.backups.restoring import KeysAreMissing, restore
from cartera.config.backups.tables import standing_in
from cartera.config.backups.vault import BackupIsDamaged, Vault
from cartera.kernel import keys
from cartera.kernel.actor import Actor
from cartera.kernel.happenings import unsealed
from cartera.kernel.models import Happening
from cartera.promises import actions as promises
from cartera.promises.models import Promise
from tests.conftest import SET_UP

pytestmark = [pytest.mark.row("Y8"), pytest.mark.usefixtures("backup", "empty_server")]


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    return tmp_path / "beside"


def database_of(home: Path) -> Any:
    """The restored database as the default one: the file of the home, or the server's that is already there."""
    usual = connections["default"]
    if usual.vendor == "postgresql":
        return standing_in(usual.settings_dict)
    return standing_in(sqlite_at(home / restoring.DATABASE))


class TestRestoring:
    def test_brings_back_every_row_and_every_file(self, backup: Backup, installation: Path, beside: Path):
        restored = restore(Vault.opened(backup.folder), into=beside)
        with database_of(beside):
            assert {table.verdict for table in comparing.compare(backup.manifest)} == {Verdict.SAME}
        assert (beside / "documents/contrato ñ.pdf").read_bytes() == b"%PDF-1.7 \x00\xff"
        assert pl.read_parquet(beside / "lake/balances/month=2026-06/part.parquet").height == 1
        assert not (beside / ".restoring").exists()
        assert restored.unreadable == 0

    def test_brings_a_system_that_works_on(self, backup: Backup, beside: Path, settings: Any):
        restored = restore(Vault.opened(backup.folder), into=beside)
        settings.CARTERA_KEYS = restored.keys
        with database_of(beside):
            [happening] = Happening.objects.filter(name="promise.make")
            assert unsealed(happening)["changes"][0]["after"]["what"] == "Llamar por el crédito"
            promises.keep(actor=SET_UP, promise=Promise.objects.get())
            assert Happening.objects.filter(name="promise.keep", id__gt=happening.pk).exists()
            assert loading.MigrationExecutor(connections["default"]).loader.applied_migrations

    def test_copies_the_keys_beside_it(self, backup: Backup, beside: Path, rosa: Client):
        restored = restore(Vault.opened(backup.folder), into=beside)
        assert (restored.keys, restored.keys_copied) == (beside.with_name("beside.keys"), True)
        assert keys.held_in(restored.keys)[rosa.pk] is True

    def test_of_another_kind_of_database_gives_the_same(self, backup: Backup, beside: Path):
        """Whatever made the backup, a SQLite file takes it; `DATABASE_URL` of the tests' run makes it the other way."""
        beside.mkdir()
        with standing_in(sqlite_at(beside / "other.sqlite3")):
            loading.load(Vault.opened(backup.folder), backup.manifest, beside, lambda *_: None)
            assert {table.verdict for table in comparing.compare(backup.manifest)} == {Verdict.SAME}

    def test_of_an_earlier_version_goes_on_to_this_one(self, backup: Backup, beside: Path):
        """Before results were kept there was no table of them: it comes, and is empty."""
        older = replace(
            backup.manifest,
            migrations=tuple(name for name in backup.manifest.migrations if not name.startswith("results.")),
            tables={name: table for name, table in backup.manifest.tables.items() if not name.startswith("results_")},
        )
        beside.mkdir()
        with standing_in(sqlite_at(beside / "older.sqlite3")):
            loading.load(Vault.opened(backup.folder), older, beside, lambda *_: None)
            assert "results_personresult" not in connections["default"].introspection.table_names()
            call_command("migrate", verbosity=0)
            compared = {table.table: table.verdict for table in comparing.compare(older)}
        assert compared.pop("results_personresult") is Verdict.ONLY_HERE
        assert set(compared.values()) == {Verdict.SAME}


class TestItRefuses:
    def test_a_home_that_is_not_empty(self, backup: Backup, beside: Path):
        beside.mkdir()
        (beside / "notes.txt").write_text("mine")
        with pytest.raises(NotEmpty, match=r"notes\.txt"):
            restore(Vault.opened(backup.folder), into=beside)
        assert [path.name for path in beside.iterdir()] == ["notes.txt"]

    def test_a_database_with_rows(self, backup: Backup, beside: Path):
        with standing_in(sqlite_at(beside.with_name("full.sqlite3"))):
            loading.load(Vault.opened(backup.folder), backup.manifest, beside.parent, lambda *_: None)
            with pytest.raises(NotEmpty, match="is not empty"):
                loading.require_empty(connections["default"])

    def test_a_newer_version(self, backup: Backup, beside: Path):
        newer = replace(backup.manifest, migrations=(*backup.manifest.migrations, "kernel.0999_wonders"))
        with pytest.raises(WrongVersion, match="0999_wonders"):
            loading.require_version(newer)

    def test_what_is_damaged_and_leaves_nothing(self, backup: Backup, beside: Path):
        with (backup.folder / "tables/promises_promise.jsonl.gz").open("ab") as file:
            file.write(b"\0")
        with pytest.raises(BackupIsDamaged, match="promises_promise"):
            restore(Vault.opened(backup.folder), into=beside)
        assert list(beside.iterdir()) == []

    def test_what_was_never_finished(self, backup: Backup, beside: Path):
        (backup.folder / "manifest.json").unlink()
        with pytest.raises(BackupIsDamaged, match="no backup"):
            restore(Vault.opened(backup.folder), into=beside)

    def test_a_name_that_leads_out_of_the_home(self, backup: Backup, beside: Path):
        stored = next(iter(backup.manifest.files.values()))
        vault = Vault.opened(backup.folder)
        led_astray = replace(backup.manifest, files={"../outside": stored})
        (backup.folder / "manifest.json").write_bytes(led_astray.as_json())
        with pytest.raises(BackupIsDamaged, match="leads out"):
            restore(vault, into=beside)
        assert not beside.with_name("outside").exists()


class TestWithoutTheKeys:
    @pytest.fixture(autouse=True)
    def _lost(self, backup: Backup, settings: Any, tmp_path: Path) -> None:
        settings.CARTERA_KEYS = tmp_path / "elsewhere.keys"
        settings.CARTERA_HOME = tmp_path / "elsewhere"

    def test_it_says_what_could_not_be_read(self, backup: Backup, beside: Path):
        with pytest.raises(KeysAreMissing, match="1 client"):
            restore(Vault.opened(backup.folder), into=beside)
        assert list(beside.iterdir()) == []

    def test_it_restores_when_that_is_accepted(self, backup: Backup, beside: Path):
        assert restore(Vault.opened(backup.folder), into=beside, without_keys=True).unreadable == 1

    def test_a_copy_of_them_will_do(self, backup: Backup, beside: Path, tmp_path: Path, rosa_id: int):
        apart = tmp_path / "apart"
        restoring.keysets.copy_between(tmp_path / "home.keys", apart)
        restored = restore(Vault.opened(backup.folder), into=beside, keys_from=apart)
        assert (restored.unreadable, keys.held_in(restored.keys)[rosa_id]) == (0, True)

    def test_those_of_another_bank_will_not(self, backup: Backup, beside: Path, tmp_path: Path, rosa_id: int):
        keys.seal(rosa_id, b"")  # another key of the same client, in the ring that is now the installation's
        with pytest.raises(KeysAreMissing):
            restore(Vault.opened(backup.folder), into=beside, keys_from=tmp_path / "elsewhere.keys")

    def test_those_of_erased_clients_are_not_missed(self, backup: Backup, beside: Path, tmp_path: Path, rosa_id: int):
        keys.destroy(rosa_id)
        assert restore(Vault.opened(backup.folder), into=beside, keys_from=tmp_path / "elsewhere.keys").unreadable == 0


@pytest.fixture
def rosa_id(rosa: Client) -> int:
    return rosa.pk


def test_a_difference_is_found_table_by_table(backup: Backup, ana: Actor, settings: Any):
    if connections["default"].vendor == "postgresql":
        pytest.skip("the server that is empty stands in for the installation's")
    Client.objects.update(sector="other")
    compared = {table.table: table.verdict for table in comparing.compare(Manifest.of(Vault.opened(backup.folder)))}
    assert compared["clients_client"] is Verdict.CHANGED
    assert compared["promises_promise"] is Verdict.SAME
    assert making.told(backup)["encrypted"] is False
