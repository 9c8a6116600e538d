"""What clients hold and what they pay regularly."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cartera.clients.models.client import Client, OfClientQuerySet
from cartera.kernel.records import Record
from cartera.products.models import Product


class Holding(Record):
    """A deposit, loan, card, policy or fund of a client. Balances are positive; the product's line gives the side."""

    key = models.CharField(max_length=64, unique=True)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="holdings")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="holdings")
    number = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3)
    balance_minor = models.BigIntegerField(default=0)
    balance_on = models.DateField(null=True)
    limit_minor = models.BigIntegerField(null=True)
    rate_ppm = models.IntegerField(null=True)
    opened_on = models.DateField()
    matures_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = OfClientQuerySet["Holding"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="holding_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(matures_on__isnull=True) | Q(matures_on__gte=F("opened_on")),
                name="holding_matures_after_opening",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "opened_on"], name="holding_of_client"),
            models.Index(
                fields=["matures_on", "id"], name="holding_by_maturity", condition=Q(matures_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.key


class StandingOrder(Record):
    """A payment that a client makes regularly from a holding."""

    key = models.CharField(max_length=64, unique=True)
    holding = models.ForeignKey(Holding, on_delete=models.CASCADE, related_name="standing_orders")
    payee = models.CharField(max_length=200)
    purpose = models.CharField(max_length=100, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="standing_order_amount_is_not_negative")
        ]

    def __str__(self) -> str:
        return self.key
