"""Who may open what: role × address × method → status, for every address of the project.

A new address needs a line here: the method, the address with `{names}` of THINGS, the body's name in BODIES when it has one,
and a status for each of WHO. Lines are independent: what one role did is undone before the next one tries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404

from cartera.agenda.models import Plan, PlanItem, Unplaced
from cartera.api.actions import issue_token
from cartera.api.composition import api
from cartera.clients.models import Client
from cartera.events.models import Event
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.promises import actions as promises
from cartera.team.models import Staff
from cartera.value.models import TierOverride, TierPolicy
from tests.conftest import NOW, SET_UP, TODAY, given

# nobody: not signed in · ana: adviser of rosa · beto: adviser of another branch · gina: service agent of ana's branch
# mara: manager of ana's branch · ada: administrator
WHO = ("nobody", "ana", "beto", "gina", "mara", "ada")

TABLE = """
                                                             nobody ana beto gina mara ada
GET   /api/v1/openapi.json                                      200 200 200 200 200 200
GET   /api/v1/docs                                              200 200 200 200 200 200
GET   /health                                                   200 200 200 200 200 200

GET   /api/v1/clients                                           401 200 200 200 200 200
POST  /api/v1/clients client                                    401 201 201 403 201 201
GET   /api/v1/clients/{rosa}                                    401 200 404 200 200 200
PATCH /api/v1/clients/{rosa} correction                         401 200 404 403 200 200
GET   /api/v1/interactions                                      401 200 200 200 200 200
POST  /api/v1/interactions contact                              401 201 404 201 201 201
GET   /api/v1/promises                                          401 200 200 200 200 200
POST  /api/v1/promises promise                                  401 201 404 201 201 201
GET   /api/v1/promises/{promise}                                401 200 404 200 200 200
POST  /api/v1/promises/{promise}/keep                           401 200 404 200 200 200
POST  /api/v1/promises/{promise}/renegotiate later              401 201 404 403 201 201
POST  /api/v1/promises/{promise}/withdraw                       401 200 404 403 200 200
GET   /api/v1/agenda?user=ana                                   401 200 404 404 200 200

GET   /                                                         302 302 302 302 302 302
GET   /mi-dia                                                   302 200 200 403 200 200
GET   /mi-dia/plan                                              302 200 200 403 200 200
POST  /mi-dia/replanificar                                      302 302 302 403 302 302
GET   /mi-dia/contactos/{item}/cuenta                           302 200 404 403 200 200
GET   /mi-dia/contactos/{item}/menu                             302 200 404 403 404 404
POST  /mi-dia/contactos/{item}/empezar                          302 302 404 403 404 404
POST  /mi-dia/contactos/{item}/fijar                            302 302 404 403 404 404
POST  /mi-dia/contactos/{item}/soltar                           302 302 404 403 404 404
POST  /mi-dia/sin-lugar/{unplaced}/colocar                      302 302 404 403 404 404
GET   /buscar?q=rosa                                            302 200 200 200 200 200
GET   /clientes                                                 302 200 200 200 200 200
GET   /clientes.csv                                             302 200 200 200 200 200
GET   /clientes/nuevo                                           302 200 200 403 200 200
GET   /clientes/{rosa}                                          302 200 404 200 200 200
GET   /clientes/{rosa}/historia                                 302 200 404 200 200 200
GET   /clientes/{rosa}/compromisos                              302 200 404 200 200 200
GET   /clientes/{rosa}/deseos                                   302 200 404 403 200 200
GET   /clientes/{rosa}/nivel                                    302 403 403 403 200 200
POST  /clientes/{rosa}/nivel/politica                           302 403 403 403 302 302
GET   /clientes/{rosa}/eventos/{event}                          302 200 404 403 200 200
POST  /clientes/{rosa}/eventos/{event}/descartar reason         302 302 404 403 302 302
GET   /equipo                                                   302 403 403 403 200 200
GET   /registrar?client={rosa}                                  302 200 404 200 200 200
POST  /registrar/cliente rosa                                   302 200 200 200 200 200
GET   /registrar/cumple?client={rosa}                           302 200 404 200 200 200
GET   /compromisos/nuevo?client={rosa}                          302 200 404 200 200 200
GET   /compromisos/{promise}/cumplir                            302 200 404 200 200 200
POST  /compromisos/{promise}/cumplir                            302 302 404 302 302 302
GET   /compromisos/{promise}/renegociar                         302 200 404 403 200 200
GET   /compromisos/{promise}/retirar                            302 200 404 403 200 200
POST  /deshacer/{happening}                                     302 302 404 404 404 404
GET   /noches                                                   302 403 403 403 403 200
GET   /noches/{night}                                           302 403 403 403 403 200
POST  /noches/ejecutar                                          302 403 403 403 403 302
GET   /importaciones                                            302 403 403 403 403 200
GET   /importaciones/{import}                                   302 403 403 403 403 200
GET   /importaciones/{import}/rechazadas.csv                    302 403 403 403 403 200
GET   /componentes                                              404 404 404 404 404 200

