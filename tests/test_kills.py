"""A few of the random kills; `python tools/kills.py 100` makes a hundred. Imports and nights have tests of their own."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tools.kills import kinds


@pytest.mark.row("Y8")
def test_workers_and_backups_that_are_killed_lose_nothing(tmp_path: Path):
    works = {work.name: work for work in kinds(tmp_path)}
    chance = random.Random(5)
    for name in ("worker", "backup"):
        works[name].measure(tmp_path)
        met, differing = works[name].killed(tmp_path, 2, chance)
        assert met > 0, name
        assert differing == [], name
    assert works["worker"].undisturbed["promises that were made"] > 0
    assert works["worker"].undisturbed["errands that wait"] == 0
    assert works["backup"].undisturbed["proved"] is True
