"""People and their time in the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cartera.kernel.actor import Actor
from cartera.team.actions import plan_absence
from cartera.team.models import Role, Staff
from tests.api.conftest import Program
from tests.conftest import SET_UP, TODAY, Bank, hired


@pytest.fixture
def carla(bank: Bank) -> Staff:
    return hired("carla", "Carla Peña", Role.ADVISER, bank.centro)


@pytest.mark.row("Y6", "Y15")
class TestAbsences:
    def test_are_planned_changed_and_cancelled(
        self, mara: Actor, ana_staff: Staff, carla: Staff, program: Callable[[Actor], Program]
    ):
        of_mara = program(mara)
        days = {"first_day": "2026-07-01", "last_day": "2026-07-03"}
        made = of_mara.post("/absences", staff="ana", kind="holiday", stand_in="carla", **days)
        assert (made.status_code, made.json()["stand_in"]) == (201, "carla")
        address = f"/absences/{made.json()['id']}"
        changed = of_mara.patch(address, version=1, last_day="2026-07-04", stand_in=None)
        assert (changed.json()["last_day"], changed.json()["stand_in"]) == ("2026-07-04", None)
        assert of_mara.patch(address, version=1, last_day="2026-07-05").status_code == 409
        assert of_mara.post(f"{address}/cancel").json()["cancelled"]
        assert of_mara.post(f"{address}/cancel").status_code == 409

    def test_with_a_stand_in_whom_one_does_not_see_are_not_found(
        self, mara: Actor, ana_staff: Staff, beto_staff: Staff, program: Callable[[Actor], Program]
    ):
        days = {"first_day": "2026-07-01", "last_day": "2026-07-03"}
        assert program(mara).post("/absences", staff="ana", stand_in="beto", **days).status_code == 404

    def test_say_why_only_to_whoever_plans_them(
        self, ana: Actor, mara: Actor, gina: Actor, ana_staff: Staff, program: Callable[[Actor], Program]
    ):
        plan_absence(actor=SET_UP, staff=ana_staff, first_day=TODAY, last_day=TODAY, reason="Operación")
        told = [program(actor).get("/absences").json()["items"][0]["reason"] for actor in (mara, gina)]
        assert told == ["Operación", ""]


@pytest.mark.row("Y6", "Y5")
def test_nobody_is_booked_twice(mara: Actor, ana_staff: Staff, program: Callable[[Actor], Program]):
    of_mara = program(mara)
    times = {"starts_at": "2026-06-19T15:00:00Z", "ends_at": "2026-06-19T16:00:00Z"}
    assert of_mara.post("/appointments", staff="ana", title="Comité", **times).status_code == 201
    again = of_mara.post("/appointments", staff="ana", title="Visita", **times)
    assert again.status_code == 422
    assert "starts_at" in again.json()["errors"]


@pytest.mark.row("Y6")
@pytest.mark.parametrize("path", ["/staff", "/branches", "/absences", "/appointments"])
def test_lists_cost_the_same_for_few_and_many(path: str, mara: Actor, bank: Bank, program: Callable[[Actor], Program]):
    of_mara, costs = program(mara), []
    of_mara.get(path)
    for many in (1, 6):
        for number in range(many):
            staff = hired(f"p{many}-{number}", f"Persona {number}", Role.ADVISER, bank.centro)
            plan_absence(actor=SET_UP, staff=staff, first_day=TODAY, last_day=TODAY + timedelta(days=number))
        with CaptureQueriesContext(connection) as told:
            assert of_mara.get(path).status_code == 200
        costs.append(len(told))
    assert costs[0] == costs[1] <= 4
