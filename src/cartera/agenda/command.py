"""Print somebody's plan: whom to serve, when, through which channel and why, and what did not fit.

cartera agenda lucia                      the plan that stands, of ten working days
cartera agenda lucia --date 2026-06-16    its days from that one on
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime

from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from cartera.agenda.queries import plan_json
from cartera.clients.models import Channel
from cartera.kernel.actor import Actor
from cartera.kernel.arguments import a_day
from cartera.kernel.errors import NotFound
from cartera.team.models import Staff

READER = Actor.system("cartera agenda", "client.view", "plan.view")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", help="whose plan: a user name, or the key of a member of staff")
    parser.add_argument("--date", type=a_day, help="from this day on, YYYY-MM-DD")
    parser.add_argument("--json", action="store_true", help="print the plan as JSON, values in minor units")


def run(options: argparse.Namespace) -> int:
    staff = (
        Staff.objects.filter(sign_in__username__iexact=options.user).select_related("sign_in").first()
        or Staff.objects.filter(key=options.user).select_related("sign_in").first()
    )
    if staff is None:
        raise NotFound(_("Nobody is called %(user)s.") % {"user": options.user})
    plan = plan_json(actor=READER, staff=staff, since=options.date)
    if options.json:
        print(json.dumps(plan, ensure_ascii=False))  # noqa: T201
        return 0
    console = Console()
    for day in plan["days"]:
        table = Table(title=_("%(date)s: %(minutes_planned)s of %(minutes_available)s minutes") % day)
        for heading in (_("start"), _("min"), _("client"), _("channel"), _("why")):
            table.add_column(heading)
        for item in day["items"]:
            start = datetime.fromisoformat(item["start"])
            why = "; ".join(reason["text"] for reason in item["reasons"])
            channel = str(Channel(item["channel"]).label)
            table.add_row(f"{start:%H:%M}", str(item["minutes"]), item["client"], channel, why)
        console.print(table)
    told = {"gap": f"{plan['gap']:.1%}", "left": len(plan["unplaced"])}
    console.print(_("Within %(gap)s of the best plan possible; %(left)s contacts did not fit.") % told)
    return 0
