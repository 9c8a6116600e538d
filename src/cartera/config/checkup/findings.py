"""What a look at the installation tells: areas, each with what was seen and what is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    FAULT = "fault"
    """Something is broken, lost or open: the installation is not whole."""

    ADVICE = "advice"
    """Everything works; somebody should know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not as it should be, and what to do about it."""

    level: Level
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the installation: what was seen there, in a line, and the findings."""

    name: str
    seen: str
    findings: tuple[Finding, ...] = ()

    @property
    def whole(self) -> bool:
        return not any(finding.level is Level.FAULT for finding in self.findings)


def fault(what: str, do: str) -> Finding:
    return Finding(Level.FAULT, what, do)


def advice(what: str, do: str) -> Finding:
    return Finding(Level.ADVICE, what, do)
