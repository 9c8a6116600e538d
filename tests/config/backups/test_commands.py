"""`cartera backup` and `cartera restore`, and the daily one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cartera.clients.models import Client
from cartera.config.backups import schedule
from cartera.config.backups.schedule import is_due
from cartera.config.command import main
from cartera.kernel.models import Run

pytestmark = [pytest.mark.row("Y8"), pytest.mark.usefixtures("installation")]

Told = pytest.CaptureFixture[str]
PASSPHRASE = "la cabra tira al monte"


def told(capsys: Told) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


class TestTheCommands:
    def test_back_up_compare_verify_and_restore(
        self, shelf: Path, tmp_path: Path, capsys: Told, request: pytest.FixtureRequest
    ):
        assert main(["backup", "--to", str(shelf), "--keep", "3", "--json"]) == 0
        made = told(capsys)
        assert Path(made["folder"]).parent == shelf
        assert made["verified"] is True
        assert main(["backup", "--verify", str(shelf), "--json"]) == 0
        assert told(capsys)["rows"] == made["rows"]
        assert main(["backup", "--compare", str(shelf), "--json"]) == 4, "the run of the backup came after it"
        differing = [table["table"] for table in told(capsys)["tables"] if table["verdict"] != "same"]
        assert differing == ["kernel_run"]
        request.getfixturevalue("empty_server")
        assert main(["restore", str(shelf), "--into", str(tmp_path / "beside"), "--json"]) == 0
        assert told(capsys)["rows"] == made["rows"]
        assert main(["restore", str(shelf), "--into", str(tmp_path / "beside")]) == 1
        assert str(tmp_path / "beside") in capsys.readouterr().err

    def test_tell_people_in_words(self, shelf: Path, tmp_path: Path, capsys: Told, request: pytest.FixtureRequest):
        assert main(["backup", "--to", str(shelf), "--keys", str(tmp_path / "apart")]) == 0
        assert "apart" in capsys.readouterr().out.replace("\n", "")
        Client.objects.update(sector="other")
        assert main(["backup", "--compare", str(shelf)]) == 4
        assert "clients_client" in capsys.readouterr().out
        assert main(["backup", "--verify", str(shelf)]) == 0
        request.getfixturevalue("empty_server")
        assert main(["restore", str(shelf), "--into", str(tmp_path / "beside")]) == 0
        assert "cartera check" in capsys.readouterr().out.replace("\n", " ")

    def test_encrypt_with_the_passphrase_of_a_file(self, shelf: Path, tmp_path: Path, capsys: Told, settings: Any):
        file = tmp_path / "passphrase"
        file.write_text(f"{PASSPHRASE}\n")
        assert main(["backup", "--to", str(shelf), "--passphrase-file", str(file), "--json"]) == 0
        assert told(capsys)["encrypted"] is True
        assert main(["backup", "--compare", str(shelf)]) == 1
        assert "--passphrase-file" in capsys.readouterr().err
        settings.CARTERA_BACKUP_PASSPHRASE_FILE = file
        assert main(["backup", "--compare", str(shelf), "--json"]) == 4

    def test_do_not_encrypt_with_nothing(self, shelf: Path, tmp_path: Path, capsys: Told):
        (tmp_path / "empty").write_text("\n")
        assert main(["backup", "--to", str(shelf), "--encrypt"]) == 1
        assert main(["backup", "--to", str(shelf), "--passphrase-file", str(tmp_path / "empty")]) == 1
        assert not shelf.exists()

    def test_find_no_backup_where_there_is_none(self, tmp_path: Path, capsys: Told):
        assert main(["backup", "--verify", str(tmp_path)]) == 1
        assert main(["restore", str(tmp_path / "nothing")]) == 1
        assert capsys.readouterr().err.count("cartera") >= 2

    def test_keep_at_least_one(self, capsys: Told):
        with pytest.raises(SystemExit) as refused:
            main(["backup", "--keep", "0"])
        assert refused.value.code == 2


class TestTheDailyOne:
    @pytest.fixture(autouse=True)
    def _at_four(self, settings: Any) -> None:
        settings.CARTERA_BACKUP_HOUR = 4

    FIVE = datetime(2026, 6, 16, 10, tzinfo=UTC)  # 05:00 in Guayaquil

    def test_is_due_once_its_hour_has_come(self, settings: Any):
        assert not is_due(self.FIVE - timedelta(hours=2))
        assert is_due(self.FIVE)
        settings.CARTERA_BACKUP_HOUR = None
        assert not is_due(self.FIVE)

    def test_is_made_once_a_day(self):
        self._made(self.FIVE - timedelta(minutes=30), Run.State.DONE)
        assert not is_due(self.FIVE)
        assert is_due(self.FIVE + timedelta(days=1))

    def test_that_failed_is_tried_again_after_an_hour(self):
        self._made(self.FIVE - timedelta(minutes=30), Run.State.FAILED)
        assert not is_due(self.FIVE)
        assert is_due(self.FIVE + timedelta(minutes=31))

    def test_is_a_process_of_its_own(self, monkeypatch: pytest.MonkeyPatch):
        begun: list[Any] = []
        monkeypatch.setattr(schedule.subprocess, "Popen", lambda words, **_: begun.append(words))
        monkeypatch.setattr(schedule, "is_due", lambda _now: True)
        schedule.run_if_due()
        assert begun[0][-3:] == ["backup", "--scheduled", "--json"]

    def test_goes_where_the_settings_say(self, tmp_path: Path, settings: Any, capsys: Told):
        settings.CARTERA_BACKUPS = str(tmp_path / "copies")
        settings.CARTERA_BACKUP_KEYS = str(tmp_path / "apart")
        assert main(["backup", "--scheduled", "--json"]) == 0
        made = told(capsys)
        assert Path(made["folder"]).parent == tmp_path / "copies"
        assert made["keys"] == str(tmp_path / "apart")
        assert Run.objects.get(kind=Run.Kind.BACKUP).asked_by == "schedule"

    def _made(self, at: datetime, state: str) -> None:
        Run.objects.create(kind=Run.Kind.BACKUP, title="b", asked_by="test", started_at=at, state=state)


def test_a_database_that_is_not_up_to_date_is_not_backed_up(shelf: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cartera.config.installation.missing_migrations", lambda *_: ["kernel.0999_wonders"])
    assert main(["backup", "--to", str(shelf)]) == 1
    assert "cartera init" in capsys.readouterr().err
