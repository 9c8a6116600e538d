"""What is done with lists: keep one by name, put ticked clients in one, hand them over, take one away as a file."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cartera.clients.actions.access import hand_over as hand_clients_over
from cartera.desk import actions
from cartera.desk.exporting import Format, export
from cartera.desk.exports import LISTINGS
from cartera.desk.models import SavedView, Screen
from cartera.desk.navigation import next_page
from cartera.desk.portfolio_forms import HandOverForm, ListForm, SaveForm
from cartera.desk.saved_views import saved_views, ticked
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.kernel.errors import Invalid, NotFound, NotPermitted

PAGES = {Screen.CLIENTS: "desk:clients", Screen.PORTFOLIO: "desk:portfolio"}


@screen(may="list.export")
def take_away(request: StaffRequest, name: str, format: str) -> StreamingHttpResponse:
    """A list as a file, with the rows that its page shows."""
    listing = LISTINGS.get(name)
    if listing is None or format not in set(Format):
        raise NotFound()
    if not request.actor.may(listing.may):
        raise NotPermitted(action=listing.may)
    return export(listing, Format(format), actor=request.actor, asked=request.GET)


@screen(may="view.save")
def save(request: StaffRequest) -> HttpResponse:
    """Keep the list of the address by a name."""
    form = SaveForm(request.POST or None, initial=request.GET.dict())
    if form.is_valid():
        data = form.cleaned_data
        try:
            kept = actions.save_view(
                actor=request.actor, screen=Screen(data["screen"]), name=data["name"], query=data["query"].lstrip("?")
            )
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            page = f"{reverse(PAGES[Screen(kept.screen)])}?{kept.query}"
            return redirect_with_toast(request, _("Saved: %(name)s.") % {"name": kept.name}, to=page, done=kept)
    return render(request, "desk/list_save.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@screen(may="view.remove")
def remove(request: StaffRequest, view_id: int) -> HttpResponse:
    """Take a list off the tabs."""
    view = find_or_404(SavedView, view_id, actor=request.actor)
    gone = actions.remove_view(actor=request.actor, saved_view=view)
    page = reverse(PAGES[Screen(view.screen)])
    return redirect_with_toast(request, _("Removed: %(name)s.") % {"name": view.name}, to=page, done=gone)


@screen(may="view.add_clients")
def add(request: StaffRequest) -> HttpResponse:
    """Put the ticked clients in one of the own lists, or in a new one."""
    picked = ticked(actor=request.actor, ids=request.GET.getlist("client"))
    lists = saved_views(actor=request.actor, screen=Screen.CLIENTS).filter(holds_clients=True)
    form = ListForm(request.POST or None, lists=lists)
    if form.is_valid():
        view, name = form.cleaned_data["view"], form.cleaned_data["name"]
        try:
            if view:
                done = actions.add_to_view(actor=request.actor, saved_view=view, clients=picked)
            else:
                done = actions.save_view(actor=request.actor, screen=Screen.CLIENTS, name=name, clients=picked)
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            told = ngettext("%(n)s client is in %(name)s.", "%(n)s clients are in %(name)s.", len(picked))
            page = f"{reverse('desk:clients')}?lista={done.pk}"
            return redirect_with_toast(request, told % {"n": len(picked), "name": done.name}, to=page, done=done)
    shown = {"form": form, "picked": picked, "next": next_page(request, reverse("desk:clients"))}
    return render(request, "desk/list_add.html", shown, status=422 if form.errors else 200)


@screen(may="client.hand_over")
def hand_over(request: StaffRequest) -> HttpResponse:
    """Give the ticked clients to another adviser, with what is owed to them."""
    picked = ticked(actor=request.actor, ids=request.GET.getlist("client"))
    form = HandOverForm(request.POST or None, actor=request.actor)
    if form.is_valid():
        to = form.cleaned_data["to"]
        try:
            done = hand_clients_over(
                actor=request.actor, clients=picked, to_id=to.pk, reason=form.cleaned_data["reason"]
            )
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            told = ngettext(
                "%(n)s client goes to %(name)s, with what we owe it.",
                "%(n)s clients go to %(name)s, with what we owe them.",
                done.clients,
            ) % {"n": done.clients, "name": to.name}
            return redirect_with_toast(request, told, to=reverse("desk:clients"), done=done)
    shown = {"form": form, "picked": picked, "next": next_page(request, reverse("desk:clients"))}
    return render(request, "desk/hand_over.html", shown, status=422 if form.errors else 200)
