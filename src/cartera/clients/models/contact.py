"""How a client is reached and how it wants to be."""

from __future__ import annotations

from enum import IntFlag
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models.client import Client, OfClientQuerySet
from cartera.kernel.records import Record


class Channel(models.TextChoices):
    """The ways to contact a client, the most demanding last."""

    LETTER = "letter", _("Letter")
    EMAIL = "email", _("E-mail")
    MESSAGE = "message", _("Message")
    PHONE = "phone", _("Call")
    VIDEO = "video", _("Video call")
    FACE_TO_FACE = "face_to_face", _("Face to face")

    @property
    def demand(self) -> int:
        """How much it asks of us: a face-to-face meeting fulfils what a call was promised for, not the reverse."""
        return _RANKS[self]

    @property
    def flag(self) -> int:
        return 1 << self.demand


_RANKS = {channel: rank for rank, channel in enumerate(Channel)}


class Channels(IntFlag):
    """A set of channels as it is stored: the bit of each channel is its rank of demand."""

    LETTER = 1
    EMAIL = 2
    MESSAGE = 4
    PHONE = 8
    VIDEO = 16
    FACE_TO_FACE = 32
    ALL = 63


EVERY_DAY = 0b1111111


class ContactKind(models.TextChoices):
    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")
    ADDRESS = "address", _("Address")


class ContactPoint(Record):
    """A telephone, an e-mail address or a postal address. `search` holds the digits of a telephone, or the lower-case text."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=ContactKind)
    value = models.CharField(max_length=254)
    search = models.CharField(max_length=254, editable=False)
    preferred = models.BooleanField(default=False)
    dead = models.BooleanField(default=False)

    PERSONAL: ClassVar = frozenset({"value", "search"})
    objects = OfClientQuerySet["ContactPoint"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "kind", "value"], name="contact_point_once")]
        indexes = [models.Index(fields=["search"], name="contact_point_search")]

    def __str__(self) -> str:
        return self.value


class Wishes(Record):
    """What a client asked for: channels it accepts and prefers, days and hours, how often. It wins over its tier's model.

    `channels` and `consent` are sets of `Channels`, `days` has a bit per weekday (Monday is 1), hours are minutes from
    local midnight. `contacts_a_year` limits scheduled contacts, None when the client left it to us.
    """

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="wishes")
    channels = models.PositiveSmallIntegerField(default=int(Channels.ALL))
    consent = models.PositiveSmallIntegerField(default=int(Channels.ALL))
    preferred = models.CharField(max_length=16, choices=Channel, blank=True)
    days = models.PositiveSmallIntegerField(default=EVERY_DAY)
    from_minute = models.PositiveSmallIntegerField(default=0)
    to_minute = models.PositiveSmallIntegerField(default=1440)
    contacts_a_year = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(blank=True)
    said_on = models.DateField(null=True)

    PERSONAL: ClassVar = frozenset({"words"})
    objects = OfClientQuerySet["Wishes"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channels__lte=63, consent__lte=63), name="wishes_channels"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=EVERY_DAY), name="wishes_days"),
            models.CheckConstraint(
                condition=Q(to_minute__gt=F("from_minute"), to_minute__lte=1440), name="wishes_hours_go_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}"
