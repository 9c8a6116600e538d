"""Contacts and effort."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Channel, Client
from cartera.clients.models.client import OfClientQuerySet
from cartera.kernel.records import Record
from cartera.team.models import Staff


class Direction(models.TextChoices):
    OUT = "out", _("We contacted the client")
    IN = "in", _("The client contacted us")


class Purpose(models.TextChoices):
    """What the contact was for. A client who calls for service keeps no touchpoint of its model unless marked."""

    TOUCH = "touch", _("Keep in touch")
    REVIEW = "review", _("Portfolio review")
    SERVICE = "service", _("Service")
    RENEWAL = "renewal", _("Renewal")
    SALE = "sale", _("Sale")
    WELCOME = "welcome", _("Welcome")


class Outcome(models.TextChoices):
    TALKED = "talked", _("We talked")
    NO_ANSWER = "no_answer", _("No answer")
    LEFT_MESSAGE = "left_message", _("Left a message")
    SENT = "sent", _("Sent")


REACHED = frozenset({Outcome.TALKED, Outcome.SENT})
WRITTEN = frozenset({Channel.MESSAGE, Channel.EMAIL, Channel.LETTER})


class InteractionQuerySet(OfClientQuerySet["Interaction"]):
    def standing(self) -> InteractionQuerySet:
        """Those that were not retracted."""
        return self.filter(retracted_at__isnull=True)


class Interaction(Record):
    """One contact with a client. Retracted when it was registered by mistake, never deleted."""

    key = models.CharField(max_length=64, null=True, unique=True)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="interactions")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="interactions")
    channel = models.CharField(max_length=16, choices=Channel)
    direction = models.CharField(max_length=4, choices=Direction, default=Direction.OUT)
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.TOUCH)
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.TALKED)
    happened_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    said = models.TextField(blank=True)
    counts_as_touchpoint = models.BooleanField(default=True)
    retracted_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    PERSONAL: ClassVar = frozenset({"said"})
    objects = InteractionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["client", "-happened_at", "-id"], name="interaction_timeline"),
            models.Index(fields=["staff", "-happened_at", "-id"], name="interaction_of_staff"),
        ]
        constraints = [models.CheckConstraint(condition=Q(minutes__lte=1440), name="interaction_within_a_day")]

    def __str__(self) -> str:
        return f"{self.channel} {self.happened_at:%Y-%m-%d}"


class Effort(Record):
    """Work for a client that was no contact: preparing, paperwork, travelling."""

    class Work(models.TextChoices):
        PREPARATION = "preparation", _("Preparation")
        PAPERWORK = "paperwork", _("Paperwork")
        TRAVEL = "travel", _("Travel")

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="effort")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="effort")
    work = models.CharField(max_length=16, choices=Work)
    spent_on = models.DateField()
    minutes = models.PositiveSmallIntegerField()

    objects = OfClientQuerySet["Effort"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["client", "-spent_on"], name="effort_of_client")]

    def __str__(self) -> str:
        return f"{self.work} {self.minutes}"
