"""Clientes: the list, and taking on a client."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cartera.clients.actions.registration import register_client
from cartera.clock import queries as clock
from cartera.desk.client_forms import NewClientForm
from cartera.desk.clients_list import Wanted, page_for
from cartera.desk.navigation import by_htmx
from cartera.desk.screens import StaffRequest, redirect_with_toast, screen
from cartera.desk.templatetags.cartera import reader
from cartera.kernel.errors import Invalid


@screen(may="client.search")
def clients(request: StaffRequest) -> HttpResponse:
    """The clients that the reader may see, as the address asks for them; htmx keeps the address in step."""
    wanted = Wanted.of(request.GET)
    found = page_for(request.actor, wanted, request.GET.get("cursor"), reader())
    shown = {
        "list": found,
        "currency": clock.institution().currency,
        "query": wanted.query(),
        "may_register": request.actor.may("client.register"),
        "may_hand_over": request.actor.may("client.hand_over"),
    }
    answer = render(request, "desk/clients.html", shown)
    if by_htmx(request):
        answer["HX-Replace-Url"] = wanted.url()
    return answer


@screen(may="client.register")
def new_client(request: StaffRequest) -> HttpResponse:
    """Take on a person or a company."""
    form = NewClientForm(request.POST or None, actor=request.actor, initial={"kind": request.GET.get("tipo", "person")})
    if form.is_valid():
        try:
            client = register_client(actor=request.actor, **form.registration)
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            page = reverse("desk:client", args=[client.pk])
            return redirect_with_toast(
                request, _("%(name)s is a client now.") % {"name": client.name}, to=page, done=client
            )
    return render(request, "desk/new_client.html", {"form": form}, status=422 if form.errors else 200)
