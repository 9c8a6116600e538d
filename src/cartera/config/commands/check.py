"""Look whether everything is as it should be: database, keys, disk, clock, audit trail, Parquet, jobs, backups, settings.

  cartera check
  cartera check --json
  cartera check --seals seals.jsonl          also write the seals of the audit trail, for somebody outside to keep
  cartera check --kept-seals seals.jsonl     compare the trail with seals that were kept

It changes nothing, and it may run beside a serving installation.

Exit status: 0 whole, 1 it could not look, 4 there are faults. Advice alone leaves it whole.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.markup import escape

from cartera.config.checkup import trail
from cartera.config.checkup.findings import Area, Level
from cartera.config.checkup.look import areas
from cartera.config.progress import progress_bar
from cartera.kernel.errors import NotFound

FAULTY = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seals", type=Path, metavar="FILE", help="write the seals of the audit trail into a file")
    parser.add_argument("--kept-seals", type=Path, metavar="FILE", help="compare the trail with seals that were kept")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")


def run(options: argparse.Namespace) -> int:
    _require_installation()
    looked: list[Area] = []
    with progress_bar(quiet=options.json) as progress:
        for area in areas(options.kept_seals):
            looked.append(area)
            progress(_("looking"), len(looked), 0)
    whole = all(area.whole for area in looked)
    if options.seals and whole:
        trail.write_seals(options.seals)
    if options.json:
        told = [{**asdict(area), "whole": area.whole} for area in looked]
        print(json.dumps({"whole": whole, "areas": told}, ensure_ascii=False))  # noqa: T201
    else:
        _print(looked)
    return 0 if whole else FAULTY


def _require_installation() -> None:
    """Looking must not make an empty database where there is none."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        raise NotFound(
            _("There is no installation in %(home)s: set CARTERA_HOME, or run `cartera init`.")
            % {"home": settings.CARTERA_HOME}
        )


def _print(looked: list[Area]) -> None:
    console = Console(highlight=False)
    names = _names()
    width = max(map(len, names.values()))
    for area in looked:
        mark = "[green]✓[/]" if area.whole else "[red]✗[/]"
        console.print(f"{mark} [bold]{names[area.name]:<{width}}[/]  {escape(area.seen)}")
        for finding in area.findings:
            colour = "red" if finding.level is Level.FAULT else "yellow"
            console.print(f"  [{colour}]{escape(finding.what)}[/]")
            console.print(f"  → {escape(finding.do)}")
    faults = sum(finding.level is Level.FAULT for area in looked for finding in area.findings)
    if faults:
        console.print(ngettext("%(count)d fault.", "%(count)d faults.", faults) % {"count": faults}, style="bold red")
    else:
        console.print(_("The installation is whole."), style="bold green")


def _names() -> dict[str, str]:
    return {
        "database": _("Database"),
        "migrations": _("Version"),
        "disk": _("Disk"),
        "clock": _("Clock"),
        "keys": _("Keys"),
        "audit": _("Audit trail"),
        "facts": _("Parquet"),
        "jobs": _("Jobs"),
        "runs": _("Nights and loads"),
        "backups": _("Backups"),
        "settings": _("Settings"),
    }
