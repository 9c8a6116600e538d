"""A day's working hours as a person writes them: "08:30-13:00, 14:00-17:30". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

_STRETCH = re.compile(r"^(\d{1,2})(?:[:.h](\d{2}))?\s*(?:-|–|a|to)\s*(\d{1,2})(?:[:.h](\d{2}))?$")
_BETWEEN = re.compile(r"\s*[,;]\s*|\s+(?:y|and)\s+")


class Flaw(StrEnum):
    FORM = "form"
    BACKWARDS = "backwards"
    OVERLAP = "overlap"


class WrongHours(ValueError):
    """`text` is the stretch that is not right, `flaw` why."""

    def __init__(self, flaw: Flaw, text: str) -> None:
        super().__init__(f"{text}: {flaw}")
        self.flaw, self.text = flaw, text


def read_day(text: str) -> tuple[tuple[int, int], ...]:
    """The stretches of a day in minutes from midnight, in order; none for an empty text. Raises WrongHours."""
    found: list[tuple[int, int]] = []
    for part in filter(None, _BETWEEN.split(text.strip())):
        begins, ends = _stretch(part)
        if found and begins < found[-1][1]:
            raise WrongHours(Flaw.OVERLAP, part)
        found.append((begins, ends))
    return tuple(found)


def written(stretches: Iterable[tuple[int, int]]) -> str:
    """The stretches of a day as `read_day` reads them."""
    return ", ".join(f"{_clock(begins)}-{_clock(ends)}" for begins, ends in stretches)


def _stretch(part: str) -> tuple[int, int]:
    read = _STRETCH.match(part)
    if read is None:
        raise WrongHours(Flaw.FORM, part)
    hours, minutes = (int(read[1]), int(read[3])), (int(read[2] or 0), int(read[4] or 0))
    begins, ends = (hour * 60 + minute for hour, minute in zip(hours, minutes, strict=True))
    if max(minutes) > 59 or begins >= 1440 or ends > 1440:
        raise WrongHours(Flaw.FORM, part)
    if ends <= begins:
        raise WrongHours(Flaw.BACKWARDS, part)
    return begins, ends


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
