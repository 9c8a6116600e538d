"""What people do with promises."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartera.clients.models import Channel, Client
from cartera.interactions.models import Direction, Interaction, Outcome, Purpose
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition, NotFound, NotPermitted
from cartera.kernel.models import Happening
from cartera.kernel.undo import undo
from cartera.promises import actions, queries
from cartera.promises.actions import Draft, PromiseAlreadyDue
from cartera.promises.models import Origin, Promise
from cartera.promises.rules import State
from tests.conftest import NOW, SET_UP

WEST = timezone(timedelta(hours=-5))
FRIDAY = NOW + timedelta(days=3)


@pytest.fixture
def promise(ana: Actor, rosa: Client) -> Promise:
    return actions.make(actor=ana, client=rosa, what="Propuesta escrita", due_at=FRIDAY)


@pytest.fixture
def monthly_call(ana: Actor, rosa: Client) -> Promise:
    return actions.make(
        actor=ana,
        client=rosa,
        what="Contacto del mes",
        due_at=FRIDAY,
        channel=Channel.PHONE,
        purpose=Purpose.TOUCH,
        origin=Origin.MODEL,
        origin_key="model:1:1",
    )


@pytest.mark.row("M1")
class TestWhenItIsDue:
    @pytest.mark.parametrize("due_at", [NOW, NOW + timedelta(days=3660), datetime(9999, 12, 31, 23, tzinfo=WEST)])
    def test_is_ahead_and_within_ten_years(self, ana: Actor, rosa: Client, due_at: datetime):
        with pytest.raises(Invalid):
            actions.make(actor=ana, client=rosa, what="Propuesta escrita", due_at=due_at)
        assert not Promise.objects.exists()

    def test_is_not_renegotiated_beyond_them(self, ana: Actor, promise: Promise):
        with pytest.raises(Invalid):
            actions.renegotiate(actor=ana, promise=promise, new_due_at=NOW + timedelta(days=3660), reason="Luego")
        assert promise.state == State.PROMISED


@pytest.mark.row("M1")
class TestReportingItKept:
    def test_before_anybody_kept_a_ledger_is_refused(self, ana: Actor, promise: Promise):
        with pytest.raises(Invalid):
            actions.keep(actor=ana, promise=promise, at=datetime(1, 1, 1, tzinfo=WEST))

    def test_by_a_contact_with_another_client_is_refused(
        self, ana: Actor, beto: Actor, promise: Promise, yunguilla: Client
    ):
        other = actions.record_contact(actor=beto, client=yunguilla, channel=Channel.PHONE)
        with pytest.raises(Invalid):
            actions.keep(actor=SET_UP, promise=promise, kept_by=other)
        with pytest.raises(Invalid):
            actions.record_contact(actor=SET_UP, client=yunguilla, channel=Channel.PHONE, keeps=[promise])
        promise.refresh_from_db()
        assert promise.state == State.PROMISED

    def test_at_an_instant_that_has_not_come_is_refused(self, ana: Actor, promise: Promise):
        with pytest.raises(Invalid):
            actions.keep(actor=ana, promise=promise, at=NOW + timedelta(hours=1))


@pytest.mark.row("Y1")
def test_a_form_that_is_sent_again_after_its_undo_is_refused_in_words(ana: Actor, rosa: Client):
    form = {"actor": ana, "client": rosa, "key": "form:1:a", "channel": Channel.PHONE}
    contact = actions.record_contact_once(**form)
    assert actions.record_contact_once(**form) == contact
    undo(actor=ana, happening_id=contact.happening.pk)
    with pytest.raises(InvalidTransition):
        actions.record_contact_once(**form)


@pytest.mark.row("M1")
class TestMaking:
    def test_tells_the_client_what_is_due_next(self, promise: Promise, rosa: Client):
        rosa.refresh_from_db()
        assert rosa.next_due_at == FRIDAY

    def test_in_the_past_is_refused_in_words(self, ana: Actor, rosa: Client):
        with pytest.raises(Invalid) as refusal:
            actions.make(actor=ana, client=rosa, what="Llamar", due_at=NOW - timedelta(days=1))
        assert "15/06/2026" in str(refusal.value.fields["due_at"][0])
        assert not Promise.objects.exists()

    def test_for_a_client_of_another_branch_is_not_found(self, beto: Actor, rosa: Client):
        with pytest.raises(NotFound):
            actions.make(actor=beto, client=rosa, what="Llamar", due_at=FRIDAY)

    def test_leaves_a_happening_whose_words_are_sealed(self, promise: Promise):
        happening = Happening.objects.get(name="promise.make")
        assert (happening.actor_name, happening.client_id) == ("Ana Andrade", promise.client_id)
        assert "Propuesta" not in str(happening.facts)
        assert happening.sealed is not None


@pytest.mark.row("M1")
class TestKeeping:
    def test_on_time_is_kept_and_afterwards_late(self, ana: Actor, promise: Promise, at):
        assert actions.keep(actor=ana, promise=promise).state == State.KEPT
        actions.reopen(actor=ana, promise=promise)
        at(FRIDAY + timedelta(minutes=1))
        assert actions.keep(actor=ana, promise=promise).state == State.LATE

    def test_twice_is_refused(self, ana: Actor, promise: Promise):
        actions.keep(actor=ana, promise=promise)
        with pytest.raises(InvalidTransition):
            actions.keep(actor=ana, promise=promise)

    @pytest.mark.row("Y1")
    def test_can_be_undone_by_who_did_it(self, ana: Actor, beto: Actor, promise: Promise):
        kept = actions.keep(actor=ana, promise=promise)
        with pytest.raises(NotFound):
            undo(actor=beto, happening_id=kept.happening.pk)
        undo(actor=ana, happening_id=kept.happening.pk)
        promise.refresh_from_db()
        assert (promise.state, promise.closed_at) == (State.PROMISED, None)


@pytest.mark.row("M1")
class TestRenegotiating:
    def test_before_it_is_due_opens_a_later_promise(self, ana: Actor, promise: Promise):
        later = actions.renegotiate(actor=ana, promise=promise, new_due_at=FRIDAY + timedelta(days=4), reason="Viaja")
        promise.refresh_from_db()
        assert (promise.state, later.state, later.follows_id) == (State.RENEGOTIATED, State.PROMISED, promise.pk)

    def test_after_it_is_due_is_refused_and_changes_nothing(self, ana: Actor, promise: Promise, at):
        at(FRIDAY)
        with pytest.raises(PromiseAlreadyDue):
            actions.renegotiate(actor=ana, promise=promise, new_due_at=FRIDAY + timedelta(days=4), reason="Viaja")
        promise.refresh_from_db()
        assert (promise.state, Promise.objects.count()) == (State.PROMISED, 1)

    def test_without_the_clients_consent_counts_as_broken(self, ana: Actor, promise: Promise):
        actions.renegotiate(
            actor=ana, promise=promise, new_due_at=FRIDAY + timedelta(days=4), reason="No quiso", client_agreed=False
        )
        promise.refresh_from_db()
        assert promise.state == State.BROKEN

    def test_by_an_agent_is_not_permitted(self, gina: Actor, promise: Promise):
        with pytest.raises(NotPermitted):
            actions.renegotiate(actor=gina, promise=promise, new_due_at=FRIDAY + timedelta(days=4), reason="Viaja")

    @pytest.mark.row("Y1")
    def test_undone_and_done_again_leaves_one_open(self, ana: Actor, monthly_call: Promise):
        for _ in range(2):
            later = actions.renegotiate(
                actor=ana, promise=monthly_call, new_due_at=FRIDAY + timedelta(days=4), reason="Viaja"
            )
            undo(actor=ana, happening_id=later.happening.pk)
            monthly_call.refresh_from_db()
        assert list(Promise.objects.open()) == [monthly_call]


@pytest.mark.row("K1", "S6")
class TestRecordingAContact:
    def test_keeps_the_touchpoint_and_what_was_named_and_promises_the_next(
        self, ana: Actor, rosa: Client, promise: Promise, monthly_call: Promise
    ):
        contact = actions.record_contact(
            actor=ana,
            client=rosa,
            channel=Channel.PHONE,
            said="Quiere renovar",
            keeps=[promise],
            next_promise=Draft("Volver a llamar", FRIDAY),
        )
        assert set(contact.promises_kept.all()) == {promise, monthly_call}
        assert contact.promises_made.get().what == "Volver a llamar"
        rosa.refresh_from_db()
        assert rosa.last_contact_at == NOW

    def test_nobody_answered_keeps_nothing(self, ana: Actor, rosa: Client, monthly_call: Promise):
        actions.record_contact(actor=ana, client=rosa, channel=Channel.PHONE, outcome=Outcome.NO_ANSWER)
        assert monthly_call in Promise.objects.open()

    def test_a_call_that_the_client_makes_for_service_keeps_no_touchpoint_unless_marked(
        self, ana: Actor, rosa: Client, monthly_call: Promise
    ):
        call = {"channel": Channel.PHONE, "direction": Direction.IN, "purpose": Purpose.SERVICE}
        actions.record_contact(actor=ana, client=rosa, **call)
        assert monthly_call in Promise.objects.open()
        actions.record_contact(actor=ana, client=rosa, **call, counts_as_touchpoint=True)
        assert monthly_call not in Promise.objects.open()

    @pytest.mark.row("Y1")
    def test_undone_takes_everything_back(self, ana: Actor, rosa: Client, promise: Promise, monthly_call: Promise):
        contact = actions.record_contact(
            actor=ana,
            client=rosa,
            channel=Channel.PHONE,
            keeps=[promise],
            next_promise=Draft("Volver a llamar", FRIDAY),
        )
        undo(actor=ana, happening_id=contact.happening.pk)
        assert set(Promise.objects.open()) == {promise, monthly_call}
        rosa.refresh_from_db()
        assert rosa.last_contact_at is None
        assert not Interaction.objects.standing().exists()

    def test_refused_half_way_writes_nothing(self, ana: Actor, rosa: Client, promise: Promise):
        with pytest.raises(Invalid):
            actions.record_contact(
                actor=ana,
                client=rosa,
                channel=Channel.PHONE,
                keeps=[promise],
                next_promise=Draft("Ayer", NOW - timedelta(days=1)),
            )
        assert not Interaction.objects.exists()
        assert promise in Promise.objects.open()


STEPS = st.lists(st.sampled_from(["make", "keep", "withdraw", "renegotiate", "reopen", "later"]), max_size=12)


@pytest.mark.row("M1")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_history_loses_a_promise(steps: list[str], ana: Actor, rosa: Client, at):
    """However people go on, every promise made is in exactly one state."""
    Promise.objects.all().update(follows=None)
    Promise.objects.all().delete()
    made, instant = 0, NOW
    for step in steps:
        at(instant)
        promise = Promise.objects.order_by("-id").first()
        try:
            if step == "make":
                actions.make(actor=ana, client=rosa, what="Algo", due_at=instant + timedelta(days=2))
                made += 1
            elif step == "later":
                instant += timedelta(days=1)
            elif promise is not None and step == "renegotiate":
                actions.renegotiate(
                    actor=ana, promise=promise, new_due_at=promise.due_at + timedelta(days=1), reason="Después"
                )
                made += 1
            elif promise is not None:
                getattr(actions, step)(actor=ana, promise=promise)
        except InvalidTransition:
            continue
    counts = queries.counts_by_state(actor=ana, client=rosa)
    assert sum(counts.values()) == made == Promise.objects.count()
