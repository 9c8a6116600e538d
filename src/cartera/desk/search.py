"""One box that finds clients: for the palette, which opens one, and for forms, which pick one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from cartera.clients import queries as clients
from cartera.clients.accesses import beyond_reach, own_accesses
from cartera.clients.models import Client, Kind
from cartera.clients.rules import masked
from cartera.desk.addresses import address, address_of
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


def found_beyond(actor: Actor, text: str, most: int) -> list[Found]:
    """Clients of other books whom the text finds: their links ask for access with a reason."""
    strangers = beyond_reach(actor=actor, text=text)[:most] if most > 0 else []
    open_to = own_accesses(actor=actor, client_ids=[client.pk for client in strangers]) if strangers else {}
    return [_stranger(client, text) for client in strangers if client.pk not in open_to]


@screen(may="client.search")
def search(request: StaffRequest) -> HttpResponse:
    """The answer to `?q=`: links that open clients, or, for a contact, buttons that pick one; a page without htmx."""
    term = request.GET.get("q", "").strip()
    answer: dict[str, Any] = {"found": found(request.actor, term) if term else [], "term": term}
    if request.GET.get("for") == "contact":
        return render(request, "interactions/_found.html", answer)
    template = "components/search_results.html" if by_htmx(request) else "desk/search.html"
    more = _more(term) if len(answer["found"]) == MOST else ""
    answer["found"] += found_beyond(request.actor, term, MOST - len(answer["found"])) if term else []
    return render(request, template, {**answer, "more_url": more})


def client_url(client: Client) -> str:
    """The page of a client, empty while there is none."""
    return address_of("desk:client", client.pk)


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


def _stranger(client: Client, text: str) -> Found:
    page = address_of("desk:access", client.pk)
    url = f"{page}?{urlencode({'q': text})}" if page else ""
    parts = (masked(client.identifier), client.branch.name, client.adviser.name if client.adviser else "")
    return Found(client.pk, url, client.name, " · ".join(filter(None, parts)), client.tier, "key")


def _more(term: str) -> str:
    page = address("desk:clients")
    return f"{page}?{urlencode({'q': term})}" if page else ""
