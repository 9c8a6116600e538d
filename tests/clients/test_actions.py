"""Taking on clients, correcting them, and how they are reached."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from cartera.clients import queries
from cartera.clients.actions.contact_points import Point, add_contact_point, retire_contact_point
from cartera.clients.actions.registration import correct_client, register_client, withdraw_client
from cartera.clients.models import Client, ContactKind, ContactPoint, Kind
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotFound, NotPermitted
from cartera.kernel.models import Happening
from cartera.kernel.undo import undo
from cartera.promises import actions as promises
from cartera.team.models import Staff
from tests.conftest import NOW, TODAY, Bank

LUIS: dict[str, Any] = {
    "kind": Kind.PERSON,
    "given_name": "Luis",
    "surname": "Muñoz",
    "second_surname": "Ñauta",
    "identifier_kind": "cedula",
    "identifier": "171430710-3",
    "points": (
        Point(ContactKind.PHONE, "099 123 4567", preferred=True),
        Point(ContactKind.EMAIL, "Luis@correo.example"),
    ),
}


@pytest.fixture
def luis(ana: Actor) -> Client:
    return register_client(actor=ana, **LUIS)


class TestRegistering:
    def test_puts_the_client_in_the_book_of_the_adviser_who_does_it(self, ana: Actor, luis: Client, bank: Bank):
        assert (luis.name, luis.identifier, luis.country) == ("Luis Muñoz Ñauta", "1714307103", "EC")
        assert (luis.adviser_id, luis.branch, luis.since) == (ana.id, bank.centro, TODAY)
        assert luis.key.startswith("K-")
        assert {point.value for point in luis.contact_points.all()} == {"+593 99 123 4567", "Luis@correo.example"}

    def test_by_a_manager_goes_to_the_adviser_who_is_named(self, mara: Actor, ana_staff: Staff, bank: Bank):
        client = register_client(actor=mara, **LUIS, adviser=ana_staff)
        assert (client.adviser, client.branch) == (ana_staff, bank.centro)

    def test_for_an_adviser_of_another_branch_is_not_found(self, mara: Actor, beto_staff: Staff):
        with pytest.raises(NotFound):
            register_client(actor=mara, **LUIS, adviser=beto_staff)
        assert not Client.objects.exists()

    def test_by_an_agent_is_not_permitted(self, gina: Actor):
        with pytest.raises(NotPermitted):
            register_client(actor=gina, **LUIS)

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"identifier": "1714307104"}, "identifier"),
            ({"points": (Point(ContactKind.PHONE, "12"),)}, "phone"),
            ({"points": (Point(ContactKind.EMAIL, "nobody"),)}, "email"),
            ({"given_name": "", "surname": "", "second_surname": " "}, "name"),
            ({"birth_date": TODAY + timedelta(days=1)}, "birth_date"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(self, ana: Actor, changed: dict[str, Any], field: str):
        with pytest.raises(Invalid) as refusal:
            register_client(actor=ana, **{**LUIS, **changed})
        assert list(refusal.value.fields) == [field]
        assert not Client.objects.exists()

    def test_twice_with_one_identifier_is_refused(self, ana: Actor, mara: Actor, luis: Client):
        with pytest.raises(Invalid):
            register_client(actor=mara, **LUIS)
        assert Client.objects.count() == 1

    def test_leaves_a_happening_that_names_nobody(self, luis: Client):
        happening = Happening.objects.get(name="client.register")
        assert happening.client_id == luis.pk
        for personal in ("Luis", "Muñoz", "1714307103", "munoz", "593991234567"):
            assert personal not in str(happening.facts)

    @pytest.mark.row("Y1")
    def test_undone_can_be_done_again(self, ana: Actor, luis: Client):
        undo(actor=ana, happening_id=luis.happening.pk)  # type: ignore[attr-defined]
        luis.refresh_from_db()
        assert (luis.until, luis.identifier) == (TODAY, "")
        assert not queries.search(actor=ana, text="munoz").exists()
        again = register_client(actor=ana, **LUIS)
        assert list(queries.search(actor=ana, text="munoz")) == [again]

    @pytest.mark.row("Y1")
    def test_is_not_undone_once_something_was_built_on_it(self, ana: Actor, luis: Client):
        promises.make(actor=ana, client=luis, what="Llamar", due_at=NOW + timedelta(days=1))
        with pytest.raises(InvalidTransition):
            withdraw_client(actor=ana, client=luis)
        luis.refresh_from_db()
        assert luis.until is None


class TestCorrecting:
    def test_a_surname_renames_the_client_and_finds_it(self, ana: Actor, luis: Client):
        version = luis.version
        correct_client(actor=ana, client=luis, version=version, surname="Páez", birth_date=date(1980, 2, 29))
        luis.refresh_from_db()
        assert (luis.name, luis.version) == ("Luis Páez Ñauta", version + 1)
        assert list(queries.search(actor=ana, text="paez 0991234567")) == [luis]
        assert not queries.search(actor=ana, text="munoz").exists()

    def test_what_somebody_changed_meanwhile_is_a_conflict_that_shows_both(self, ana: Actor, mara: Actor, luis: Client):
        seen = luis.version
        correct_client(actor=mara, client=Client.objects.get(pk=luis.pk), version=seen, sector="Comercio")
        with pytest.raises(Conflict) as conflict:
            correct_client(actor=ana, client=Client.objects.get(pk=luis.pk), version=seen, sector="Salud")
        assert conflict.value.context["theirs"].sector == "Comercio"
        assert conflict.value.context["yours"] == {"sector": "Salud"}

    def test_an_identifier_is_checked(self, ana: Actor, luis: Client):
        with pytest.raises(Invalid):
            correct_client(actor=ana, client=luis, identifier="1714307104")
        correct_client(actor=ana, client=luis, identifier_kind="ruc", identifier="1714307103-001")
        assert (luis.identifier_kind, luis.identifier) == ("ruc", "1714307103001")

    def test_by_an_adviser_of_another_branch_is_not_found(self, beto: Actor, luis: Client):
        with pytest.raises(NotFound):
            correct_client(actor=beto, client=luis, sector="Salud")

    def test_of_its_standing_is_a_mistake_of_the_programmer(self, ana: Actor, luis: Client):
        with pytest.raises(TypeError):
            correct_client(actor=ana, client=luis, tier="A")


class TestContactPoints:
    def test_a_new_telephone_finds_the_client_and_a_retired_one_does_not(self, ana: Actor, luis: Client):
        home = add_contact_point(actor=ana, client=luis, kind=ContactKind.PHONE, value="07 283 4567", preferred=True)
        assert list(queries.search(actor=ana, text="2834567")) == [luis]
        assert ContactPoint.objects.get(client=luis, kind=ContactKind.PHONE, preferred=True) == home
        retire_contact_point(actor=ana, contact_point=home)
        assert not queries.search(actor=ana, text="2834567").exists()

    def test_a_retired_one_that_comes_back_is_the_same(self, ana: Actor, luis: Client):
        home = add_contact_point(actor=ana, client=luis, kind=ContactKind.PHONE, value="07 283 4567")
        retire_contact_point(actor=ana, contact_point=home)
        luis.refresh_from_db()
        assert add_contact_point(actor=ana, client=luis, kind=ContactKind.PHONE, value="+593 7 283 4567") == home
        assert list(queries.search(actor=ana, text="2834567")) == [luis]

    @pytest.mark.row("Y1")
    def test_adding_and_retiring_are_undone(self, ana: Actor, luis: Client):
        home = add_contact_point(actor=ana, client=luis, kind=ContactKind.ADDRESS, value="Calle Larga 1-23")
        undo(actor=ana, happening_id=home.happening.pk)  # type: ignore[attr-defined]
        home.refresh_from_db()
        assert home.dead
        with pytest.raises(InvalidTransition):
            retire_contact_point(actor=ana, contact_point=home)

    def test_twice_the_same_is_refused(self, ana: Actor, luis: Client):
        with pytest.raises(Invalid):
            add_contact_point(actor=ana, client=luis, kind=ContactKind.PHONE, value="0991234567")
