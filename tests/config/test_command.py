"""The command line says what went wrong in words, and its exit status can be trusted."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from cartera.clock.models import Institution
from cartera.config import serving
from cartera.config.command import main
from cartera.config.commands import init
from cartera.kernel.arguments import a_day, a_port
from tests.conftest import Bank

SOURCE = str(Path(serving.__file__).parents[2])


def cartera(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as its own process, with an environment of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cartera.config.command", *arguments],
        env={**os.environ, "PYTHONPATH": SOURCE, "DJANGO_SETTINGS_MODULE": "cartera.config.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none"}, "refused"),
        ({"DATABASE_URL": "mysql://nobody:secret@127.0.0.1/none"}, "DATABASE_URL begins with postgresql://"),
        ({"DATABASE_URL": "", "CARTERA_HOME": "/proc/none"}, "cartera init"),
        ({"CARTERA_NIGHT_HOUR": "77"}, "CARTERA_NIGHT_HOUR=77 is no hour"),
    ],
)
def test_a_place_that_is_wrong_is_told_in_one_line_and_status_1(
    environment: dict[str, str], words: str, tmp_path: Path
):
    there = {"CARTERA_HOME": str(tmp_path / "home"), "CARTERA_KEYS": str(tmp_path / "keys")}
    told = cartera("agenda", "ana", **{**there, **environment})
    assert told.returncode == 1
    assert words in told.stderr
    assert "Traceback" not in told.stderr
    assert "secret" not in told.stderr


def test_a_port_that_is_taken_is_refused_before_anything_starts():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(serving.PortTaken, match=str(port)):
            serving.serve(port=port, worker=False)


def test_days_and_ports_are_read_or_refused_with_an_example():
    assert (a_day("2026-06-16"), a_port("8000")) == (date(2026, 6, 16), 8000)
    for read, text in ((a_day, "2026-13-01"), (a_day, "mañana"), (a_port, "99999"), (a_port, "0"), (a_port, "x")):
        with pytest.raises(Exception, match=r"write it like|from 1 to 65535"):
            read(text)


class TestInit:
    @pytest.fixture(autouse=True)
    def _database_that_is_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(init, "prepare", lambda: None)

    def test_changes_what_is_given_and_nothing_else(self, bank: Bank, capsys: pytest.CaptureFixture[str]):
        Institution.objects.update(pinned_date=date(2026, 6, 16))
        assert main(["init", "--name", "Banco del Austro", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["institution"] == "Banco del Austro"
        one = Institution.objects.get()
        assert (one.name, one.country, one.currency, one.zone) == (
            "Banco del Austro",
            "EC",
            "USD",
            "America/Guayaquil",
        )
        assert one.pinned_date == date(2026, 6, 16)

    @pytest.mark.parametrize(
        ("option", "value"), [("--country", "XX"), ("--region", "ZZ"), ("--currency", "dollars"), ("--zone", "Mars/X")]
    )
    def test_refuses_a_place_that_does_not_exist(
        self, bank: Bank, capsys: pytest.CaptureFixture[str], option: str, value: str
    ):
        before = Institution.objects.values().get()
        assert main(["init", option, value]) == 1
        assert value in capsys.readouterr().err
        assert Institution.objects.values().get() == before
