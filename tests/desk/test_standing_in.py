"""What the stand-in and the manager see of an absence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cartera.agenda import jobs
from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.promises import actions as promises
from cartera.team.actions import plan_absence
from cartera.team.models import Absence, Role, Staff
from cartera.team.queries import actor_for
from tests.conftest import NOW, SET_UP, TODAY, Bank, hired

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def carla(bank: Bank) -> Staff:
    return hired("carla", "Carla Peña", Role.ADVISER, bank.centro)


@pytest.fixture
def owed(ana: Actor, rosa: Client) -> None:
    Client.objects.filter(pk=rosa.pk).update(tier="A", revenue_minor=1_421_000)
    promises.make(actor=ana, client=rosa, what="Explicar el cobro", due_at=NOW + timedelta(hours=6), channel="phone")


def away(staff: Staff, stand_in: Staff | None, first=TODAY, kind=Absence.Kind.HOLIDAY) -> Absence:
    last = first + timedelta(days=3)
    return plan_absence(
        actor=SET_UP, staff=staff, first_day=first, last_day=last, kind=kind, reason="Operación", stand_in=stand_in
    )


def day_of(staff: Staff, sign_in, query: str = "") -> str:
    jobs.agenda_step(TODAY, Run(), False)
    return " ".join(sign_in(actor_for(staff)).get(f"/mi-dia{query}").content.decode().split())


@pytest.mark.row("Z1")
class TestTheStandInsDay:
    def test_says_on_the_line_for_whom_until_when(self, owed: None, ana_staff: Staff, carla: Staff, sign_in):
        away(ana_staff, carla)
        page = day_of(carla, sign_in)
        assert "Rosa Elvira Cordero Malo" in page
        assert "Por Ana Andrade, de vacaciones hasta el vie 19 jun" in page
        assert "solo en estos días" in page

    def test_says_nothing_of_why_somebody_is_on_leave(self, owed: None, ana_staff: Staff, carla: Staff, sign_in):
        away(ana_staff, carla, kind=Absence.Kind.LEAVE)
        page = day_of(carla, sign_in)
        assert "Por Ana Andrade, ausente hasta el vie 19 jun" in page
        assert "Operación" not in page

    def test_does_not_show_the_clients_before_the_absence(
        self, ana: Actor, rosa: Client, ana_staff: Staff, carla: Staff, sign_in
    ):
        Client.objects.filter(pk=rosa.pk).update(tier="A", revenue_minor=1_421_000)
        promises.make(actor=ana, client=rosa, what="Llamar", due_at=NOW + timedelta(days=1), channel="phone")
        away(ana_staff, carla, first=TOMORROW)
        page = day_of(carla, sign_in, f"?dia={TOMORROW}")
        assert "Rosa Elvira" not in page
        assert "verás a esos clientes desde ese día" in page


@pytest.mark.row("Z1", "M1")
class TestTheManager:
    def test_sees_that_nobody_stands_in_and_what_falls_due(self, owed: None, ana_staff: Staff, mara: Actor, sign_in):
        absence = away(ana_staff, None)
        page = sign_in(mara).get("/equipo").content.decode()
        assert "Sin reemplazo: vence 1 compromiso" in page
        assert f"/administracion/ausencias/{absence.pk}" in page

    def test_sees_who_stands_in(self, owed: None, ana_staff: Staff, carla: Staff, mara: Actor, sign_in):
        away(ana_staff, carla)
        assert "Carla Peña reemplaza" in sign_in(mara).get("/equipo").content.decode()

    def test_finds_both_in_the_list_of_absences(self, owed: None, ana_staff: Staff, carla: Staff, mara: Actor, sign_in):
        away(ana_staff, None)
        away(carla, ana_staff)
        page = sign_in(mara).get("/administracion/ausencias").content.decode()
        assert page.count("Sin reemplazo") == 1
        assert "vence 1 compromiso mientras tanto" in page
        assert "faltan 4 días" in page
