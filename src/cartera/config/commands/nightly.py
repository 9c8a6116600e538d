"""Run the night of a date: export, value, service, events, agenda, results.

  cartera nightly                     the institution's date
  cartera nightly --date 2026-06-16   that date; earlier than the last night, it only writes snapshots

A night that was interrupted goes on at the step where it stopped; a night that is done changes nothing.
"""

from __future__ import annotations

import argparse
import json

from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from cartera.clock import queries as clock
from cartera.config.installation import prepare
from cartera.config.nightly import run_night
from cartera.config.progress import progress_bar
from cartera.kernel.arguments import a_day
from cartera.kernel.models import Run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--date", type=a_day, help="the night's date, YYYY-MM-DD (default: today)")
    parser.add_argument("--asked-by", default="cartera nightly", help="who asked for it, as the page of nights tells")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(options: argparse.Namespace) -> int:
    prepare()
    day = options.date or clock.today()
    with progress_bar(quiet=options.json) as progress:
        night = run_night(day, asked_by=options.asked_by, progress=progress)
    if options.json:
        print(json.dumps(as_json(night)))  # noqa: T201
    else:
        Console().print(_table(night))
    return 0


def as_json(night: Run) -> dict[str, object]:
    steps = [
        {"name": step.name, "rows": step.rows, "changed": step.changed, "seconds": step.seconds}
        for step in night.steps.order_by("position")
    ]
    return {"date": night.on_date.isoformat() if night.on_date else None, "steps": steps}


def _table(night: Run) -> Table:
    table = Table(title=_("Night of %(day)s") % {"day": night.on_date})
    if night.replay:
        table.caption = _("replay: snapshots only")
    table.add_column(_("step"))
    for heading in (_("rows"), _("changed"), _("seconds")):
        table.add_column(heading, justify="right")
    for step in night.steps.order_by("position"):
        table.add_row(step.name, f"{step.rows:,}", f"{step.changed:,}", f"{step.seconds:.1f}")
    return table
