"""Papers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Client
from cartera.clients.models.client import OfClientQuerySet
from cartera.documents.rules import KINDS, LONGEST_NAME, Kind
from cartera.interactions.models import Interaction
from cartera.kernel.records import Record
from cartera.promises.models import Promise
from cartera.team.models import Staff


class DocumentQuerySet(OfClientQuerySet["Document"]):
    def standing(self) -> DocumentQuerySet:
        """Those that were not removed, of contacts that stand."""
        return self.filter(removed_at__isnull=True, interaction__retracted_at__isnull=True)


class Document(Record):
    """A paper of a client, perhaps of one contact or promise. `digest` is what its sealed file is called.

    `sealed_for` is the client whose key opens it: another one than `client` after a merge.

    Removed, it is not shown any more, and its file goes some weeks later; the row stays for the audit.
    """

    class Preview(models.TextChoices):
        WAITING = "waiting", _("Being drawn")
        DRAWN = "drawn", _("Drawn")
        NONE = "none", _("None")

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="documents")
    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, null=True, related_name="documents")
    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, null=True, related_name="documents")
    name = models.CharField(max_length=LONGEST_NAME)
    kind = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    sealed_for = models.PositiveBigIntegerField()
    preview = models.CharField(max_length=8, choices=Preview, default=Preview.NONE)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    PERSONAL: ClassVar = frozenset({"name"})
    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(interaction__isnull=True) | Q(promise__isnull=True), name="document_hangs_on_one_thing"
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-added_at", "-id"], name="document_of_client"),
            models.Index(fields=["digest"], name="document_by_digest"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def what(self) -> Kind:
        return KINDS[self.kind]
