"""One box that finds clients: for the palette, which opens one, and for forms, which pick one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from cartera.clients import queries as clients
from cartera.clients.models import Client, Kind
from cartera.desk.navigation import by_htmx
from cartera.desk.screens import StaffRequest, screen
from cartera.kernel.actor import Actor

MOST = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A client in the answer to a search."""

    id: int
    url: str
    name: str
    detail: str
    tier: str
    icon: str


def found(actor: Actor, text: str) -> list[Found]:
    """The first clients that a text finds, the greatest first."""
    rows = clients.search(actor=actor, text=text).select_related("branch", "adviser").order_by("-assets_minor", "-id")
    return [_found(client) for client in rows[:MOST]]


@screen(may="client.search")
def search(request: StaffRequest) -> HttpResponse:
    """The answer to `?q=`: links that open clients, or, for a contact, buttons that pick one; a page without htmx."""
    term = request.GET.get("q", "").strip()
    answer = {"found": found(request.actor, term) if term else [], "term": term}
    if request.GET.get("for") == "contact":
        return render(request, "interactions/_found.html", answer)
    template = "components/search_results.html" if by_htmx(request) else "desk/search.html"
    return render(request, template, {**answer, "more_url": _more(term) if len(answer["found"]) == MOST else ""})


def client_url(client: Client) -> str:
    """The page of a client, empty while there is none."""
    try:
        return reverse("desk:client", args=[client.pk])
    except NoReverseMatch:
        return ""


def _found(client: Client) -> Found:
    parts = (client.identifier, client.branch.name, client.adviser.name if client.adviser else "")
    return Found(
        id=client.pk,
        url=client_url(client),
        name=client.name,
        detail=" · ".join(filter(None, parts)),
        tier=client.tier,
        icon="building" if client.kind == Kind.COMPANY else "user",
    )


def _more(term: str) -> str:
    try:
        return f"{reverse('desk:clients')}?{urlencode({'q': term})}"
    except NoReverseMatch:
        return ""
