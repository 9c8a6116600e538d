"""A backup beside the installation: what is the same, and what has become different since."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps

from cartera.config.backups.manifest import Manifest
from cartera.config.backups.tables import Moment, fingerprints, kept_tables
from cartera.config.installation import require_migrated
from cartera.config.progress import Report, silent


class Verdict(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ONLY_HERE = "only here"
    ONLY_THERE = "only in the backup"


@dataclass(frozen=True, slots=True)
class Compared:
    """A table: its rows in the backup and here, and whether their content is the same."""

    table: str
    kept: int
    here: int
    verdict: Verdict


def compare(manifest: Manifest, progress: Report = silent) -> list[Compared]:
    """Every table of the backup and of the installation, by name."""
    require_migrated()
    tables = kept_tables(apps)
    with Moment() as moment:
        here = fingerprints(tables, moment.connection, lambda name, number: progress(name, number, len(tables)))
    compared = []
    for name in sorted(manifest.tables.keys() | here.keys()):
        there, now = manifest.tables.get(name), here.get(name)
        if there is None or now is None:
            verdict = Verdict.ONLY_HERE if there is None else Verdict.ONLY_THERE
        else:
            verdict = Verdict.SAME if there == now else Verdict.CHANGED
        compared.append(Compared(name, there.rows if there else 0, now.rows if now else 0, verdict))
    return compared
