"""Mi equipo."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cartera.agenda import jobs
from cartera.agenda.models import Plan, Unplaced
from cartera.agenda.queries import LeftOut
from cartera.agenda.rules import WhyNot
from cartera.clients.models import Channel, Client, Wishes
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.promises import actions
from cartera.team.models import Role, Staff
from tests.conftest import NOW, TODAY, given, hired


@pytest.fixture
def planned(ana: Actor, rosa: Client):
    Client.objects.filter(pk=rosa.pk).update(tier="A", revenue_minor=1_421_000)
    promise = actions.make(
        actor=ana, client=rosa, what="Explicar el cobro", due_at=NOW + timedelta(hours=8), channel="phone"
    )
    jobs.agenda_step(TODAY, Run(), False)
    return promise


def leave_out(client: Client, why: WhyNot) -> None:
    given(
        Unplaced,
        plan=Plan.objects.get(),
        client=client,
        minutes=30,
        due_on=TODAY,
        cost_minor=31_000,
        repair={"kind": "none", "why": str(why), "saves": 0, "day": None, "part": None},
    )


@pytest.mark.row("M1", "Z1")
class TestTheTeam:
    def test_shows_who_promised_how_much_and_who_has_room(self, sign_in, mara: Actor, planned):
        page = sign_in(mara).get("/equipo").content.decode()
        assert "Ana Andrade" in page
        assert "Sobran" in page

    def test_shows_at_once_what_an_adviser_has_just_registered(
        self, sign_in, mara: Actor, ana: Actor, rosa: Client, planned
    ):
        before = sign_in(mara).get("/equipo").context["page"]
        actions.record_contact(actor=ana, client=rosa, channel=Channel.PHONE, keeps=[planned])
        after = sign_in(mara).get("/equipo").context["page"]
        assert (before.made_today, after.made_today) == (0, 1)
        assert [row.kept_today for row in after.rows] == [1]

    def test_counts_what_is_late_now(self, sign_in, mara: Actor, planned, at):
        at(NOW + timedelta(days=1))
        assert sign_in(mara).get("/equipo").context["page"].overdue == 1

    def test_says_what_does_not_fit_and_what_it_costs(self, sign_in, mara: Actor, planned, rosa: Client):
        leave_out(rosa, WhyNot.NO_ROOM)
        answer = sign_in(mara).get("/equipo")
        page, (row,) = answer.context["page"], answer.context["page"].rows
        assert [risk.row.client_id for risk in page.at_risk] == [rosa.pk]
        assert page.left_out == row.left_out == LeftOut(minutes=30, cost_minor=31_000)
        assert page.lead.startswith("No todo cabe cuando vence: mira a Ana Andrade.")
        assert row.spare > 0
        assert "No cabe 30\xa0min" in answer.content.decode()

    @pytest.mark.parametrize("why", [WhyNot.NOT_WORTH_ITS_MINUTES, WhyNot.NO_WAY_TO_REACH])
    def test_tells_apart_what_more_hours_would_not_help(self, sign_in, mara: Actor, planned, rosa: Client, why):
        leave_out(rosa, why)
        page = sign_in(mara).get("/equipo").context["page"]
        assert (page.at_risk, page.left_out) == ([], LeftOut(0, 0))
        assert {WhyNot.NOT_WORTH_ITS_MINUTES: page.not_worth_it, WhyNot.NO_WAY_TO_REACH: page.out_of_reach}[why] == 1
        assert "Las horas alcanzan" in page.lead

    def test_says_who_cannot_be_reached(self, sign_in, mara: Actor, planned, rosa: Client):
        given(Wishes, client=rosa, consent=0)
        jobs.agenda_step(TODAY, Run(), False)
        answer = sign_in(mara).get("/equipo")
        assert (answer.context["page"].at_risk, answer.context["page"].out_of_reach) == ([], 1)
        assert "un cliente no acepta ningún canal que sirva" in answer.content.decode()

    def test_puts_every_week_under_its_own_monday(self, sign_in, mara: Actor, ana_staff: Staff, bank, planned):
        away = hired("luz", "Luz Peña", Role.ADVISER, bank.centro)
        back = TODAY + timedelta(days=8)
        free = {str(back + timedelta(weeks=n)): {"planned": 0, "available": 400} for n in range(2)}
        plan_of_away = dict.fromkeys(("value_minor", "bound_minor", "gap_ppm"), 0)
        given(Plan, staff=away, from_day=back, until_day=back, solved_at=NOW, capacity=free, **plan_of_away)
        page = sign_in(mara).get("/equipo").context["page"]
        assert len(page.mondays) == 3
        rows = {row.staff.pk: [week and week.monday for week in row.weeks] for row in page.rows}
        assert rows == {ana_staff.pk: page.mondays, away.pk: [None, *page.mondays[1:]]}

    def test_shows_nobody_of_another_branch(self, sign_in, mara: Actor, beto: Actor, planned):
        assert "Beto Mora" not in sign_in(mara).get("/equipo").content.decode()

    def test_is_not_for_advisers(self, sign_in, ana: Actor):
        assert sign_in(ana).get("/equipo").status_code == 403

    def test_costs_a_fixed_number_of_queries(self, sign_in, mara: Actor, planned, django_assert_max_num_queries):
        browser = sign_in(mara)
        with django_assert_max_num_queries(20):
            browser.get("/equipo")
