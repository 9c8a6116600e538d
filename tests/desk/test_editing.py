"""Two people edit the same thing: both versions are shown, nothing typed is lost, and saving again decides."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client as Browser

from cartera.clients.actions.registration import correct_client
from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.team.actions.branches import change_branch
from cartera.team.actions.people import change_person
from cartera.team.models import Branch, Role, Staff
from tests.conftest import Bank, hired


def fields_of(browser: Browser, address: str) -> dict[str, str]:
    """What the form of a page holds when it is opened, as a browser would send it back."""
    form = browser.get(address).context["form"]
    sent: dict[str, str] = {}
    for bound in form:
        value = bound.value()
        sent[bound.html_name] = "" if value is None else str(value)
        if bound.field.show_hidden_initial:
            initial = re.search(r'value="([^"]*)"', bound.as_hidden(only_initial=True))
            sent[bound.html_initial_name] = initial[1] if initial else ""
    return sent


def crossed(answer: Any) -> dict[str, tuple[str, str, str, str]]:
    return {
        field.label: (field.before, field.theirs, field.mine, field.kept) for field in answer.context["crossing"].fields
    }


@pytest.mark.row("Y1")
class TestAPerson:
    def test_shows_each_field_as_it_was_as_it_is_and_as_it_was_typed(self, ada: Actor, bank: Bank, sign_in):
        staff = hired("carla", "Carla Peña", Role.ADVISER, bank.centro)
        browser, address = sign_in(ada), f"/administracion/personas/{staff.pk}"
        typed = fields_of(browser, address) | {"title": "Empresas"}
        change_person(actor=ada, staff=staff, title="Banca privada", name="Carla Peña Mora", branch=bank.costa)
        answer = browser.post(address, typed)
        assert answer.status_code == 409
        assert crossed(answer) == {
            "Nombre": ("Carla Peña", "Carla Peña Mora", "Carla Peña", "theirs"),
            "Cargo": ("–", "Banca privada", "Empresas", "mine"),
            "Agencia": ("Agencia Centro", "Agencia Costa", "Agencia Centro", "theirs"),
        }
        page = answer.content.decode()
        assert "Ada Ruiz guardó esto mientras editabas" in page
        assert 'value="Empresas"' in page
        assert 'value="Carla Peña Mora"' in page

    def test_saving_again_writes_what_was_typed_and_keeps_what_the_other_changed(self, ada: Actor, bank: Bank, sign_in):
        staff = hired("carla", "Carla Peña", Role.ADVISER, bank.centro)
        browser, address = sign_in(ada), f"/administracion/personas/{staff.pk}"
        typed = fields_of(browser, address) | {"title": "Empresas", "hour_cost": "31.50"}
        change_person(actor=ada, staff=staff, title="Banca privada", branch=bank.costa)
        again = browser.post(address, typed).context["form"].data
        assert browser.post(address, again.dict()).status_code == 302
        now = Staff.objects.get(pk=staff.pk)
        assert (now.title, now.branch, now.hour_cost_minor, now.name) == ("Empresas", bank.costa, 3150, "Carla Peña")

    def test_a_third_edit_in_between_crosses_again(self, ada: Actor, bank: Bank, sign_in):
        staff = hired("carla", "Carla Peña", Role.ADVISER, bank.centro)
        browser, address = sign_in(ada), f"/administracion/personas/{staff.pk}"
        typed = fields_of(browser, address) | {"title": "Empresas"}
        change_person(actor=ada, staff=staff, title="Banca privada")
        again = browser.post(address, typed).context["form"].data
        change_person(actor=ada, staff=Staff.objects.get(pk=staff.pk), title="Pymes")
        answer = browser.post(address, again.dict())
        assert answer.status_code == 409
        assert crossed(answer) == {"Cargo": ("Banca privada", "Pymes", "Empresas", "mine")}

    def test_opened_and_saved_untouched_changes_nothing(self, ada: Actor, bank: Bank, sign_in):
        staff = hired("carla", "Carla Peña", Role.ADVISER, bank.centro)
        browser, address = sign_in(ada), f"/administracion/personas/{staff.pk}"
        assert browser.post(address, fields_of(browser, address)).status_code == 302
        assert Staff.objects.get(pk=staff.pk).version == 1

    def test_what_does_not_make_sense_is_said_and_kept(self, ada: Actor, bank: Bank, sign_in):
        staff = hired("carla", "Carla Peña", Role.ADVISER, bank.centro)
        browser, address = sign_in(ada), f"/administracion/personas/{staff.pk}"
        answer = browser.post(address, fields_of(browser, address) | {"name": "", "title": "Empresas"})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
        assert 'value="Empresas"' in answer.content.decode()


@pytest.mark.row("Y1")
def test_a_branch_shows_both_versions(ada: Actor, bank: Bank, sign_in):
    browser, address = sign_in(ada), f"/administracion/agencias/{bank.centro.pk}"
    typed = fields_of(browser, address) | {"zone": "America/Bogota"}
    change_branch(actor=ada, branch=Branch.objects.get(pk=bank.centro.pk), zone="America/Lima")
    answer = browser.post(address, typed)
    assert answer.status_code == 409
    assert crossed(answer) == {"Zona horaria": ("–", "America/Lima", "America/Bogota", "mine")}


@pytest.mark.row("Y1")
class TestAClient:
    def test_shows_both_versions(self, ana: Actor, rosa: Client, sign_in):
        browser, address = sign_in(ana), f"/clientes/{rosa.pk}/corregir"
        typed = fields_of(browser, address) | {"surname": "Cordera"}
        correct_client(actor=ana, client=rosa, surname="Cordero", second_surname="Maldonado", sector="Salud")
        answer = browser.post(address, typed)
        assert answer.status_code == 409
        assert crossed(answer) == {
            "Apellido": ("Cordero", "Cordero", "Cordera", "mine"),
            "Segundo apellido": ("Malo", "Maldonado", "Malo", "theirs"),
            "Actividad": ("–", "Salud", "–", "theirs"),
        }
        again = answer.context["form"].data
        assert browser.post(address, again.dict()).status_code == 302
        now = Client.objects.get(pk=rosa.pk)
        assert (now.name, now.sector) == ("Rosa Elvira Cordera Maldonado", "Salud")

    def test_a_company_has_its_name_alone(self, beto: Actor, yunguilla: Client, sign_in):
        form = sign_in(beto).get(f"/clientes/{yunguilla.pk}/corregir").context["form"]
        assert "name" in form.fields
        assert "surname" not in form.fields
