"""What is asked of somebody who registers a client that may be there already."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date

from cartera.clients.duplicate_queries import Described
from cartera.clients.models import Kind
from cartera.clock.queries import institution

TYPED = ("given_name", "surname", "second_surname", "name", "identifier")
LONGEST = 200


def described(typed: QueryDict) -> Described:
    """What stands in the form for a new client, however little it is; what makes no sense yet is left out."""
    texts: dict[str, Any] = {field: typed.get(field, "")[:LONGEST].replace("\0", "") for field in TYPED}
    is_company = typed.get("kind") == Kind.COMPANY
    if is_company:
        texts |= dict.fromkeys(("given_name", "surname", "second_surname"), "")
    else:
        texts["name"] = ""
    return Described(
        **texts,
        kind=Kind.COMPANY if is_company else Kind.PERSON,
        birth_date=_day(typed.get("birth_date", "")),
        phones=tuple(filter(None, [typed.get("phone", "")[:LONGEST]])),
        emails=tuple(filter(None, [typed.get("email", "")[:LONGEST]])),
        country=institution().country,
    )


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None
