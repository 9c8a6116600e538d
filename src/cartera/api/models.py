"""Bearer tokens. Only a digest is kept; a token acts as its member of staff."""

from __future__ import annotations

from django.db import models

from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.team.models import Staff


class TokenQuerySet(VisibleQuerySet["Token"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> TokenQuerySet:
        return self.filter(staff__in=Staff.objects.visible_to(actor, verb))


class Token(Record):
    """Lets a program act as a member of staff, until it expires or is revoked. `digest` is all that is kept of it."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label
