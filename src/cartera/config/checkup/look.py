"""Everything that a check looks at, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from cartera.config.checkup import machine, stores, trail, work
from cartera.config.checkup.findings import Area

NEEDS_NO_TABLES = ("database", "migrations", "disk")


def areas(seals_kept: Path | None = None) -> Iterator[Area]:
    """Look at one area after another. Without its migrations, only what needs no table of this version is looked at."""
    looks: Mapping[str, Callable[[], Area]] = {
        "database": stores.database,
        "migrations": stores.migrations,
        "disk": machine.disk,
        "clock": machine.clocks,
        "keys": trail.keyring,
        "audit": partial(trail.audit, seals_kept),
        "facts": stores.facts,
        "jobs": work.jobs,
        "runs": work.runs,
        "backups": work.backups,
        "settings": machine.settings_area,
    }
    up_to_date = True
    for name, look in looks.items():
        if up_to_date or name in NEEDS_NO_TABLES:
            area = look()
            yield area
            up_to_date = up_to_date and (name != "migrations" or area.whole)
