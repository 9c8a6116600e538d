"""The lists that a person saved by name, as tabs of the page that they belong to."""

from __future__ import annotations

from collections.abc import Collection

from cartera.clients.models import Client
from cartera.clients.models.client import ClientQuerySet
from cartera.desk.models import ListedClient, SavedView, SavedViewQuerySet, Screen
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound


def saved_views(*, actor: Actor, screen: Screen | str = "") -> SavedViewQuerySet:
    """The own lists, by name."""
    rows = SavedView.objects.visible_to(actor).filter(removed_at__isnull=True)
    assert isinstance(rows, SavedViewQuerySet)
    return (rows.filter(screen=screen) if screen else rows).order_by("name", "id")


def in_list(rows: ClientQuerySet, *, actor: Actor, view_id: int) -> ClientQuerySet:
    """Those of the rows that stand in an own list; nobody for a list that is not there."""
    listed = ListedClient.objects.visible_to(actor).filter(view=view_id, view__removed_at__isnull=True)
    found: ClientQuerySet = rows.filter(pk__in=listed.values("client_id"))
    return found


def ticked(*, actor: Actor, ids: Collection[str]) -> list[Client]:
    """The clients that somebody ticked, of the own reach. NotFound when one of them is not in it, or none was ticked."""
    numbers = {int(text) for text in ids if text.isdecimal() and len(text) < 19}
    found = list(
        Client.objects.within_reach_of(actor).filter(pk__in=numbers).select_related("adviser").order_by("search", "id")
    )
    if not numbers or len(found) != len(numbers):
        raise NotFound()
    return found
