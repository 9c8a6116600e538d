"""How often one may ask: counted across processes, cheaply, and forgotten."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cartera.kernel import limits
from cartera.kernel.limits import Quota, spend

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def own_file(settings: Any, tmp_path: Path) -> None:
    settings.CARTERA_HOME = tmp_path


@pytest.mark.row("Y6")
class TestSpending:
    quota = Quota("token", 3, 3600)

    def test_counts_down_to_nothing_and_says_when_it_begins_anew(self):
        left = [spend("ana", self.quota) for _ in range(4)]
        assert [(one.left, one.over) for one in left] == [(2, False), (1, False), (0, False), (0, True)]
        assert left[0].headers["RateLimit-Policy"] == '"token";q=3;w=3600'
        assert left[0].headers["RateLimit"].startswith('"token";r=2;t=')
        assert "Retry-After" not in left[2].headers
        assert 0 < int(left[3].headers["Retry-After"]) <= 3600

    def test_counts_each_by_itself(self):
        for _ in range(5):
            spend("ana", self.quota)
        assert spend("beto", self.quota).left == 2
        assert spend("ana", Quota("other", 3, 3600)).left == 2

    def test_begins_anew_with_the_next_window(self, monkeypatch: pytest.MonkeyPatch):
        for _ in range(5):
            spend("ana", self.quota)
        later = time.time() + 3600
        monkeypatch.setattr(limits.time, "time", lambda: later)
        assert spend("ana", self.quota).left == 2

    def test_without_a_quota_counts_nothing(self):
        assert not any(spend("ana", Quota("token", 0, 60)).over for _ in range(9))

    def test_is_shared_by_processes(self, tmp_path: Path):
        code = (
            "from django.conf import settings; from pathlib import Path;"
            f"settings.configure(CARTERA_HOME=Path({str(tmp_path)!r}), SECRET_KEY='only-for-tests', REDIS_URL='');"
            "from cartera.kernel.limits import Quota, spend;"
            "print(spend('ana', Quota('token', 3, 3600)).left)"
        )
        spend("ana", self.quota)
        told = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert told.stdout.strip() == "1", told.stderr

    def test_keeps_nobodys_name(self, tmp_path: Path):
        spend("address 203.0.113.7", self.quota)
        limits._file().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert b"203.0.113.7" not in (tmp_path / "limits.sqlite3").read_bytes()

    def test_lets_people_work_when_it_cannot_count(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ):
        def broken() -> sqlite3.Connection:
            raise sqlite3.OperationalError("disk full")

        monkeypatch.setattr(limits, "_file", broken)
        assert not spend("ana", self.quota).over
        assert "could not be counted" in caplog.text

    def test_forgets_windows_that_are_over(self):
        spend("ana", Quota("token", 3, 60))
        assert limits.forget_old_counts(days=1) == 0
        assert limits.forget_old_counts(days=-1) == 1

    def test_costs_less_than_a_millisecond(self):
        began = time.process_time()
        for _ in range(300):
            spend("ana", Quota("token", 1000, 3600))
        assert (time.process_time() - began) / 300 < 0.001


@pytest.mark.parametrize(("text", "most", "seconds"), [("600/60", 600, 60), ("5", 5, 60), ("", 0, 60), ("0", 0, 60)])
def test_a_quota_is_read(text: str, most: int, seconds: int):
    assert Quota.read("x", text) == Quota("x", most, seconds)


@pytest.mark.parametrize("text", ["many", "5/0", "-1/60", "5/60/60"])
def test_what_is_no_quota_is_refused(text: str):
    with pytest.raises(ValueError, match=r".*"):
        Quota.read("x", text)
