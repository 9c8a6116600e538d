"""Products, what they earn from a day on, and the exchange of currencies."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.kernel.actor import Actor
from cartera.kernel.money import PPM
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.products.rules import MOST_UNITS, Terms, as_said


class Line(models.TextChoices):
    """Product lines. A client's deposits and funds are its assets; loans and cards its liabilities; policies neither."""

    DEPOSIT = "deposit", _("Account or deposit")
    LOAN = "loan", _("Loan")
    CARD = "card", _("Card")
    POLICY = "policy", _("Policy")
    FUND = "fund", _("Fund")


class ProductQuerySet(VisibleQuerySet["Product"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> ProductQuerySet:
        return self if verb == "view" or _may_change(actor) else self.none()


class Product(Record):
    """Something that clients can hold. `margin_ppm` is the yearly margin on the balance, `fee_minor` the yearly fee: its
    first terms, which hold until the first `ProductTerms` that have a day.
    """

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

    @property
    def first_terms(self) -> Terms:
        return Terms(self.margin_ppm, self.fee_minor)


class ProductTermsQuerySet(VisibleQuerySet["ProductTerms"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> ProductTermsQuerySet:
        return self if (actor.may("product.view") if verb == "view" else _may_change(actor)) else self.none()

    def standing(self) -> ProductTermsQuerySet:
        return self.filter(withdrawn=False)


class ProductTerms(Record):
    """What a product earns from a day on, until the next terms begin. Those that had not begun may be withdrawn."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="terms")
    from_day = models.DateField()
    margin_ppm = models.IntegerField()
    fee_minor = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    withdrawn = models.BooleanField(default=False)

    objects = ProductTermsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "from_day"],
                condition=Q(withdrawn=False),
                name="product_terms_once_a_day",
                violation_error_message=_("There are terms from that day already."),
            ),
            models.CheckConstraint(
                condition=Q(margin_ppm__gte=-PPM, margin_ppm__lte=PPM),
                name="product_terms_margin_is_a_share",
                violation_error_message=_("A margin is a share of the balance, of 100 % at most."),
            ),
            models.CheckConstraint(
                condition=Q(fee_minor__gte=0),
                name="product_terms_fee_is_not_negative",
                violation_error_message=_("A fee is not less than nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.from_day}"

    @property
    def as_rules(self) -> Terms:
        return Terms(self.margin_ppm, self.fee_minor)


class CurrencyRateQuerySet(VisibleQuerySet["CurrencyRate"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> CurrencyRateQuerySet:
        return self if verb == "view" or actor.may("rate.correct") else self.none()


class CurrencyRate(Record):
    """Units of `quote` for so many `units` of `currency`, in parts per million, from a day on."""

    currency = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    from_day = models.DateField()
    rate_ppm = models.BigIntegerField()
    units = models.IntegerField(default=1)

    objects = CurrencyRateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "quote", "from_day"],
                name="currency_rate_once_a_day",
                violation_error_message=_("There is a rate from that day already: correct that one."),
            ),
            models.CheckConstraint(condition=Q(rate_ppm__gt=0), name="currency_rate_is_positive"),
            models.CheckConstraint(
                condition=Q(units__gte=1, units__lte=MOST_UNITS), name="currency_rate_is_of_some_units"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency}/{self.quote} {self.from_day}"

    @property
    def rate(self) -> Decimal:
        """Units of `quote` for one of `currency`."""
        return as_said(self.rate_ppm, self.units)


def _may_change(actor: Actor) -> bool:
    return actor.may("product.change") or actor.may("product.set_terms")
