"""The list of events, and the new kinds on the client's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from cartera.clients.models import Client
from cartera.events.models import Event
from cartera.kernel.actor import Actor
from tests.conftest import TODAY, given
from tests.desk.conftest import sign_in

__all__ = ["sign_in"]

SignIn = Callable[[Actor], Browser]
EVIDENCE: dict[str, dict[str, Any]] = {
    Event.Kind.RUN_DOWN: {
        "usual_minor": 1_000_000,
        "latest_minor": 400_000,
        "since": "2026-04-01",
        "months": 2,
        "z_ppm": 4_200_000,
        "a_year_ago_minor": 990_000,
        "series": [["2026-03-01", 1_000_000], ["2026-04-01", 600_000], ["2026-05-01", 400_000]],
        "closed": ["Plazo fijo"],
    },
    Event.Kind.SILENCE: {
        "last_on": str(TODAY - timedelta(days=90)),
        "days": 90,
        "limit_days": 75,
        "agreed_days": 30,
        "usual_days": 28,
        "talks": 7,
        "tried": 2,
    },
}


@pytest.fixture
def raised(rosa: Client) -> Callable[..., Event]:
    def make(kind: Event.Kind, *, days_ago: int = 0, n: int = 1) -> Event:
        return given(  # type: ignore[no-any-return]
            Event, client=rosa, kind=kind, cause_key=f"{kind}:{n}", raised_on=TODAY - timedelta(days=days_ago),
            act_by=TODAY + timedelta(days=7), expires_on=TODAY + timedelta(days=60), amount_minor=600_000,
            at_stake_minor=120_000, currency="USD", evidence=EVIDENCE[kind],
        )  # fmt: skip

    return make


@pytest.mark.row("B1", "E4")
class TestTheList:
    def test_says_what_happened_and_what_it_comes_from(self, raised: Callable[..., Event], ana: Actor, sign_in: SignIn):
        raised(Event.Kind.RUN_DOWN)
        raised(Event.Kind.SILENCE)
        page = sign_in(ana).get("/eventos").content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert "Sus activos bajaron de USD 10.000 a USD 4.000 desde abril de 2026" in page
        assert "En silencio desde hace 90 días; se acordó un contacto cada 30 días" in page
        for fact in ("Plazo fijo", "4,2", "Intentos desde entonces, sin respuesta"):
            assert fact in page

    def test_is_narrowed_by_kind_and_age(self, raised: Callable[..., Event], ana: Actor, sign_in: SignIn):
        raised(Event.Kind.RUN_DOWN, days_ago=10)
        raised(Event.Kind.SILENCE)
        browser = sign_in(ana)
        assert "En silencio" not in browser.get("/eventos?tipo=run_down").content.decode()
        old = browser.get("/eventos?edad=7").content.decode()
        assert "Sus activos" in old
        assert "En silencio" not in old
        assert "No hay eventos abiertos de esta clase" in browser.get("/eventos?tipo=maturity&edad=30").content.decode()
        assert browser.get("/eventos?tipo=otra&edad=x").status_code == 200

    def test_is_empty_in_words(self, ana: Actor, sign_in: SignIn):
        assert "No hay eventos abiertos" in sign_in(ana).get("/eventos").content.decode()

    def test_holds_only_the_own_book(self, raised: Callable[..., Event], beto: Actor, sign_in: SignIn):
        raised(Event.Kind.SILENCE)
        assert "Rosa Elvira" not in sign_in(beto).get("/eventos").content.decode()

    def test_asks_as_many_queries_for_many_as_for_one(self, raised: Callable[..., Event], ana: Actor, sign_in: SignIn):
        browser = sign_in(ana)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                browser.get("/eventos")
            return len(captured)

        raised(Event.Kind.SILENCE)
        queries()  # the institution is remembered from then on
        one = queries()
        for n in range(30):
            raised(Event.Kind.SILENCE, n=n + 2)
        assert queries() == one

    def test_goes_on_page_by_page(self, raised: Callable[..., Event], ana: Actor, sign_in: SignIn):
        for n in range(30):
            raised(Event.Kind.SILENCE, n=n)
        assert "cursor=" in sign_in(ana).get("/eventos").content.decode()

    def test_dismisses_with_a_reason_comes_back_and_takes_it_back(
        self, raised: Callable[..., Event], ana: Actor, sign_in: SignIn
    ):
        event, browser = raised(Event.Kind.RUN_DOWN), sign_in(ana)
        address = f"/clientes/{event.client_id}/eventos/{event.pk}/descartar"
        answer = browser.post(address, {"reason": "Compró una casa", "next": "/eventos?tipo=run_down"})
        assert answer.url == "/eventos?tipo=run_down"
        page = browser.get(answer.url).content.decode()
        assert "Deshacer" in page
        undo = page.partition('action="/deshacer/')[2].partition('"')[0]
        browser.post(f"/deshacer/{undo}")
        assert Event.objects.get().state == Event.State.OPEN


@pytest.mark.row("B1")
class TestTheClientsPage:
    def test_tells_the_event_and_its_evidence(self, raised: Callable[..., Event], ana: Actor, sign_in: SignIn):
        event = raised(Event.Kind.RUN_DOWN)
        page = sign_in(ana).get(f"/clientes/{event.client_id}").content.decode()
        assert "Sus activos bajaron" in page
        assert "De dónde sale" in page

    def test_of_the_promise_says_what_it_is_about(self, raised: Callable[..., Event], ana: Actor, sign_in: SignIn):
        event = raised(Event.Kind.SILENCE)
        page = sign_in(ana).get(f"/clientes/{event.client_id}/eventos/{event.pk}").content.decode()
        assert "En silencio desde hace 90" in page
