"""The machine, and what processes take of it: user and system time, and memory."""

from __future__ import annotations

import os
import platform
import resource
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
TICKS = os.sysconf("SC_CLK_TCK")


def described() -> str:
    """Cores, memory, system and Python, and today's date: never a name."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    today = datetime.now(UTC).date()
    return (
        f"Measured on {today} on {os.cpu_count()} cores with {gib:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}."
    )


def timed(work: Callable[[], T], servers: Sequence[int] = ()) -> tuple[T, float]:
    """What a piece of work returns, and the CPU seconds of this process, its finished children and the servers' processes."""
    began = _own_cpu() + cpu_ms(servers) / 1000
    done = work()
    return done, _own_cpu() + cpu_ms(servers) / 1000 - began


def _own_cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def cpu_ms(pids: Iterable[int]) -> float:
    """User and system time that these processes have used, in milliseconds."""
    spent = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent * 1000 / TICKS


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def peak_mib(pid: int | str = "self") -> float:
    """The most memory that a process held since it began, or since `forget_peak`."""
    return _told(f"/proc/{pid}/status", "VmHWM:") / 1024


def forget_peak() -> None:
    """Measure this process's peak afresh from here."""
    Path("/proc/self/clear_refs").write_text("5")


def resident_mib(pid: int) -> tuple[float, float]:
    """What a process holds: all of it, and with its part only of what it shares with others."""
    return (_told(f"/proc/{pid}/smaps_rollup", "Rss:") / 1024, _told(f"/proc/{pid}/smaps_rollup", "Pss:") / 1024)


def _told(file: str, name: str) -> int:
    (line,) = (line for line in Path(file).read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])
