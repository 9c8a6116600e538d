"""Questions answered by several processes at once, with the answers in the order of the questions.

Imports no table, for a new process reads this module before its settings.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import current_process, get_context, parent_process
from threading import Thread
from typing import TypeVar

import django

Q = TypeVar("Q")
A = TypeVar("A")


def answered(answer: Callable[[Q], A], questions: Sequence[Q], *, processes: int) -> Iterator[A]:
    """What a function of a module says to each question, in so many processes, or in this one for less than two.

    The processes are new ones, with connections of their own: they may read, and whoever asks stays the only writer. A
    worker of the queue may start none, so that it answers alone.
    """
    if processes < 2 or current_process().daemon:
        yield from map(answer, questions)
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield from pool.map(answer, questions)
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    django.setup()
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Whoever asked may be killed, and then nobody else would tell this process that its work is over."""
    asking = parent_process()
    assert asking is not None, "this process was started by whoever asks"
    asking.join()
    os._exit(1)
