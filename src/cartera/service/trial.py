"""What a version of a model would ask of each adviser in a year, beside what is agreed today and the hours there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, FilteredRelation, Q

from cartera.clients.models import Client, Tier
from cartera.clients.models.contact import EVERY_DAY, Channels
from cartera.clock import queries as clock
from cartera.clock.rules import WorkingCalendar
from cartera.kernel.actor import Actor
from cartera.service import rules
from cartera.service.models import Agreement, ServiceModel
from cartera.service.planning import Shelf, Standing
from cartera.team.calendars import Diary, diaries
from cartera.team.models import Staff
from cartera.team.queries import advisers

Cells = Sequence[Sequence[Any]]
"""Rows of (adviser's id or None, tier, clients, those who stay on their own plan, contacts and minutes now, and then)."""

AT_ONCE = 20_000
"""So many clients are counted in less than a second; more are left to a worker."""

ANY_TIER = ("",)
_WISHES = ("channels", "consent", "preferred", "contacts_a_year", "days")


@dataclass(frozen=True, slots=True)
class Asks:
    """Contacts and minutes a year."""

    contacts: int = 0
    minutes: int = 0

    def __add__(self, other: Asks) -> Asks:
        return Asks(self.contacts + other.contacts, self.minutes + other.minutes)


@dataclass(slots=True)
class Sum:
    """Clients, those among them who stay on their own plan, and what they are promised in a year, now and then."""

    clients: int = 0
    own_plans: int = 0
    now: Asks = field(default_factory=Asks)
    then: Asks = field(default_factory=Asks)

    def take(self, cell: Sequence[Any]) -> None:
        clients, own, contacts, minutes, contacts_then, minutes_then = cell
        self.clients += clients
        self.own_plans += own
        self.now += Asks(contacts, minutes)
        self.then += Asks(contacts_then, minutes_then)

    @property
    def changes(self) -> bool:
        return self.now != self.then


@dataclass(frozen=True, slots=True)
class Person:
    """An adviser: what is promised for the book, and the minutes that the adviser works in a year."""

    staff: Staff
    sum: Sum
    available: int

    @property
    def over(self) -> bool:
        return self.sum.then.minutes > self.available

    @property
    def share_now(self) -> float:
        return self.sum.now.minutes / self.available if self.available else 0.0

    @property
    def share_then(self) -> float:
        return self.sum.then.minutes / self.available if self.available else 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """A trial as somebody may see it: the tiers and the people of their own branches, the fullest first."""

    all: Sum
    tiers: Sequence[tuple[str, Sum]]
    people: Sequence[Person]

    @property
    def over(self) -> list[Person]:
        return [person for person in self.people if person.over]

    @property
    def available(self) -> int:
        return sum(person.available for person in self.people)


def cells_of(model: ServiceModel, day: date) -> Cells:
    """Count, for the whole institution, what is agreed today and what would be if this version served from a day on.

    One query, grouped by all that decides a client's offer; each offer is asked for once.
    """
    now, then = Shelf.on(clock.today()), Shelf.on(day, as_if=model)
    cells: dict[tuple[int | None, str], list[int]] = {}
    for row in _clients_by_standing(day):
        standing = _standing(row)
        chosen = row["on"] if row["basis"] == Agreement.Basis.CHOSEN else None
        agreed = row["on"] if row["basis"] == Agreement.Basis.WISHES else None
        own = chosen or agreed
        asks = Asks(row["contacts"], row["minutes"]) if row["on"] else _asked(now, standing, None, None)
        will = _asked(then, standing, chosen, agreed)
        stays = int(own is not None and now.keys[own] == model.key)
        cell = cells.setdefault((row["adviser_id"], row["tier"]), [0] * 6)
        for place, count in enumerate((1, stays, asks.contacts, asks.minutes, will.contacts, will.minutes)):
            cell[place] += count * row["clients"]
    return [[adviser, tier, *counts] for (adviser, tier), counts in cells.items()]


def told(*, actor: Actor, cells: Cells, day: date) -> Told:
    """What was counted, as far as the actor sees people, against the year that begins on a day."""
    people = list(advisers(actor=actor))
    seen = {person.pk for person in people} | ({None} if actor.scope.everything else set())
    total, by_tier, by_person = Sum(), dict[str, Sum](), dict[int, Sum]()
    for adviser, tier, *counts in cells:
        if adviser in seen:
            total.take(counts)
            by_tier.setdefault(tier, Sum()).take(counts)
            by_person.setdefault(adviser, Sum()).take(counts)
    minutes = minutes_there(people, day)
    rows = [Person(one, by_person[one.pk], minutes[one.pk]) for one in people if one.pk in by_person]
    tiers = [(tier, by_tier[tier]) for tier in (*Tier.values, *ANY_TIER) if tier in by_tier]
    return Told(total, tiers, sorted(rows, key=lambda row: -row.share_then))


def clients_there() -> int:
    """How many clients a trial would count, no more than needed to know whether it is many."""
    return Client.objects.filter(until__isnull=True).order_by()[: AT_ONCE + 1].count()


def minutes_there(people: Iterable[Staff], day: date) -> Mapping[int, int]:
    """The minutes that each works in the year from a day on: without holidays, absences and appointments known today."""
    found = diaries(people, day, rules.year_after(day))
    return {staff_id: _minutes_of(diary, day) for staff_id, diary in found.items()}


def _minutes_of(diary: Diary, day: date) -> int:
    minutes = Counter(_minutes_by_day(diary.calendar, day, rules.year_after(day)))
    for meeting in diary.appointments:
        on = meeting.starts_at.astimezone(diary.calendar.zone).date()
        minutes[on] = min(minutes[on], diary.calendar.minutes_available(on, diary.taken))
    return sum(count for on, count in minutes.items() if on not in diary.away)


@lru_cache(maxsize=256)
def _minutes_by_day(calendar: WorkingCalendar, first: date, until: date) -> Mapping[date, int]:
    days = (date.fromordinal(day) for day in range(first.toordinal(), until.toordinal()))
    return {day: calendar.minutes_available(day) for day in days}


def _clients_by_standing(day: date) -> Iterable[dict[str, Any]]:
    rows = Client.objects.filter(Q(until__isnull=True) | Q(until__gt=day)).annotate(
        open=FilteredRelation("agreements", condition=Q(agreements__ended_on__isnull=True)),
        fresh=ExpressionWrapper(Q(since__gt=rules.year_before(day)), BooleanField()),
        asked=ExpressionWrapper(Q(wishes__said_on__isnull=False) & Q(wishes__said_on__lte=day), BooleanField()),
    )
    wishes = {f"wish_{name}": F(f"wishes__{name}") for name in _WISHES}
    agreed = {
        "on": F("open__model_id"),
        "basis": F("open__basis"),
        "contacts": F("open__contacts_a_year"),
        "minutes": F("open__minutes_a_year"),
    }
    grouped = rows.values("adviser_id", "tier", "fresh", "asked", **wishes, **agreed)
    counted: Iterable[dict[str, Any]] = grouped.annotate(clients=Count("pk")).order_by().iterator()  # type: ignore[assignment]
    return counted


def _standing(row: Mapping[str, Any]) -> Standing:
    channels, consent, days = row["wish_channels"], row["wish_consent"], row["wish_days"]
    return Standing(
        tier=row["tier"],
        is_new=bool(row["fresh"]) and not row["asked"],
        was_asked=bool(row["asked"]),
        channels=int(Channels.ALL) if channels is None else channels,
        consent=int(Channels.ALL) if consent is None else consent,
        preferred=row["wish_preferred"] or "",
        contacts_a_year=row["wish_contacts_a_year"],
        days=EVERY_DAY if days is None else days,
    )


def _asked(shelf: Shelf, standing: Standing, chosen: int | None, agreed: int | None) -> Asks:
    offer = shelf.offer(standing, chosen=chosen, agreed=agreed)
    return Asks(offer.spec.contacts_a_year, offer.spec.minutes_a_year) if offer else Asks()
