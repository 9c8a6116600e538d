"""Screens of clients that may be one: whom a new one resembles, the pairs that wait, merging, and undoing it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clients.actions import merging
from cartera.clients.actions.merging import dismiss_pair, merge_clients, unmerge_clients
from cartera.clients.duplicate_queries import BY_PROBABILITY, last_search, resembling, resembling_client, waiting
from cartera.clients.forms import described
from cartera.clients.models import Client, DuplicatePair, Merge
from cartera.clients.queries import client_of, counted
from cartera.clients.settings import UNMERGE_DAYS
from cartera.desk.pairs import as_typed, beside, lines_between
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.desk.templatetags.cartera import reader
from cartera.interactions.models import Interaction
from cartera.kernel import jobs
from cartera.kernel.errors import Conflict
from cartera.kernel.pages import page_of
from cartera.promises.queries import owed_to
from cartera.rulebook.queries import value_of

PAIRS = 10


@require_POST
@screen(may="client.register")
def resembled(request: StaffRequest) -> HttpResponse:
    """Asked while somebody types a new client: is it the same as one of these? It never stands in the way."""
    found = resembling(actor=request.actor, described=described(request.POST))
    return render(request, "clients/_resembling.html", {"found": found})


@screen(may="duplicate.view")
def duplicates(request: StaffRequest) -> HttpResponse:
    """The pairs that wait for a decision, the likeliest first."""
    rows = waiting(actor=request.actor)
    page = page_of(rows, order=BY_PROBABILITY, cursor=request.GET.get("cursor"), limit=PAIRS)
    shown = {
        "page": page,
        "pairs": beside(request.actor, page.items, reader()),
        "all": counted(rows),
        "last": last_search(),
        "may_search": request.actor.may("duplicate.search"),
    }
    return render(request, "clients/duplicates.html", shown)


@require_POST
@screen(may="duplicate.search")
def search(request: StaffRequest) -> HttpResponse:
    """Search all clients again, in a worker."""
    jobs.enqueue("clients.find_duplicates")
    return redirect_with_toast(
        request, _("The search is on its way; what it finds appears here."), to=reverse("clients:duplicates")
    )


@require_POST
@screen(may="duplicate.dismiss")
def distinct(request: StaffRequest, pair_id: int) -> HttpResponse:
    """The two are different clients; nobody is asked again."""
    pair = find_or_404(DuplicatePair, pair_id, actor=request.actor)
    done = dismiss_pair(actor=request.actor, duplicate_pair=pair)
    return redirect_with_toast(
        request, _("Noted: they are different clients."), to=reverse("clients:duplicates"), done=done
    )


@screen(may="duplicate.view")
def of_client(request: StaffRequest, client_id: int) -> HttpResponse:
    """Whom one client resembles."""
    client = client_of(actor=request.actor, client_id=client_id)
    shown = {"client": client, "found": resembling_client(actor=request.actor, client=client)}
    return render(request, "clients/of_client.html", shown)


@screen(may="client.merge")
def merge(request: StaffRequest, client_id: int, other_id: int) -> HttpResponse:
    """Choose which values survive, and make one client of two."""
    client, other = _whole(request, client_id), _whole(request, other_id)
    if client.absorbed_by_id or other.absorbed_by_id:
        return redirect_with_toast(request, _("Somebody merged them already."), to=_page(client))
    chosen, conflict = as_typed(request.POST), None
    if request.method == "POST":
        try:
            done = merge_clients(
                actor=request.actor,
                client=client,
                other=other,
                survivors=chosen,
                version=_number(request.POST.get("version")),
                other_version=_number(request.POST.get("other_version")),
            )
        except Conflict as found:
            conflict = found
        else:
            told = _("%(name)s is one client now.") % {"name": done.survivor.name}
            return redirect_with_toast(request, told, to=_page(done.survivor), done=done)
    survive = {**merging.proposed(client, other), **chosen}
    shown = {
        "client": client,
        "other": other,
        "lines": [(line, survive.get(line.name)) for line in lines_between(request.actor, client, other, reader())],
        "attached": [_attached(request, one) for one in (client, other)],
        "conflict": conflict,
        "undo_days": value_of(UNMERGE_DAYS),
    }
    return render(request, "clients/merge.html", shown, status=409 if conflict else 200)


@require_POST
@screen(may="client.unmerge")
def unmerge(request: StaffRequest, merge_id: int) -> HttpResponse:
    """Make two clients of one again."""
    found = find_or_404(Merge, merge_id, actor=request.actor)
    undone = unmerge_clients(actor=request.actor, merge=found)
    told = _("%(name)s is a client of its own again.") % {"name": undone.absorbed.name}
    return redirect_with_toast(request, told, to=_page(undone.survivor))


def _whole(request: StaffRequest, client_id: int) -> Client:
    return client_of(actor=request.actor, client_id=client_id)


def _attached(request: StaffRequest, client: Client) -> dict[str, int]:
    contacts = Interaction.objects.visible_to(request.actor).filter(client=client)
    return {
        "holdings": client.holdings.count(),
        "contacts": contacts.count(),
        "promises": owed_to(actor=request.actor, client=client).count(),
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _page(client: Client) -> str:
    return reverse("desk:client", args=[client.pk])
