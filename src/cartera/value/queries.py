"""Questions about what clients are worth, what they cost and which tier they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, When

from cartera.clients.models import Client, Kind, Tier
from cartera.clock.queries import today
from cartera.kernel.actor import Actor
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

Measure = Literal["assets_minor", "revenue_minor"]


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


def worth_of(*, actor: Actor, client: Client) -> Worth:
    """A client's figures on the date of the last night, its tier with the reason as data, and the override if there is one."""
    value = ClientValue.objects.visible_to(actor).filter(client=client).first()
    override = overrides_in_force(actor=actor).filter(client=client).first()
    return Worth(value, client.tier, client.tier_reason, override)


def tier_history(*, actor: Actor, client: Client) -> QuerySet[TierPeriod]:
    """The tiers that a client has had, the present one first."""
    return TierPeriod.objects.visible_to(actor).filter(client=client).select_related("policy").order_by("-from_day")


def ranking(*, actor: Actor, by: Measure = "assets_minor") -> QuerySet[Client]:
    """The clients that the actor sees, those with the most assets or revenue first; pages go by this and "-id"."""
    return Client.objects.visible_to(actor).select_related("value").order_by(f"-{by}", "-id")


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


def overrides_to_review(*, actor: Actor, within: timedelta) -> QuerySet[TierOverride]:
    """Exceptions that expire in the term, the first to expire first."""
    return overrides_in_force(actor=actor).filter(expires_on__lte=today() + within)


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
