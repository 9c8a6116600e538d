"""Questions about what clients are worth, what they cost and which tier they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Sum, When
from django.db.models.functions import Cast, Length, Substr

from cartera.clients.models import Client, Kind, Tier
from cartera.clients.models.client import ClientQuerySet
from cartera.clock.queries import today
from cartera.kernel.actor import Actor
from cartera.rulebook.queries import value_of
from cartera.value.distribution import Band, Spread, spread
from cartera.value.models import ClientValue, TierOverride, TierPeriod, TierPolicy
from cartera.value.rules import (
    LOWEST,
    By,
    Decision,
    Figures,
    HouseholdFigures,
    Override,
    Policy,
    preliminary_ranks,
    preliminary_thresholds,
    tier_of,
)
from cartera.value.settings import REVIEW_DAYS

Measure = Literal["assets_minor", "revenue_minor"]
LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a client is worth, with its reasons. Without a `value`, no night has seen the client yet."""

    value: ClientValue | None
    tier: str
    reason: Mapping[str, Any]
    override: TierOverride | None

    @property
    def margin_minor(self) -> int | None:
        """Yearly revenue less the cost to serve; negative when the client costs more than it brings."""
        return self.value.revenue_minor - self.value.cost_minor if self.value else None


@dataclass(frozen=True, slots=True)
class TierShare:
    """The clients of a tier, and what they hold and bring."""

    tier: str
    clients: int
    assets_minor: int
    revenue_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What clients are worth together. `losing` cost more than they bring, `losing_in_lowest` of them in the lowest tier."""

    clients: int
    assets_minor: int
    revenue_minor: int
    margin_minor: int
    losing: int
    losing_in_lowest: int
    minutes: int

    @property
    def cost_minor(self) -> int:
        return self.revenue_minor - self.margin_minor

    @property
    def revenue_an_hour_minor(self) -> int | None:
        """What an hour of service brings, None when none was spent."""
        return self.revenue_minor * 60 // self.minutes if self.minutes else None


def worth_of(*, actor: Actor, client: Client) -> Worth:
    """A client's figures on the date of the last night, its tier with the reason as data, and the override if there is one."""
    value = ClientValue.objects.visible_to(actor).filter(client=client).first()
    override = overrides_in_force(actor=actor).filter(client=client).select_related(None).select_related("by").first()
    return Worth(value, client.tier, client.tier_reason, override)


def tier_history(*, actor: Actor, client: Client) -> QuerySet[TierPeriod]:
    """The tiers that a client has had, the present one first."""
    return TierPeriod.objects.visible_to(actor).filter(client=client).select_related("policy").order_by("-from_day")


def portfolio(*, actor: Actor, adviser_id: int | None = None) -> ClientQuerySet:
    """The present clients of the actor's own reach, or of one adviser in it: what is ranked, with no one's single access."""
    rows = Client.objects.within_reach_of(actor).filter(until__isnull=True)
    return rows if adviser_id is None else rows.filter(adviser_id=adviser_id)


def ranking(*, actor: Actor, by: Measure = "assets_minor") -> QuerySet[Client]:
    """The clients that the actor sees, those with the most assets or revenue first; pages go by this and "-id"."""
    return Client.objects.visible_to(actor).select_related("value").order_by(f"-{by}", "-id")


def totals_of(rows: QuerySet[Client]) -> Totals:
    """What clients hold, bring and cost together, and how many of them cost more than they bring; one query."""
    loses = Q(margin_minor__lt=0)
    told = rows.order_by().aggregate(
        clients=Count("id"),
        assets_minor=Sum("assets_minor", default=0),
        revenue_minor=Sum("revenue_minor", default=0),
        margin=Sum("margin_minor", default=0),
        losing=Count("id", filter=loses),
        losing_in_lowest=Count("id", filter=loses & Q(tier=LOWEST)),
        minutes=Sum("value__minutes", default=0),
    )
    return Totals(margin_minor=told.pop("margin"), **told)


def spread_of(rows: QuerySet[Client], by: Measure) -> Spread:
    """How clients' assets or revenue are spread, in one query whose answer is small however many there are.

    Bands are told by the first two digits of an amount and its length: no wider than a tenth of what is in them.
    """
    text = Cast(F(by), CharField())
    bands = rows.order_by().annotate(digits=Length(text), first=Substr(text, 1, 2)).values("tier", "digits", "first")
    told = bands.annotate(clients=Count("id"), total=Sum(by)).values_list("tier", "clients", "total")
    return spread(Band(tier, clients, total) for tier, clients, total in told)


def before(rows: QuerySet[Client], key: tuple[str, str], first: Client) -> tuple[int, int]:
    """How many of the rows come before one in an order by amount and id, and what they add up to."""
    name, beyond = key[0].removeprefix("-"), "gt" if key[0].startswith("-") else "lt"
    amount = getattr(first, name)
    earlier = Q(**{f"{name}__{beyond}": amount}) | Q(**{name: amount, f"id__{beyond}": first.pk})
    told = rows.order_by().filter(earlier).aggregate(clients=Count("id"), total=Sum(name, default=0))
    return told["clients"], told["total"]


def tier_shares(*, actor: Actor) -> list[TierShare]:
    """How the clients that the actor sees, and what they hold and bring, are spread over the tiers."""
    rows = Client.objects.visible_to(actor).exclude(tier="").values("tier")
    return [TierShare(**row) for row in _summed(rows).order_by("tier")]


def tier_shares_under(*, actor: Actor, policy: Policy) -> list[TierShare]:
    """The same spread if these thresholds held: no hysteresis, no overrides, everybody by its own figures."""
    reached = [
        When(Q(**{f"{way.by}_minor__gte": way.threshold}), then=Tier.values.index(way.tier)) for way in policy.ways
    ]
    place = Case(*reached, default=Tier.values.index(LOWEST), output_field=IntegerField())
    rows = Client.objects.visible_to(actor).exclude(tier="").annotate(place=place).values("place")
    return [TierShare(tier=Tier.values[row.pop("place")], **row) for row in _summed(rows).order_by("place")]


