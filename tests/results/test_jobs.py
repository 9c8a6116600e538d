"""The night's figures per person and tier, and reading them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from cartera.clients.models import Channel, Client
from cartera.interactions import actions as interactions
from cartera.interactions.models import Effort
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.promises import actions as promises
from cartera.promises import actions_in_bulk
from cartera.promises.models import Promise, Side
from cartera.results import queries
from cartera.results.definitions import DEFINITIONS
from cartera.results.jobs import results_step
from cartera.results.models import PersonResult
from cartera.results.rules import Figures
from cartera.team.models import Staff
from cartera.value.models import TierPeriod, TierPolicy
from tests.conftest import NOW, SET_UP, TODAY, Bank, given

HOUR = timedelta(hours=1)


def night(day: date = TODAY, *, replay: bool = False) -> int:
    return results_step(day, Run(), replay).changed


@pytest.fixture
def history(ana: Actor, rosa: Client, ana_staff: Staff, at: Callable[[datetime], None]) -> None:
    """Rosa is in tier A. Ana kept two promises, one late, broke one, and one is overdue; she made two contacts."""
    policy = given(TierPolicy, number=1, effective_from=date(2020, 1, 1), thresholds={}, reason="")
    given(TierPeriod, client=rosa, tier="A", policy=policy, reason={}, from_day=date(2020, 1, 1))
    at(NOW - 72 * HOUR)
    made = [
        promises.make(
            actor=ana,
            client=rosa,
            what=f"{n}",
            due_at=NOW - 24 * HOUR,
            latest_at=NOW + (24 * HOUR if n == 4 else -20 * HOUR),
        )
        for n in range(5)
    ]
    promises.make(actor=ana, client=rosa, what="papers", due_at=NOW - 24 * HOUR, owed_by=Side.CLIENT)
    at(NOW - 48 * HOUR)
    for promise in made[:2]:
        promises.keep(actor=ana, promise=promise)
    interactions.register(actor=ana, client=rosa, channel=Channel.PHONE, minutes=12)
    retracted = interactions.register(actor=ana, client=rosa, channel=Channel.PHONE, minutes=99)
    interactions.retract(actor=ana, interaction=retracted)
    at(NOW - 22 * HOUR)
    promises.keep(actor=ana, promise=made[2])
    at(NOW)
    actions_in_bulk.break_overdue(actor=SET_UP, now=NOW)
    interactions.register(actor=ana, client=rosa, channel=Channel.FACE_TO_FACE, minutes=60)
    given(Effort, client=rosa, staff=ana_staff, work=Effort.Work.PREPARATION, spent_on=TODAY, minutes=20)


EXPECTED = Figures(kept=2, late=1, broken=1, open_late=1, contacts=2, minutes=92, clients=1)


@pytest.mark.row("M1")
@pytest.mark.usefixtures("history")
class TestTheNight:
    def test_writes_what_happened_by_the_end_of_the_day(self, ana: Actor):
        night()
        results = queries.results(actor=ana)
        assert (results.on_date, results.all, dict(results.by_tier)) == (TODAY, EXPECTED, {"A": EXPECTED})
        assert results.all.kept_rate == 0.5

    def test_counts_what_clients_owe_in_nobodys_rate(self, ana: Actor):
        assert Promise.objects.filter(owed_by=Side.CLIENT).count() == 1
        night()
        assert queries.results(actor=ana).all.settled == 4

    def test_a_second_time_changes_nothing(self):
        assert night() == 1
        assert night() == 0

    def test_of_an_earlier_date_counts_only_what_had_happened(self, ana: Actor):
        night(TODAY - timedelta(days=2), replay=True)
        earlier = queries.results(actor=ana, on=TODAY - timedelta(days=2)).all
        assert (earlier.kept, earlier.late, earlier.broken, earlier.open_late) == (2, 0, 0, 0)
        assert earlier.contacts == 1
        night(TODAY - timedelta(days=1), replay=True)
        day_after = queries.results(actor=ana, on=TODAY - timedelta(days=1)).all
        assert (day_after.late, day_after.open_late) == (1, 2)

    def test_forgets_what_is_more_than_ninety_days_ago(self, ana: Actor):
        night(TODAY + timedelta(days=100))
        later = queries.results(actor=ana).all
        assert (later.settled, later.contacts, later.minutes, later.clients) == (0, 0, 0, 1)
        assert later.kept_rate is None

    def test_puts_zero_where_a_reason_has_gone(self, ana: Actor):
        night()
        TierPeriod.objects.update(tier="B")
        assert night() == 2
        results = queries.results(actor=ana)
        assert dict(results.by_tier) == {"A": Figures(), "B": EXPECTED}
        assert results.all == EXPECTED


@pytest.mark.row("M1")
@pytest.mark.usefixtures("history")
class TestReading:
    def test_a_manager_sees_the_branch_and_each_person_in_it(self, mara: Actor, ana_staff: Staff, yunguilla: Client):
        night()
        results = queries.results(actor=mara)
        assert [person.staff for person in results.people] == [ana_staff]
        assert results.people[0].all == EXPECTED

    def test_an_administrator_sees_the_institution_and_may_ask_for_a_branch(
        self, ada: Actor, yunguilla: Client, bank: Bank
    ):
        night()
        assert queries.results(actor=ada).all.clients == 2
        assert queries.results(actor=ada, branch=bank.costa).all.clients == 1
        assert queries.results(actor=ada, branch=bank.root).all.clients == 2

    def test_another_adviser_sees_none_of_it(self, beto: Actor):
        night()
        assert queries.results(actor=beto).people == []

    def test_before_the_first_night_there_is_nothing(self, ana: Actor):
        assert queries.results(actor=ana).on_date is None

    def test_follows_the_rate_night_by_night(self, ana: Actor):
        for days in (2, 1, 0):
            night(TODAY - timedelta(days=days))
        assert [rate for _day, rate in queries.kept_rates(actor=ana)] == [1.0, pytest.approx(2 / 3), 0.5]


@pytest.mark.row("M1")
def test_every_figure_on_a_screen_has_a_written_definition():
    shown = {name for name in dir(Figures) if not name.startswith("_")} - {"settled"}
    assert shown == set(DEFINITIONS)
    for name in shown - {"kept_rate", "minutes_a_client"}:
        assert PersonResult._meta.get_field(name).concrete
