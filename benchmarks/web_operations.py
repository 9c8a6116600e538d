"""What people and programs ask for in the web benchmark: one line each. A new screen is measured by adding a line."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

PAGE_MS, PAGE_QUERIES = 40, 20


@dataclass(frozen=True, slots=True)
class Asked:
    path: str
    headers: Mapping[str, str]
    method: str = "GET"
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What operations need to know of a bank: clients and whose they are, by chance; a token; sessions; a deep cursor."""

    clients: Sequence[tuple[int, int]]
    names: Sequence[str]
    token: str
    sessions: Mapping[int, str]
    deep: str

    def api(self, path: str, **query: Any) -> Asked:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return Asked(f"/api/v1{path}{'?' if query else ''}{urlencode(query)}", headers)

    def page(self, path: str, person: int | None = None, **query: Any) -> Asked:
        """Asked by a person, or by the administrator, who sees everything."""
        cookie = {"Cookie": f"sessionid={self.sessions[person or 0]}", "Accept-Language": "es"}
        return Asked(f"{path}{'?' if query else ''}{urlencode(query)}", cookie)


Ask = Callable[[Known, int], Asked]


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that people or programs ask for; `limit` is the most CPU ms that it should cost in the larger bank."""

    name: str
    ask: Ask
    limit: float = PAGE_MS
    queries: int | None = PAGE_QUERIES


def _create(known: Known, number: int) -> Asked:
    phone = {"kind": "phone", "value": f"099{time.time_ns() // 1000 % 10**7:07d}"}
    name = {"given_name": f"Ana {number}", "surname": "Vega", "second_surname": "Ñauta"}
    asked = known.api("/clients")
    return Asked(asked.path, asked.headers, "POST", {**name, "contact_points": [phone]})


def _search(letters: int, *, hit: bool, page: str = "") -> Ask:
    """Another text each time: a piece of a client's surname, or one that nobody has."""

    def ask(known: Known, number: int) -> Asked:
        name = known.names[number % len(known.names)]
        start = number % max(1, len(name) - letters) if letters > 2 else 0
        text = name[start : start + letters] if hit else random.Random(number).choice("wkx") + "wqx"[:1] * (letters - 1)
        return known.page(page, q=text) if page else known.api("/clients", search=text)

    return ask


def _one(path: str, known: Known, number: int) -> Asked:
    return known.api(path.format(known.clients[number % len(known.clients)][0]))


def _page_of_client(known: Known, number: int) -> Asked:
    client, adviser = known.clients[number % len(known.clients)]
    return known.page(f"/clientes/{client}", adviser)


def _by_adviser(path: str, known: Known, number: int) -> Asked:
    return known.page(path, known.clients[number % len(known.clients)][1])


API = partial(Operation, queries=None)
OPERATIONS = (
    API("create a client by API", _create, 9),
    API("list of 100", lambda known, number: known.api("/clients", limit=100), 17),
    API("list of 100 at half depth", lambda known, number: known.api("/clients", limit=100, cursor=known.deep), 38),
    API("search, 6 letters, found", _search(6, hit=True), 23),
    API("search, 6 letters, not found", _search(6, hit=False), 23),
    API("search, 2 letters, found", _search(2, hit=True), 23),
    API("search, 2 letters, not found", _search(2, hit=False), 23),
    API("client by JSON", partial(_one, "/clients/{}"), 7),
    Operation("Mi día", partial(_by_adviser, "desk:my_day")),
    Operation("Cliente 360", _page_of_client),
    Operation("client list of an adviser", partial(_by_adviser, "desk:clients")),
    Operation("client list of the administrator", lambda known, number: known.page("desk:clients")),
    Operation("client list, 6 letters", _search(6, hit=True, page="desk:clients")),
    Operation("search palette", _search(4, hit=True, page="desk:search")),
)


def resolved(operation: Operation) -> Operation | None:
    """The operation with its page's address for its name; None while there is no such page."""
    from django.urls import NoReverseMatch, reverse

    def ask(known: Known, number: int) -> Asked:
        asked = operation.ask(known, number)
        name, mark, query = asked.path.partition("?")
        path = reverse(name) if ":" in name else name
        return Asked(f"{path}{mark}{query}", asked.headers, asked.method, asked.body)

    with suppress(NoReverseMatch):
        ask(Known([(1, 0)], ["-"], "", {0: ""}, ""), 0)
        return Operation(operation.name, ask, operation.limit, operation.queries)
    return None
