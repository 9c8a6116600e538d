"""From tables to rules and back: which model a client is on, and the promises that this makes of a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import Q

from cartera.clients.models import Channel, Wishes
from cartera.clients.models.contact import EVERY_DAY, Channels
from cartera.clock.rules import WorkingCalendar
from cartera.service import rules
from cartera.service.models import ServiceModel, Touchpoint
from cartera.service.rules import Asked, Ground, ModelSpec, Period, PlannedTouch, Touch, TouchpointSpec

AFTER = timedelta(days=31)
LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides a client's model. Channels, consent and days are sets of bits, as `Wishes` stores them."""

    tier: str
    is_new: bool
    was_asked: bool
    channels: int = int(Channels.ALL)
    consent: int = int(Channels.ALL)
    preferred: str = ""
    contacts_a_year: int | None = None
    days: int = EVERY_DAY

    @classmethod
    def of(cls, *, tier: str, since: date, wishes: Wishes | None, on: date) -> Standing:
        said = wishes or Wishes()
        was_asked = said.said_on is not None and said.said_on <= on
        return cls(
            tier=tier,
            is_new=rules.is_new(since, was_asked=was_asked, on=on),
            was_asked=was_asked,
            channels=said.channels,
            consent=said.consent,
            preferred=said.preferred,
            contacts_a_year=said.contacts_a_year,
            days=said.days,
        )

    @property
    def asked(self) -> Asked:
        allowed = self.channels & self.consent
        return Asked(
            ladder=tuple(Channel.values),
            accepted=frozenset(channel for channel in Channel if channel.flag & allowed),
            preferred=self.preferred,
            contacts_a_year=self.contacts_a_year,
            weekdays=frozenset(day for day in range(7) if 1 << day & self.days),
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """What a client is to be served after: the model, on which ground, and the model as its wishes change it."""

    model_id: int
    ground: Ground
    terms: str
    spec: ModelSpec
    weekdays: frozenset[int]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The service models of a day, by id, and which of them serve each tier and new clients."""

    specs: Mapping[int, ModelSpec]
    keys: Mapping[int, str]
    by_tier: Mapping[str, int]
    for_new: int | None

    @classmethod
    def on(cls, day: date) -> Shelf:
        active = ServiceModel.objects.filter(
            Q(active_until__isnull=True) | Q(active_until__gt=day), active_from__lte=day
        )
        models = list(active.order_by("active_from", "id"))
        return cls(
            specs=specs_of(Touchpoint.objects.order_by("id")),
            keys=dict(ServiceModel.objects.values_list("id", "key")),
            by_tier={tier: model.pk for model in models for tier in model.tiers},
            for_new=next((model.pk for model in reversed(models) if model.for_new), None),
        )

    def offer(self, client: Standing, *, chosen: int | None = None) -> Offer | None:
        """What this client is offered; `chosen` is the model that somebody put it on. None when no model serves it.

        A client that has no tier yet, or whose tier no model serves, is on the model for new clients.
        """
        for_tier = self.by_tier.get(client.tier, self.for_new)
        model_id = chosen or (self.for_new if client.is_new else for_tier) or for_tier
        if model_id is None:
            return None
        model, key, asked = self.specs.get(model_id, ModelSpec(())), self.keys[model_id], client.asked
        personal = rules.personal(model, asked)
        terms = rules.terms_of(key, personal, asked)
        ground = rules.ground(
            chosen=chosen is not None,
            is_new=client.is_new,
            was_asked=client.was_asked,
            differs=terms != rules.terms_of(key, model, None),
        )
        return Offer(model_id, ground, terms, personal, asked.weekdays)


def specs_of(touchpoints: Iterable[Touchpoint]) -> dict[int, ModelSpec]:
    """The models of these touchpoints, by the model's id; parents and nested ones in any order."""
    nested: dict[int | None, list[Touchpoint]] = defaultdict(list)
    for touchpoint in touchpoints:
        nested[touchpoint.parent_id].append(touchpoint)

    def spec(touchpoint: Touchpoint) -> TouchpointSpec:
        touch = Touch(touchpoint.name, touchpoint.channel, touchpoint.purpose, touchpoint.minutes)
        return TouchpointSpec(touch, touchpoint.times_a_year, tuple(map(spec, nested[touchpoint.pk])))

    roots: dict[int, list[TouchpointSpec]] = defaultdict(list)
    for touchpoint in nested[None]:
        roots[touchpoint.model_id].append(spec(touchpoint))
    return {model_id: ModelSpec(tuple(specs)) for model_id, specs in roots.items()}


def touches_in(offer: Offer, period: Period, *, turn: int, calendar: WorkingCalendar) -> list[PlannedTouch]:
    """What is promised in an agreement's year."""
    working = _working_days(calendar, period.from_day, period.until_day)
    days = rules.days_wished(working, offer.weekdays, offer.spec.contacts_a_year)
    after = _working_days(calendar, period.until_day, period.until_day + AFTER)
    return rules.year_of(offer.spec, days, turn=turn, after=after)


@lru_cache(maxsize=4096)
def _working_days(calendar: WorkingCalendar, first: date, until: date) -> tuple[date, ...]:
    days = (date.fromordinal(day) for day in range(first.toordinal(), until.toordinal()))
    return tuple(day for day in days if calendar.shifts_on(day))


def window_of(planned: PlannedTouch, zone: ZoneInfo) -> tuple[datetime, datetime, datetime]:
    """From when a contact counts, when it is due and until when it is late."""
    return begins_at(planned.opens_on, zone), ends_at(planned.due_on, zone), ends_at(planned.latest_on, zone)


def begins_at(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins, in UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def ends_at(day: date, zone: ZoneInfo) -> datetime:
    """The last minute of a day, in UTC: what is due that day may be done until then."""
    return datetime.combine(day, LAST_MINUTE, tzinfo=zone).astimezone(UTC)


def origin_key(agreement_id: int, n: int | str) -> str:
    """How the ledger knows the n-th promise of an agreement."""
    return f"model:{agreement_id}:{n}"


def agreement_in(key: str | None) -> int:
    """The agreement that a promise's origin key names, of a renegotiated promise too; 0 for a key of another kind."""
    kind, _colon, rest = (key or "").partition(":")
    return int(rest.split(":")[0]) if kind == "model" else 0
