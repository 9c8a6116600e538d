"""A branch in another zone: its hours, its deadlines and its screens are on its own clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cartera.agenda.day import first_gap
from cartera.agenda.models import Plan, Unplaced
from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.events.actions import act
from cartera.events.models import Event
from cartera.interactions.models import Interaction
from cartera.kernel.actor import Actor
from cartera.promises import actions as promises
from cartera.promises.models import Promise
from cartera.promises.queries import due_while_away
from cartera.team.actions import plan_absence
from cartera.team.actions.branches import change_branch
from cartera.team.calendars import calendar_of, diaries
from cartera.team.models import Branch, Staff
from tests.conftest import NOW, TODAY, Bank, given

ISLANDS = ZoneInfo("Pacific/Galapagos")  # an hour behind Guayaquil
BORDER = ZoneInfo("America/Tijuana")  # seven hours behind Greenwich in summer, and in another country


@pytest.fixture
def islands(ada: Actor, bank: Bank, ana_staff: Staff) -> Branch:
    """Ana's branch, on the islands."""
    return change_branch(actor=ada, branch=bank.centro, zone="Pacific/Galapagos")


@pytest.mark.row("Y13")
class TestABranch:
    def test_gets_its_zone_and_holidays_on_its_page(self, ada: Actor, bank: Bank, sign_in):
        page = f"/administracion/agencias/{bank.centro.pk}"
        form = {"name": "Tijuana", "country": "MX", "region": "", "zone": "America/Tijuana", "version": "1"}
        begun = {"initial-name": "Agencia Centro", "initial-country": "", "initial-region": "", "initial-zone": ""}
        assert sign_in(ada).post(page, form | begun).status_code == 302
        calendar = calendar_of(Branch.objects.get(pk=bank.centro.pk), 2026, 2026)
        assert calendar.zone == BORDER
        assert not calendar.is_working_day(date(2026, 9, 16))  # the Mexicans' independence
        assert calendar.is_working_day(date(2026, 8, 10))  # not Quito's

    def test_that_no_clock_knows_is_refused(self, ada: Actor, bank: Bank, sign_in):
        page = f"/administracion/agencias/{bank.centro.pk}"
        form = {"name": "Luna", "country": "EC", "region": "ZZ", "zone": "Luna/Base", "version": "1"}
        assert sign_in(ada).post(page, form).status_code == 422
        assert Branch.objects.get(pk=bank.centro.pk).zone == ""

    def test_works_its_hours_by_its_own_clock(self, islands: Branch, ana_staff: Staff):
        first = diaries([ana_staff], TODAY, TODAY)[ana_staff.pk].calendar.intervals_on(TODAY)[0]
        assert first.start == datetime(2026, 6, 16, 8, 30, tzinfo=ISLANDS) == datetime(2026, 6, 16, 14, 30, tzinfo=UTC)


@pytest.mark.row("Y13")
class TestADeadline:
    def test_of_an_event_is_the_end_of_the_day_there(self, islands: Branch, ana: Actor, rosa: Client):
        event = given(
            Event,
            client=rosa,
            kind=Event.Kind.MATURITY,
            cause_key="maturity:1",
            raised_on=TODAY,
            act_by=TODAY,
            expires_on=TODAY + timedelta(days=9),
            currency="USD",
        )
        acted = act(actor=ana, event=Event.objects.get(pk=event.pk))
        assert acted.promise is not None
        assert acted.promise.due_at.astimezone(ISLANDS).date() == TODAY
        assert acted.promise.due_at > datetime(2026, 6, 17, 4, 59, 59, tzinfo=UTC)  # Guayaquil's day is over by then

    def test_on_the_last_evening_of_an_absence_falls_in_it(
        self, islands: Branch, ada: Actor, ana: Actor, ana_staff: Staff, rosa: Client
    ):
        ends = datetime(2026, 6, 18, 23, 30, tzinfo=ISLANDS)  # half past midnight in Guayaquil
        promises.make(actor=ana, client=rosa, what="Llamar", due_at=ends)
        absence = plan_absence(actor=ada, staff=ana_staff, first_day=TODAY, last_day=date(2026, 6, 18))
        assert due_while_away(actor=ada, absences=[absence]) == {absence.pk: 1}

    def test_of_the_first_gap_of_a_day_is_that_days(self, islands: Branch, ana_staff: Staff, rosa: Client):
        day = TODAY + timedelta(days=1)
        worth = {"value_minor": 1, "bound_minor": 1, "gap_ppm": 0}
        plan = given(Plan, staff=ana_staff, from_day=TODAY, until_day=day, solved_at=NOW, **worth)
        repair = {"kind": "another_day", "why": "no_room", "saves": 1, "day": str(day), "part": "morning"}
        values: dict[str, Any] = {"minutes": 20, "cost_minor": 1, "channel": "phone", "due_on": day}
        unplaced = given(Unplaced, plan=plan, client=rosa, repair=repair, **values)
        assert first_gap(unplaced) == datetime(2026, 6, 17, 8, 30, tzinfo=ISLANDS)


@pytest.mark.row("Y13")
class TestAScreen:
    def test_a_new_one_depends_on_the_head_office_until_somebody_says_otherwise(self, ada: Actor, bank: Bank, sign_in):
        form = sign_in(ada).get("/administracion/agencias/nueva").context["form"]
        assert form["parent"].value() == bank.root.pk

    def test_tells_hours_on_the_clock_of_the_readers_branch(
        self, islands: Branch, ana: Actor, ada: Actor, rosa: Client, sign_in
    ):
        promises.make(actor=ana, client=rosa, what="Llamar", due_at=datetime(2026, 6, 16, 22, tzinfo=UTC))
        page = f"/clientes/{rosa.pk}/compromisos"
        assert "hoy 16:00" in sign_in(ana).get(page).content.decode().lower()
        assert "hoy 17:00" in sign_in(ada).get(page).content.decode().lower()

    def test_reads_hours_as_they_are_written_there(self, islands: Branch, ana: Actor, rosa: Client, sign_in):
        sign_in(ana).post(
            f"/compromisos/nuevo?client={rosa.pk}",
            {
                "what": "Llamar",
                "by": "other",
                "by_other": "2026-06-18T10:00",
                "owed_by": "us",
                "minutes": "10",
                "channel": "",
            },
        )
        assert Promise.objects.get().due_at == datetime(2026, 6, 18, 16, tzinfo=UTC)

    def test_says_the_day_that_it_is_there(self, islands: Branch, ana: Actor, ada: Actor, at, sign_in):
        at(datetime(2026, 6, 17, 5, 30, tzinfo=UTC))  # 23:30 on the islands, 00:30 in Guayaquil
        assert sign_in(ana).get("/clientes").context["today"] == TODAY
        assert sign_in(ada).get("/clientes").context["today"] == TODAY + timedelta(days=1)

    def test_of_somebodys_day_is_on_their_clock_for_whoever_reads_it(
        self, islands: Branch, ana: Actor, ana_staff: Staff, ada: Actor, rosa: Client, sign_in
    ):
        given(Interaction, client=rosa, staff=ana_staff, channel="phone", happened_at=NOW, minutes=5)
        for actor in (ana, ada):
            page = sign_in(actor).get("/mi-dia", {"persona": ana_staff.pk, "dia": str(TODAY)})
            assert page.context["now"].strftime("%H:%M") == "08:12"

    def test_leaves_nothing_behind_for_who_comes_next(self, islands: Branch, ana: Actor, sign_in):
        sign_in(ana).get("/clientes")
        assert clock.here() == clock.zone() == ZoneInfo("America/Guayaquil")