def proposed_thresholds(*, actor: Actor) -> dict[str, dict[str, int]]:
    """Preliminary thresholds from the distribution of the clients that the actor sees."""
    clients = Client.objects.visible_to(actor).exclude(tier="")
    ranks = preliminary_ranks(clients.count())
    return preliminary_thresholds(
        *([_at_rank(clients, measure, rank) for rank in ranks] for measure in ("assets_minor", "revenue_minor"))
    )


def cost_more_than_they_bring(*, actor: Actor) -> QuerySet[ClientValue]:
    """Clients whose cost to serve is above their yearly revenue, the greatest loss first (as `loss_minor`)."""
    rows = ClientValue.objects.visible_to(actor).filter(cost_minor__gt=F("revenue_minor")).select_related("client")
    return rows.annotate(loss_minor=F("cost_minor") - F("revenue_minor")).order_by("-loss_minor", "-id")


def demanding_in_low_tiers(*, actor: Actor, minutes: int) -> QuerySet[ClientValue]:
    """Clients in tiers C and D who took at least so many minutes in twelve months, the most demanding first."""
    rows = ClientValue.objects.visible_to(actor).filter(client__tier__in=(Tier.C, Tier.D), minutes__gte=minutes)
    return rows.select_related("client").order_by("-minutes", "-id")


def overrides_in_force(*, actor: Actor) -> QuerySet[TierOverride]:
    """Exceptions from the policy that hold today, the first to expire first."""
    day = today()
    rows = TierOverride.objects.visible_to(actor).filter(from_day__lte=day, expires_on__gt=day, ended_on__isnull=True)
    return rows.select_related("client", "by").order_by("expires_on", "-id")


def overrides_to_review(*, actor: Actor, within: timedelta | None = None) -> QuerySet[TierOverride]:
    """Exceptions that nobody has reviewed: those that expire in the term, and those that expired lately.

    The first to expire first. One that was ended before its day was reviewed by whoever ended it.
    """
    day = today()
    rows = TierOverride.objects.visible_to(actor).filter(
        review="", expires_on__lte=day + (within or timedelta(days=value_of(REVIEW_DAYS)))
    )
    rows = rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=F("expires_on")), expires_on__gt=day - LOOK_BACK)
    return rows.select_related("client", "by").order_by("expires_on", "id")


def overrides(*, actor: Actor) -> QuerySet[TierOverride]:
    """Every exception there was, the last to expire first."""
    rows = TierOverride.objects.visible_to(actor).select_related("client__adviser", "by", "reviewed_by")
    return rows.order_by("-expires_on", "-id")


def expired_by(day: date) -> QuerySet[TierOverride]:
    """Exceptions whose last day has passed and that are not ended yet: the night's to end."""
    return TierOverride.objects.filter(expires_on__lte=day, ended_on__isnull=True).order_by("id")


def policies(*, actor: Actor) -> QuerySet[TierPolicy]:
    """Every version of the tier policy, the latest first."""
    return TierPolicy.objects.visible_to(actor).order_by("-number")


def policy_in_force(on: date) -> TierPolicy | None:
    """The version that holds on a day: the last one that is effective by then. Before the first one, the first one does."""
    rows = TierPolicy.objects.all()
    effective = rows.filter(effective_from__lte=on).order_by("-effective_from", "-number").first()
    return effective or rows.order_by("effective_from", "number").first()


def decision_for(client_id: int, policy: TierPolicy, on: date) -> Decision:
    """The tier of one client on a day, from the figures of the last night: what the next night would find."""
    client = Client.objects.select_related("value").get(pk=client_id)
    rules = policy.as_rules()
    minor = client.kind == Kind.PERSON and client.birth_date is not None and client.birth_date > rules.born_after(on)
    return tier_of(
        _figures(getattr(client, "value", None)),
        rules,
        previous=_previous_tier(client_id, on),
        minor_in=_household(client.household_id) if minor and client.household_id else None,
        override=_override(client_id, on),
    )


def _previous_tier(client_id: int, on: date) -> str | None:
    before = TierPeriod.objects.filter(client_id=client_id, from_day__lt=on).order_by("-from_day").first()
    return before.tier if before is not None and before.by != By.OVERRIDE else None


def _override(client_id: int, on: date) -> Override | None:
    rows = TierOverride.objects.filter(client_id=client_id, from_day__lte=on, expires_on__gt=on)
    given = (
        Override(row.pk, row.tier, row.from_day, row.expires_on, row.ended_on)
        for row in rows.order_by("-from_day", "-id")
    )
    return next((override for override in given if override.in_force(on)), None)


def _household(household_id: int) -> HouseholdFigures:
    members = ClientValue.objects.filter(client__household_id=household_id)
    total = members.aggregate(assets=Sum("assets_minor"), revenue=Sum("revenue_minor"))
    return HouseholdFigures(household_id, Figures(total["assets"] or 0, total["revenue"] or 0))


def _figures(value: ClientValue | None) -> Figures:
    return Figures(value.assets_minor, value.revenue_minor) if value else Figures()


def _summed(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    sums: QuerySet[Any, Any] = rows.annotate(
        clients=Count("id"), assets_minor=Sum("assets_minor"), revenue_minor=Sum("revenue_minor")
    )
    return sums


def _at_rank(clients: QuerySet[Client], measure: str, rank: int) -> int:
    found = clients.order_by(f"-{measure}").values_list(measure, flat=True)[rank : rank + 1].first()
    return int(found or 0)
