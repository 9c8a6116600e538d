"""How a client is reached: telephones, e-mail and postal addresses come and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Client, ContactKind, ContactPoint
from cartera.clients.rules import plain, search_text, telephone
from cartera.clock.queries import institution
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition
from cartera.kernel.models import Happening

FOUND_BY = ("name", "given_name", "surname", "second_surname", "identifier")


@dataclass(frozen=True, slots=True)
class Point:
    """A telephone, an e-mail address or a postal address as a person writes it."""

    kind: ContactKind
    value: str
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class StoredPoint:
    """The same as it is stored: a telephone with its country, `search` to be found by."""

    kind: ContactKind
    value: str
    search: str
    preferred: bool


@action("client.add_contact_point", undone_by="client.retire_contact_point")
def add_contact_point(
    *, actor: Actor, client: Client, kind: ContactKind, value: str, preferred: bool = False
) -> ContactPoint:
    """Note a way to reach the client; one that was retired lives again. Raises Invalid when nobody is reached by it."""
    stored = checked(Point(kind, value, preferred), client.country)
    if preferred:
        _prefer_none(client, kind)
    there = ContactPoint.objects.filter(client=client, kind=stored.kind, value=stored.value).first()
    retired = there if there is not None and there.dead else None
    point = retired.change(dead=False, preferred=preferred) if retired else keep(client, stored)
    make_findable(client)
    return point


@action("client.retire_contact_point", undone_by="client.revive_contact_point")
def retire_contact_point(
    *, actor: Actor, contact_point: ContactPoint, reason: str = "", undoes: Happening | None = None
) -> ContactPoint:
    """Nobody is reached there any more. It stays known, and finds the client no longer."""
    if contact_point.dead:
        raise InvalidTransition(_("This was retired already."))
    contact_point.change(dead=True, preferred=False)
    make_findable(contact_point.client)
    return contact_point


@action("client.revive_contact_point")
def revive_contact_point(*, actor: Actor, contact_point: ContactPoint, undoes: Happening | None = None) -> ContactPoint:
    """Undo of a retirement."""
    contact_point.change(dead=False)
    make_findable(contact_point.client)
    return contact_point


def checked(point: Point, country: str) -> StoredPoint:
    """A contact point in its stored spelling. Raises Invalid when it cannot be one."""
    value = " ".join(point.value.split())
    if point.kind == ContactKind.PHONE:
        number = telephone(value, country or institution().country)
        if number is None:
            raise Invalid(fields={"phone": [_("%(value)s is no telephone number.") % {"value": value}]})
        return StoredPoint(point.kind, number.shown, number.digits, point.preferred)
    if point.kind == ContactKind.EMAIL:
        try:
            validate_email(value)
        except ValidationError as error:
            raise Invalid(fields={"email": [_("%(value)s is no e-mail address.") % {"value": value}]}) from error
        return StoredPoint(point.kind, value, value.lower(), point.preferred)
    if not value:
        raise Invalid(fields={"address": [_("An address is missing.")]})
    return StoredPoint(point.kind, value, plain(value)[:254], point.preferred)


def keep(client: Client, point: StoredPoint) -> ContactPoint:
    return ContactPoint.add(
        client=client, kind=point.kind, value=point.value, search=point.search, preferred=point.preferred
    )


def make_findable(client: Client) -> None:
    """Bring the client's search text in step with its names, identifier and living telephones."""
    client.change(search=search_with(client))


def search_with(client: Client, **corrected: Any) -> str:
    """The search text that the client has with these corrections."""
    phones = ContactPoint.objects.filter(client=client, kind=ContactKind.PHONE, dead=False).order_by("id")
    words = {field: corrected.get(field, getattr(client, field)) for field in FOUND_BY}
    return search_text(**words, phones=tuple(phones.values_list("search", flat=True)))


def _prefer_none(client: Client, kind: ContactKind) -> None:
    for point in ContactPoint.objects.filter(client=client, kind=kind, preferred=True):
        point.change(preferred=False)
