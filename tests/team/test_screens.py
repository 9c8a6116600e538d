"""The lists of administration: found, paged, at a fixed cost, and never blank."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cartera.kernel import memory
from cartera.kernel.actor import Actor
from cartera.team.actions import hire, make_appointment, plan_absence
from cartera.team.actions.people import deactivate
from cartera.team.models import Absence, Appointment, Role, Staff
from tests.conftest import NOW, SET_UP, TODAY, Bank

LISTS = ("personas", "agencias", "ausencias", "citas", "feriados", "permisos")


def fill(bank: Bank, many: int) -> None:
    for number in range(many):
        staff = hire(actor=SET_UP, name=f"Persona {number:03d}", role=Role.ADVISER, branch=bank.centro)
        starts = NOW + timedelta(days=1)
        plan_absence(actor=SET_UP, staff=staff, first_day=TODAY, last_day=TODAY + timedelta(days=2))
        make_appointment(
            actor=SET_UP, staff=staff, starts_at=starts, ends_at=starts + timedelta(hours=1), title="Comité"
        )


@pytest.mark.row("Y15")
@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_a_fixed_number_of_queries(name: str, ada: Actor, bank: Bank, sign_in):
    browser, costs = sign_in(ada), []
    for many in (1, 12):
        fill(bank, many)
        browser.get(f"/administracion/{name}")
        memory.forget_all()
        with CaptureQueriesContext(
            connection,
        ) as told:
            assert browser.get(f"/administracion/{name}").status_code == 200
        costs.append(len(told))
    assert costs[0] == costs[1] <= 26


@pytest.mark.row("Y15")
class TestPeople:
    def test_are_found_by_part_of_a_name_a_position_or_a_user(self, ada: Actor, bank: Bank, ana_staff, sign_in):
        hire(actor=SET_UP, name="Luz Marín", role=Role.AGENT, branch=bank.costa, title="Ventanilla")
        for text in ("marín", "ventanilla", "luz vent"):
            page = sign_in(ada).get("/administracion/personas", {"q": text}).context["page"]
            assert [staff.name for staff in page.items] == ["Luz Marín"]
        page = (
            sign_in(ada).get("/administracion/personas", {"rol": "adviser", "agencia": bank.centro.pk}).context["page"]
        )
        assert [staff.name for staff in page.items] == ["Ana Andrade"]

    def test_go_on_page_by_page_without_repeating_anybody(self, ada: Actor, bank: Bank, sign_in):
        for number in range(60):
            hire(actor=SET_UP, name=f"Persona {number % 7}", role=Role.ADVISER, branch=bank.centro)
        browser, seen, cursor = sign_in(ada), [], ""
        while cursor is not None:
            page = browser.get("/administracion/personas", {"cursor": cursor}).context["page"]
            seen += [staff.pk for staff in page.items]
            cursor = page.next_cursor
        assert len(seen) == len(set(seen)) == Staff.objects.filter(active=True).count()

    def test_who_left_stand_apart(self, ada: Actor, bank: Bank, sign_in):
        gone = hire(actor=SET_UP, name="Iván Luna", role=Role.AGENT, branch=bank.costa)
        deactivate(actor=ada, staff=gone)
        assert "Iván Luna" not in sign_in(ada).get("/administracion/personas").content.decode()
        assert "Iván Luna" in sign_in(ada).get("/administracion/personas?ver=inactivas").content.decode()

    def test_nobody_found_says_so_and_what_next(self, ada: Actor, sign_in):
        page = sign_in(ada).get("/administracion/personas?q=zzz").content.decode()
        assert "No hay nadie así" in page
        assert "Ver a todos" in page

    def test_of_other_branches_a_manager_does_not_see(self, mara: Actor, beto_staff: Staff, ana_staff: Staff, sign_in):
        page = sign_in(mara).get("/administracion/personas").content.decode()
        assert "Ana Andrade" in page
        assert "Beto Mora" not in page
        assert sign_in(mara).get(f"/administracion/personas/{beto_staff.pk}").status_code == 404

    def test_a_manager_reads_but_does_not_change(self, mara: Actor, ana_staff: Staff, sign_in):
        sign_in(mara).post(f"/administracion/personas/{ana_staff.pk}", {"name": "Otra", "version": 1})
        assert Staff.objects.get(pk=ana_staff.pk).name == "Ana Andrade"


@pytest.mark.row("Y15", "Y1")
class TestUndo:
    def test_of_a_cancelled_absence_is_one_tap_away(self, mara: Actor, ana_staff: Staff, sign_in):
        absence = plan_absence(actor=SET_UP, staff=ana_staff, first_day=TODAY, last_day=TODAY)
        browser = sign_in(mara)
        page = browser.post(f"/administracion/ausencias/{absence.pk}/cancelar", follow=True).content.decode()
        assert Absence.objects.get(pk=absence.pk).cancelled
        browser.post(f"/deshacer/{page.partition('/deshacer/')[2].partition(chr(34))[0]}")
        assert not Absence.objects.get(pk=absence.pk).cancelled

    def test_of_an_appointment_that_was_made_cancels_it(self, mara: Actor, ana_staff: Staff, sign_in):
        browser = sign_in(mara)
        asked = {
            "staff": ana_staff.pk,
            "title": "Visita",
            "starts_at": "2026-06-18T10:00",
            "ends_at": "2026-06-18T11:00",
        }
        page = browser.post("/administracion/citas/nueva", asked, follow=True).content.decode()
        browser.post(f"/deshacer/{page.partition('/deshacer/')[2].partition(chr(34))[0]}")
        assert Appointment.objects.get().cancelled


@pytest.mark.row("Y15")
class TestTheHub:
    def test_shows_each_the_sections_that_the_role_may_open(self, ada: Actor, mara: Actor, sign_in):
        all_of_them = sign_in(ada).get("/administracion").content.decode()
        some = sign_in(mara).get("/administracion").content.decode()
        assert "Roles y permisos" in all_of_them
        assert "Roles y permisos" not in some
        assert "Ausencias" in some

    def test_finds_a_setting_and_says_when_there_is_none(self, ada: Actor, sign_in):
        assert "Feriados" in sign_in(ada).get("/administracion?q=feri").content.decode()
        assert "Ningún ajuste se llama así" in sign_in(ada).get("/administracion?q=zzz").content.decode()

    def test_tells_what_was_changed_lately_and_by_whom(self, ada: Actor, bank: Bank, sign_in):
        hire(actor=ada, name="Iván Luna", role=Role.AGENT, branch=bank.costa)
        page = sign_in(ada).get("/administracion").content.decode()
        assert "Contratar a alguien" in page
        assert "Ada Ruiz" in page
