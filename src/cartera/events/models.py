"""Events that were raised for clients."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Client, Holding
from cartera.clients.models.client import OfClientQuerySet
from cartera.interactions.models import Interaction
from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.products.models import Line
from cartera.promises.models import Promise


class LeadTimeQuerySet(VisibleQuerySet["LeadTime"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> LeadTimeQuerySet:
        return self if verb == "view" or actor.may("event.set_lead_time") else self.none()


class LeadTime(Record):
    """How many days before a product line's maturity its event is raised, and the client has to have been contacted."""

    line = models.CharField(max_length=8, choices=Line, unique=True)
    days_ahead = models.PositiveSmallIntegerField()
    days_to_settle = models.PositiveSmallIntegerField()

    objects = LeadTimeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(days_ahead__gte=F("days_to_settle")),
                name="lead_time_leaves_time_to_settle",
                violation_error_message=_("An event is raised before the client has to have been contacted."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.days_ahead}"


class Event(Record):
    """A reason to act, raised once per `cause_key`, with evidence; it expires, is acted on, or is dismissed with a reason.

    One acts on it by promising a contact (`promise`), or by having talked about it (`answered_in`).
    """

    class Kind(models.TextChoices):
        MATURITY = "maturity", _("Maturity ahead")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACTED = "acted", _("Acted on")
        DISMISSED = "dismissed", _("Dismissed")
        EXPIRED = "expired", _("Expired")

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="events")
    holding = models.ForeignKey(Holding, on_delete=models.CASCADE, null=True, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    cause_key = models.CharField(max_length=100, unique=True)
    raised_on = models.DateField()
    act_by = models.DateField()
    expires_on = models.DateField()
    amount_minor = models.BigIntegerField(default=0)
    at_stake_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    evidence = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    promise = models.OneToOneField(Promise, on_delete=models.SET_NULL, null=True, related_name="event")
    answered_in = models.ForeignKey(Interaction, on_delete=models.PROTECT, null=True, related_name="events_answered")
    why_dismissed = models.CharField(max_length=300, blank=True)

    PERSONAL: ClassVar = frozenset({"why_dismissed"})
    objects = OfClientQuerySet["Event"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("raised_on")), name="event_expires_after_it_was_raised"
            )
        ]
        indexes = [
            models.Index(fields=["client", "state", "act_by"], name="event_of_client"),
            models.Index(fields=["state", "expires_on"], name="event_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.cause_key
