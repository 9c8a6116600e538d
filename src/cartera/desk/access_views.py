"""Clients of other books, opened with a reason; and who was let in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clients.accesses import accesses, one_beyond_reach
from cartera.clients.actions.access import end_access, open_client
from cartera.clients.models import AccessGrant, Client, Occasion
from cartera.clients.rules import masked
from cartera.clock import queries as clock
from cartera.desk.navigation import by_htmx, go_back
from cartera.desk.portfolio_forms import AccessForm
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.kernel.errors import Invalid
from cartera.kernel.pages import page_of
from cartera.team.calendars import calendar_around

SHOWN = 50


@screen(may="client.open")
def ask(request: StaffRequest, client_id: int) -> HttpResponse:
    """Ask to see a client of another book, whom `?q=` finds: a form, and the client's page at once."""
    page = reverse("desk:client", args=[client_id])
    if Client.objects.visible_to(request.actor).filter(pk=client_id).exists():
        return redirect(page)
    text = request.GET.get("q", "")
    whose = one_beyond_reach(actor=request.actor, text=text, client_id=client_id)
    now = clock.now()
    form = AccessForm(request.POST or None, calendar=calendar_around(whose.branch, now), now=now)
    if form.is_valid():
        try:
            reason = {**form.cleaned_data, "occasion": Occasion(form.cleaned_data["occasion"])}
            grant = open_client(actor=request.actor, client_id=whose.pk, **reason)
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            answer = redirect_with_toast(
                request, _("You see %(name)s now; it is on record.") % {"name": whose.name}, to=page, done=grant
            )
            return HttpResponse(headers={"HX-Redirect": page}) if by_htmx(request) else answer
    shown = {
        "client": whose,
        "identifier": masked(whose.identifier),
        "form": form,
        "q": text,
        "frame": "desk/_bare.html" if by_htmx(request) else "base.html",
    }
    return render(request, "desk/access.html", shown, status=422 if form.errors else 200)


@screen(may="client.open")
def listed(request: StaffRequest) -> HttpResponse:
    """Who was let in, to whom, why and until when; `?ver=vigentes` shows those that hold now."""
    only = request.GET.get("ver") == "vigentes"
    rows = accesses(actor=request.actor, only_in_force=only)
    page = page_of(rows, order=("-from_at", "-id"), cursor=request.GET.get("cursor"), limit=SHOWN)
    endable = AccessGrant.objects.visible_to(request.actor, "change").filter(pk__in=[one.pk for one in page.items])
    shown = {"page": page, "only": only, "at": clock.now(), "endable": set(endable.values_list("pk", flat=True))}
    return render(request, "desk/accesses.html", shown)


@require_POST
@screen(may="access.end")
def end(request: StaffRequest, grant_id: int) -> HttpResponse:
    """End an access now."""
    grant = find_or_404(AccessGrant, grant_id, actor=request.actor, verb="change")
    ended = end_access(actor=request.actor, access_grant=grant)
    return go_back(request, _("The access is over."), done=ended, otherwise=reverse("desk:accesses"))
