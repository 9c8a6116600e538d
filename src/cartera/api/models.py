"""What the API keeps of its own: bearer tokens, answers to requests that may be sent twice, webhooks and their deliveries."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cartera.api.rules import ALL_SCOPES
from cartera.kernel.actor import Actor
from cartera.kernel.models import Happening
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.team.models import Staff


def every_scope() -> list[str]:
    return list(ALL_SCOPES)


class TokenQuerySet(VisibleQuerySet["Token"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> TokenQuerySet:
        return self.filter(staff__in=Staff.objects.visible_to(actor, verb))

    def own(self, actor: Actor) -> TokenQuerySet:
        """The tokens that stand for the actor."""
        return self.filter(staff_id=actor.scope.staff_id) if actor.scope.staff_id else self.none()


class Token(Record):
    """Lets a program act as a member of staff, until it expires or is revoked. `digest` is all that is kept of it.

    `scopes` narrow what it may do there; `last_used_at` is true to some minutes.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=every_scope)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label


class Answered(models.Model):
    """A request with an idempotency key, by whom it was sent: being answered until `until`, or answered and kept until then.

    `fingerprint` is what was asked; the answer is sealed, for it may hold what is a client's.
    """

    id = models.BigAutoField(primary_key=True)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    claim = models.CharField(max_length=32)
    until = models.DateTimeField()
    answer = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_kind", "actor_id", "key"], name="answered_once")]
        indexes = [models.Index(fields=["until"], name="answered_until")]

    def __str__(self) -> str:
        return self.key


class WebhookQuerySet(VisibleQuerySet["Webhook"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> WebhookQuerySet:
        return self if actor.may(f"webhook.{verb}") else self.none()


class Webhook(Record):
    """An address of another system that hears of happenings of some kinds. `after_id` is the last one it was asked for."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        DISABLED = "disabled", _("Disabled")

    label = models.CharField(max_length=100)
    url = models.URLField(max_length=500)
    kinds = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    why_disabled = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True)
    after_id = models.BigIntegerField(default=0)

    objects = WebhookQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label


class WebhookSecret(models.Model):
    """What deliveries are signed with, sealed. `until` ends the overlap of one that was replaced."""

    id = models.BigAutoField(primary_key=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Secret of {self.webhook_id}"


class Delivery(models.Model):
    """One message to one webhook, about one happening or none for a trial. It is tried until `next_at` is empty."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")
        UNDONE = "undone", _("Undone before it left")

    ENDED: ClassVar = (State.DELIVERED, State.FAILED, State.UNDONE)

    id = models.BigAutoField(primary_key=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    happening = models.ForeignKey(Happening, on_delete=models.PROTECT, null=True, related_name="+")
    message_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=64)
    body = models.TextField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
            models.Index(fields=["next_at"], condition=models.Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["made_at"], name="delivery_made"),
        ]

    def __str__(self) -> str:
        return self.message_id


class Attempt(models.Model):
    """One try to deliver: what the other side answered, or what went wrong before it could. `answer` is its beginning."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes = [models.Index(fields=["delivery", "-id"], name="attempt_of_delivery")]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status or self.error}"
