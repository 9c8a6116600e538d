"""Hired, changed at the same time, gone with a successor, and never without an administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotPermitted
from cartera.kernel.models import Happening
from cartera.kernel.undo import undo
from cartera.promises import actions as promises
from cartera.promises.models import Promise
from cartera.team.actions import branches, people
from cartera.team.models import Branch, Role, Staff
from cartera.team.queries import actor_of
from tests.conftest import NOW, SET_UP, Bank, hired


@pytest.fixture
def carla(bank: Bank) -> Staff:
    return hired("carla", "Carla Peña", Role.ADVISER, bank.centro)


@pytest.mark.row("Y15")
class TestChanging:
    def test_somebody_says_who_did_it_before_and_after(self, ada: Actor, carla: Staff):
        people.change_person(actor=ada, staff=carla, version=1, title="Banca privada")
        (change,) = Happening.objects.get(name="team.change_person").facts["changes"]
        assert (change["before"], change["after"]) == ({"title": ""}, {"title": "Banca privada"})

    def test_what_somebody_else_changed_meanwhile_is_a_conflict(self, ada: Actor, carla: Staff):
        people.change_person(actor=ada, staff=Staff.objects.get(pk=carla.pk), version=1, title="Banca privada")
        with pytest.raises(Conflict):
            people.change_person(actor=ada, staff=Staff.objects.get(pk=carla.pk), version=1, title="Empresas")
        assert Staff.objects.get(pk=carla.pk).title == "Banca privada"

    def test_is_an_administrators(self, mara: Actor, carla: Staff):
        with pytest.raises(NotPermitted):
            people.change_person(actor=mara, staff=carla, title="x")

    def test_into_a_closed_branch_is_refused(self, ada: Actor, carla: Staff, bank: Bank):
        closed = branches.open_branch(actor=ada, key="nueva", name="Nueva", parent=bank.root)
        branches.close_branch(actor=ada, branch=closed)
        with pytest.raises(Invalid):
            people.change_person(actor=ada, staff=carla, branch=closed)


@pytest.mark.row("Y15")
class TestLeaving:
    def test_the_successor_gets_the_clients_and_what_is_owed(
        self, ada: Actor, ana: Actor, ana_staff: Staff, rosa: Client, carla: Staff
    ):
        owed = promises.make(actor=ana, client=rosa, what="Llamar", due_at=NOW + timedelta(days=2))
        people.deactivate(actor=ada, staff=ana_staff, successor=carla, reason="Se jubila")
        assert Client.objects.get(pk=rosa.pk).adviser == carla
        assert Promise.objects.get(pk=owed.pk).staff == carla
        assert {"book.hand_over", "promise.follow_book"} <= set(Happening.objects.values_list("name", flat=True))

    def test_without_a_successor_for_a_book_nothing_changes(self, ada: Actor, ana_staff: Staff, rosa: Client):
        with pytest.raises(Invalid) as refused:
            people.deactivate(actor=ada, staff=ana_staff)
        assert "successor" in refused.value.fields
        assert Staff.objects.get(pk=ana_staff.pk).active
        assert Client.objects.get(pk=rosa.pk).adviser == ana_staff

    def test_stops_the_sign_in_at_once_and_undoing_brings_it_back(self, ada: Actor, carla: Staff):
        gone = people.deactivate(actor=ada, staff=carla)
        sign_in = Staff.objects.get(pk=carla.pk).sign_in
        assert sign_in is not None
        assert not sign_in.is_active
        assert actor_of(sign_in) is None
        undo(actor=ada, happening_id=gone.happening.pk)  # type: ignore[attr-defined]
        again = Staff.objects.select_related("sign_in").get(pk=carla.pk)
        assert again.active
        assert again.sign_in is not None
        assert again.sign_in.is_active


@pytest.mark.row("Y15")
class TestAnAdministrator:
    def test_cannot_take_the_own_administration_away(self, ada: Actor):
        me = Staff.objects.get(pk=ada.id)
        with pytest.raises(InvalidTransition):
            people.change_person(actor=ada, staff=me, role=Role.MANAGER)
        with pytest.raises(InvalidTransition):
            people.deactivate(actor=ada, staff=me)

    def test_the_last_one_stays(self, ada: Actor):
        with pytest.raises(InvalidTransition):
            people.deactivate(actor=SET_UP, staff=Staff.objects.get(pk=ada.id))

    def test_may_rename_themselves(self, ada: Actor):
        assert people.change_person(actor=ada, staff=Staff.objects.get(pk=ada.id), name="Ada R.").name == "Ada R."


@pytest.mark.row("Y13", "Y15")
class TestBranches:
    def test_keep_the_holidays_and_the_clock_of_their_place(self, ada: Actor, bank: Bank):
        branch = branches.open_branch(
            actor=ada, key="bcn", name="Barcelona", parent=bank.root, country="ES", region="CT", zone="Europe/Madrid"
        )
        assert branch.path == f"{bank.root.path}{branch.pk}/"

    @pytest.mark.parametrize(
        "place", [{"country": "ES", "region": "XX"}, {"region": "CT"}, {"zone": "America/Nowhere"}, {"country": "ZZ"}]
    )
    def test_of_no_place_is_refused(self, ada: Actor, bank: Bank, place: dict[str, str]):
        with pytest.raises(Invalid):
            branches.open_branch(actor=ada, key="x", name="X", parent=bank.root, **place)
        assert not Branch.objects.filter(key="x").exists()

    def test_with_people_in_it_is_not_closed(self, ada: Actor, bank: Bank, carla: Staff):
        with pytest.raises(InvalidTransition):
            branches.close_branch(actor=ada, branch=bank.centro)

    def test_with_open_branches_below_is_not_closed(self, ada: Actor, bank: Bank):
        Staff.objects.filter(branch=bank.root).update(branch=bank.centro)
        with pytest.raises(InvalidTransition):
            branches.close_branch(actor=SET_UP, branch=bank.root)
