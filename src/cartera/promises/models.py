"""The ledger of promises."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Channel, Client
from cartera.clients.models.client import OfClientQuerySet
from cartera.interactions.models import Interaction, Purpose
from cartera.kernel.records import Record
from cartera.promises.rules import TRANSITIONS, State
from cartera.team.models import Staff


class Side(models.TextChoices):
    US = "us", _("We owe it")
    CLIENT = "client", _("The client owes it")


class Origin(models.TextChoices):
    """Where a promise comes from. `origin_key` says which one, so that no night makes it twice."""

    CONTACT = "contact", _("Said in a contact")
    MODEL = "model", _("Service model")
    EVENT = "event", _("Event")


class Label(models.TextChoices):
    PROMISED = State.PROMISED, _("Promised")
    KEPT = State.KEPT, _("Kept")
    LATE = State.LATE, _("Kept late")
    BROKEN = State.BROKEN, _("Broken")
    RENEGOTIATED = State.RENEGOTIATED, _("Renegotiated")
    WITHDRAWN = State.WITHDRAWN, _("Withdrawn")


class PromiseQuerySet(OfClientQuerySet["Promise"]):
    def open(self) -> PromiseQuerySet:
        return self.filter(state=State.PROMISED)

    def ours(self) -> PromiseQuerySet:
        return self.filter(owed_by=Side.US)

    def due_before(self, instant: datetime) -> PromiseQuerySet:
        return self.filter(due_at__lt=instant)


class Promise(Record):
    """Something owed by an instant: by us to a client, or by a client to us.

    It may be kept from `opens_at` on, is due at `due_at`, and is broken when nothing kept it by `latest_at`. Its channel,
    purpose and minutes say what keeps it; without a channel any will do. `at_stake_minor` is given back if it breaks.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="promises")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="promises")
    owed_by = models.CharField(max_length=8, choices=Side, default=Side.US)
    what = models.CharField(max_length=200)
    channel = models.CharField(max_length=16, choices=Channel, blank=True)
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.SERVICE)
    minutes = models.PositiveSmallIntegerField(default=10)
    made_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=Label, default=State.PROMISED)
    closed_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.CONTACT)
    origin_key = models.CharField(max_length=100, null=True, unique=True)
    made_in = models.ForeignKey(Interaction, on_delete=models.PROTECT, null=True, related_name="promises_made")
    kept_by = models.ForeignKey(Interaction, on_delete=models.PROTECT, null=True, related_name="promises_kept")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    at_stake_minor = models.BigIntegerField(default=0)
    why_closed = models.CharField(max_length=300, blank=True)

    PERSONAL: ClassVar = frozenset({"what", "why_closed"})
    objects = PromiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("made_at")),
                name="promise_is_due_after_it_was_made",
                violation_error_message=_("A promise is due after it is made."),
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("opens_at")), name="promise_opens_before_it_is_due"),
            models.CheckConstraint(condition=Q(latest_at__gte=F("due_at")), name="promise_breaks_after_it_is_due"),
            models.CheckConstraint(
                condition=Q(state=State.PROMISED, closed_at__isnull=True)
                | (~Q(state=State.PROMISED) & Q(closed_at__isnull=False)),
                name="promise_is_closed_when_it_is_not_open",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="promise_sweep"),
            models.Index(fields=["client", "state", "due_at"], name="promise_of_client"),
            models.Index(fields=["staff", "state", "due_at", "id"], name="promise_of_staff"),
            models.Index(fields=["staff", "closed_at"], name="promise_closed_of_staff"),
        ]

    def __str__(self) -> str:
        return self.what

    def may_become(self, state: State) -> bool:
        return state in TRANSITIONS[State(self.state)]
