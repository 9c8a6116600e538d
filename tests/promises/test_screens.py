"""Screens of promises: to make, keep, renegotiate and withdraw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser

from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.promises import actions
from cartera.promises.models import Promise, Side
from cartera.promises.rules import State
from tests.conftest import NOW

SignIn = Callable[[Actor], Browser]
At = Callable[[datetime], None]
FRIDAY = NOW + timedelta(days=3)
MONDAY = NOW + timedelta(days=6)
SCRIPT = "<script>alert('hola')</script>"


@pytest.fixture
def promise(ana: Actor, rosa: Client) -> Promise:
    return actions.make(actor=ana, client=rosa, what="Propuesta escrita", due_at=FRIDAY)


def made(**answers: object) -> dict[str, object]:
    usual = {"what": "Volver a llamar", "by": FRIDAY.isoformat(), "owed_by": "us", "channel": "", "minutes": "10"}
    return {**usual, **answers}


@pytest.mark.row("M1")
class TestMaking:
    def test_offers_terms_on_working_days_only(self, ana: Actor, rosa: Client, sign_in: SignIn, at: At):
        at(datetime.fromisoformat("2026-08-07T14:00:00+00:00"))  # a Friday; Monday 10 is a holiday
        page = sign_in(ana).get(f"/compromisos/nuevo?client={rosa.pk}").content.decode()
        assert "Hoy 17:00" in page
        assert 'value="2026-08-11T22:00:00+00:00"' in page
        assert 'value="2026-08-10T22:00:00+00:00"' not in page

    def test_notes_what_the_client_owes(self, ana: Actor, rosa: Client, sign_in: SignIn):
        sign_in(ana).post(f"/compromisos/nuevo?client={rosa.pk}", made(owed_by="client"))
        assert Promise.objects.get().owed_by == Side.CLIENT

    def test_for_another_date_takes_it_on_the_institutions_clock(self, ana: Actor, rosa: Client, sign_in: SignIn):
        sign_in(ana).post(f"/compromisos/nuevo?client={rosa.pk}", made(by="other", by_other="2026-06-19T10:30"))
        assert Promise.objects.get().due_at.isoformat() == "2026-06-19T15:30:00+00:00"

    def test_in_the_past_keeps_what_was_typed(self, ana: Actor, rosa: Client, sign_in: SignIn):
        answer = sign_in(ana).post(
            f"/compromisos/nuevo?client={rosa.pk}", made(by="other", by_other="2026-06-15T10:30")
        )
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Ayer 10:30 ya pasó" in page
        assert 'value="Volver a llamar"' in page
        assert not Promise.objects.exists()

    @pytest.mark.parametrize("wrong", [{"by": ""}, {"by": "other"}, {"by": "pronto"}, {"what": ""}])
    def test_without_what_or_by_when_is_refused(
        self, ana: Actor, rosa: Client, sign_in: SignIn, wrong: dict[str, object]
    ):
        assert sign_in(ana).post(f"/compromisos/nuevo?client={rosa.pk}", made(**wrong)).status_code == 422
        assert not Promise.objects.exists()


@pytest.mark.row("M1", "Y1")
class TestKeeping:
    def test_in_one_tap_and_undone(self, ana: Actor, promise: Promise, sign_in: SignIn):
        browser = sign_in(ana)
        page = browser.post(f"/compromisos/{promise.pk}/cumplir", {"next": "/registrar"}, follow=True).content.decode()
        promise.refresh_from_db()
        assert promise.state == State.KEPT
        browser.post("/deshacer/" + page.split('action="/deshacer/')[1].split('"')[0])
        promise.refresh_from_db()
        assert promise.state == State.PROMISED

    def test_earlier_than_now_counts_by_when_it_was(self, ana: Actor, promise: Promise, sign_in: SignIn, at: At):
        at(MONDAY)
        sign_in(ana).post(f"/compromisos/{promise.pk}/cumplir", {"at": "2026-06-18T10:00"})
        promise.refresh_from_db()
        assert promise.state == State.KEPT

    def test_twice_says_why_not(self, ana: Actor, promise: Promise, sign_in: SignIn):
        browser = sign_in(ana)
        browser.post(f"/compromisos/{promise.pk}/cumplir")
        answer = browser.post(f"/compromisos/{promise.pk}/cumplir")
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()


@pytest.mark.row("M1")
class TestRenegotiating:
    def test_opens_a_later_promise(self, ana: Actor, promise: Promise, sign_in: SignIn):
        sign_in(ana).post(
            f"/compromisos/{promise.pk}/renegociar",
            {"by": MONDAY.isoformat(), "reason": "Viaja", "client_agreed": "on"},
        )
        promise.refresh_from_db()
        assert promise.state == State.RENEGOTIATED
        assert Promise.objects.get(follows=promise).due_at == MONDAY

    def test_begins_with_the_day_that_the_address_proposes(self, ana: Actor, promise: Promise, sign_in: SignIn):
        page = sign_in(ana).get(f"/compromisos/{promise.pk}/renegociar?day=2026-06-24").content.decode()
        assert 'value="2026-06-24T17:00"' in page

    @pytest.mark.parametrize("day", ["2026-06-21", "2026-99-99", "mañana"])
    def test_proposes_no_day_on_which_nobody_works(self, ana: Actor, promise: Promise, sign_in: SignIn, day: str):
        page = sign_in(ana).get(f"/compromisos/{promise.pk}/renegociar", {"day": day})
        assert page.status_code == 200
        assert "2026-06-21T" not in page.content.decode()

    def test_when_it_was_due_already_is_refused_in_words(self, ana: Actor, promise: Promise, sign_in: SignIn, at: At):
        at(MONDAY)
        later = (MONDAY + timedelta(days=1)).isoformat()
        answer = sign_in(ana).post(f"/compromisos/{promise.pk}/renegociar", {"by": later, "reason": "Viaja"})
        assert answer.status_code == 422
        assert "Ya es tarde para renegociar" in answer.content.decode()
        promise.refresh_from_db()
        assert promise.state == State.PROMISED

    def test_to_an_earlier_day_is_refused_at_its_field(self, ana: Actor, promise: Promise, sign_in: SignIn):
        answer = sign_in(ana).post(
            f"/compromisos/{promise.pk}/renegociar", {"by": (NOW + timedelta(hours=2)).isoformat(), "reason": "Ya"}
        )
        assert answer.status_code == 422
        assert 'id="id_by_error"' in answer.content.decode()


class TestWithdrawing:
    def test_says_why_as_text(self, ana: Actor, promise: Promise, sign_in: SignIn):
        browser = sign_in(ana)
        browser.post(f"/compromisos/{promise.pk}/retirar", {"reason": SCRIPT})
        promise.refresh_from_db()
        assert (promise.state, promise.why_closed) == (State.WITHDRAWN, SCRIPT)
        assert SCRIPT not in browser.get(f"/compromisos/{promise.pk}/retirar").content.decode()

    def test_without_a_reason_is_refused(self, ana: Actor, promise: Promise, sign_in: SignIn):
        assert sign_in(ana).post(f"/compromisos/{promise.pk}/retirar", {"reason": ""}).status_code == 422


class TestWhoMay:
    @pytest.mark.parametrize("verb", ["cumplir", "renegociar", "retirar"])
    def test_an_adviser_of_another_branch_finds_no_such_promise(
        self, beto: Actor, ana: Actor, promise: Promise, sign_in: SignIn, verb: str
    ):
        assert sign_in(beto).get(f"/compromisos/{promise.pk}/{verb}").status_code == 404
        assert sign_in(ana).get(f"/compromisos/{promise.pk}/{verb}").status_code == 200

    def test_for_htmx_it_is_a_dialogue(self, ana: Actor, promise: Promise, sign_in: SignIn):
        page = sign_in(ana).get(f"/compromisos/{promise.pk}/cumplir", headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in page
        assert 'hx-target="#promise-form"' in page
