"""Print a bearer token that acts as a member of staff. It is shown this once: keep it like a password.

cartera token lucia                                  a token without an end
cartera token lucia --label "core banking" --days 90

curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8000/api/v1/clients
"""

from __future__ import annotations

import argparse
import json

from django.utils.translation import gettext as _

from cartera.api.actions import issue_token
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.team.models import Staff

ISSUER = Actor.system("cartera token", "token.issue")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", help="whose rights the token has: a user name, or the key of a member of staff")
    parser.add_argument("--label", default="command line", help="what it is for, as the audit trail shows it")
    parser.add_argument("--days", type=int, help="how long it lasts (default: until it is revoked)")
    parser.add_argument("--json", action="store_true", help="print the token and what it is as JSON")


def run(options: argparse.Namespace) -> int:
    active = Staff.objects.filter(active=True)
    staff = active.filter(sign_in__username__iexact=options.user).first() or active.filter(key=options.user).first()
    if staff is None:
        raise NotFound(_("Nobody is called %(user)s.") % {"user": options.user})
    issued = issue_token(actor=ISSUER, staff=staff, label=options.label, days=options.days)
    if options.json:
        ends = issued.token.expires_at
        facts = {"id": issued.token.pk, "user": options.user, "role": staff.role, "label": options.label}
        print(json.dumps({"token": issued.secret, **facts, "expires_at": ends.isoformat() if ends else None}))  # noqa: T201
    else:
        print(issued.secret)  # noqa: T201
    return 0
