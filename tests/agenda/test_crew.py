"""Many people's plans at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

SAME_PATH = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.mark.row("Z1")
def test_several_processes_make_the_same_plans_in_the_same_order():
    done = subprocess.run(
        [sys.executable, "-m", "tests.agenda.side_by_side"], env=SAME_PATH, stdout=subprocess.PIPE, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["2"] == told["1"]
    assert sum("client_id" in plan for plan in told["1"]) >= 2, "nobody had anything to do"
