"""What a person keeps of the desk: lists saved by name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.team.models import Staff


class Screen(models.TextChoices):
    """The lists that can be saved."""

    CLIENTS = "clients", _("Clients")
    PORTFOLIO = "portfolio", _("My book")


class SavedViewQuerySet(VisibleQuerySet["SavedView"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> SavedViewQuerySet:
        """Everybody's are their own."""
        return self.filter(staff_id=actor.scope.staff_id) if actor.scope.staff_id else self.none()


class SavedView(Record):
    """A list as one person asked for it, by name: the part of the address after its question mark.

    One that was begun with ticked clients also holds these (`clients`), and narrows to them.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="saved_views")
    screen = models.CharField(max_length=12, choices=Screen)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)
    holds_clients = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "screen", "name"],
                condition=Q(removed_at__isnull=True),
                name="saved_view_named_once",
                violation_error_message=_("You have a list of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ListedClientQuerySet(VisibleQuerySet["ListedClient"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> ListedClientQuerySet:
        return self.filter(view__in=SavedView.objects.visible_to(actor, verb))


class ListedClient(Record):
    """A client in somebody's list. Whether it is still seen is asked each time."""

    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="listed")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")

    objects = ListedClientQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["view", "client"], name="listed_client_once")]

    def __str__(self) -> str:
        return f"{self.view_id} {self.client_id}"
