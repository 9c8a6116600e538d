"""The night raises what matures ahead once, and lets it expire."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cartera.clients.models import Holding
from cartera.events import actions, queries
from cartera.events.models import Event
from cartera.kernel.actor import Actor
from cartera.kernel.models import Happening
from cartera.products.models import Line
from tests.conftest import SET_UP, TODAY
from tests.events.conftest import MakeHolding, Night


@pytest.mark.row("E4")
class TestTheNight:
    def test_raises_a_maturity_ahead_with_its_evidence(self, night: Night, hold: MakeHolding):
        holding = hold()
        result = night()
        event = Event.objects.get()
        assert (result.rows, result.changed) == (1, 1)
        assert (event.client, event.holding, event.state) == (holding.client, holding, Event.State.OPEN)
        assert (event.amount_minor, event.at_stake_minor, event.currency) == (52_000_000, 728_000, "USD")
        assert (event.raised_on, event.expires_on) == (TODAY, holding.matures_on)
        assert event.evidence["product"] == "Plan deposit"
        assert event.evidence["days_left"] == 30

    def test_raises_every_line_that_matures(self, night: Night, hold: MakeHolding):
        for line in Line:
            hold(line, in_days=20)
        night()
        assert set(Event.objects.values_list("evidence__line", flat=True)) == {str(line) for line in Line}

    def test_raises_none_twice_on_the_same_or_on_later_nights(self, night: Night, hold: MakeHolding):
        hold()
        night()
        told = Happening.objects.count()
        assert [night(TODAY + timedelta(days=days)).changed for days in (0, 1, 20)] == [0, 0, 0]
        assert Event.objects.count() == 1
        assert Happening.objects.count() == told

    def test_raises_again_when_it_was_renewed_to_another_day(self, night: Night, hold: MakeHolding):
        holding = hold(in_days=5)
        night()
        Holding.objects.filter(pk=holding.pk).update(matures_on=TODAY + timedelta(days=370))
        night(TODAY + timedelta(days=1))
        assert Event.objects.get().state == Event.State.EXPIRED
        night(TODAY + timedelta(days=345))
        assert list(Event.objects.order_by("id").values_list("state", flat=True)) == ["expired", "open"]

    def test_lets_an_event_expire_after_the_maturity_or_when_the_holding_is_closed(
        self, night: Night, hold: MakeHolding
    ):
        hold(in_days=3)
        closed = hold(in_days=25)
        night()
        Holding.objects.filter(pk=closed.pk).update(closed_on=TODAY + timedelta(days=1))
        night(TODAY + timedelta(days=3))
        assert dict(Event.objects.values_list("holding__key", "state")) == {"H-1": "open", "H-2": "expired"}
        night(TODAY + timedelta(days=4))
        assert set(Event.objects.values_list("state", flat=True)) == {"expired"}

    def test_leaves_what_people_did_with_it(self, night: Night, hold: MakeHolding, ana: Actor):
        hold()
        night()
        actions.dismiss(actor=ana, event=Event.objects.get(), reason="Ya lo renovó en otra agencia")
        night(TODAY + timedelta(days=1))
        night(TODAY + timedelta(days=60))
        assert Event.objects.get().state == Event.State.DISMISSED

    def test_looks_as_far_ahead_as_was_set(self, night: Night, hold: MakeHolding):
        hold(in_days=80)
        assert night().changed == 0
        actions.set_lead_time(actor=SET_UP, line=Line.DEPOSIT, days_ahead=90, days_to_settle=10)
        assert night().changed == 1
        assert Event.objects.get().act_by == TODAY + timedelta(days=70)

    def test_as_a_replay_looks_and_changes_nothing(self, night: Night, hold: MakeHolding):
        hold()
        result = night(replay=True)
        assert (result.rows, result.changed) == (1, 0)
        assert not Event.objects.exists()

    def test_finds_nothing_that_was_not_held_yet(self, night: Night, hold: MakeHolding):
        hold(opened_on=TODAY + timedelta(days=1))
        assert night().rows == 0


@pytest.mark.row("E4")
class TestReadingEvents:
    def test_puts_the_most_at_stake_first(self, night: Night, hold: MakeHolding, ana: Actor):
        hold(balance_minor=1_000_000)
        hold(balance_minor=9_000_000)
        night()
        assert [event.amount_minor for event in queries.to_act_on(actor=ana)] == [9_000_000, 1_000_000]
        assert not queries.to_act_on(actor=ana, until=TODAY).exists()

    def test_is_for_those_who_see_the_client(self, night: Night, hold: MakeHolding, ana: Actor, beto: Actor):
        holding = hold()
        night()
        assert queries.open_for(actor=ana, client=holding.client).count() == 1
        assert queries.open_for(actor=beto, client=holding.client).count() == 0
        assert date.fromisoformat(Event.objects.get().evidence["matures_on"]) == holding.matures_on
