"""How far people see."""

from __future__ import annotations

from cartera.clients.models import Client
from cartera.team.models import Branch, Role, SignIn
from cartera.team.queries import actor_for
from tests.conftest import Bank, given, hired


def test_a_manager_of_a_branch_without_a_path_does_not_see_the_institution(bank: Bank, rosa: Client, yunguilla: Client):
    unplaced = given(Branch, key="new", name="Nueva", parent=bank.root)
    manager = actor_for(hired("nora", "Nora Paz", Role.MANAGER, unplaced))
    assert not Client.objects.visible_to(manager).exists()
    assert not Branch.objects.visible_to(manager).exists()


def test_a_branch_whose_number_begins_alike_is_another(bank: Bank, rosa: Client):
    manager = actor_for(hired("mara", "Mara Toral", Role.MANAGER, bank.centro))
    near = given(Branch, key="near", name="Cerca", parent=bank.root)
    Branch.objects.filter(pk=near.pk).update(path=f"{bank.centro.path.rstrip('/')}0/")
    Client.objects.filter(pk=rosa.pk).update(branch=near)
    assert not Client.objects.visible_to(manager).exists()


def test_users_who_differ_by_capitals_alone_sign_in_each_as_written(db):
    for name in ("lucia", "Lucia"):
        SignIn.objects.create(username=name)
    assert SignIn.objects.get_by_natural_key("Lucia").username == "Lucia"
    assert SignIn.objects.get_by_natural_key("lucia").username == "lucia"
