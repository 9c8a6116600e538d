"""Clientes: the list, the same list as a sheet, and taking on a client."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cartera.clients.actions.registration import register_client
from cartera.clock import queries as clock
from cartera.desk import clients_list
from cartera.desk.client_forms import NewClientForm
from cartera.desk.clients_list import Wanted, page_for
from cartera.desk.navigation import by_htmx
from cartera.desk.screens import StaffRequest, redirect_with_toast, screen
from cartera.desk.sheets import sheet
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
        "may_register": request.actor.may("client.register"),
    }
    answer = render(request, "desk/clients.html", shown)
    if by_htmx(request):
        answer["HX-Replace-Url"] = wanted.url()
    return answer


@screen(may="client.search")
def clients_csv(request: StaffRequest) -> StreamingHttpResponse:
    """All of the list that the address asks for, as a sheet."""
    currency = clock.institution().currency
    rows = clients_list.rows_of(request.actor, Wanted.of(request.GET))
    return sheet("clientes.csv", clients_list.sheet_heading(currency), clients_list.lines_of(rows, currency))


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
