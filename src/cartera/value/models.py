"""What a client is worth to the institution, at a date, and the tier that it warrants."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Client, Tier
from cartera.clients.models.client import OfClientQuerySet
from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.team.models import Staff
from cartera.value.rules import By, Policy


class TierPolicyQuerySet(VisibleQuerySet["TierPolicy"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> TierPolicyQuerySet:
        return self if verb == "view" or actor.may("tier.set_policy") else self.none()


class TierPolicy(Record):
    """A version of the thresholds, effective from a day. A client is in the best tier whose assets or revenue it reaches.

    `thresholds` maps "A", "B", "C" to {"assets_minor": n, "revenue_minor": n}; the rest is D. A client keeps its tier
    until it is more than `hysteresis_ppm` under the threshold. Minors are valued through their household.
    """

    number = models.PositiveIntegerField(unique=True)
    effective_from = models.DateField()
    thresholds = models.JSONField()
    hysteresis_ppm = models.PositiveIntegerField(default=100_000)
    adult_age = models.PositiveSmallIntegerField(default=18)
    reason = models.CharField(max_length=300)

    objects = TierPolicyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"v{self.number}"

    def as_rules(self) -> Policy:
        return Policy.parse(
            self.thresholds, number=self.number, hysteresis_ppm=self.hysteresis_ppm, adult_age=self.adult_age
        )


class Decider(models.TextChoices):
    """What decided a tier, as a screen names it."""

    ASSETS = By.ASSETS, _("Assets")
    REVENUE = By.REVENUE, _("Yearly revenue")
    REST = By.REST, _("Below every threshold")
    OVERRIDE = By.OVERRIDE, _("Somebody's decision")


class ClientValue(Record):
    """A client's figures on the date of the last night, in the institution's currency; cost, minutes and frequency are
    those of twelve months. `foreign` holds what no rate could convert: {"EUR": {"assets_minor": n, …}}.
    """

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="value")
    on_date = models.DateField()
    assets_minor = models.BigIntegerField()
    liabilities_minor = models.BigIntegerField()
    revenue_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    minutes = models.IntegerField()
    recency_days = models.IntegerField(null=True)
    frequency = models.IntegerField()
    foreign = models.JSONField(default=dict)

    objects = OfClientQuerySet["ClientValue"].as_manager()

    def __str__(self) -> str:
        return f"{self.client_id} {self.on_date}"


class TierPeriod(Record):
    """The tier that a client had from a day on, `until_day` included, under which policy, what decided it and the whole
    reason as data (words are made on screen). While `until_day` is empty it is the present one.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="tiers")
    tier = models.CharField(max_length=1, choices=Tier)
    by = models.CharField(max_length=8, choices=Decider)
    policy = models.ForeignKey(TierPolicy, on_delete=models.PROTECT, related_name="periods")
    reason = models.JSONField()
    from_day = models.DateField()
    until_day = models.DateField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = OfClientQuerySet["TierPeriod"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(until_day__isnull=True), name="tier_period_one_open"
            ),
            models.UniqueConstraint(fields=["client", "from_day"], name="tier_period_one_a_day"),
            models.CheckConstraint(
                condition=Q(until_day__isnull=True) | Q(until_day__gte=F("from_day")), name="tier_period_goes_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.tier}"


class TierOverride(Record):
    """A person with authority puts a client in another tier, with a reason, until the day before it expires."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="tier_overrides")
    tier = models.CharField(max_length=1, choices=Tier)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    from_day = models.DateField()
    expires_on = models.DateField()
    ended_on = models.DateField(null=True)

    PERSONAL: ClassVar = frozenset({"reason"})
    objects = OfClientQuerySet["TierOverride"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_on__gt=F("from_day")), name="tier_override_expires_later")
        ]
        indexes = [models.Index(fields=["expires_on"], name="tier_override_by_expiry")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.tier}"
