"""The secret is made once, and nobody else could read it for an instant."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cartera.config.secrets import secret_key


@pytest.fixture(autouse=True)
def _none_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CARTERA_SECRET_KEY", raising=False)


def test_processes_that_begin_together_agree_on_one(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(secret_key, [tmp_path] * 8))
    assert len(found) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


def test_it_is_its_owners_alone_from_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Path, "chmod", lambda path, mode: pytest.fail("readable until then"))
    secret_key(tmp_path)
    assert os.stat(tmp_path / "secret.key").st_mode & 0o077 == 0
