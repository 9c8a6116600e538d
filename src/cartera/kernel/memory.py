"""Small answers that every request needs, remembered for some seconds by each process."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

SECONDS = 5.0
_all: list[Remembered[object]] = []


class Remembered(Generic[T]):
    """What a function of one key answers, asked again after five seconds, for another key, or once it is forgotten."""

    def __init__(self, ask: Callable[[Hashable], T]) -> None:
        self._ask = ask
        self._known: tuple[float, Hashable, T] | None = None
        _all.append(self)  # type: ignore[arg-type]

    def __call__(self, key: Hashable = None) -> T:
        known = self._known  # read once: another thread may forget it in between
        if known is not None and known[1] == key and time.monotonic() - known[0] < SECONDS:
            return known[2]
        found = self._ask(key)
        self._known = (time.monotonic(), key, found)
        return found

    def forget(self) -> None:
        self._known = None


def forget_all() -> None:
    """Ask everything afresh."""
    for remembered in _all:
        remembered.forget()
