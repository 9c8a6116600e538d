"""Questions about clients."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, CharField, Count, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Substr
from django.db.models.lookups import In

from cartera.clients.models import Client, ContactKind, ContactPoint, Holding, Relationship, Wishes
from cartera.clients.models.client import ClientQuerySet
from cartera.clients.models.order import contacted_at, due_at
from cartera.clients.rules import TRIGRAM, birthdays_on, is_found_at_word_starts, search_terms
from cartera.clock.queries import today
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound

BY_ASSETS = ("-assets_minor", "-id")
BY_SURNAME = ("search", "id")
BY_CONTACT = ("contacted_at", "id")
BY_DUE = ("due_at", "id")
FEW = 1000
MOST_COUNTED = 5000

_NEVER_NULL = {"contacted_at": contacted_at, "due_at": due_at}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of clients is narrowed to; what is empty narrows nothing. Clients who left are shown when asked for.

    `counted` says that the list is counted too, so that its text is looked up in the index even when it names thousands.
    """

    text: str = ""
    tiers: Sequence[str] = ()
    kind: str = ""
    adviser_id: int | None = None
    branch_id: int | None = None
    due_before: datetime | None = None
    not_contacted_since: datetime | None = None
    matures_by: date | None = None
    birthdays: Sequence[date] = ()
    with_former: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """A relationship seen from one client. `outward`: the client is the `kind` of the other; else the other is its."""

    other: Client
    kind: str
    note: str
    since: date | None
    outward: bool


