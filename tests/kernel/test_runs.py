"""Long work: one of a kind at a time, resumed when its process died, and silent about clients when it fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from cartera.kernel.alone import alone
from cartera.kernel.errors import AlreadyRunning
from cartera.kernel.models import Run
from cartera.kernel.runs import StepResult, run_alone, run_step
from tests.conftest import TODAY

NIGHT = {"title": "Night", "asked_by": "cron", "on_date": TODAY}

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = """
import time, django
django.setup()
from cartera.kernel.alone import alone
with alone("night"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def night_elsewhere(db, settings) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a night."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cartera.config.settings",
        "CARTERA_HOME": str(settings.CARTERA_HOME),
        "PYTHONPATH": str(ROOT / "src"),
    }
    if url := os.environ.get("DATABASE_URL"):
        environment["DATABASE_URL"] = f"{url.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    command = [sys.executable, "-c", ELSEWHERE]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


@pytest.mark.row("V5")
class TestARun:
    def test_is_refused_while_another_process_does_one_of_its_kind(self, night_elsewhere):
        with pytest.raises(AlreadyRunning), run_alone(Run.Kind.NIGHT, **NIGHT):
            pytest.fail("two nights at once")
        assert not Run.objects.exists()

    def test_of_another_kind_goes_on_beside_it(self, night_elsewhere):
        with run_alone(Run.Kind.IMPORT, title="berka", asked_by="ada") as run:
            assert run.state == Run.State.RUNNING

    def test_begins_once_the_other_was_killed(self, night_elsewhere):
        night_elsewhere.send_signal(signal.SIGKILL)
        night_elsewhere.wait()
        with run_alone(Run.Kind.NIGHT, **NIGHT) as run:
            run_step(run, 1, "export", StepResult)
        assert Run.objects.get().state == Run.State.DONE

    def test_that_failed_lets_the_next_one_go_on_with_it(self, db):
        with pytest.raises(ZeroDivisionError), run_alone(Run.Kind.NIGHT, **NIGHT) as run:
            _export_and_fail(run)
        with run_alone(Run.Kind.NIGHT, **NIGHT) as again:
            assert again == run
            assert run_step(again, 1, "export", lambda: StepResult(rows=8)).rows == 7

    def test_that_failed_does_not_quote_the_row_it_failed_on(self, db):
        told = 'duplicate key value violates "client_key"\nDETAIL:  Key (identifier)=(0102334456) already exists.'
        with pytest.raises(RuntimeError), run_alone(Run.Kind.NIGHT, **NIGHT) as run:
            run_step(run, 1, "value", lambda: _fail(told))
        run.refresh_from_db()
        assert run.error == run.steps.get().error == 'RuntimeError: duplicate key value violates "client_key"'


def test_two_threads_of_one_process_are_two(db):
    def try_it() -> None:
        try:
            with alone("test"):
                pytest.fail("both had it")
        finally:
            connection.close()

    with alone("test"), ThreadPoolExecutor(1) as pool, pytest.raises(AlreadyRunning):
        pool.submit(try_it).result()
    with alone("test"):
        pass


def _export_and_fail(run: Run) -> None:
    run_step(run, 1, "export", lambda: StepResult(rows=7))
    run_step(run, 2, "value", lambda: StepResult(1 // 0))


def _fail(words: str) -> StepResult:
    raise RuntimeError(words)
