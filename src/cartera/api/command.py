"""Print a bearer token that acts as a member of staff. It is shown this once: keep it like a password.

cartera token lucia                                  a token without an end, for all that lucia may do
cartera token lucia --label "core banking" --expires 90
cartera token lucia --scope read --scope promises:write --expires 2027-01-31

curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8000/api/v1/clients
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from cartera.api.actions import issue_token
from cartera.api.composition import nouns
from cartera.api.rules import ALL_SCOPES, scopes_for
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.team.models import Staff

ISSUER = Actor.system("cartera token", "token.issue")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", help="whose rights the token has: a user name, or the key of a member of staff")
    parser.add_argument("--label", default="command line", help="what it is for, as the audit trail shows it")
    parser.add_argument(
        "--scope",
        action="append",
        type=a_scope,
        help="what it may do: read, write, or NOUN:read and NOUN:write; more than one may be given (default: read and write)",
    )
    parser.add_argument(
        "--expires", "--days", type=an_end, help="days that it lasts, or its last day (default: until it is revoked)"
    )
    parser.add_argument("--json", action="store_true", help="print the token and what it is as JSON")


def run(options: argparse.Namespace) -> int:
    active = Staff.objects.filter(active=True)
    staff = active.filter(sign_in__username__iexact=options.user).first() or active.filter(key=options.user).first()
    if staff is None:
        raise NotFound(_("Nobody is called %(user)s.") % {"user": options.user})
    scopes = options.scope or ALL_SCOPES
    issued = issue_token(actor=ISSUER, staff=staff, label=options.label, days=options.expires, scopes=scopes)
    if options.json:
        token = issued.token
        facts = {"id": token.pk, "user": options.user, "role": staff.role, "label": token.label, "scopes": token.scopes}
        ends = token.expires_at.isoformat() if token.expires_at else None
        print(json.dumps({"token": issued.secret, **facts, "expires_at": ends}))  # noqa: T201
    else:
        print(issued.secret)  # noqa: T201
    return 0


def a_scope(text: str) -> str:
    """A scope of this API, so that one that is misspelt does not make a token that opens nothing."""
    known = scopes_for(nouns())
    if text in known:
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is no scope: give one of {', '.join(known)}")


def an_end(text: str) -> int:
    """Days from now, given as such (`90`, `90d`) or as the last day (`2027-01-31`)."""
    if text.removesuffix("d").isdecimal():
        return int(text.removesuffix("d"))
    try:
        return (date.fromisoformat(text) - datetime.now(UTC).date()).days + 1
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no end: give days, as 90, or a day, as 2027-01-31") from None
