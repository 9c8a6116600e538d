"""An absent adviser's day goes to the stand-in, for those days only."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cartera.agenda import jobs
from cartera.agenda.book import book_of, desks
from cartera.agenda.models import Plan, PlanItem
from cartera.clients.models import Client
from cartera.events.models import Event
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.promises import actions as promises
from cartera.promises.models import Promise
from cartera.team.actions import plan_absence
from cartera.team.actions.time import cancel_absence, change_absence
from cartera.team.models import Absence, Role, Staff
from cartera.team.queries import actor_for
from tests.conftest import NOW, SET_UP, TODAY, Bank, given, hired

HERE = ZoneInfo("America/Guayaquil")
WEDNESDAY, THURSDAY, FRIDAY = (TODAY + timedelta(days=n) for n in (1, 2, 3))
BACK = date(2026, 6, 22)


@pytest.fixture
def carla(bank: Bank) -> Staff:
    """Another adviser in Cuenca, without a client of her own."""
    return hired("carla", "Carla Peña", Role.ADVISER, bank.centro)


@pytest.fixture
def diego(bank: Bank) -> Staff:
    return hired("diego", "Diego Mora", Role.ADVISER, bank.centro)


@pytest.fixture
def call(ana: Actor, rosa: Client) -> Promise:
    """Ana owes Rosa a call by Thursday at ten."""
    Client.objects.filter(pk=rosa.pk).update(tier="A", revenue_minor=1_421_000)
    due_at = datetime.combine(THURSDAY, time(10), tzinfo=HERE)
    return promises.make(actor=ana, client=rosa, what="Explicar el cobro", due_at=due_at, channel="phone")


def away(staff: Staff, stand_in: Staff | None, first: date = WEDNESDAY, last: date = FRIDAY) -> Absence:
    kind = Absence.Kind.HOLIDAY
    return plan_absence(actor=SET_UP, staff=staff, first_day=first, last_day=last, kind=kind, stand_in=stand_in)


def keys_of(staff: Staff, day: date = TODAY) -> set[tuple[str, str]]:
    """The promises and events that a person's book holds on a day."""
    book = book_of(desks([staff], day)[0])
    return {reason.key for candidate in book.candidates for reason in candidate.reasons}


@pytest.mark.row("Z1")
class TestTheBook:
    def test_what_falls_due_in_the_absence_is_the_stand_ins_and_nobody_elses(
        self, call: Promise, ana_staff: Staff, carla: Staff
    ):
        away(ana_staff, carla)
        assert keys_of(carla) == {("promise", str(call.pk))}
        assert keys_of(ana_staff) == set()

    def test_what_falls_due_before_or_after_stays(self, call: Promise, ana_staff: Staff, carla: Staff):
        away(ana_staff, carla, first=FRIDAY)
        assert keys_of(carla) == set()
        assert keys_of(ana_staff) == {("promise", str(call.pk))}

    def test_what_is_overdue_when_the_absence_begins_goes_along(
        self, ana: Actor, rosa: Client, ana_staff: Staff, carla: Staff, call: Promise
    ):
        away(ana_staff, carla, first=FRIDAY, last=BACK)
        assert keys_of(carla, FRIDAY) == {("promise", str(call.pk))}

    def test_is_contacted_on_days_of_the_absence_only(self, call: Promise, ana_staff: Staff, carla: Staff):
        away(ana_staff, carla)
        jobs.agenda_step(TODAY, Run(), False)
        item = PlanItem.objects.get()
        assert item.plan.staff == carla
        assert item.day in {WEDNESDAY, THURSDAY}

    def test_an_event_goes_to_the_stand_in_too(self, ana_staff: Staff, rosa: Client, carla: Staff):
        event = given(
            Event, client=rosa, kind="maturity", cause_key="m:1", raised_on=TODAY, act_by=TODAY, expires_on=THURSDAY,
            at_stake_minor=70_000, currency="USD",
        )  # fmt: skip
        away(ana_staff, carla)
        assert keys_of(carla) == {("event", str(event.pk))}
        assert keys_of(ana_staff) == set()

    def test_a_promise_to_a_client_whom_the_stand_in_will_not_see_stays(
        self, call: Promise, ana_staff: Staff, beto_staff: Staff, carla: Staff
    ):
        Client.objects.filter(pk=call.client_id).update(adviser=beto_staff)
        away(ana_staff, carla)
        assert keys_of(carla) == set()
        assert keys_of(ana_staff) == {("promise", str(call.pk))}

    def test_minutes_of_both_are_right(self, call: Promise, ana_staff: Staff, carla: Staff):
        away(ana_staff, carla)
        assert desks([ana_staff], TODAY)[0].horizon.days[:2] == (TODAY, BACK)
        jobs.agenda_step(TODAY, Run(), False)
        hers = Plan.objects.get(staff=carla).capacity[str(PlanItem.objects.get().day)]
        assert hers["planned"] == PlanItem.objects.get().minutes
        assert str(WEDNESDAY) not in Plan.objects.get(staff=ana_staff).capacity

    def test_far_ahead_nothing_is_handed_over_yet(self, ana: Actor, rosa: Client, ana_staff: Staff, carla: Staff):
        first = TODAY + timedelta(days=30)
        due_at = datetime.combine(first, time(10), tzinfo=HERE)
        far = promises.make(actor=ana, client=rosa, what="Revisión", due_at=due_at)
        away(ana_staff, carla, first=first, last=first + timedelta(days=4))
        assert keys_of(ana_staff) == {("promise", str(far.pk))}
        assert keys_of(carla) == set()


