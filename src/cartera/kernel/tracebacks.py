"""Errors in logs: where they happened and of which kind they are, never with what values.

The message of an error may quote a row, and the variables around it hold whole ones; a log is no place for what is a
client's, for it is kept, sent and read elsewhere. What was asked is found by the request's name in the audit trail.
"""

from __future__ import annotations

import re
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
        event["error"] = kind_of(error)
        event["exception"] = lines_of(error)
    return event


def lines_of(error: BaseException) -> str:
    """Where an error happened, line by line of code."""
    return "".join(_lines(error))


def lines_in(text: str) -> str:
    """The same of a traceback that somebody else wrote down: without what errors said."""
    kept = (line for line in text.splitlines() if line.startswith((" ", "Traceback")) or _KIND.match(line))
    return "\n".join(line if line.startswith((" ", "Traceback")) else line.partition(":")[0] for line in kept)


def kind_in(text: str) -> str:
    """The kind of the error that such a traceback ends with, empty when it tells none."""
    kinds = [found.group() for line in text.splitlines() if (found := _KIND.match(line))]
    return kinds[-1] if kinds else ""


_KIND = re.compile(
    r"^[A-Za-z_][\w.]*(?:Error|Exception|Warning|Interrupt|Exit|Invalid|Conflict|NotFound|NotPermitted|TooLate)\b"
)


def _lines(error: BaseException) -> Iterator[str]:
    for one in reversed(list(_and_its_causes(error))):
        yield from traceback.format_tb(one.__traceback__)
        yield f"{kind_of(one)}\n"


def _and_its_causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def kind_of(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
