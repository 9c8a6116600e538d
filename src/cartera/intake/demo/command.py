"""Make Banco Páramo, a believable bank with two years of history, run its night and serve it.

  cartera demo                          2,000 clients, dated today, served at http://127.0.0.1:8000
  cartera demo --clients 100000         a large one
  cartera demo --date 2026-06-16        as of another day: the installation's clock stands still there
  cartera demo --no-serve --json        only make it, and print the address and the log-ins for a program

The same clients, seed and date give the same bank. A second start finds it there; one that was interrupted goes on.
Everybody signs in with the password that is printed: it is published, so serve the demonstration on loopback only.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.config.installation import prepare
from cartera.config.nightly import run_night
from cartera.config.progress import Report, progress_bar
from cartera.config.serving import PORT, check_port, serve
from cartera.intake.demo.actions import found_bank, title
from cartera.intake.demo.bank import build
from cartera.intake.demo.blueprint import ZONE
from cartera.intake.demo.staff import CAST, PASSWORD
from cartera.kernel.actor import Actor
from cartera.kernel.arguments import a_day, a_port
from cartera.kernel.errors import Conflict
from cartera.kernel.models import Run
from cartera.team.models import Staff

FOUNDER = Actor.system("cartera demo", "*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clients", type=_at_least(2), default=2000, help="how many clients (default: 2000)")
    parser.add_argument("--seed", type=_at_least(0), default=1, help="another seed is another bank (default: 1)")
    parser.add_argument("--date", type=a_day, help="the day on which it stands, YYYY-MM-DD (default: today)")
    parser.add_argument("--no-serve", action="store_true", help="make it and stop")
    parser.add_argument("--port", type=a_port, default=PORT, help=f"where to listen (default: {PORT})")
    parser.add_argument("--json", action="store_true", help="print the address and the log-ins as JSON")


def run(options: argparse.Namespace) -> int:
    if not options.no_serve:
        check_port(port=options.port)
    prepare()
    with progress_bar(quiet=options.json) as progress:
        _make(options.clients, options.seed, options.date, progress)
        _sleep_a_night(clock.today(), progress)
    _tell(f"http://127.0.0.1:{options.port}/", as_json=options.json)
    return 0 if options.no_serve else serve(port=options.port)


def _make(clients: int, seed: int, asked: date | None, progress: Report) -> None:
    """The bank, unless it is there. Raises Conflict when the installation holds other clients."""
    today = datetime.now(ZoneInfo(ZONE)).date()
    begun = Run.objects.filter(kind=Run.Kind.DEMO, title=title(clients, seed)).order_by("-id").first()
    day = asked or (begun.on_date if begun else None) or today
    if begun is not None and begun.on_date == day and begun.state == Run.State.DONE:
        return
    if (begun is None or begun.on_date != day) and Client.objects.exists():
        raise Conflict(
            _("This installation holds other clients already: give the demonstration a CARTERA_HOME of its own.")
        )
    pinned = asked is not None and asked != today
    found_bank(
        actor=FOUNDER,
        bank=build(clients, seed, date=day),
        pinned=pinned,
        progress=lambda entity, done, total: progress(entity, done, total),
    )


def _sleep_a_night(day: date, progress: Report) -> None:
    if not Run.objects.filter(kind=Run.Kind.NIGHT, on_date=day, state=Run.State.DONE).exists():
        run_night(day, asked_by=FOUNDER.name, progress=progress)


def _tell(url: str, *, as_json: bool) -> None:
    cast = sorted(Staff.objects.filter(key__in=CAST).select_related("sign_in"), key=lambda staff: CAST.index(staff.key))
    if as_json:
        people = [{"user": staff.key, "role": staff.role, "password": PASSWORD} for staff in cast]
        print(json.dumps({"url": url, "people": people}), flush=True)  # noqa: T201
        return
    table = Table(title=f"Banco Páramo: {url}")
    for heading in (_("user"), _("password"), _("who")):
        table.add_column(heading)
    for staff in cast:
        table.add_row(staff.key, PASSWORD, f"{staff.name}, {staff.title}")
    Console().print(table)


def _at_least(least: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        number = int(text)
        if number < least:
            raise argparse.ArgumentTypeError(f"{text} is less than {least}")
        return number

    return count
