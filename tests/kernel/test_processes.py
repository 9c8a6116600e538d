"""Questions answered by several processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from cartera.kernel.processes import answered

SAME_PATH = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def who_squares(number: int) -> tuple[int, int]:
    time.sleep(0.2 if number == 0 else 0.01)
    return number * number, os.getpid()


def refuses(number: int) -> int:
    raise ValueError(f"no {number}")


def test_answers_come_in_the_order_of_the_questions_from_other_processes():
    told = list(answered(who_squares, range(8), processes=2))
    assert [square for square, _process in told] == [number * number for number in range(8)]
    processes = {process for _square, process in told}
    assert 1 <= len(processes) <= 2  # a quick one may answer all before the other has started
    assert os.getpid() not in processes


def test_one_process_is_this_one():
    assert {process for _square, process in answered(who_squares, range(3), processes=1)} == {os.getpid()}


def test_what_goes_wrong_there_is_raised_here():
    with pytest.raises(ValueError, match="no 1"):
        list(answered(refuses, [1], processes=2))


KILLED = """
import os, signal
from tests.kernel.test_processes import who_squares
from cartera.kernel.processes import answered

if __name__ == "__main__":
    for square, process in answered(who_squares, range(2000), processes=2):
        print(process, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nobody_stays_when_the_asking_process_is_killed():
    asking = subprocess.run(
        [sys.executable, "-c", KILLED], env=SAME_PATH, stdout=subprocess.PIPE, check=False, text=True
    )
    worker = int(asking.stdout.split()[0])
    ends = time.monotonic() + 20
    while os.path.exists(f"/proc/{worker}") and _state(worker) != "Z" and time.monotonic() < ends:
        time.sleep(0.1)
    assert not os.path.exists(f"/proc/{worker}") or _state(worker) == "Z"


def _state(process: int) -> str:
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as told:
            return told.read().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"
