"""What a person does at the desk itself: keep lists by name, and take a list away."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Client
from cartera.clock.queries import now
from cartera.desk.models import ListedClient, SavedView, Screen
from cartera.desk.saved_views import saved_views
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, NotPermitted
from cartera.kernel.models import Happening
from cartera.kernel.recording import current_recording
from cartera.team.queries import staff_of

MOST_VIEWS = 30
MOST_LISTED = 1000


@action("list.export")
def record_export(*, actor: Actor, listing: str, format: str, count: int, narrowed_by: Sequence[str]) -> None:
    """Keep on record that somebody takes so many rows of a list away, and by which fields it was narrowed."""
    current_recording().tell(rows=count, list=listing, format=str(format), narrowed_by=list(narrowed_by))


@action("view.save", undone_by="view.remove")
def save_view(
    *, actor: Actor, screen: Screen, name: str, query: str = "", clients: Sequence[Client] | None = None
) -> SavedView:
    """Keep a list as it is asked for, by a name; with `clients`, a list of these.

    Raises Invalid without a name, for one that the person has, and beyond `MOST_VIEWS`.
    """
    staff = staff_of(actor)
    if staff is None:
        raise NotPermitted(action="view.save")
    if not name.strip():
        raise Invalid(fields={"name": [_("Give the list a name.")]})
    there = saved_views(actor=actor)
    if there.filter(screen=screen, name=name.strip()).exists():
        raise Invalid(fields={"name": [_("You have a list of this name already.")]})
    if there.count() >= MOST_VIEWS:
        raise Invalid(_("You have %(most)s lists: remove one that you need no more.") % {"most": MOST_VIEWS})
    view = SavedView.add(staff=staff, screen=screen, name=name.strip(), query=query, holds_clients=clients is not None)
    _list(actor, view, clients or ())
    return view


@action("view.rename")
def rename_view(*, actor: Actor, saved_view: SavedView, name: str) -> SavedView:
    """Give a list another name."""
    if not name.strip():
        raise Invalid(fields={"name": [_("Give the list a name.")]})
    same = saved_views(actor=actor, screen=saved_view.screen).filter(name=name.strip())
    if same.exclude(pk=saved_view.pk).exists():
        raise Invalid(fields={"name": [_("You have a list of this name already.")]})
    return saved_view.change(name=name.strip())


@action("view.remove", undone_by="view.restore")
def remove_view(*, actor: Actor, saved_view: SavedView, undoes: Happening | None = None) -> SavedView:
    """Take a list off the tabs. Nothing happens to the clients in it."""
    return saved_view.change(removed_at=now())


@action("view.restore")
def restore_view(*, actor: Actor, saved_view: SavedView, undoes: Happening | None = None) -> SavedView:
    """Undo of a removal."""
    return saved_view.change(removed_at=None)


@action("view.add_clients", undone_by="view.take_out")
def add_to_view(*, actor: Actor, saved_view: SavedView, clients: Sequence[Client]) -> SavedView:
    """Put clients in a list of clients; those who are there stay. Raises Invalid for a list of another kind."""
    if not saved_view.holds_clients or saved_view.removed_at is not None:
        raise Invalid(fields={"view": [_("Choose one of your lists of clients.")]})
    _list(actor, saved_view, clients)
    return saved_view


@action("view.take_out")
def take_out_of_view(*, actor: Actor, saved_view: SavedView, undoes: Happening) -> SavedView:
    """Undo of adding: those who came then go."""
    kind = ListedClient._meta.label_lower
    came = [told["id"] for told in undoes.facts["changes"] if told["kind"] == kind]
    gone, _each = ListedClient.objects.filter(view=saved_view, pk__in=came).delete()
    current_recording().tell(rows=gone)
    return saved_view


def _list(actor: Actor, view: SavedView, clients: Sequence[Client]) -> None:
    there = set(ListedClient.objects.filter(view=view).values_list("client_id", flat=True))
    ids = {client.pk for client in clients}
    if len(there | ids) > MOST_LISTED:
        raise Invalid(_("A list holds %(most)s clients at most.") % {"most": MOST_LISTED})
    seen = Client.objects.visible_to(actor).filter(pk__in=ids - there).order_by("id")
    for client in seen:
        ListedClient.add(view=view, client=client)
