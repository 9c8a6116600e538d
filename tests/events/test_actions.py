"""What people do with events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cartera.clients.models import Channel, Client
from cartera.events import actions, queries
from cartera.events.models import Event
from cartera.interactions.actions import register, retract
from cartera.interactions.models import Outcome, Purpose
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition, NotFound
from cartera.kernel.models import Happening
from cartera.kernel.undo import undo
from cartera.products.models import Line
from cartera.promises import actions as promises
from cartera.promises.models import Origin
from cartera.promises.rules import State
from tests.conftest import SET_UP
from tests.events.conftest import MakeHolding, Night


@pytest.fixture
def event(night: Night, hold: MakeHolding) -> Event:
    hold()
    night()
    return Event.objects.get()


@pytest.mark.row("E4")
class TestActing:
    def test_promises_a_contact_before_the_end(self, event: Event, ana: Actor):
        acted = actions.act(actor=ana, event=event)
        promise = acted.promise
        assert acted.state == Event.State.ACTED
        assert promise is not None
        assert (promise.origin, promise.purpose, promise.client_id) == (Origin.EVENT, Purpose.RENEWAL, event.client_id)
        assert (promise.due_at - timedelta(hours=5)).date() == event.act_by
        assert (promise.latest_at - timedelta(hours=5)).date() == event.expires_on
        assert "Plan deposit" in promise.what

    def test_twice_is_refused(self, event: Event, ana: Actor):
        acted = actions.act(actor=ana, event=event)
        with pytest.raises(InvalidTransition):
            actions.act(actor=ana, event=acted)

    def test_is_undone_with_what_was_promised_and_can_be_done_again(self, event: Event, ana: Actor):
        first = actions.act(actor=ana, event=event).promise
        undo(actor=ana, happening_id=Happening.objects.get(name="event.act").pk)
        assert first is not None
        first.refresh_from_db()
        event = Event.objects.get()
        assert (event.state, event.promise, first.state) == (Event.State.OPEN, None, State.WITHDRAWN)
        again = actions.act(actor=ana, event=event).promise
        assert again is not None
        assert again.state == State.PROMISED

    def test_is_not_undone_once_the_promise_was_kept(self, event: Event, ana: Actor):
        acted = actions.act(actor=ana, event=event)
        assert acted.promise is not None
        promises.keep(actor=ana, promise=acted.promise)
        with pytest.raises(InvalidTransition):
            actions.reopen(actor=ana, event=Event.objects.get())

    def test_by_somebody_from_another_branch_is_not_found(self, event: Event, beto: Actor):
        with pytest.raises(NotFound):
            actions.act(actor=beto, event=event)


@pytest.mark.row("E4")
class TestTalkingAboutIt:
    def test_answers_what_is_open_and_leaves_the_list(self, event: Event, ana: Actor, rosa: Client):
        contact = register(actor=ana, client=rosa, channel=Channel.PHONE, purpose=Purpose.RENEWAL)
        event.refresh_from_db()
        assert (event.state, event.answered_in) == (Event.State.ACTED, contact)
        assert not queries.to_act_on(actor=ana).exists()

    @pytest.mark.parametrize(
        "contact", [{"purpose": Purpose.TOUCH}, {"purpose": Purpose.RENEWAL, "outcome": Outcome.NO_ANSWER}]
    )
    def test_takes_a_contact_about_it_that_reached_the_client(
        self, event: Event, ana: Actor, rosa: Client, contact: dict[str, Any]
    ):
        register(actor=ana, client=rosa, channel=Channel.PHONE, **contact)
        event.refresh_from_db()
        assert event.state == Event.State.OPEN

    def test_is_put_back_with_the_contact(self, event: Event, ana: Actor, rosa: Client):
        contact = register(actor=ana, client=rosa, channel=Channel.PHONE, purpose=Purpose.RENEWAL)
        retract(actor=ana, interaction=contact)
        event.refresh_from_db()
        assert (event.state, event.answered_in) == (Event.State.OPEN, None)

    def test_with_another_client_is_no_answer(self, event: Event, ada: Actor, yunguilla: Client):
        contact = register(actor=ada, client=yunguilla, channel=Channel.PHONE)
        with pytest.raises(Invalid):
            actions.answer(actor=ada, event=event, contact=contact)


@pytest.mark.row("E4")
class TestDismissing:
    def test_takes_it_off_the_list_with_a_reason_that_stays_sealed(self, event: Event, ana: Actor):
        actions.dismiss(actor=ana, event=event, reason="Se muda a otro país")
        assert not queries.to_act_on(actor=ana).exists()
        assert "país" not in str(Happening.objects.get(name="event.dismiss").facts)
        assert [one.why_dismissed for one in queries.history_of(actor=ana, client=event.client)] == [
            "Se muda a otro país"
        ]

    def test_without_a_reason_is_refused(self, event: Event, ana: Actor):
        with pytest.raises(Invalid):
            actions.dismiss(actor=ana, event=event, reason="  ")
        assert queries.to_act_on(actor=ana).count() == 1

    def test_is_undone(self, event: Event, ana: Actor):
        actions.dismiss(actor=ana, event=event, reason="Por error")
        undo(actor=ana, happening_id=Happening.objects.get(name="event.dismiss").pk)
        assert queries.to_act_on(actor=ana).get().why_dismissed == ""


@pytest.mark.row("E4")
def test_a_lead_time_leaves_time_to_settle(bank: object):
    with pytest.raises(Invalid):
        actions.set_lead_time(actor=SET_UP, line=Line.CARD, days_ahead=5, days_to_settle=10)
