"""Products and the exchange of currencies."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet


class Line(models.TextChoices):
    """Product lines. A client's deposits and funds are its assets; loans and cards its liabilities; policies neither."""

    DEPOSIT = "deposit", _("Account or deposit")
    LOAN = "loan", _("Loan")
    CARD = "card", _("Card")
    POLICY = "policy", _("Policy")
    FUND = "fund", _("Fund")


class ProductQuerySet(VisibleQuerySet["Product"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> ProductQuerySet:
        return self if verb == "view" or actor.may("product.change") else self.none()


class Product(Record):
    """Something that clients can hold. `margin_ppm` is the yearly margin on the balance, `fee_minor` the yearly fee."""

    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    line = models.CharField(max_length=8, choices=Line)
    currency = models.CharField(max_length=3)
    margin_ppm = models.IntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
    active = models.BooleanField(default=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(fee_minor__gte=0), name="product_fee_is_not_negative")]

    def __str__(self) -> str:
        return self.name


class CurrencyRate(Record):
    """Units of `quote` for one unit of `currency`, in parts per million, from a day on."""

    currency = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    from_day = models.DateField()
    rate_ppm = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "quote", "from_day"], name="currency_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate_ppm__gt=0), name="currency_rate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency}/{self.quote} {self.from_day}"
