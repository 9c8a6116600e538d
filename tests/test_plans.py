"""No page and no list of the API reads a table that grows from end to end: what it asks for is found by an index.

Every address of the permission table is asked, as an adviser, as a manager and as the administrator, who sees the whole
bank; and lists once more in each of their orders, with their filters, and from a page that lies deep.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.kernel.pages import cursor_after
from tests.conftest import NOW
from tests.plans import watched
from tests.test_permissions import WHO, browser_of, lines, people, things

__all__ = ["people", "things"]

pytestmark = [pytest.mark.row("Y9"), pytest.mark.django_db(databases="__all__")]

EXCUSED = {
    "/health": "what waits is told by an index of what waits, which SQLite calls a scan",
    "/exportar/": "a file takes the whole list with it, and says before how many rows that is",
    "/cartera": "the sums and the distribution of a book are those of all its clients",
    "/api/v1/portfolio/distribution": "the sums and the distribution of a book are those of all its clients",
    "/clientes/accesos": "accesses are few, and where to begin is told by how many there are, of which a test has none",
    "/equipo": "the sums of a branch are those of all its people, and the administrator's branch is the bank",
    "/administracion/niveles": "a policy is tried on all clients",
    "/administracion/agenda": "what did not fit is summed up for the whole bank",
    "/administracion/institucion": "it says how many clients there are",
    "/api/v1/service-models": "a model is tried on all clients, and counts those whom it serves",
    "/modelos/": "a model is tried on all clients, and counts those whom it serves",
}
"""Addresses that begin so sum up all that somebody sees, or take it along."""

DEEP = NOW.isoformat()
LISTS = (
    *(
        f"/clientes?orden={sign}{order}"
        for order in ("activos", "nombre", "contacto", "compromiso")
        for sign in ("", "-")
    ),
    *(f"/clientes?vista={view}" for view in ("mi-cartera", "sin-contacto", "vencen", "cumplen")),
    "/clientes?nivel=A&nivel=B&tipo=person&atrasado=1&callado=1",
    "/clientes?q=rosa",
    "/clientes?q=ro",
    "/clientes?q=rosa+cordero&nivel=A&orden=nombre",
    f"/clientes?cursor={cursor_after([0, 1])}",
    f"/clientes?orden=nombre&cursor={cursor_after(['m', 1])}",
    f"/clientes?orden=contacto&cursor={cursor_after([DEEP, 1])}",
    "/api/v1/clients?search=rosa&tier=A",
    f"/api/v1/clients?cursor={cursor_after([0, 1])}",
    "/api/v1/portfolio?sort=margin",
    "/api/v1/portfolio?tier=A",
    f"/api/v1/interactions?cursor={cursor_after([DEEP, 1])}",
    f"/api/v1/promises?cursor={cursor_after([DEEP, 1])}",
    "/api/v1/promises?state=promised",
    "/api/v1/interactions?client={rosa}",
    "/api/v1/promises?client={rosa}",
    "/api/v1/events?kind=maturity",
    "/api/v1/audit?name=client.correct",
    "/administracion/auditoria?que=client.correct",
    "/administracion/auditoria?desde=2026-06-01",
    f"/administracion/auditoria?cursor={cursor_after([DEEP, 9])}",
    f"/clientes/accesos?cursor={cursor_after([DEEP, 1])}",
    "/importaciones/{import}?archivo=a.csv",
    "/buscar?q=ro",
)


@pytest.mark.parametrize("who", ["ana", "mara", "ada"])
def test_every_page_finds_what_it_asks_by_an_index(who: str, people: dict[str, Actor], things: dict[str, str]):
    asked = [line.address for line in lines() if line.method == "GET" and line.statuses[WHO.index(who)] == 200]
    _require_indexes([address for address in asked if not address.startswith(tuple(EXCUSED))], people[who], things)


@pytest.mark.parametrize("who", ["ana", "mara", "ada"])
def test_every_list_has_an_index_for_its_orders_and_filters(who: str, people: dict[str, Actor], things: dict[str, str]):
    _require_indexes(LISTS, people[who], things)


def test_a_table_that_is_read_from_end_to_end_is_noticed(ana: Actor):
    with watched() as found:
        list(Client.objects.filter(sector="Comercio"))
        list(Client.objects.order_by("sector")[:10])
        list(Client.objects.filter(adviser=ana.id).order_by("-assets_minor", "-id")[:10])
    assert [reading.table for reading in found] == ["clients_client", "clients_client"]


def test_only_addresses_that_are_there_are_excused():
    addresses = [line.address for line in lines()]
    assert all(any(address.startswith(start) for address in addresses) for start in EXCUSED)


def _require_indexes(addresses: Any, actor: Actor, things: Mapping[str, str]) -> None:
    found = []
    for address in addresses:
        browser = browser_of(actor, by_token=address.startswith("/api/"))
        with watched() as readings:
            answer = browser.get(address.format(**things))
        assert answer.status_code in (200, 403), (address, answer.status_code, answer.content[:300])
        found += [f"{address} reads {reading}" for reading in readings]
    assert not found, "\n\n".join(found)
