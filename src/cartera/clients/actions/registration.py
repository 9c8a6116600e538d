"""Taking on a client, correcting what is known of it, and taking back a registration."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from cartera.clients import identifiers
from cartera.clients.actions import contact_points
from cartera.clients.actions.contact_points import Point
from cartera.clients.identifiers import Flaw, FlawedIdentifier, Identifier
from cartera.clients.models import Client, Holding, Household, Kind, Sex
from cartera.clients.rules import search_text
from cartera.clock.queries import institution, today
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, Text
from cartera.kernel.models import Happening
from cartera.team.models import Branch, Role, Staff
from cartera.team.queries import staff_of

WHAT_IS_WRONG: Mapping[Flaw, Text] = {
    Flaw.LENGTH: _("%(value)s has too many or too few characters."),
    Flaw.FORM: _("%(value)s is not how such an identifier is written."),
    Flaw.CHECK: _("%(value)s cannot exist: its check digit does not fit. Compare it with the document."),
}
CORRECTABLE = frozenset(
    {
        *("name", "given_name", "surname", "second_surname", "identifier_kind", "identifier", "country"),
        *("birth_date", "sex", "sector", "household"),
    }
)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: read aloud without mistakes


@action("client.register", undone_by="client.withdraw")
def register_client(
    *,
    actor: Actor,
    kind: Kind,
    name: str = "",
    given_name: str = "",
    surname: str = "",
    second_surname: str = "",
    identifier_kind: str = "",
    identifier: str = "",
    country: str = "",
    birth_date: date | None = None,
    sex: Sex = Sex.UNKNOWN,
    sector: str = "",
    branch: Branch | None = None,
    adviser: Staff | None = None,
    household: Household | None = None,
    since: date | None = None,
    key: str | None = None,
    points: Sequence[Point] = (),
) -> Client:
    """Take on a client, with the telephones and addresses that came with it.

    A person is named by its parts, a company by `name`. It goes to the adviser who registers it unless another is given.
    Raises Invalid for an identifier, a telephone or a date that cannot be, and for an identifier that a client has.
    """
    branch, adviser = _home(actor, branch, adviser)
    country = country or institution().country
    proven = _proven(country, identifier_kind, identifier)
    reached = [contact_points.checked(point, country) for point in points]
    words = {
        "name": name.strip() or _full_name(given_name, surname, second_surname),
        "given_name": given_name,
        "surname": surname,
        "second_surname": second_surname,
        "identifier": proven.value,
    }
    if not words["name"]:
        raise Invalid(fields={"name": [_("A client has a name.")]})
    client = Client.add(
        **words,
        key=key or f"K-{''.join(secrets.choice(_ALPHABET) for _ in range(10))}",
        kind=kind,
        search=search_text(**words, phones=tuple(point.search for point in reached if point.kind == "phone")),
        identifier_kind=proven.kind,
        country=country,
        birth_date=_not_ahead("birth_date", birth_date),
        sex=sex,
        sector=sector,
        branch=branch,
        adviser=adviser,
        household=household,
        since=_not_ahead("since", since) or today(),
    )
    for point in reached:
        contact_points.keep(client, point)
    return client


@action("client.correct")
def correct_client(*, actor: Actor, client: Client, version: int | None = None, **corrected: Any) -> Client:
    """Correct what is known of a client: any of `CORRECTABLE`.

    `version` is the one that the correction started from. Raises Conflict, with the client as it is and what was to be
    corrected, when somebody changed the client since; Invalid as registering does.
    """
    if unknown := corrected.keys() - CORRECTABLE:
        raise TypeError(f"not to be corrected here: {', '.join(sorted(unknown))}")
    if version is not None and version != client.version:
        raise Conflict(theirs=client, yours=corrected)
    if corrected.keys() & {"identifier", "identifier_kind", "country"}:
        country, kind, text = (
            corrected.get(field, getattr(client, field)) for field in ("country", "identifier_kind", "identifier")
        )
        proven = _proven(country, kind, text)
        corrected |= {"identifier_kind": proven.kind, "identifier": proven.value}
    if corrected.keys() & {"given_name", "surname", "second_surname"} and "name" not in corrected:
        parts = (corrected.get(part, getattr(client, part)) for part in ("given_name", "surname", "second_surname"))
        corrected["name"] = _full_name(*parts)
    if "name" in corrected and not corrected["name"].strip():
        raise Invalid(fields={"name": [_("A client has a name.")]})
    _not_ahead("birth_date", corrected.get("birth_date"))
    return client.change(**corrected, search=contact_points.search_with(client, **corrected))


@action("client.withdraw")
def withdraw_client(*, actor: Actor, client: Client, undoes: Happening | None = None) -> Client:
    """Take back a registration. The identifier is free again; what is known of the client stays in what happened.

    Raises InvalidTransition when anything was done with the client since: then it is corrected, not withdrawn.
    """
    since = Happening.objects.filter(client_id=client.pk).exclude(name="client.register")
    if client.until is not None or since.exists() or Holding.objects.filter(client=client).exists():
        raise InvalidTransition(_("Something was done with this client already: correct it instead."))
    found_by = contact_points.search_with(client, identifier="")
    return client.change(until=max(client.since, today()), identifier="", search=found_by)


def _home(actor: Actor, branch: Branch | None, adviser: Staff | None) -> tuple[Branch, Staff | None]:
    me = staff_of(actor)
    if adviser is None and branch is None and me is not None and me.role == Role.ADVISER:
        adviser = me
    home = branch or (adviser.branch if adviser else me.branch if me else None)
    if home is None:
        raise Invalid(fields={"branch": [_("Say which branch the client belongs to.")]})
    return home, adviser


def _proven(country: str, kind: str, text: str) -> Identifier:
    if not text.strip():
        return Identifier("", "")
    try:
        return identifiers.identifier(country, kind, text)
    except FlawedIdentifier as error:
        raise Invalid(fields={"identifier": [WHAT_IS_WRONG[error.flaw] % {"value": text.strip()}]}) from error


def _full_name(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part.strip())


def _not_ahead(field: str, day: date | None) -> date | None:
    if day is not None and day > today():
        raise Invalid(fields={field: [_("This day has not come yet.")]})
    return day
