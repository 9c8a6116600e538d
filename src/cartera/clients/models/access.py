"""Who may see a client outside the own book for a while, and who had it before."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models.client import Client, seen_by
from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.team.models import Staff


class Occasion(models.TextChoices):
    """Why somebody opens a client whom another person serves."""

    HERE = "here", _("The client is at the branch")
    CALLED = "called", _("The client telephoned")
    COVERING = "covering", _("I cover for somebody who is away")
    OTHER = "other", _("Another reason")


class AccessGrantQuerySet(VisibleQuerySet["AccessGrant"]):
    def in_force(self, at: datetime) -> AccessGrantQuerySet:
        return self.filter(until_at__gt=at, ended_at__isnull=True)

    def visible_to(self, actor: Actor, verb: str = "view") -> AccessGrantQuerySet:
        """The own ones. Who reviews accesses sees, and ends, those to every client in reach; the adviser reads them."""
        own = Q(staff_id=actor.scope.staff_id or 0)
        reached = seen_by(actor, "client__", granted=False)
        if reached is None:
            return self.none()
        if actor.may("access.review"):
            return self.filter(own | reached) if reached else self
        return (
            self.filter(own | Q(client__adviser_id=actor.scope.staff_id or 0)) if verb == "view" else self.filter(own)
        )


class AccessGrant(Record):
    """Somebody sees one client outside the own reach until an instant, for a purpose that stays on record."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="access_grants")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="access_grants")
    occasion = models.CharField(max_length=8, choices=Occasion)
    purpose = models.CharField(max_length=200)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    PERSONAL: ClassVar = frozenset({"purpose"})
    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="access_grant_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("from_at")), name="access_grant_is_ended_later"
            ),
        ]
        indexes = [
            models.Index(fields=["staff", "until_at"], name="access_grant_of_staff"),
            models.Index(fields=["-from_at", "-id"], name="access_grant_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.client_id} {self.until_at:%Y-%m-%d}"


class HandOverQuerySet(VisibleQuerySet["HandOver"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> HandOverQuerySet:
        if actor.scope.everything:
            return self
        return self.filter(by_id=actor.scope.staff_id) if actor.scope.staff_id else self.none()


class HandOver(Record):
    """Some clients went to another adviser. What each had before stands in the happening, which takes it back."""

    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    on_day = models.DateField()
    clients = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    taken_back = models.BooleanField(default=False)

    objects = HandOverQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.clients} to {self.to_id}"