GET   /ingreso                                                  200 302 302 302 302 302
POST  /salir                                                    302 302 302 302 302 302
GET   /ingreso/clave                                            200 200 200 200 200 200
GET   /ingreso/clave/enviada                                    200 200 200 200 200 200
GET   /ingreso/clave/used/link                                  200 200 200 200 200 200
GET   /ingreso/clave/cambiada                                   200 200 200 200 200 200
POST  /idioma/setlang/ language                                 302 302 302 302 302 302
"""

BODIES: dict[str, Any] = {
    "client": {"given_name": "Luis", "surname": "Páez"},
    "correction": {"version": 1, "sector": "Salud"},
    "contact": {"client": "{rosa}", "channel": "phone"},
    "promise": {"client": "{rosa}", "what": "Llamar", "due_at": "2026-06-19T15:00:00Z"},
    "rosa": {"q": "rosa"},
    "language": {"language": "en"},
    "reason": {"reason": "Ya renovó"},
    "later": {"new_due_at": "2026-06-26T15:00:00Z", "reason": "Viaja"},
}

WITHOUT_A_LINE = {"api/v1/": "names the root of the API for the framework, and answers 404"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    method: str
    address: str
    body: str
    statuses: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.address}"

    @property
    def path(self) -> str:
        return re.sub(r"\{\w+\}", "1", self.address).partition("?")[0]


def lines() -> list[Line]:
    """The table, parsed: a line with the wrong number of columns is a mistake here, not a pass."""
    found = []
    for text in filter(None, map(str.strip, TABLE.strip().splitlines()[1:])):
        method, address, *rest = text.split()
        body, statuses = ("", rest) if len(rest) == len(WHO) else (rest[0], rest[1:])
        assert len(statuses) == len(WHO), text
        found.append(Line(method, address, body, tuple(map(int, statuses))))
    return found


@pytest.fixture
def people(ana: Actor, beto: Actor, gina: Actor, mara: Actor, ada: Actor) -> dict[str, Actor]:
    return {"ana": ana, "beto": beto, "gina": gina, "mara": mara, "ada": ada}


def planned(rosa: Client) -> tuple[PlanItem, Unplaced]:
    """A plan of Rosa's adviser: a contact with her tomorrow, and another that found no place the day after."""
    tomorrow, later = NOW + timedelta(days=1), NOW + timedelta(days=2)
    plan = given(
        Plan,
        staff=rosa.adviser,
        from_day=NOW.date(),
        until_day=later.date(),
        solved_at=NOW,
        value_minor=1,
        bound_minor=1,
        gap_ppm=0,
    )
    about = {"client": rosa, "plan": plan, "minutes": 15, "channel": "phone"}
    item = given(PlanItem, **about, day=tomorrow.date(), part="morning", place=1, starts_at=tomorrow, value_minor=1)
    repair = {"kind": "another_day", "why": "no_room", "saves": 1, "day": str(later.date()), "part": "morning"}
    return item, given(Unplaced, **about, due_on=later.date(), cost_minor=1, repair=repair)


