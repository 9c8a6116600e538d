"""From the ledgers to a plan, and again when the day changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cartera.agenda import actions, jobs
from cartera.agenda.book import Desk, book_of, desks, shrunk
from cartera.agenda.models import Plan, PlanItem, Unplaced
from cartera.agenda.planning import Solved, solved
from cartera.agenda.queries import plan_json
from cartera.clients.models import Channel, Client, Wishes
from cartera.clients.models.contact import Channels
from cartera.clock import queries as clock
from cartera.interactions.models import Interaction
from cartera.interactions.queries import slots_of
from cartera.interactions.rules import LOOK_BACK, best_time
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.kernel.models import Run
from cartera.promises import actions as promises
from cartera.promises.models import Origin, Promise
from cartera.team.actions import make_appointment, plan_absence
from cartera.team.models import Staff
from tests.conftest import NOW, SET_UP, TODAY, given

HERE = ZoneInfo("America/Guayaquil")


@pytest.fixture
def call(ana: Actor, rosa: Client) -> Promise:
    Client.objects.filter(pk=rosa.pk).update(tier="A", revenue_minor=1_421_000)
    return promises.make(
        actor=ana, client=rosa, what="Explicar el cobro", due_at=NOW + timedelta(hours=8), channel="phone"
    )


def _meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Something happens once, after a plan was solved and before it is stored."""
    waiting = [happens]

    def solved_then(desk: Desk) -> Solved:
        result = solved(desk)
        if waiting:
            waiting.pop()()
        return result

    monkeypatch.setattr(jobs, "solved", solved_then)


def night() -> int:
    return jobs.agenda_step(TODAY, Run(), False).changed


@pytest.mark.row("Z1")
class TestTheNight:
    def test_plans_what_was_promised_with_its_reason_and_its_cost(self, call: Promise, ana_staff: Staff, ana: Actor):
        assert night()
        plan = plan_json(actor=ana, staff=ana_staff)
        (item,) = plan["days"][0]["items"]
        assert (item["client"], item["channel"]) == ("C-1", "phone")
        assert item["reasons"][0]["text"].endswith("Explicar el cobro")
        assert item["start"].startswith("2026-06-16T")
        assert item["start"].endswith("-05:00")
        assert 0 <= plan["gap"] <= 0.03

    def test_done_twice_changes_nothing(self, call: Promise):
        night()
        before = list(PlanItem.objects.values())
        assert night() == 0
        assert list(PlanItem.objects.values()) == before

    def test_another_persons_plan_is_not_found(self, call: Promise, ana_staff: Staff, beto: Actor):
        night()
        with pytest.raises(NotFound):
            plan_json(actor=beto, staff=ana_staff)

    def test_on_an_earlier_date_plans_nothing(self, call: Promise):
        assert jobs.agenda_step(TODAY, Run(), True).rows == 0
        assert not Plan.objects.exists()


@pytest.mark.row("Z1", "S3")
class TestLimits:
    def test_a_wish_wins_over_the_channel(self, call: Promise, rosa: Client):
        given(Wishes, client=rosa, channels=int(Channels.VIDEO), from_minute=600, to_minute=690)
        night()
        item = PlanItem.objects.get()
        assert item.channel == Channel.VIDEO
        assert (
            600
            <= item.starts_at.astimezone(HERE).hour * 60 + item.starts_at.astimezone(HERE).minute
            <= 690 - item.minutes
        )

    def test_without_consent_to_any_channel_there_is_no_contact(self, call: Promise, rosa: Client):
        given(Wishes, client=rosa, consent=0)
        night()
        assert not PlanItem.objects.exists()
        assert Unplaced.objects.get().repair["why"] == "no_way_to_reach"

    def test_absences_and_appointments_take_their_minutes(self, call: Promise, ana_staff: Staff):
        plan_absence(actor=SET_UP, staff=ana_staff, first_day=TODAY, last_day=TODAY, reason="Curso")
        tomorrow = TODAY + timedelta(days=1)
        start = datetime(2026, 6, 17, 8, 30, tzinfo=HERE)
        make_appointment(
            actor=SET_UP, staff=ana_staff, starts_at=start, ends_at=start + timedelta(hours=4), title="Comité"
        )
        book = book_of(desks([ana_staff], TODAY)[0])
        assert book.days[0] == tomorrow
        assert book.parts[0].minutes <= 30

    def test_holidays_are_no_working_days(self, call: Promise, ana_staff: Staff):
        days = desks([ana_staff], date(2026, 8, 6))[0].horizon.days
        assert date(2026, 8, 10) not in days  # Primer Grito de Independencia

    def test_what_has_passed_of_today_cannot_be_planned(self, call: Promise, ana_staff: Staff):
        whole, rest = (book_of(desks([ana_staff], TODAY, since=since)[0]).parts[0].minutes for since in (None, NOW))
        assert rest < whole


