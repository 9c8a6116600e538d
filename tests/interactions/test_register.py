"""Registering a contact, from the form to the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cartera.clients.models import Channel, Client
from cartera.interactions.models import Interaction, Outcome, Purpose
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid
from cartera.promises import actions as promises
from cartera.promises.models import Origin, Promise, Side
from cartera.promises.rules import State
from tests.conftest import NOW

SignIn = Callable[[Actor], Browser]
ADDRESS = "/registrar"
TODAY_AT_FIVE = NOW.replace(hour=22, minute=0)
SCRIPT = "<script>alert('hola')</script>"


def filled(client: Client, **answers: object) -> dict[str, object]:
    return {
        "token": str(uuid4()),
        "client": client.pk,
        "channel": Channel.PHONE,
        "direction": "out",
        "outcome": Outcome.TALKED,
        "purpose": Purpose.TOUCH,
        "minutes": "",
        "said": "",
        "then": "nothing",
        "owed_by": Side.US,
        **answers,
    }


@pytest.fixture
def monthly_call(ana: Actor, rosa: Client) -> Promise:
    return promises.make(
        actor=ana,
        client=rosa,
        what="Contacto del mes",
        due_at=NOW + timedelta(days=3),
        channel=Channel.PHONE,
        purpose=Purpose.TOUCH,
        origin=Origin.MODEL,
        origin_key="model:1:1",
    )


@pytest.mark.row("K1", "M1")
class TestSaving:
    def test_keeps_the_touchpoint_and_what_was_ticked_and_promises_the_next(
        self, ana: Actor, rosa: Client, monthly_call: Promise, sign_in: SignIn
    ):
        named = promises.make(actor=ana, client=rosa, what="Enviar la tasa", due_at=NOW + timedelta(days=1))
        answer = sign_in(ana).post(
            ADDRESS,
            filled(rosa, said="Quiere renovar", keeps=[named.pk], then="proposal", by=TODAY_AT_FIVE.isoformat()),
        )
        assert answer.status_code == 302
        contact = Interaction.objects.get()
        assert (contact.said, contact.minutes) == ("Quiere renovar", 10)
        assert set(contact.promises_kept.all()) == {named, monthly_call}
        assert contact.promises_made.get().due_at == TODAY_AT_FIVE

    def test_says_what_was_done_and_offers_to_undo_it(
        self, ana: Actor, rosa: Client, monthly_call: Promise, sign_in: SignIn
    ):
        browser = sign_in(ana)
        page = browser.post(ADDRESS, filled(rosa, next=ADDRESS), follow=True).content.decode()
        assert "Rosa Elvira Cordero Malo" in page
        assert "Contacto del mes" in page
        undo = page.split('action="/deshacer/')[1].split('"')[0]
        browser.post(f"/deshacer/{undo}")
        monthly_call.refresh_from_db()
        assert monthly_call.state == State.PROMISED
        assert Interaction.objects.get().retracted_at == NOW

    def test_sent_twice_registers_once_and_still_offers_the_undo(self, ana: Actor, rosa: Client, sign_in: SignIn):
        browser, form = sign_in(ana), filled(rosa)
        browser.post(ADDRESS, form)
        again = browser.post(ADDRESS, {**form, "next": ADDRESS}, follow=True).content.decode()
        assert Interaction.objects.count() == 1
        assert "/deshacer/" in again

    def test_by_htmx_sends_the_page_back_where_it_was(self, ana: Actor, rosa: Client, sign_in: SignIn):
        answer = sign_in(ana).post(ADDRESS, filled(rosa, next="/registrar?client=1"), headers={"HX-Request": "true"})
        assert answer.headers["HX-Redirect"] == "/registrar?client=1"

    def test_never_goes_on_to_another_site(self, ana: Actor, rosa: Client, sign_in: SignIn):
        answer = sign_in(ana).post(ADDRESS, filled(rosa, next="https://evil.example/"))
        assert answer.headers["Location"] == reverse("desk:home")

    def test_costs_one_post_and_few_queries(self, ana: Actor, rosa: Client, sign_in: SignIn):
        browser = sign_in(ana)
        browser.get(ADDRESS)
        with CaptureQueriesContext(connection) as told:
            browser.post(ADDRESS, filled(rosa, then="call", by=TODAY_AT_FIVE.isoformat()))
        assert Promise.objects.get().channel == Channel.PHONE
        queries = [query for query in told if "SAVEPOINT" not in query["sql"]]
        assert len(queries) <= 25


@pytest.mark.row("K1", "Y1")
class TestErrors:
    def test_keep_what_was_typed(self, ana: Actor, rosa: Client, sign_in: SignIn):
        answer = sign_in(ana).post(ADDRESS, filled(rosa, said="Vuelve en julio", then="other", then_what=""))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Vuelve en julio" in page
        assert 'id="id_then_what_error"' in page
        assert not Interaction.objects.exists()

    def test_a_term_that_passed_is_refused_in_words(self, ana: Actor, rosa: Client, sign_in: SignIn):
        answer = sign_in(ana).post(ADDRESS, filled(rosa, then="call", by=(NOW - timedelta(hours=1)).isoformat()))
        assert answer.status_code == 422
        assert not Interaction.objects.exists()

    def test_without_a_client_finds_those_that_the_text_names(self, ana: Actor, rosa: Client, sign_in: SignIn):
        answer = sign_in(ana).post(ADDRESS, {**filled(rosa, said="Llamó"), "client": "", "q": "cordero"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f'name="choose" value="{rosa.pk}"' in page
        assert "Llamó" in page

    def test_choosing_a_client_keeps_what_was_typed(self, ana: Actor, rosa: Client, sign_in: SignIn):
        answer = sign_in(ana).post("/registrar/cliente", {**filled(rosa, said="Llamó"), "choose": rosa.pk})
        page = answer.content.decode()
        assert "Rosa Elvira Cordero Malo" in page
        assert "Llamó" in page


@pytest.mark.parametrize("happened_at", [NOW + timedelta(minutes=1), datetime(1, 1, 1, tzinfo=UTC)])
def test_no_contact_is_of_the_future_or_before_there_were_any(ana: Actor, rosa: Client, happened_at: datetime):
    with pytest.raises(Invalid):
        promises.record_contact(actor=ana, client=rosa, channel=Channel.PHONE, happened_at=happened_at)
    assert not Interaction.objects.exists()


class TestWhoMay:
    @pytest.mark.parametrize("path", ["/registrar?client={}", "/registrar/cumple?client={}"])
    def test_an_adviser_of_another_branch_sees_no_such_client(
        self, beto: Actor, ana: Actor, rosa: Client, sign_in: SignIn, path: str
    ):
        assert sign_in(beto).get(path.format(rosa.pk)).status_code == 404
        assert sign_in(ana).get(path.format(rosa.pk)).status_code == 200

    def test_an_adviser_of_another_branch_registers_nothing(self, beto: Actor, rosa: Client, sign_in: SignIn):
        assert sign_in(beto).post(ADDRESS, filled(rosa)).status_code == 404
        assert not Interaction.objects.exists()

    def test_nobody_keeps_a_promise_of_another_client(
        self, ana: Actor, beto: Actor, rosa: Client, yunguilla: Client, sign_in: SignIn
    ):
        theirs = promises.make(actor=beto, client=yunguilla, what="Visita", due_at=NOW + timedelta(days=1))
        assert sign_in(ana).post(ADDRESS, filled(rosa, keeps=[theirs.pk])).status_code == 422
        theirs.refresh_from_db()
        assert theirs.state == State.PROMISED


class TestTheForm:
    def test_says_which_touchpoint_it_will_keep_as_it_changes(
        self, ana: Actor, rosa: Client, monthly_call: Promise, sign_in: SignIn
    ):
        browser = sign_in(ana)
        assert "Contacto del mes" in browser.get(f"/registrar?client={rosa.pk}").content.decode()
        asked = f"/registrar/cumple?client={rosa.pk}&channel=phone&purpose=touch&outcome="
        assert "Contacto del mes" in browser.get(f"{asked}talked").content.decode()
        assert "Contacto del mes" not in browser.get(f"{asked}no_answer").content.decode()

    def test_shows_what_the_client_said_as_text(self, ana: Actor, rosa: Client, sign_in: SignIn):
        page = sign_in(ana).post(ADDRESS, filled(rosa, said=SCRIPT, then="call", by="")).content.decode()
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page

    def test_of_htmx_is_the_card_alone(self, ana: Actor, rosa: Client, sign_in: SignIn):
        part = sign_in(ana).get(f"/registrar?client={rosa.pk}", headers={"HX-Request": "true"}).content.decode()
        assert part.lstrip().startswith("<section")
