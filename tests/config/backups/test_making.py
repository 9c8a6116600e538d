"""A backup of a running installation: whole, proved, and nothing else ever looks like one."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connections

from cartera.clients.models import Client
from cartera.config.backups import files, making
from cartera.config.backups.making import Backup
from cartera.config.backups.manifest import Manifest
from cartera.config.backups.proving import prove
from cartera.config.backups.shelf import all_on, draft_of, prune
from cartera.config.backups.tables import Moment, fingerprints, kept_models, kept_tables
from cartera.config.backups.vault import BackupIsDamaged, PassphraseNeeded, Vault
from cartera.config.progress import silent
from cartera.kernel import canonical, keys
from cartera.kernel.alone import alone
from cartera.kernel.errors import AlreadyRunning, Invalid
from cartera.kernel.models import Run, Seal

pytestmark = pytest.mark.row("Y8")


class TestABackup:
    def test_holds_every_table_but_the_queue_and_who_is_signed_in(self, backup: Backup):
        left_out = {model._meta.db_table for model in apps.get_models()} - backup.manifest.tables.keys()
        assert left_out == {"django_session", "django_q_schedule", "django_q_task", "django_q_ormq", "kernel_worker"}
        assert backup.manifest.tables["clients_client"].rows == 1
        assert backup.manifest.rows > 10

    def test_holds_the_files_of_the_home_and_not_what_is_made_anew(self, backup: Backup):
        assert set(backup.manifest.files) == {
            "documents/contrato ñ.pdf",
            "lake/balances/month=2026-06/part.parquet",
        }

    def test_holds_no_key_and_none_of_the_words_that_are_sealed(self, backup: Backup, settings: Any):
        secret = (settings.CARTERA_KEYS / keys.RING).read_bytes()[-4096:]
        for path in backup.folder.rglob("*"):
            if path.is_file():
                assert path.name != keys.RING
                assert secret not in path.read_bytes()
        happenings = gzip.decompress((backup.folder / "tables/kernel_happening.jsonl.gz").read_bytes())
        assert "Llamar por el crédito".encode() not in happenings

    def test_is_text_that_any_machine_reads(self, backup: Backup):
        text = gzip.decompress((backup.folder / "tables/clients_client.jsonl.gz").read_bytes())
        header, row = map(json.loads, text.splitlines())
        assert dict(zip(header, row, strict=True))["name"] == "Rosa Elvira Cordero Malo"
        assert hashlib.sha256(text).hexdigest() == backup.manifest.tables["clients_client"].sha256

    def test_is_of_its_owner_alone(self, backup: Backup):
        for path in [backup.folder, *(path for path in backup.folder.rglob("*") if path.is_file())]:
            assert path.stat().st_mode & 0o077 == 0, path

    def test_is_written_down_with_the_last_seal(self, backup: Backup):
        run = Run.objects.get(kind=Run.Kind.BACKUP)
        assert (run.state, run.summary["folder"], run.summary["verified"]) == ("done", str(backup.folder), True)
        last = Seal.objects.order_by("-day").first()
        assert backup.manifest.last_seal == ((last.day.isoformat(), last.hash) if last else None)

    def test_is_read_again_as_it_was_written(self, backup: Backup):
        assert Manifest.of(Vault.opened(backup.folder)) == backup.manifest


class TestWhatHappensMeanwhile:
    def test_is_no_part_of_it(self, installation: Path):
        with Moment() as moment:
            before = fingerprints(kept_tables(apps), moment.connection)
            _elsewhere(lambda: Client.objects.update(sector="new"))
            assert fingerprints(kept_tables(apps), moment.connection) == before
            moment.begin()
            changed = fingerprints(kept_tables(apps), moment.connection)
        assert {name for name in before if before[name] != changed[name]} == {"clients_client"}

    def test_does_not_tear_a_file_that_is_replaced(self, installation: Path, shelf: Path):
        paper = installation / "documents" / "contrato ñ.pdf"
        began: list[int] = []

        def replaced() -> None:
            if not began:
                (paper.with_name(".draft")).write_bytes(b"new")
                paper.with_name(".draft").rename(paper)
            began.append(1)

        with files.frozen(installation, replaced, but=shelf) as found:
            paper.with_name(".draft").write_bytes(b"newer")
            paper.with_name(".draft").rename(paper)
            assert dict(found)["documents/contrato ñ.pdf"].read_bytes() == b"new"
        assert len(began) == 2
        assert not (installation / files.FROZEN).exists()

    def test_waits_for_nobody(self, installation: Path, shelf: Path):
        with Moment():
            assert _elsewhere(lambda: Client.objects.update(sector="written")) == 1


class TestOneThatDoesNotComeToItsEnd:
    def test_leaves_nothing_that_looks_like_one(self, installation: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch):
        def full(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(making, "prove", full)
        with pytest.raises(OSError, match="No space"):
            making.make(shelf, asked_by="test")
        assert list(shelf.iterdir()) == []
        assert Run.objects.get(kind=Run.Kind.BACKUP).state == Run.State.FAILED

    def test_and_was_killed_is_cleared_by_the_next(self, installation: Path, shelf: Path):
        here = _draft_of_another_process(shelf, 9_999_999)
        elsewhere = shelf / ".cartera-20260616T070000Z.another-host.1.partial"
        elsewhere.mkdir()
        assert all_on(shelf) == []
        backup = making.make(shelf, asked_by="test")
        assert not here.exists()
        assert elsewhere.exists()
        assert all_on(shelf) == [backup.folder]

    def test_while_another_is_made_is_refused(self, installation: Path, shelf: Path):
        def elsewhere() -> None:
            with alone("backup"):
                entered.set()
                leave.wait(20)
            connections["default"].close()

        entered, leave = threading.Event(), threading.Event()
        own, thread = connections["default"], threading.Thread(target=lambda: _with(own, elsewhere))
        thread.start()
        assert entered.wait(20)
        try:
            with pytest.raises(AlreadyRunning):
                making.make(shelf, asked_by="test")
        finally:
            leave.set()
            thread.join()


class TestProving:
    @pytest.mark.parametrize("part", ["tables/clients_client.jsonl.gz", "files/documents/contrato ñ.pdf"])
    def test_finds_a_bit_that_fell_over(self, backup: Backup, part: str):
        path = backup.folder / part
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
        with pytest.raises(BackupIsDamaged, match="checksum"):
            prove(Vault.opened(backup.folder), backup.manifest, silent)

    def test_finds_a_file_that_is_gone(self, backup: Backup):
        (backup.folder / "tables/clients_client.jsonl.gz").unlink()
        with pytest.raises(BackupIsDamaged, match="clients_client"):
            prove(Vault.opened(backup.folder), backup.manifest, silent)

    def test_finds_a_row_that_did_not_come_back(self, installation: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch):
        whole = canonical.lines
        monkeypatch.setattr(canonical, "lines", lambda *given, **more: list(whole(*given, **more))[:-1])
        with pytest.raises(BackupIsDamaged):
            making.make(shelf, asked_by="test")
        assert all_on(shelf) == []

    def test_leaves_the_installation_alone(self, backup: Backup, installation: Path):
        before = {model: model._base_manager.count() for model in kept_models(apps)}
        prove(Vault.opened(backup.folder), backup.manifest, silent)
        assert {model: model._base_manager.count() for model in kept_models(apps)} == before
        assert list((installation / "tmp").iterdir()) == []


class TestEncrypted:
    @pytest.fixture
    def sealed(self, installation: Path, shelf: Path) -> Backup:
        return making.make(shelf, asked_by="test", passphrase="la cabra tira al monte")

    def test_tells_nothing_without_its_passphrase(self, sealed: Backup):
        for path in sealed.folder.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert content.startswith(b"age-encryption.org/v1\n"), path
                assert b"Cordero" not in content
                assert path.suffix == ".age"

    def test_is_opened_by_its_passphrase_alone(self, sealed: Backup):
        with pytest.raises(PassphraseNeeded, match="encrypted"):
            Vault.opened(sealed.folder)
        with pytest.raises(PassphraseNeeded, match="not the one"):
            Vault.opened(sealed.folder, "otra")
        vault = Vault.opened(sealed.folder, "la cabra tira al monte")
        assert Manifest.of(vault) == sealed.manifest
        prove(vault, sealed.manifest, silent)

    def test_and_damaged_is_found(self, sealed: Backup):
        path = sealed.folder / "manifest.json.age"
        content = bytearray(path.read_bytes())
        content[-20] ^= 1
        path.write_bytes(content)
        with pytest.raises(BackupIsDamaged, match="manifest"):
            Manifest.of(Vault.opened(sealed.folder, "la cabra tira al monte"))


class TestTheShelf:
    def test_keeps_the_newest(self, installation: Path, tmp_path: Path):
        place = tmp_path / "shelf"
        older = [_old(place, day) for day in (1, 2, 3)]
        backup = making.make(place, asked_by="test", keep=2)
        assert all_on(place) == [older[2], backup.folder]
        assert list(backup.pruned) == older[:2]

    def test_never_takes_something_else_for_a_backup(self, tmp_path: Path):
        place = tmp_path / "shelf"
        (place / "cartera-20260601T070000Z").mkdir(parents=True)
        (place / "photos").mkdir()
        assert all_on(place) == []
        assert prune(place, 1) == []
        assert (place / "photos").exists()


class TestTheKeys:
    def test_are_copied_elsewhere_for_their_owner_alone(self, installation: Path, shelf: Path, rosa: Client):
        apart = shelf.with_name("apart")
        backup = making.make(shelf, asked_by="test", keys=apart)
        assert backup.keys == apart
        assert keys.held_in(apart)[rosa.pk] is True
        assert {path.stat().st_mode & 0o777 for path in apart.iterdir()} == {0o600}
        assert apart.stat().st_mode & 0o777 == 0o700

    def test_that_were_destroyed_are_gone_from_the_copy_too(self, installation: Path, shelf: Path, rosa: Client):
        apart = shelf.with_name("apart")
        making.make(shelf, asked_by="test", keys=apart)
        keys.destroy(rosa.pk)
        making.make(shelf / "later", asked_by="test", keys=apart)
        assert keys.held_in(apart)[rosa.pk] is False

    @pytest.mark.parametrize("inside", ["", "keys"])
    def test_never_go_where_the_backup_goes(self, installation: Path, shelf: Path, inside: str):
        with pytest.raises(Invalid, match="apart"):
            making.make(shelf, asked_by="test", keys=shelf / inside)


def _draft_of_another_process(place: Path, process: int) -> Path:
    draft = draft_of(place, "cartera-20260616T070000Z")
    draft = draft.with_name(draft.name.replace(f".{os.getpid()}.", f".{process}."))
    draft.mkdir(parents=True)
    (draft / "manifest.json").write_text("{}")
    return draft


def _old(place: Path, day: int) -> Path:
    folder = place / f"cartera-2026060{day}T070000Z"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    return folder


def _elsewhere(write: Any) -> Any:
    """Write with another connection, as another process would."""
    results: list[Any] = []
    own = connections["default"]
    thread = threading.Thread(target=lambda: _with(own, lambda: results.append(write())))
    thread.start()
    thread.join()
    return results[0]


def _with(own: Any, work: Any) -> None:
    mine = own.copy()
    mine.inc_thread_sharing()
    connections["default"] = mine
    try:
        work()
    finally:
        mine.close()
