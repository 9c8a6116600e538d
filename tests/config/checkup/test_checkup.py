"""Whether an installation is whole: it is, until something is done to it, and then that is what is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import DatabaseError, connection
from django_q.models import Schedule

from cartera.clients.models import Client, Holding
from cartera.clock import actions as clock_actions
from cartera.config.backups import making
from cartera.config.checkup import machine, stores, trail, work
from cartera.config.checkup.findings import Area, Level
from cartera.config.checkup.look import areas
from cartera.config.command import main
from cartera.engine import lake
from cartera.kernel import keys, seals
from cartera.kernel.alone import alone
from cartera.kernel.errors import Invalid
from cartera.kernel.models import Errand, Happening, Run, Seal
from cartera.products.models import Product
from tests.conftest import SET_UP, TODAY, given
from tests.kernel.test_seals import unguarded

pytestmark = [pytest.mark.row("Y7", "Y8"), pytest.mark.usefixtures("installation")]

Look = Callable[[], Area]


@pytest.fixture(autouse=True)
def _as_installed(installation: Path, rosa: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CARTERA_SECRET_KEY", raising=False)
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    product = given(Product, key="savings", name="Ahorro", line="deposit", currency="USD")
    given(Holding, key="h1", client=rosa, product=product, currency="USD", opened_on=TODAY)


def faults(area: Area) -> list[str]:
    return [finding.what for finding in area.findings if finding.level is Level.FAULT]


def told(area: Area) -> str:
    return " ".join(f"{finding.what} {finding.do}" for finding in area.findings)


class TestAWholeInstallation:
    def test_has_no_faults_in_any_area(self):
        looked = list(areas())
        assert [area.name for area in looked] == [
            *(
                "database",
                "migrations",
                "disk",
                "clock",
                "keys",
                "audit",
                "facts",
                "jobs",
                "runs",
                "backups",
                "settings",
            )
        ]
        assert {area.name: faults(area) for area in looked if not area.whole} == {}

    def test_is_told_with_status_0(self, capsys: pytest.CaptureFixture[str]):
        assert main(["check", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["whole"] is True

    def test_is_told_in_words(self, capsys: pytest.CaptureFixture[str]):
        assert main(["check"]) == 0
        words = capsys.readouterr().out
        assert "✗" not in words
        assert words.count("✓") == 11


class TestAFault:
    @pytest.fixture(autouse=True)
    def _tampered(self, installation: Path) -> None:
        with unguarded():
            Happening.objects.update(at=datetime.now(UTC) - timedelta(days=2))
            seals.seal_days()
            Happening.objects.filter(name="promise.make").update(actor_name="Nobody")

    def test_is_told_with_status_4_and_what_to_do(self, capsys: pytest.CaptureFixture[str]):
        assert main(["check", "--json"]) == 4
        answer = json.loads(capsys.readouterr().out)
        audit = next(area for area in answer["areas"] if area["name"] == "audit")
        assert (answer["whole"], audit["whole"]) == (False, False)
        assert all(finding["do"] for finding in audit["findings"])

    def test_is_no_reason_to_hand_out_seals(self, tmp_path: Path):
        assert main(["check", "--json", "--seals", str(tmp_path / "seals")]) == 4
        assert not (tmp_path / "seals").exists()


def test_a_database_that_cannot_tell_is_a_fault_and_the_rest_is_looked_at(monkeypatch: pytest.MonkeyPatch):
    def unreadable() -> Area:
        raise DatabaseError("database disk image is malformed\nrow 7: Rosa")

    monkeypatch.setattr(trail, "keyring", unreadable)
    looked = {area.name: area for area in areas()}
    assert faults(looked["keys"]) == ["The database could not tell: database disk image is malformed."]
    assert looked["settings"].whole


class TestTheDatabase:
    def test_with_a_reference_that_leads_nowhere(self):
        if connection.vendor == "postgresql":
            pytest.skip("PostgreSQL does not let it happen")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("UPDATE clients_holding SET client_id = 4711")
        assert "clients_holding" in faults(stores.database())[0]

    def test_whose_file_is_damaged_is_told_in_words(self, capsys: pytest.CaptureFixture[str]):
        if connection.vendor == "postgresql":
            pytest.skip("the server keeps its files")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("SELECT rootpage FROM sqlite_master WHERE name = 'kernel_happening'")
            page = cursor.fetchone()[0]
        connection.close()
        with Path(connection.settings_dict["NAME"]).open("r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(b"\xff" * 4096)
        assert main(["check", "--json"]) == 4
        looked = {area["name"]: area["whole"] for area in json.loads(capsys.readouterr().out)["areas"]}
        assert looked["database"] is False

    def test_with_a_constraint_that_was_never_validated(self):
        if connection.vendor == "sqlite":
            pytest.skip("SQLite has no such thing")
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE clients_client ADD CONSTRAINT looks_good CHECK (id > 0) NOT VALID")
        assert "looks_good" in faults(stores.database())[0]

    def test_that_lacks_migrations_is_looked_at_no_further(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(stores, "missing_migrations", lambda _alias: ["kernel.0999_wonders"])
        looked = list(areas())
        assert "kernel.0999_wonders" in faults(looked[1])[0]
        assert [area.name for area in looked] == ["database", "migrations", "disk"]


class TestTheParquetFiles:
    def test_of_holdings_that_nobody_knows(self):
        frame = pl.DataFrame({"holding": ["stranger"], "on": [TODAY], "balance_minor": [1], "currency": ["USD"]})
        lake.merge("balances", frame, ["holding", "on"])
        assert "balances" in faults(stores.facts())[0]

    def test_that_cannot_be_read(self, installation: Path):
        path = installation / "lake/balances/month=2026-06/part.parquet"
        path.write_bytes(path.read_bytes()[:-9])
        assert "month=2026-06" in faults(stores.facts())[0]

    def test_of_a_night_without_the_rows_it_had(self, installation: Path):
        folder = installation / "snapshots" / "2026-06-16"
        folder.mkdir(parents=True)
        assert "2026-06-16" in faults(stores.facts())[0]
        pl.DataFrame({"id": [1]}).write_parquet(folder / "clients.parquet")
        description = {"taken_at": "2026-06-16T07:00:00+00:00", "rows": {"clients": 2}}
        (folder / "snapshot.json").write_text(json.dumps(description))
        assert "clients" in faults(stores.facts())[0]


class TestTheAuditTrail:
    def test_without_its_guards(self):
        with unguarded():
            assert "happening_no" in faults(trail.audit())[0]

    def test_that_waits_for_its_seals_too_long(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(seals, "days_unsealed", lambda _now: 3)
        assert trail.audit().whole
        monkeypatch.setattr(seals, "days_unsealed", lambda _now: 30)
        assert not trail.audit().whole

    def test_is_held_against_what_was_kept_outside_and_in_backups(self, tmp_path: Path, installation: Path):
        with unguarded():
            Happening.objects.update(at=datetime.now(UTC) - timedelta(days=2))
        making.make(installation / "backups", asked_by="test")
        file = tmp_path / "seals.jsonl"
        assert trail.write_seals(file) > 0
        assert trail.audit(file).whole
        with unguarded():
            Happening.objects.update(actor_name="Nobody")
            Seal.objects.all().delete()
        seals.seal_days()
        assert len(faults(trail.audit())) == 1, "the chain was written anew, but a backup remembers"
        assert len(faults(trail.audit(file))) > 1

    def test_is_not_held_against_any_file(self, tmp_path: Path):
        (tmp_path / "x").write_text("no seals")
        with pytest.raises(Invalid, match="x"):
            trail.audit(tmp_path / "x")


class TestTheKeys:
    def test_that_are_gone(self, settings: Any, rosa: Client, tmp_path: Path):
        settings.CARTERA_KEYS = tmp_path / "nothing"
        assert str(rosa.pk) in faults(trail.keyring())[0]

    def test_that_were_destroyed_are_none_missing(self, rosa: Client):
        keys.destroy(rosa.pk)
        assert trail.keyring().whole

    def test_that_others_may_read(self, settings: Any):
        (settings.CARTERA_KEYS / keys.RING).chmod(0o644)
        assert keys.RING in faults(trail.keyring())[0]


class TestTheMachine:
    def test_without_room(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(machine, "LEAST_FREE", 1 << 60)
        assert not machine.disk().whole

    def test_whose_clock_went_back(self):
        with unguarded():
            Happening.objects.update(at=datetime.now(UTC) + timedelta(hours=1))
        assert not machine.clocks().whole

    def test_that_does_not_know_the_zone(self, monkeypatch: pytest.MonkeyPatch):
        Client.objects.first().branch.__class__.objects.update(zone="Mars/Olympus")  # type: ignore[union-attr]
        assert "Mars/Olympus" in faults(machine.clocks())[0]

    def test_with_a_pinned_date_is_whole_and_told(self):
        clock_actions.found_institution(
            actor=SET_UP, name="B", country="EC", currency="USD", zone="America/Guayaquil", pinned_date=TODAY
        )
        area = machine.clocks()
        assert area.whole
        assert TODAY.isoformat() in told(area)


class TestTheSettings:
    @pytest.mark.parametrize(
        ("hosts", "secret", "debug", "whole"),
        [
            ("localhost", "", False, True),
            ("localhost", "secret", True, True),
            ("cartera.example", "", False, False),
            ("*", "", False, False),
        ],
    )
    def test_are_dangerous_before_others(
        self, hosts: str, secret: str, debug: bool, whole: bool, settings: Any, monkeypatch: pytest.MonkeyPatch
    ):
        settings.ALLOWED_HOSTS, settings.DEBUG = [hosts], debug
        if secret:
            monkeypatch.setenv("CARTERA_SECRET_KEY", secret)
        area = machine.settings_area()
        assert area.whole is whole
        assert ("CARTERA_DEBUG" in told(area)) is debug

    def test_with_the_published_password_before_others(self, settings: Any):
        settings.ALLOWED_HOSTS, settings.SESSION_COOKIE_SECURE = ["cartera.example"], True
        assert "ana" in faults(machine.settings_area())[0]


class TestWork:
    def test_that_waits(self):
        errand = Errand.objects.create(happening=Happening.objects.first(), job="agenda.replan_after", attempts=3)
        assert "agenda.replan_after" in faults(work.jobs())[0]
        with unguarded():
            Happening.objects.filter(pk=errand.happening_id).update(at=datetime.now(UTC) - timedelta(hours=1))
        assert len(faults(work.jobs())) == 2

    def test_that_nobody_does(self):
        Schedule.objects.create(func="x", next_run=datetime.now(UTC) - timedelta(hours=1))
        assert work.jobs().whole
        assert "cartera serve" in told(work.jobs())

    def test_that_was_interrupted(self):
        begun = {"asked_by": "test", "started_at": datetime.now(UTC)}
        Run.objects.create(kind=Run.Kind.NIGHT, title="Night of x", on_date=TODAY, **begun)
        assert "Night of x" in faults(work.runs())[0]
        with alone("night"):
            assert connection.vendor == "postgresql" or work.runs().whole

    def test_that_failed(self):
        failed = {"asked_by": "test", "started_at": datetime.now(UTC), "state": Run.State.FAILED, "error": "no room"}
        Run.objects.create(kind=Run.Kind.NIGHT, title="n", on_date=TODAY, **failed)
        Run.objects.create(kind=Run.Kind.BACKUP, title="b", **failed)
        assert "no room" in faults(work.runs())[0]
        assert "no room" in faults(work.backups())[0]

    def test_without_a_backup_is_a_fault_once_it_has_settled_in(self):
        assert work.backups().whole
        assert work.backups().seen == "no backup yet"
        with unguarded():
            Happening.objects.update(at=datetime.now(UTC) - timedelta(days=3))
        assert not work.backups().whole

    def test_with_a_backup_that_is_old(self):
        old = datetime.now(UTC) - timedelta(days=2)
        run = {"asked_by": "test", "started_at": old, "finished_at": old, "state": Run.State.DONE}
        Run.objects.create(kind=Run.Kind.BACKUP, title="b", **run)
        assert not work.backups().whole
        Run.objects.create(kind=Run.Kind.DEMO, title="d", **run)
        assert work.backups().whole


def test_looking_makes_no_database_where_there_is_none(
    settings: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    if connection.vendor == "postgresql":
        pytest.skip("a server's database is made by somebody else")
    there = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(tmp_path / "none.sqlite3")
    try:
        assert main(["check"]) == 1
    finally:
        connection.settings_dict["NAME"] = there
    assert "cartera init" in capsys.readouterr().err
    assert not (tmp_path / "none.sqlite3").exists()
