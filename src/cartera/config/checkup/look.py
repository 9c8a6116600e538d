"""Everything that a check looks at, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from django.db import DatabaseError
from django.utils.translation import gettext as _

from cartera.config.checkup import machine, stores, trail, work
from cartera.config.checkup.findings import Area, fault

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
            area = _seen(name, look)
            yield area
            up_to_date = up_to_date and (name != "migrations" or area.whole)


def _seen(name: str, look: Callable[[], Area]) -> Area:
    """What a look tells; a database that cannot even be asked is a fault of what was looked at, and not the end."""
    try:
        return look()
    except DatabaseError as error:
        why = str(error).partition("\n")[0].strip().rstrip(".")
        return Area(
            name,
            "",
            (
                fault(
                    _("The database could not tell: %(why)s.") % {"why": why},
                    _("Stop `cartera serve` and restore the last backup: `cartera restore`."),
                ),
            ),
        )