@pytest.mark.row("Z1")
class TestWhoStandsIn:
    def test_a_stand_in_who_is_away_hands_on(self, call: Promise, ana_staff: Staff, carla: Staff, diego: Staff):
        away(ana_staff, carla)
        away(carla, diego, first=THURSDAY, last=THURSDAY)
        assert keys_of(diego) == {("promise", str(call.pk))}
        assert keys_of(carla) == set()

    def test_one_who_is_away_without_another_leaves_the_days_before(
        self, call: Promise, ana_staff: Staff, carla: Staff
    ):
        away(ana_staff, carla)
        away(carla, None, first=THURSDAY, last=FRIDAY)
        desk = desks([carla], TODAY)[0]
        assert keys_of(carla) == {("promise", str(call.pk))}
        assert {desk.horizon.days[n] for n in desk.covered_days[ana_staff.pk]} == {WEDNESDAY}

    def test_two_who_stand_in_for_each_other_on_the_same_days_leave_it_with_its_owner(
        self, call: Promise, ana_staff: Staff, carla: Staff
    ):
        away(ana_staff, carla)
        away(carla, ana_staff)
        assert keys_of(ana_staff) == {("promise", str(call.pk))}
        assert keys_of(carla) == set()

    def test_of_absences_that_overlap_the_last_word_counts(
        self, call: Promise, ana_staff: Staff, carla: Staff, diego: Staff
    ):
        away(ana_staff, carla)
        away(ana_staff, diego, first=THURSDAY, last=THURSDAY)
        assert keys_of(diego) == {("promise", str(call.pk))}
        assert keys_of(carla) == set()

    def test_without_a_stand_in_it_waits_for_its_owner(self, call: Promise, ana_staff: Staff):
        away(ana_staff, None)
        assert keys_of(ana_staff) == {("promise", str(call.pk))}

    def test_somebody_who_left_stands_in_for_nobody(self, call: Promise, ana_staff: Staff, carla: Staff):
        away(ana_staff, carla)
        Staff.objects.filter(pk=carla.pk).update(active=False)
        assert keys_of(ana_staff) == {("promise", str(call.pk))}


def sees(staff: Staff, client: Client) -> bool:
    return Client.objects.visible_to(actor_for(staff)).filter(pk=client.pk).exists()


@pytest.mark.row("Z1", "Y13")
class TestWhatTheStandInSees:
    def test_the_clients_on_those_days_only_and_it_ends_by_itself(
        self, ana_staff: Staff, rosa: Client, carla: Staff, at
    ):
        away(ana_staff, carla)
        seen = []
        for days in range(-1, 7):
            at(NOW + timedelta(days=days))
            if sees(carla, rosa):
                seen.append((NOW + timedelta(days=days)).date())
        assert seen == [WEDNESDAY, THURSDAY, FRIDAY]

    def test_and_may_keep_what_was_promised(self, call: Promise, ana_staff: Staff, carla: Staff, at):
        away(ana_staff, carla)
        at(NOW + timedelta(days=1))
        assert promises.keep(actor=actor_for(carla), promise=call).state == "kept"

    def test_not_the_clients_of_others(self, ana_staff: Staff, carla: Staff, yunguilla: Client, at):
        away(ana_staff, carla)
        at(NOW + timedelta(days=1))
        assert not sees(carla, yunguilla)

    def test_not_after_the_absence_was_cancelled(self, ana_staff: Staff, rosa: Client, carla: Staff, at):
        absence = away(ana_staff, carla)
        at(NOW + timedelta(days=1))
        assert sees(carla, rosa)
        cancel_absence(actor=SET_UP, absence=absence)
        assert not sees(carla, rosa)

    def test_an_agent_who_stands_in_keeps_the_own_branch(
        self, ana_staff: Staff, rosa: Client, yunguilla: Client, bank: Bank, at
    ):
        agent = hired("gema", "Gema Ríos", Role.AGENT, bank.costa)
        away(ana_staff, agent)
        at(NOW + timedelta(days=1))
        assert sees(agent, rosa)
        assert sees(agent, yunguilla)


@pytest.mark.row("Z1")
class TestPlansFollow:
    def test_an_absence_replans_both_at_once(
        self, call: Promise, ana_staff: Staff, carla: Staff, django_capture_on_commit_callbacks
    ):
        jobs.agenda_step(TODAY, Run(), False)
        assert PlanItem.objects.get().plan.staff == ana_staff
        with django_capture_on_commit_callbacks(execute=True):
            absence = away(ana_staff, carla)
        assert PlanItem.objects.get().plan.staff == carla
        with django_capture_on_commit_callbacks(execute=True):
            change_absence(actor=SET_UP, absence=absence, stand_in=None)
        assert PlanItem.objects.get().plan.staff == ana_staff

    def test_a_contact_replans_the_stand_in(self, call: Promise, ana_staff: Staff, carla: Staff, rosa: Client, at):
        away(ana_staff, carla)
        jobs.agenda_step(TODAY, Run(), False)
        at(NOW + timedelta(days=1))
        promises.keep(actor=actor_for(carla), promise=call)
        assert Plan.objects.get(staff=carla).stale
