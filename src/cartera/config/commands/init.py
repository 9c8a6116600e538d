"""Make an empty institution: folders, keys, database, a first administrator.

  cartera init --name "Cooperativa Andina" --country EC --currency USD --zone America/Guayaquil

Run again, it brings the database up to date, changes only what is given and says what it kept. The password of the
administrator is printed once.
"""

from __future__ import annotations

import argparse
import json
import secrets
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rich.console import Console
from rich.markup import escape

from cartera.clock import actions as clock
from cartera.clock.queries import institution as known_institution
from cartera.config.installation import prepare
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.service import actions as service
from cartera.team import actions as team

FOUNDER = Actor.system("cartera init", "*")
FIRST: dict[str, Any] = {
    "name": "Mi institución",
    "country": "EC",
    "region": "",
    "currency": "USD",
    "zone": "America/Guayaquil",
}
"""What an institution is until somebody says otherwise."""
NAMED = {
    "name": gettext_lazy("name"),
    "country": gettext_lazy("country"),
    "region": gettext_lazy("region"),
    "currency": gettext_lazy("currency"),
    "zone": gettext_lazy("time zone"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", help="what the institution is called (default: Mi institución)")
    parser.add_argument("--country", help="ISO 3166 code, for public holidays (default: EC)")
    parser.add_argument("--region", help="ISO 3166-2 region, where it has holidays of its own")
    parser.add_argument("--currency", help="ISO 4217 code of its own currency (default: USD)")
    parser.add_argument("--zone", help="time zone (default: America/Guayaquil)")
    parser.add_argument("--admin", default="admin", help="user of the first administrator (default: admin)")
    parser.add_argument("--email", default="", help="the administrator's address, for password resets")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(options: argparse.Namespace) -> int:
    prepare()
    kept = _known()
    given = {name: value for name in FIRST if (value := getattr(options, name)) is not None}
    institution = clock.found_institution(actor=FOUNDER, **{**FIRST, **kept, **given})
    service.found_models(actor=FOUNDER)
    password = secrets.token_urlsafe(12)
    made = team.hire_first_administrator(actor=FOUNDER, username=options.admin, email=options.email, password=password)
    result = {
        "institution": institution.name,
        "user": options.admin,
        "password": password if made else None,
        "kept": {name: kept[name] for name in FIRST if name in kept and name not in given},
    }
    if options.json:
        print(json.dumps(result, ensure_ascii=False))  # noqa: T201
        return 0
    console = Console()
    console.print(_("%(institution)s is ready.") % {"institution": f"[bold]{escape(institution.name)}[/]"})
    if kept and given.keys() != FIRST.keys():
        told = ", ".join(f"{NAMED[name]} {escape(kept[name] or _('(none)'))}" for name in FIRST if name not in given)
        console.print(_("Kept as it was: %(what)s.") % {"what": told})
    if made:
        who = {"user": f"[bold]{escape(options.admin)}[/]", "password": f"[bold]{escape(password)}[/]"}
        console.print(_("Sign in as %(user)s with %(password)s (shown only now).") % who)
    return 0


def _known() -> dict[str, Any]:
    """What the installation says of itself already; nothing the first time."""
    try:
        there = known_institution()
    except NotFound:
        return {}
    return {name: getattr(there, name) for name in (*FIRST, "pinned_date")}
