"""Service models, and the agreement that puts one client on one of them for a year."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Channel, Client
from cartera.clients.models.client import OfClientQuerySet
from cartera.interactions.models import Purpose
from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.service.rules import FULL_TURN, Ground


class ServiceModelQuerySet(VisibleQuerySet["ServiceModel"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> ServiceModelQuerySet:
        return self if verb == "view" or actor.may("service.change_model") else self.none()


class ServiceModel(Record):
    """The touchpoints that a client is offered in a year. One model serves each tier; new clients start on `for_new`."""

    key = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    tiers = models.CharField(max_length=4, blank=True)
    for_new = models.BooleanField(default=False)
    active_from = models.DateField()
    active_until = models.DateField(null=True)

    objects = ServiceModelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["for_new"],
                condition=Q(for_new=True, active_until__isnull=True),
                name="service_model_one_for_new_clients",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Touchpoint(Record):
    """So many contacts a year in a channel, for a purpose. Nested ones are among their parent's: 12 ⊃ 4 reviews ⊃ 2 meetings."""

    model = models.ForeignKey(ServiceModel, on_delete=models.CASCADE, related_name="touchpoints")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="nested")
    name = models.CharField(max_length=200)
    channel = models.CharField(max_length=16, choices=Channel)
    purpose = models.CharField(max_length=8, choices=Purpose)
    minutes = models.PositiveSmallIntegerField()
    times_a_year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(times_a_year__gte=1), name="touchpoint_at_least_once")]

    def __str__(self) -> str:
        return self.name


class AgreementQuerySet(OfClientQuerySet["Agreement"]):
    def open(self) -> AgreementQuerySet:
        """The latest of each client: it runs, or begins when the one before it ends."""
        return self.filter(ended_on__isnull=True)

    def in_force(self, on: date) -> AgreementQuerySet:
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), from_day__lte=on, until_day__gt=on)


class Agreement(Record):
    """A client is served after a model from a day until a year later, which does not belong to it. `basis` says why.

    `terms` are what was agreed in one line, as `cartera.service.rules.terms_of` writes it. `turn` is how far the client's
    wheel is turned, so that its contacts fall on other days than its neighbours'. `ended_on` is where it gave way to
    the next; `planned_on` is when its promises were made.
    """

    class Basis(models.TextChoices):
        NEW = Ground.NEW, _("New client")
        TIER = Ground.TIER, _("Its tier")
        WISHES = Ground.WISHES, _("Its own wishes")
        CHOSEN = Ground.CHOSEN, _("Chosen for this client")

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="agreements")
    number = models.PositiveIntegerField(default=1)
    model = models.ForeignKey(ServiceModel, on_delete=models.PROTECT, related_name="agreements")
    basis = models.CharField(max_length=8, choices=Basis)
    terms = models.TextField(blank=True)
    turn = models.PositiveSmallIntegerField(default=0)
    from_day = models.DateField()
    until_day = models.DateField()
    ended_on = models.DateField(null=True)
    planned_on = models.DateField(null=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_day__gt=F("from_day")), name="agreement_goes_forward"),
            models.CheckConstraint(condition=Q(turn__lt=FULL_TURN), name="agreement_turn_is_not_full"),
            models.UniqueConstraint(fields=["client"], condition=Q(ended_on__isnull=True), name="agreement_one_open"),
            models.UniqueConstraint(fields=["client", "number"], name="agreement_number_once"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(planned_on__isnull=True), name="agreement_to_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.model_id}"
