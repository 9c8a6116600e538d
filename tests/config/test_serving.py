"""The worker is looked after while the web server serves."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from cartera.config import serving

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [sys.executable, "-c", "import signal, time; signal.signal(15, 1); print(1, flush=True); time.sleep(60)"]


def test_a_worker_that_dies_is_started_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(serving, "PAUSE", 0)
    web, worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(4)"]), serving.Worker(SLEEP)
    try:
        first = worker.process
        first.kill()
        first.wait()
        assert serving.watch(web, [worker]) == 0
        assert worker.process is not first
        assert worker.process.poll() is None
    finally:
        serving.end([web, worker.process])


def test_a_worker_that_dies_at_once_is_not_started_in_a_hurry():
    worker = serving.Worker([sys.executable, "-c", "raise SystemExit(3)"])
    worker.process.wait()
    first = worker.process
    worker.keep_alive()
    assert worker.process is first


def test_what_does_not_end_when_asked_is_killed():
    deaf = subprocess.Popen(DEAF, stdout=subprocess.PIPE)
    assert deaf.stdout is not None
    assert deaf.stdout.readline() == b"1\n"
    began = time.monotonic()
    serving.end([deaf], patience=0.2)
    assert deaf.poll() == -9
    assert time.monotonic() - began < 20
