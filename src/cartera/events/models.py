"""Events that were raised for clients."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Client, Holding
from cartera.clients.models.client import OfClientQuerySet
from cartera.interactions.models import Interaction
from cartera.kernel.records import Record
from cartera.promises.models import Promise


class EventKind(models.TextChoices):
    MATURITY = "maturity", _("Maturity ahead")
    RUN_DOWN = "run_down", _("Balances run down")
    SILENCE = "silence", _("Silence")


class EventState(models.TextChoices):
    OPEN = "open", _("Open")
    ACTED = "acted", _("Acted on")
    DISMISSED = "dismissed", _("Dismissed")
    EXPIRED = "expired", _("Expired")
    OVER = "over", _("Over by itself")


class Event(Record):
    """A reason to act, raised once per `cause_key`, with evidence; it expires, ends by itself, is acted on or dismissed.

    One acts on it by promising a contact (`promise`), or by having talked about it (`answered_in`).
    """

    Kind: TypeAlias = EventKind
    State: TypeAlias = EventState

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
            models.Index(fields=["state", "kind", "act_by", "id"], name="event_by_kind"),
            models.Index(fields=["state", "act_by", "id"], name="event_by_act"),
        ]

    def __str__(self) -> str:
        return self.cause_key