@pytest.mark.row("Z1")
class TestTheDayChanges:
    def test_a_contact_that_was_made_leaves_the_plan(self, call: Promise, ana: Actor, rosa: Client, ana_staff: Staff):
        night()
        promises.record_contact(actor=ana, client=rosa, channel=Channel.PHONE, keeps=[call])
        assert Plan.objects.get().stale
        assert jobs.replan_person(staff_id=ana_staff.pk)
        assert not PlanItem.objects.exists()
        assert not Plan.objects.get().stale

    def test_what_was_started_stays_where_it_is(self, call: Promise, ana: Actor, ana_staff: Staff):
        night()
        item = PlanItem.objects.get()
        actions.start_contact(actor=ana, plan_item=item)
        promises.make(actor=ana, client=call.client, what="Otra cosa", due_at=NOW + timedelta(hours=3))
        jobs.replan_person(staff_id=ana_staff.pk)
        again = PlanItem.objects.filter(started_at__isnull=False).get()
        assert (again.day, again.starts_at, again.channel) == (item.day, item.starts_at, item.channel)

    def test_what_was_started_and_made_is_held_no_longer(self, call: Promise, ana: Actor, ana_staff: Staff):
        night()
        actions.start_contact(actor=ana, plan_item=PlanItem.objects.get())
        promises.record_contact(actor=ana, client=call.client, channel=Channel.PHONE)
        jobs.replan_person(staff_id=ana_staff.pk)
        assert not PlanItem.objects.filter(started_at__isnull=False).exists()

    def test_what_is_started_while_a_plan_is_being_solved_is_not_lost(
        self, call: Promise, ana: Actor, ana_staff: Staff, monkeypatch: pytest.MonkeyPatch
    ):
        night()
        promises.make(actor=ana, client=call.client, what="Otra cosa", due_at=NOW + timedelta(hours=3))
        _meanwhile(monkeypatch, lambda: actions.start_contact(actor=ana, plan_item=PlanItem.objects.get()))
        jobs.replan_person(staff_id=ana_staff.pk)
        assert PlanItem.objects.filter(started_at__isnull=False).exists()
        assert not Plan.objects.get().stale

    def test_what_is_promised_while_a_plan_is_being_solved_leaves_it_out_of_date(
        self, call: Promise, ana: Actor, ana_staff: Staff, monkeypatch: pytest.MonkeyPatch, settings
    ):
        night()
        settings.CARTERA_JOBS = "off"
        promises.make(actor=ana, client=call.client, what="Otra cosa", due_at=NOW + timedelta(hours=3))
        later = {"client": call.client, "what": "Algo más", "due_at": NOW + timedelta(hours=4)}
        _meanwhile(monkeypatch, lambda: promises.make(actor=ana, **later))
        jobs.replan_person(staff_id=ana_staff.pk)
        assert Plan.objects.get().stale
        jobs.replan_person(staff_id=ana_staff.pk)
        assert not Plan.objects.get().stale
        told = {reason["id"] for item in PlanItem.objects.all() for reason in item.reasons}
        assert told == set(Promise.objects.values_list("pk", flat=True))

    def test_a_new_promise_comes_into_the_plan_and_is_told(
        self, call: Promise, ana: Actor, ana_staff: Staff, rosa: Client
    ):
        night()
        other = given(
            Client,
            key="C-9",
            kind="person",
            name="Otro",
            search="otro",
            branch=rosa.branch,
            adviser=ana_staff,
            since=TODAY,
        )
        promises.make(actor=ana, client=other, what="Enviar tasas", due_at=NOW + timedelta(hours=4))
        jobs.replan_person(staff_id=ana_staff.pk)
        assert {change["client"] for change in Plan.objects.get().changes} >= {other.pk}


@pytest.mark.row("V2")
class TestWhenAClientAnswers:
    def test_own_history_outweighs_the_prior(self):
        assert shrunk(0, 0, 600_000, 6) == 600_000
        assert shrunk(94, 94, 600_000, 6) > 950_000

    def test_the_plan_and_the_page_ask_the_same_calls(self, call: Promise, ana: Actor, rosa: Client, ana_staff: Staff):
        for days, (hour, outcome) in enumerate([(9, "no_answer"), (11, "talked")] * 4, start=1):
            at = datetime.combine(TODAY - timedelta(days=days), time(hour), tzinfo=clock.zone())
            given(
                Interaction, client=rosa, staff=ana_staff, channel="phone", minutes=9, outcome=outcome, happened_at=at
            )
        (candidate,) = book_of(desks([ana_staff], TODAY)[0]).candidates
        slots = slots_of(actor=ana, client_ids=[rosa.pk], since=NOW - LOOK_BACK, zone=clock.zone())[rosa.pk]
        best = best_time(slots)
        assert best is not None
        assert candidate.client.best_minute == best.middle_minute == 11 * 60 + 30

    def test_a_few_calls_say_nothing_to_the_plan(self, call: Promise, rosa: Client, ana_staff: Staff):
        for days in range(1, 6):
            at = NOW - timedelta(days=days)
            given(
                Interaction, client=rosa, staff=ana_staff, channel="phone", minutes=9, outcome="talked", happened_at=at
            )
        (candidate,) = book_of(desks([ana_staff], TODAY)[0]).candidates
        assert candidate.client.best_minute is None


@pytest.mark.row("Z1")
class TestAClientInPeace:
    def test_a_contact_rests_the_others_for_some_days(self, call: Promise, ana: Actor, rosa: Client, ana_staff: Staff):
        promises.record_contact(actor=ana, client=rosa, channel=Channel.PHONE)
        model = {"origin": Origin.MODEL, "origin_key": "model:1:1", "channel": "phone", "what": "Contacto"}
        promises.make(actor=ana, client=rosa, due_at=NOW + timedelta(days=1), **model)
        (candidate,) = [c for c in book_of(desks([ana_staff], TODAY)[0]).candidates if c.reasons[0].id != str(call.pk)]
        assert candidate.earliest_day == 3

    def test_what_was_promised_in_it_is_expected(self, call: Promise, ana: Actor, rosa: Client, ana_staff: Staff):
        promises.record_contact(actor=ana, client=rosa, channel=Channel.PHONE)
        (candidate,) = book_of(desks([ana_staff], TODAY)[0]).candidates
        assert candidate.earliest_day == 0