@dataclass(frozen=True, slots=True)
class Circle:
    """The clients around one: by relationship, by household alone, and how many more are out of the reader's sight."""

    ties: Sequence[Tie]
    household: Sequence[Client]
    hidden: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many clients there are and how many meet each condition; beyond `MOST_COUNTED` only that there are more."""

    all: int
    of: Mapping[str, int]
    whole: bool


def book(*, actor: Actor, filters: Filters | None = None) -> ClientQuerySet:
    """The clients whom the actor may see, narrowed. Page them by `BY_ASSETS`, `BY_SURNAME`, `BY_CONTACT` or `BY_DUE`."""
    wanted = filters or Filters()
    rows: ClientQuerySet = Client.objects.visible_to(actor).filter(condition(wanted))
    if not wanted.text.strip():
        return rows
    return find(rows, wanted.text, few=MOST_COUNTED if wanted.counted else None)


def client_of(*, actor: Actor, client_id: int) -> Client:
    """One client with its branch, adviser and wishes. NotFound when there is none that the actor may see."""
    rows = Client.objects.visible_to(actor).select_related("branch", "adviser", "wishes")
    found: Client | None = rows.filter(pk=client_id).first()
    if found is None:
        raise NotFound()
    return found


def contact_points(*, actor: Actor, client_ids: Collection[int]) -> Mapping[int, list[ContactPoint]]:
    """Where these clients are reached, by client; one query."""
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in ContactPoint.objects.visible_to(actor).filter(client__in=client_ids).order_by("id"):
        found[point.client_id].append(point)
    return found


def maturing(*, actor: Actor, client: Client, until: date) -> list[Holding]:
    """What a client holds that matures by a day, the first first."""
    rows = Holding.objects.visible_to(actor).filter(client=client, closed_on__isnull=True, matures_on__lte=until)
    return list(rows.filter(matures_on__gte=today()).select_related("product").order_by("matures_on", "id"))


def wishes_of(client: Client) -> Wishes | None:
    """What the client asked for, None until it was asked."""
    return getattr(client, "wishes", None)


def reached_by(*, actor: Actor, client: Client) -> list[ContactPoint]:
    """Where a client is reached, the preferred first."""
    rows = ContactPoint.objects.visible_to(actor).filter(client=client, dead=False)
    return list(rows.order_by("-preferred", "id"))


def holdings_of(*, actor: Actor, client: Client) -> QuerySet[Holding]:
    """What a client holds today, the largest balance first."""
    rows = Holding.objects.visible_to(actor).filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today()), client=client)
    return rows.select_related("product").order_by("-balance_minor", "id")


def circle_of(*, actor: Actor, client: Client, most: int = 24) -> Circle:
    """Whom a client decides with, brought, belongs to: those whom the actor may see; of the others, how many."""
    ties = Relationship.objects.filter(Q(until__isnull=True) | Q(until__gt=today()), Q(client=client) | Q(other=client))
    found = list(ties.order_by("kind", "id")[:most])
    others = {tie.other_id if tie.client_id == client.pk else tie.client_id for tie in found}
    asked = Q(pk__in=others)
    if client.household_id:
        asked |= Q(household_id=client.household_id)
    rows = Client.objects.visible_to(actor).filter(asked).exclude(pk=client.pk).order_by("-assets_minor", "-id")
    seen = {other.pk: other for other in rows[: 2 * most]}
    return Circle(
        ties=[
            Tie(seen[other], tie.kind, tie.note, tie.since, outward=tie.client_id == client.pk)
            for tie in found
            if (other := tie.other_id if tie.client_id == client.pk else tie.client_id) in seen
        ],
        household=[other for other in seen.values() if other.pk not in others],
        hidden=len(others - seen.keys()),
    )


def search(*, actor: Actor, text: str) -> ClientQuerySet:
    """Current clients found by parts of a name, an identifier or a telephone, without accents; all parts must be there."""
    return book(actor=actor, filters=Filters(text=text)) if search_terms(text) else Client.objects.none()


def find(rows: ClientQuerySet, text: str, *, few: int | None = None) -> ClientQuerySet:
    """Those of the rows in which every term of the text is found.

    Asks the trigram index first. When it names few clients (`FEW`, unless said otherwise), the answer is among them; when
    it names many, each page of any list is full after a short walk along the list's own index. Either way the work is
    bounded.
    """
    terms = search_terms(text)
    if not terms:
        return rows.none()
    matching = Q()
    for term in terms:
        matching &= _has(term)
    named = _named_by_trigrams(terms, matching, FEW if few is None else few)
    return rows.filter(matching) if named is None else rows.filter(matching, _is_among(named))


def counted(rows: ClientQuerySet, most: int = FEW) -> int:
    """How many rows there are, but no more than `most`: who reads "1000" on a list knows enough."""
    return rows.order_by()[:most].count()


def phones_of(*, actor: Actor, clients: Sequence[Client]) -> Mapping[int, str]:
    """The telephone of each client by which it is reached: the preferred one, else the first."""
    rows = ContactPoint.objects.visible_to(actor).filter(client__in=clients, kind=ContactKind.PHONE, dead=False)
    last_wins = rows.order_by("preferred", "-id").values_list("client_id", "value")
    return dict(last_wins)


def counts(
    rows: ClientQuerySet, conditions: Mapping[str, Q], most: int = MOST_COUNTED, *, may_be_many: bool = False
) -> Counts:
    """How many of the rows there are and meet each condition, in one query that looks at no more than so many rows.

    Where there may be many, one query more asks first whether there are, since then no condition needs to be counted.
    """
    if may_be_many and rows.order_by()[most : most + 1].exists():
        return Counts(most, {}, whole=False)
    told = rows.order_by()[: most + 1].aggregate(
        rows_there=Count("pk"), **{name: Count("pk", filter=asked) for name, asked in conditions.items()}
    )
    there = told.pop("rows_there")
    return Counts(min(there, most), told if there <= most else {}, whole=there <= most)


def ordered(rows: ClientQuerySet, order: Sequence[str]) -> ClientQuerySet:
    """The rows with what `BY_CONTACT` and `BY_DUE` page by: who was never contacted comes first, who is owed nothing last."""
    fields = {name.removeprefix("-") for name in order}
    keys = {name: key() for name, key in _NEVER_NULL.items() if name in fields}
    return rows.annotate(**keys)


def condition(wanted: Filters) -> Q:
    """What narrows a list, but for the text."""
    narrowed: dict[str, Any] = {
        "tier__in": list(wanted.tiers) or None,
        "kind": wanted.kind or None,
        "adviser_id": wanted.adviser_id,
        "branch_id": wanted.branch_id,
        "next_due_at__lt": wanted.due_before,
        "until__isnull": None if wanted.with_former else True,
    }
    conditions = Q(**{name: value for name, value in narrowed.items() if value is not None})
    if wanted.not_contacted_since is not None:
        conditions &= Q(last_contact_at__isnull=True) | Q(last_contact_at__lt=wanted.not_contacted_since)
    if wanted.matures_by is not None:
        conditions &= Q(pk__in=_holders_of_what_matures(wanted.matures_by))
    if wanted.birthdays:
        conditions &= _born_on(wanted.birthdays)
    return conditions


def _holders_of_what_matures(by: date) -> QuerySet[Holding, Any]:
    maturing = Holding.objects.filter(matures_on__gte=today(), matures_on__lte=by, closed_on__isnull=True)
    return maturing.values("client_id")


def _born_on(days: Sequence[date]) -> Q:
    """Told by how a date is written in both databases: its parts would cost SQLite two calls of Python for each row."""
    told = Substr(Cast("birth_date", CharField()), len("YYYY-") + 1)
    return Q(In(told, [f"{month:02d}-{day:02d}" for month, day in sorted(birthdays_on(days))]))


def _has(term: str) -> Q:
    if is_found_at_word_starts(term):
        return Q(search__startswith=term) | Q(search__contains=f" {term}")
    return Q(search__contains=term)


def _is_among(ids: Sequence[int]) -> RawSQL:
    """Whether a client is one of these, told as one parameter however many there are."""
    if connection.vendor == "sqlite":
        return RawSQL("clients_client.id IN (SELECT value FROM json_each(%s))", [json.dumps(ids)], BooleanField())
    return RawSQL("clients_client.id = ANY(%s)", [list(ids)], BooleanField())


def _named_by_trigrams(terms: Sequence[str], matching: Q, few: int) -> list[int] | None:
    """The clients, in sight or not, that the trigram index names: a few, or None for many."""
    if connection.vendor == "sqlite":
        named = _named_by_fts5(terms, few)
    else:
        named = list(Client._base_manager.filter(matching).values_list("pk", flat=True)[: few + 1])
    return named if named is not None and len(named) <= few else None


def _named_by_fts5(terms: Sequence[str], few: int) -> list[int] | None:
    """FTS5 knows which texts have all these trigrams. A single letter has none, so it names nobody."""
    spelled = [f" {term}" if is_found_at_word_starts(term) else term for term in terms]
    trigrams = {word[at : at + TRIGRAM] for word in spelled for at in range(len(word) - TRIGRAM + 1)}
    if not trigrams:
        return None
    every = " AND ".join(f'"{trigram}"' for trigram in sorted(trigrams))
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM clients_trigrams WHERE clients_trigrams MATCH %s LIMIT %s", [every, few + 1])
        return [row[0] for row in cursor.fetchall()]
