"""Questions about clients that may be one: whom a description resembles, what waits for a decision, what was merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from cartera.clients.likeness import (
    Likeness,
    PersonName,
    Traits,
    bare_email,
    bare_identifier,
    bare_phone,
    company_name,
    likeness,
    person_name,
)
from cartera.clients.models import Client, ContactKind, ContactPoint, DuplicatePair, DuplicateSearch, Kind, Merge
from cartera.clients.queries import FEW, named_by_any
from cartera.clients.rules import masked, plain
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound

ALIKE = 0.72
"""From this likeness on somebody who types is asked whether it is the same client."""

MOST_SHOWN = 5
BY_PROBABILITY = ("-probability_ppm", "-id")
_STEM = 4
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Described:
    """A client as somebody begins to describe it; anything may be empty."""

    kind: str = Kind.PERSON
    given_name: str = ""
    surname: str = ""
    second_surname: str = ""
    name: str = ""
    identifier: str = ""
    birth_date: date | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    country: str = ""

    def traits(self) -> Traits:
        is_company = self.kind == Kind.COMPANY
        parts = () if is_company else (self.given_name, self.surname, self.second_surname, self.name)
        return Traits(
            person=person_name(*parts) if parts else PersonName(),
            company=company_name(self.name) if is_company else "",
            identifier=bare_identifier(self.identifier),
            born=self.birth_date,
            phones=frozenset(bare_phone(phone, self.country) for phone in self.phones if phone),
            emails=frozenset(bare_email(email) for email in self.emails if email),
        )


@dataclass(frozen=True, slots=True)
class Resembling:
    """A client that a description resembles. Out of the actor's sight it has a name, an adviser and a masked identifier only."""

    client_id: int | None
    name: str
    adviser: str
    identifier: str
    likeness: Likeness
    former: bool = False


def resembling(*, actor: Actor, described: Described, but: int | None = None) -> list[Resembling]:
    """The clients of the whole institution that this may be, the likeliest first; a handful of queries, never a scan.

    Candidates come from the indexes of identifiers, telephones and names, and are then measured one by one.
    """
    traits = described.traits()
    found = _candidates(traits) - {but}
    rows = (
        Client.objects.filter(pk__in={one for one in found if one}, absorbed_by__isnull=True)
        .select_related("adviser")
        .order_by("pk")
    )
    points = _points_of(found)
    measured = ((client, likeness(traits, traits_of(client, points.get(client.pk, ())))) for client in rows)
    alike = sorted(
        ((client, how) for client, how in measured if how.score >= ALIKE), key=lambda one: (-one[1].score, one[0].pk)
    )[:MOST_SHOWN]
    seen = set(
        Client.objects.visible_to(actor).filter(pk__in=[client.pk for client, _ in alike]).values_list("pk", flat=True)
    )
    return [_told(client, how, visible=client.pk in seen) for client, how in alike]


def resembling_client(*, actor: Actor, client: Client) -> list[Resembling]:
    """Whom a client that is there already resembles."""
    points = ContactPoint.objects.filter(client=client, dead=False).values_list("kind", "value")
    described = Described(
        kind=client.kind,
        given_name=client.given_name,
        surname=client.surname,
        second_surname=client.second_surname,
        name=client.name,
        identifier=client.identifier,
        birth_date=client.birth_date,
        phones=tuple(value for kind, value in points if kind == ContactKind.PHONE),
        emails=tuple(value for kind, value in points if kind == ContactKind.EMAIL),
        country=client.country,
    )
    return resembling(actor=actor, described=described, but=client.pk)


def waiting(*, actor: Actor) -> QuerySet[DuplicatePair]:
    """Pairs that wait for a decision and of which the actor sees both. Page them by `BY_PROBABILITY`."""
    rows = DuplicatePair.objects.visible_to(actor).filter(
        state=DuplicatePair.State.OPEN, client__absorbed_by__isnull=True, other__absorbed_by__isnull=True
    )
    return rows.select_related("client__adviser", "client__branch", "other__adviser", "other__branch")


def last_search() -> DuplicateSearch | None:
    """What the last search through all clients found."""
    return DuplicateSearch.objects.order_by("-id").first()


def merge_into(*, actor: Actor, client: Client) -> Merge | None:
    """The merge by which a client became part of another, if it stands."""
    found: Merge | None = Merge.objects.visible_to(actor).filter(absorbed=client, undone_at__isnull=True).first()
    return found


