"""When the workers run the night by themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cartera.clients.models import Client
from cartera.config import nightly
from cartera.kernel.errors import AlreadyRunning
from cartera.kernel.models import Run
from cartera.kernel.runs import running, start_run
from tests.conftest import TODAY
from tests.kernel.test_runs import night_elsewhere

__all__ = ["night_elsewhere"]


@pytest.fixture
def nights(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The days whose night was begun."""
    begun: list[object] = []
    monkeypatch.setattr(nightly, "run_night", lambda day, asked_by: begun.append(day))
    return begun


@pytest.mark.row("V5")
class TestTheScheduledNight:
    def test_is_run_once_its_hour_has_come(self, rosa: Client, nights: list[object]):
        nightly.run_if_due()
        assert nights == [TODAY]

    def test_waits_for_its_hour_on_the_institutions_clock(self, rosa: Client, nights: list[object], at):
        at(datetime(2026, 6, 16, 6, 59, tzinfo=UTC))  # 01:59 in Cuenca
        nightly.run_if_due()
        assert nights == []

    @pytest.mark.parametrize("days_ago", [0, 1])
    def test_is_run_once_a_day(self, rosa: Client, nights: list[object], days_ago: int):
        with running(
            start_run(Run.Kind.NIGHT, title="Night", asked_by="cron", on_date=TODAY - timedelta(days=days_ago))
        ):
            pass
        nightly.run_if_due()
        assert nights == [TODAY][: days_ago or 0]

    def test_is_none_for_a_bank_without_clients(self, bank, nights: list[object]):
        nightly.run_if_due()
        assert nights == []

    def test_can_be_left_to_another_scheduler(self, rosa: Client, nights: list[object], settings):
        settings.CARTERA_NIGHT_HOUR = None
        nightly.run_if_due()
        assert nights == []

    def test_leaves_one_that_is_under_way_alone(self, rosa: Client, monkeypatch: pytest.MonkeyPatch):
        def refuse(day: object, asked_by: str) -> None:
            raise AlreadyRunning()

        monkeypatch.setattr(nightly, "run_night", refuse)
        nightly.run_if_due()


class TestANightThatAWorkerBegins:
    @pytest.fixture
    def started(self, monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[list[subprocess.Popen[bytes]]]:
        """The processes that were started: each says its command's arguments and sleeps."""
        settings.CARTERA_JOBS = "queue"
        processes: list[subprocess.Popen[bytes]] = []
        start = subprocess.Popen

        def sleep(command: list[str], **options: object) -> None:
            processes.append(start([sys.executable, "-c", "import time; time.sleep(60)", *command[3:]]))

        monkeypatch.setattr(nightly.subprocess, "Popen", sleep)
        yield processes
        for process in processes:
            process.kill()
            process.wait()

    def test_has_a_process_of_its_own_and_the_worker_is_free_at_once(self, rosa: Client, started):
        nightly.run_if_due()
        nightly.run_tonight(day="2026-06-15")
        assert [process.args[3:] for process in started] == [
            ["nightly", "--date", TODAY.isoformat(), "--asked-by", "schedule"],
            ["nightly", "--date", "2026-06-15", "--asked-by", "screen"],
        ]
        assert all(process.poll() is None for process in started)

    def test_is_not_begun_while_one_runs(self, rosa: Client, night_elsewhere, started):
        nightly.run_if_due()
        with pytest.raises(AlreadyRunning):
            nightly.run_tonight(day="2026-06-15")
        assert started == []
