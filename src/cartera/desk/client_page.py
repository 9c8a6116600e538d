"""Cliente 360: the facts of one client from every room, put together for one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.clients import queries as clients
from cartera.clients.models import Client, Holding
from cartera.clients.rules import age
from cartera.clock import queries as clock
from cartera.desk import formats
from cartera.desk.answering import Answering, answering_of
from cartera.desk.drawing import Arc, ring
from cartera.desk.family import Family, family_of
from cartera.desk.story import Story, story_of
from cartera.desk.tier_words import TierReason, tier_reason
from cartera.desk.ways import Ways, ways_of
from cartera.desk.wishes_words import WishWords, wishes_in_words
from cartera.events.models import Event
from cartera.events.queries import open_for
from cartera.interactions.queries import slots_of
from cartera.interactions.rules import LOOK_BACK
from cartera.kernel.actor import Actor
from cartera.kernel.money import share_of
from cartera.promises.models import Promise, Side
from cartera.promises.queries import at_hand, counts_by_state
from cartera.promises.rules import State
from cartera.service.compliance import Compliance
from cartera.service.queries import ServiceYear, year_of
from cartera.value.queries import Worth, tier_history, worth_of

MOST_PROMISES = 60
SHOWN_PROMISES = 4
SHOWN_OF_THE_CLIENT = 3
SHOWN_HOLDINGS = 10
SETTLED_LATELY = timedelta(days=45)
MATURITY_IN_SIGHT = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Promises:
    """What is owed both ways: the first due of each side, the last one that was settled, and the count of every state."""

    ours: Sequence[Promise]
    theirs: Sequence[Promise]
    settled: Promise | None
    counts: Mapping[str, int]

    @property
    def all(self) -> int:
        return sum(self.counts.values())

    @property
    def in_words(self) -> str:
        """ "28 cumplidos, 2 con atraso, 1 incumplido": what became of those that are settled."""
        kept, late, broken = (self.counts.get(state, 0) for state in (State.KEPT, State.LATE, State.BROKEN))
        told = [ngettext("%(n)s kept", "%(n)s kept", kept) % {"n": kept}]
        if late:
            told.append(ngettext("%(n)s kept late", "%(n)s kept late", late) % {"n": late})
        if broken:
            told.append(ngettext("%(n)s broken", "%(n)s broken", broken) % {"n": broken})
        return ", ".join(told) if kept or late or broken else ""


@dataclass(frozen=True, slots=True)
class Contract:
    """The service agreement as a ring: done, behind, to come."""

    year: ServiceYear
    arcs: Sequence[Arc]
    label: str


@dataclass(frozen=True, slots=True)
class Held:
    """A product that the client holds. `revenue_minor` is what it brings in a year, in `currency`."""

    holding: Holding
    revenue_minor: int
    event: Event | None
    matures_soon: bool


@dataclass(frozen=True, slots=True)
class Cost:
    """What serving the client took and brought in twelve months, in minor units; an hour is None when none was spent."""

    on_date: date
    revenue_minor: int
    cost_minor: int
    minutes: int
    brought_an_hour_minor: int | None
    cost_of_an_hour_minor: int | None

    @property
    def loses(self) -> bool:
        return self.cost_minor > self.revenue_minor


@dataclass(frozen=True, slots=True)
class ClientPage:
    """Everything that the page shows. Money is in minor units of `currency` unless its holding says another."""

    client: Client
    age: int | None
    currency: str
    tier: TierReason
    ways: Ways
    wishes: WishWords | None
    promises: Promises
    contract: Contract | None
    held: Sequence[Held]
    held_more: int
    assets_minor: int
    liabilities_minor: int
    family: Family
    story: Story
    events: Sequence[Event]
    cost: Cost | None
    answering: Answering


def page_of_client(
    actor: Actor, client_id: int, locale: formats.Locale, *, cursor: str | None = None, only_conversations: bool = False
) -> ClientPage:
    """The page, in a fixed number of queries however much there is. NotFound when the actor may not see the client."""
    client = clients.client_of(actor=actor, client_id=client_id)
    now, today, zone, currency = clock.now(), clock.today(), clock.zone(), clock.institution().currency
    wishes = clients.wishes_of(client)
    points = clients.reached_by(actor=actor, client=client)
    events = list(open_for(actor=actor, client=client))
    worth = worth_of(actor=actor, client=client)
    holdings = list(clients.holdings_of(actor=actor, client=client))
    slots = slots_of(actor=actor, client_ids=[client.pk], since=now - LOOK_BACK, zone=zone).get(client.pk, ())
    return ClientPage(
        client=client,
        age=age(client.birth_date, today) if client.birth_date else None,
        currency=currency,
        tier=tier_reason(worth, tier_history(actor=actor, client=client).first(), currency, locale),
        ways=ways_of(points, wishes),
        wishes=wishes_in_words(wishes, locale) if wishes else None,
        promises=promises_of(actor, client, now),
        contract=contract_of(year_of(actor=actor, client=client)),
        held=[held(holding, events, today) for holding in holdings[:SHOWN_HOLDINGS]],
        held_more=max(0, len(holdings) - SHOWN_HOLDINGS),
        assets_minor=worth.value.assets_minor if worth.value else client.assets_minor,
        liabilities_minor=worth.value.liabilities_minor if worth.value else 0,
        family=family_of(client, clients.circle_of(actor=actor, client=client)),
        story=story_of(actor=actor, client=client, locale=locale, cursor=cursor, only_conversations=only_conversations),
        events=events,
        cost=cost_of(worth),
        answering=answering_of(slots, locale),
    )


def tier_of_client(actor: Actor, client: Client, locale: formats.Locale) -> TierReason:
    """The tier alone with its reason, for who is about to decide otherwise."""
    worth, period = worth_of(actor=actor, client=client), tier_history(actor=actor, client=client).first()
    return tier_reason(worth, period, clock.institution().currency, locale)


def promises_of(actor: Actor, client: Client, now: datetime) -> Promises:
    told = at_hand(actor=actor, client=client, since=now - SETTLED_LATELY, most=MOST_PROMISES)
    open_now = [promise for promise in told if promise.state == State.PROMISED]
    settled = [promise for promise in told if promise.state in (State.KEPT, State.LATE) and promise.closed_at]
    return Promises(
        ours=[promise for promise in open_now if promise.owed_by == Side.US][:SHOWN_PROMISES],
        theirs=[promise for promise in open_now if promise.owed_by == Side.CLIENT][:SHOWN_OF_THE_CLIENT],
        settled=max(settled, key=lambda promise: promise.closed_at or now, default=None),
        counts=counts_by_state(actor=actor, client=client),
    )


def contract_of(year: ServiceYear | None) -> Contract | None:
    if year is None or not year.account.all:
        return None
    account = year.account
    return Contract(year, ring(_tones(account)), _ring_in_words(account))


def held(holding: Holding, events: Sequence[Event], today: date) -> Held:
    """A holding with what it brings: the margin on its balance and its yearly fee, as `value.revenue` defines it."""
    product = holding.product
    fee = product.fee_minor if product.currency == holding.currency else 0
    return Held(
        holding=holding,
        revenue_minor=share_of(holding.balance_minor, product.margin_ppm) + fee,
        event=next((event for event in events if event.holding_id == holding.pk), None),
        matures_soon=holding.matures_on is not None and today <= holding.matures_on <= today + MATURITY_IN_SIGHT,
    )


def cost_of(worth: Worth) -> Cost | None:
    """Revenue and cost over the hours that the client took; None before its first night."""
    value = worth.value
    if value is None:
        return None
    return Cost(
        on_date=value.on_date,
        revenue_minor=value.revenue_minor,
        cost_minor=value.cost_minor,
        minutes=value.minutes,
        brought_an_hour_minor=value.revenue_minor * 60 // value.minutes if value.minutes else None,
        cost_of_an_hour_minor=value.cost_minor * 60 // value.minutes if value.minutes else None,
    )


def _tones(account: Compliance) -> list[str]:
    return (
        ["kept"] * account.on_time
        + ["late"] * account.late
        + ["broken"] * account.missed
        + ["warn"] * account.behind
        + ["track"] * account.to_come
    )


def _ring_in_words(account: Compliance) -> str:
    told = [_("%(done)s contacts of %(all)s done") % {"done": account.done, "all": account.all}]
    if account.behind:
        told.append(_("%(n)s behind") % {"n": account.behind})
    if account.missed:
        told.append(_("%(n)s missed") % {"n": account.missed})
    told.append(_("%(n)s to come") % {"n": account.to_come})
    return ", ".join(told)