def merges_of(*, actor: Actor, client: Client, most: int = 20) -> list[Merge]:
    """What was merged into a client and stands, the latest first."""
    rows = Merge.objects.visible_to(actor).filter(survivor=client, undone_at__isnull=True)
    return list(rows.select_related("absorbed").order_by("-merged_at", "-id")[:most])


def survivor_of(*, actor: Actor, client: Client) -> Client:
    """The client that one was merged into, and that one into, to the end; itself when it was not."""
    seen = {client.pk}
    while client.absorbed_by_id is not None and client.absorbed_by_id not in seen:
        seen.add(client.absorbed_by_id)
        following = Client.objects.visible_to(actor).filter(pk=client.absorbed_by_id).first()
        if following is None:
            raise NotFound()
        client = following
    return client


def survivors() -> dict[int, int]:
    """Of every client that was merged, the one that stays in the end. For an import, which sees whole tables."""
    into = dict(Client._base_manager.filter(absorbed_by__isnull=False).values_list("pk", "absorbed_by_id"))
    last = dict(into)
    for absorbed in into:
        while last[absorbed] in into:
            last[absorbed] = into[last[absorbed]]
    return last


def traits_of(client: Client, points: Iterable[tuple[str, str]]) -> Traits:
    """What is compared of a client; `points` are the kinds and search texts of its telephones and addresses."""
    held = list(points)
    is_company = client.kind == Kind.COMPANY
    person = person_name(client.given_name, client.surname, client.second_surname, client.name)
    return Traits(
        person=PersonName() if is_company else person,
        company=company_name(client.name) if is_company else "",
        identifier=bare_identifier(client.identifier),
        born=client.birth_date,
        phones=frozenset(search for kind, search in held if kind == ContactKind.PHONE),
        emails=frozenset(search for kind, search in held if kind == ContactKind.EMAIL),
    )


def _candidates(traits: Traits) -> set[int | None]:
    found: set[int | None] = set()
    if traits.identifier:
        held = Q(identifier=traits.identifier) | Q(identifier=f"{traits.identifier}001")
        found.update(Client._base_manager.filter(held).values_list("pk", flat=True)[:FEW])
    numbers = [*traits.phones, *traits.emails]
    if numbers:
        points = ContactPoint.objects.filter(search__in=numbers, dead=False)
        found.update(points.values_list("client_id", flat=True)[:FEW])
    if ways := _ways_to_ask(traits):
        named = named_by_any(ways)
        found.update(named_by_any(ways[-1:]) or () if named is None else named)
    return found


def _ways_to_ask(traits: Traits) -> list[tuple[str, ...]]:
    """Pairs of stems of the name. Each leaves something out, so that a slip in one part hides nobody; the last one asks
    for the most, for when the others name too many."""
    if traits.company:
        words = sorted((word for word in traits.company.split() if len(word) >= _LEAST), key=len, reverse=True)
        stems = [word[: max(_STEM, len(word) - 2)] for word in words[:3]]
        return [*((stem,) for stem in stems if len(stem) > _STEM), tuple(stems)] if stems else []
    given = [word for word in traits.person.given[:2] if len(word) >= _LEAST]
    surnames = [word for word in traits.person.surnames[:2] if len(word) >= _LEAST]
    if not given or not surnames:
        return [tuple(surnames)] if len(surnames) == 2 else []
    first, surname = given[0], surnames[0]
    ways = [(surname[:_STEM], first[:_STEM]), (surname[-_STEM:], first[:_STEM]), (surname[:_STEM], first[-_STEM:])]
    ways += [(surnames[1], first[:_STEM]), (surname, surnames[1])] if len(surnames) == 2 else []
    ways += [(surname, given[1])] if len(given) == 2 else []
    return list(dict.fromkeys([*ways, (*given, *surnames)]))


def _points_of(client_ids: Iterable[int | None]) -> Mapping[int, list[tuple[str, str]]]:
    points: dict[int, list[tuple[str, str]]] = {}
    rows = ContactPoint.objects.filter(client__in=[id for id in client_ids if id], dead=False).exclude(kind="address")
    for client_id, kind, search in rows.values_list("client_id", "kind", "search"):
        points.setdefault(client_id, []).append((kind, search))
    return points


def _told(client: Client, how: Likeness, *, visible: bool) -> Resembling:
    return Resembling(
        client_id=client.pk if visible else None,
        name=client.name,
        adviser=client.adviser.name if client.adviser else "",
        identifier=client.identifier if visible else masked(plain(client.identifier).upper()),
        likeness=how,
        former=client.until is not None,
    )
