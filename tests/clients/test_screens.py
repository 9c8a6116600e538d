"""The screens of clients that may be one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from cartera.clients.actions.registration import correct_client, register_client
from cartera.clients.models import Client, DuplicatePair, Kind, Merge
from cartera.kernel import jobs
from cartera.kernel.actor import Actor
from cartera.kernel.models import Happening
from tests.conftest import NOW, given

SignIn = Callable[[Actor], Browser]
QUEUE = "/clientes/duplicados"


@pytest.fixture
def twin(ana: Actor, rosa: Client) -> Client:
    return register_client(actor=ana, kind=Kind.PERSON, given_name="Rosa", surname="Cordero", sector="Docente")


@pytest.fixture
def pair(rosa: Client, twin: Client) -> DuplicatePair:
    return given(DuplicatePair, client=rosa, other=twin, probability_ppm=990_000, found_at=NOW)  # type: ignore[no-any-return]


@pytest.mark.row("V15")
class TestWhileTyping:
    def test_asks_whether_it_is_the_same_and_links_to_it(self, sign_in: SignIn, ana: Actor, twin: Client):
        typed = {"kind": "person", "given_name": "Rosa", "surname": "Cordero"}
        page = sign_in(ana).post("/clientes/parecidos", typed).content.decode()
        assert f'href="/clientes/{twin.pk}"' in page

    def test_says_no_more_than_a_name_about_another_book(self, sign_in: SignIn, beto: Actor, twin: Client):
        typed = {"kind": "person", "given_name": "Rosa", "surname": "Cordero"}
        page = sign_in(beto).post("/clientes/parecidos", typed).content.decode()
        assert "Rosa Cordero" in page
        assert "/clientes/" not in page

    def test_says_nothing_for_nobody_and_for_nonsense(self, sign_in: SignIn, ana: Actor, twin: Client):
        browser = sign_in(ana)
        for typed in ({}, {"birth_date": "2026-99-99", "given_name": "\0" * 900, "phone": "x", "kind": "company"}):
            answer = browser.post("/clientes/parecidos", typed)
            assert (answer.status_code, answer.content.strip()) == (200, b"")

    def test_the_form_asks(self, sign_in: SignIn, ana: Actor):
        assert 'hx-post="/clientes/parecidos"' in sign_in(ana).get("/clientes/nuevo").content.decode()


@pytest.mark.row("V15")
class TestTheQueue:
    def test_shows_both_side_by_side(self, sign_in: SignIn, mara: Actor, pair: DuplicatePair):
        page = sign_in(mara).get(QUEUE).content.decode()
        assert "99,0" in page
        assert "c-differs" in page
        assert f"/clientes/{pair.client_id}/unir/{pair.other_id}" in page

    def test_is_empty_with_a_next_step(self, sign_in: SignIn, mara: Actor):
        page = sign_in(mara).get(QUEUE).content.decode()
        assert "c-empty" in page
        assert f"{QUEUE}/buscar" in page

    def test_asks_the_same_queries_for_one_pair_and_for_ten(
        self, sign_in: SignIn, mara: Actor, ana: Actor, rosa: Client, pair: DuplicatePair
    ):
        browser = sign_in(mara)

        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                browser.get(QUEUE)
            return len(queries)

        browser.get(QUEUE)
        once = asked()
        for number in range(9):
            other = register_client(actor=ana, kind=Kind.PERSON, given_name=f"Rosa {number}", surname="Cordero")
            given(DuplicatePair, client=rosa, other=other, probability_ppm=900_000 + number, found_at=NOW)
        assert asked() == once

    def test_goes_on_by_key(self, sign_in: SignIn, mara: Actor, ana: Actor, rosa: Client, pair: DuplicatePair):
        for number in range(11):
            other = register_client(actor=ana, kind=Kind.PERSON, given_name=f"Rosa {number}", surname="Cordero")
            given(DuplicatePair, client=rosa, other=other, probability_ppm=900_000, found_at=NOW)
        browser = sign_in(mara)
        first = browser.get(QUEUE)
        second = browser.get(QUEUE, {"cursor": first.context["page"].next_cursor})
        shown = [row.pair.pk for page in (first, second) for row in page.context["pairs"]]
        assert len(shown) == len(set(shown)) == 12

    def test_remembers_that_they_are_different(self, sign_in: SignIn, mara: Actor, pair: DuplicatePair):
        browser = sign_in(mara)
        assert browser.post(f"{QUEUE}/{pair.pk}/distintas").status_code == 302
        pair.refresh_from_db()
        assert pair.state == DuplicatePair.State.DISTINCT
        assert "/deshacer/" in browser.get(QUEUE).content.decode()

    def test_a_search_is_handed_to_a_worker(self, sign_in: SignIn, mara: Actor, monkeypatch: pytest.MonkeyPatch):
        asked: list[str] = []
        monkeypatch.setattr(jobs, "enqueue", lambda name, **_: asked.append(name))
        assert sign_in(mara).post(f"{QUEUE}/buscar").status_code == 302
        assert asked == ["clients.find_duplicates"]


@pytest.mark.row("V15")
class TestMerging:
    def test_is_chosen_field_by_field_and_leads_to_the_client(
        self, sign_in: SignIn, mara: Actor, rosa: Client, twin: Client
    ):
        browser, address = sign_in(mara), f"/clientes/{rosa.pk}/unir/{twin.pk}"
        page = browser.get(address)
        assert page.status_code == 200
        sent = {"version": rosa.version, "other_version": twin.version, "name": "absorbed", "sector": "survivor"}
        answer = browser.post(address, sent)
        assert answer["Location"] == f"/clientes/{rosa.pk}"
        rosa.refresh_from_db()
        assert (rosa.name, rosa.sector) == ("Rosa Cordero", "")
        told = browser.get(answer["Location"]).content.decode()
        assert f"/clientes/uniones/{Merge.objects.get().pk}/separar" in told
        assert f"/deshacer/{Happening.objects.get(name='client.merge').pk}" in told

    def test_the_absorbed_clients_address_leads_to_the_survivor(
        self, sign_in: SignIn, mara: Actor, rosa: Client, twin: Client
    ):
        browser = sign_in(mara)
        browser.post(f"/clientes/{rosa.pk}/unir/{twin.pk}")
        assert browser.get(f"/clientes/{twin.pk}")["Location"] == f"/clientes/{rosa.pk}"

    def test_shows_what_changed_meanwhile_and_keeps_the_choices(
        self, sign_in: SignIn, ana: Actor, mara: Actor, rosa: Client, twin: Client
    ):
        stale = {"version": rosa.version, "other_version": twin.version, "name": "absorbed"}
        correct_client(actor=ana, client=twin, sector="Salud")
        answer = sign_in(mara).post(f"/clientes/{rosa.pk}/unir/{twin.pk}", stale)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Salud" in page
        chosen = page.split('name="name" value="absorbed"')[1].split(">")[0]
        assert "checked" in chosen
        assert not Merge.objects.exists()

    def test_sent_twice_merges_once(self, sign_in: SignIn, mara: Actor, rosa: Client, twin: Client):
        browser, address = sign_in(mara), f"/clientes/{rosa.pk}/unir/{twin.pk}"
        assert [browser.post(address).status_code for _ in range(2)] == [302, 302]
        assert Merge.objects.count() == 1

    def test_is_undone_from_the_clients_page(self, sign_in: SignIn, mara: Actor, rosa: Client, twin: Client):
        browser = sign_in(mara)
        browser.post(f"/clientes/{rosa.pk}/unir/{twin.pk}")
        browser.post(f"/clientes/uniones/{Merge.objects.get().pk}/separar")
        assert browser.get(f"/clientes/{twin.pk}").status_code == 200
        twin.refresh_from_db()
        assert twin.until is None

    def test_compares_one_client_with_whom_it_resembles(self, sign_in: SignIn, mara: Actor, rosa: Client, twin: Client):
        page = sign_in(mara).get(f"/clientes/{rosa.pk}/duplicados").content.decode()
        assert f"/clientes/{rosa.pk}/unir/{twin.pk}" in page
