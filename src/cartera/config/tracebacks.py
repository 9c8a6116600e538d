"""Errors in logs: where they happened and of which kind they are, never with what values.

The message of an error may quote a row, and the variables around it hold whole ones; a log is no place for what is a
client's, for it is kept, sent and read elsewhere. What was asked is found by the request's name in the audit trail.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from typing import Any


def without_values(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Turn the `exc_info` of a log's event into its type and a traceback of lines of code."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given
    if given and not isinstance(error, BaseException):
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = _kind(error)
        event["exception"] = "".join(_lines(error))
    return event


def _lines(error: BaseException) -> Iterator[str]:
    for one in reversed(list(_and_its_causes(error))):
        yield from traceback.format_tb(one.__traceback__)
        yield f"{_kind(one)}\n"


def _and_its_causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
