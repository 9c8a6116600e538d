"""Whom a description resembles: found by indexes, measured, and told no further than the actor may see."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cartera.clients.actions.contact_points import Point, add_contact_point
from cartera.clients.actions.merging import dismiss_pair, merge_clients
from cartera.clients.actions.registration import register_client
from cartera.clients.duplicate_queries import Described, merges_of, resembling, resembling_client, survivor_of, waiting
from cartera.clients.models import Client, ContactKind, DuplicatePair, Kind
from cartera.clients.rules import search_text
from cartera.kernel.actor import Actor
from cartera.kernel.undo import undo
from cartera.team.models import Staff
from tests.conftest import NOW, Bank, given


@pytest.fixture
def known(rosa: Client, yunguilla: Client) -> Client:
    """Rosa as the loader writes her, to be found by her name."""
    for client in (rosa, yunguilla):
        words = {
            part: getattr(client, part) for part in ("name", "given_name", "surname", "second_surname", "identifier")
        }
        Client.objects.filter(pk=client.pk).update(search=search_text(**words))
    return rosa


@pytest.mark.row("V15")
class TestResembling:
    @pytest.mark.parametrize(
        "typed",
        [
            {"given_name": "Rosa", "surname": "Cordero"},
            {"given_name": "rosa elvira", "surname": "cordero", "second_surname": "malo"},
            {"given_name": "Rosa", "surname": "Cordro"},
            {"given_name": "Roza", "surname": "Cordero", "second_surname": "Malo"},
            {"given_name": "Cordero", "surname": "Rosa"},
            {"given_name": "Elvira", "surname": "Cordero", "second_surname": "Malo"},
            {"identifier": "010233445-6"},
            {"identifier": "0102334456001"},
        ],
    )
    def test_finds_the_client_however_it_is_written(self, ana: Actor, known: Client, typed: dict[str, Any]):
        assert [one.client_id for one in resembling(actor=ana, described=Described(**typed))] == [known.pk]

    @pytest.mark.parametrize(
        "typed", [{}, {"given_name": "Luis", "surname": "Páez"}, {"given_name": "R", "surname": "C"}]
    )
    def test_finds_nobody_for_another(self, ana: Actor, known: Client, typed: dict[str, Any]):
        assert resembling(actor=ana, described=Described(**typed)) == []

    def test_finds_a_company_in_another_legal_form(self, beto: Actor, known: Client, yunguilla: Client):
        described = Described(kind=Kind.COMPANY, name="AGRICOLA YUNGUILLA CIA LTDA")
        assert [one.client_id for one in resembling(actor=beto, described=described)] == [yunguilla.pk]

    def test_in_another_book_is_a_name_an_adviser_and_a_mask(self, beto: Actor, known: Client):
        (one,) = resembling(actor=beto, described=Described(given_name="Rosa", surname="Cordero"))
        assert (one.client_id, one.name, one.adviser) == (None, "Rosa Elvira Cordero Malo", "Ana Andrade")
        assert one.identifier == "01•• ••• •56"

    def test_by_a_telephone_and_a_birth_date(self, ana: Actor, known: Client):
        Client.objects.filter(pk=known.pk).update(birth_date=date(1960, 1, 2))
        add_contact_point(actor=ana, client=known, kind=ContactKind.PHONE, value="099 123 4567")
        twin = register_client(
            actor=ana, kind=Kind.PERSON, given_name="Rosita", surname="Corder", birth_date=date(1960, 1, 2),
            points=[Point(ContactKind.PHONE, "0991234567")],
        )  # fmt: skip
        assert [one.client_id for one in resembling_client(actor=ana, client=twin)] == [known.pk]

    def test_asks_as_many_queries_for_one_as_for_many(self, ana: Actor, ana_staff: Staff, bank: Bank, known: Client):
        described = Described(given_name="Rosa Elvira", surname="Cordero", second_surname="Malo")

        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                resembling(actor=ana, described=described)
            return len(queries)

        once = asked()
        for number in range(20):
            given(
                Client, key=f"M{number}", kind="person", name="Rosa Cordero Malo", given_name="Rosa", surname="Cordero",
                second_surname="Malo", search="cordero malo rosa", branch=bank.centro, adviser=ana_staff, since=known.since,
            )  # fmt: skip
        assert asked() == once
        assert len(resembling(actor=ana, described=described)) == 5


@pytest.fixture
def pair(ana: Actor, known: Client) -> DuplicatePair:
    twin = register_client(actor=ana, kind=Kind.PERSON, given_name="Rosa", surname="Cordero")
    return given(DuplicatePair, client=known, other=twin, probability_ppm=990_000, found_at=NOW)  # type: ignore[no-any-return]


@pytest.mark.row("V15")
class TestTheQueue:
    def test_shows_pairs_of_which_one_sees_both(self, mara: Actor, ada: Actor, pair: DuplicatePair, yunguilla: Client):
        far = given(DuplicatePair, client=pair.client, other=yunguilla, probability_ppm=600_000, found_at=NOW)
        assert list(waiting(actor=mara)) == [pair]
        assert set(waiting(actor=ada)) == {pair, far}

    def test_shows_nothing_to_advisers_and_agents(self, ana: Actor, gina: Actor, pair: DuplicatePair):
        assert not waiting(actor=ana).exists()
        assert not waiting(actor=gina).exists()

    def test_what_was_decided_is_asked_no_more_until_it_is_undone(self, mara: Actor, pair: DuplicatePair):
        done = dismiss_pair(actor=mara, duplicate_pair=pair)
        assert not waiting(actor=mara).exists()
        undo(actor=mara, happening_id=done.happening.pk)  # type: ignore[attr-defined]
        assert list(waiting(actor=mara)) == [pair]

    def test_a_merged_pair_waits_no_longer(self, mara: Actor, pair: DuplicatePair):
        merge_clients(actor=mara, client=pair.client, other=pair.other)
        assert not waiting(actor=mara).exists()


class TestMerged:
    def test_leads_to_the_last_survivor(self, ana: Actor, mara: Actor, pair: DuplicatePair):
        third = register_client(actor=ana, kind=Kind.PERSON, given_name="Rosita", surname="Cordero")
        merge_clients(actor=mara, client=pair.client, other=pair.other)
        merge_clients(actor=mara, client=third, other=Client.objects.get(pk=pair.client_id))
        assert survivor_of(actor=mara, client=Client.objects.get(pk=pair.other_id)) == third
        assert [merge.absorbed_id for merge in merges_of(actor=mara, client=third)] == [pair.client_id]