@pytest.fixture
def things(ana: Actor, rosa: Client, settings: Any) -> dict[str, str]:
    """What the addresses speak of: `{rosa}`, `{promise}`, … No worker works: what is asked for is not done."""
    settings.CARTERA_JOBS = "off"
    promise = promises.make(actor=ana, client=rosa, what="Propuesta escrita", due_at=NOW + timedelta(days=3))
    runs = {
        kind: Run.objects.create(kind=kind, title=kind, started_at=NOW, asked_by="test", on_date=NOW.date())
        for kind in (Run.Kind.IMPORT, Run.Kind.NIGHT)
    }
    item, unplaced = planned(rosa)
    happening = promise.happening  # type: ignore[attr-defined]
    event = given(
        Event,
        client=rosa,
        kind=Event.Kind.MATURITY,
        cause_key="maturity:1",
        raised_on=TODAY,
        act_by=TODAY,
        expires_on=TODAY + timedelta(days=9),
        currency="USD",
    )
    tiers = {tier: {"assets_minor": 100} for tier in "ABC"}
    given(TierPolicy, number=1, effective_from=TODAY, thresholds=tiers, reason="test")
    until = TODAY + timedelta(days=30)
    given(TierOverride, client=rosa, tier="A", reason="x", by=rosa.adviser, from_day=TODAY, expires_on=until)
    return {
        "rosa": str(rosa.pk),
        "promise": str(promise.pk),
        "item": str(item.pk),
        "unplaced": str(unplaced.pk),
        "event": str(event.pk),
        "happening": str(happening.pk),
        "import": str(runs[Run.Kind.IMPORT].pk),
        "night": str(runs[Run.Kind.NIGHT].pk),
    }


@pytest.mark.parametrize("line", lines(), ids=lambda line: line.name)
@pytest.mark.django_db(databases="__all__")
def test_each_role_gets_what_the_table_says(line: Line, people: dict[str, Actor], things: dict[str, str]):
    assert dict(zip(WHO, line.statuses, strict=True)) == {who: _status(line, people.get(who), things) for who in WHO}, (
        line.name
    )


def _status(line: Line, actor: Actor | None, things: dict[str, str]) -> int:
    with transaction.atomic():
        try:
            browser = _browser(actor, by_token=line.address.startswith("/api/"))
            sent = {"data": _filled(BODIES[line.body], things)} if line.body else {}
            if line.address.startswith("/api/") and line.method != "GET":
                sent = {"data": {}, **sent, "content_type": "application/json"}
            return getattr(browser, line.method.lower())(line.address.format(**things), **sent).status_code
        finally:
            transaction.set_rollback(True)


def _browser(actor: Actor | None, *, by_token: bool) -> Browser:
    if actor is None:
        return Browser()
    staff = Staff.objects.select_related("sign_in").get(pk=actor.id)
    if by_token:
        secret = issue_token(actor=SET_UP, staff=staff, label="test").secret
        return Browser(headers={"Authorization": f"Bearer {secret}"})
    browser = Browser()
    browser.force_login(staff.sign_in)  # type: ignore[arg-type]
    return browser


def _filled(body: dict[str, Any], things: dict[str, str]) -> dict[str, Any]:
    return {name: value.format(**things) if isinstance(value, str) else value for name, value in body.items()}


class TestTheTable:
    def test_has_a_line_for_every_address(self):
        there = {resolve(line.path).route for line in lines()}
        missing = set(_routes(get_resolver())) - there - WITHOUT_A_LINE.keys()
        assert not missing, f"these addresses need a line in TABLE: {sorted(missing)}"

    def test_has_a_line_for_every_method_of_the_api(self):
        there = {(line.method, _shape(resolve(line.path).route)) for line in lines()}
        doors = {
            (method.upper(), _shape(path.lstrip("/")))
            for path, methods in api.get_openapi_schema()["paths"].items()
            for method in methods
        }
        assert doors <= there, f"these need a line in TABLE: {sorted(doors - there)}"

    @pytest.mark.parametrize("line", lines(), ids=lambda line: line.name)
    def test_has_no_line_for_an_address_that_is_gone(self, line: Line):
        try:
            resolve(line.path)
        except Resolver404:
            pytest.fail(f"{line.name} is no address any more: take its line out of TABLE")
        assert 405 not in line.statuses, f"{line.name}: the address does not answer this method"

    def test_excuses_only_addresses_that_are_there(self):
        assert set(_routes(get_resolver())) >= WITHOUT_A_LINE.keys()


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


def _shape(route: str) -> str:
    """`clients/<int:client_id>` and `clients/{client_id}` are one."""
    return re.sub(r"[<{](?:\w+:)?\w+[>}]", "*", route)
