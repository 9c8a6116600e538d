"""The thinking about promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera.promises.rules import (
    CLOSED,
    TRANSITIONS,
    Contact,
    Danger,
    Promised,
    State,
    danger,
    kept_state,
    touchpoint_kept_by,
)

MONDAY = datetime(2026, 6, 15, 14, tzinfo=UTC)
CALL, MEETING = 3, 5


def call(**changes: object) -> Contact:
    values = {"at": MONDAY, "demand": CALL, "purpose": "touch", "reached": True, "counts": True, **changes}
    return Contact(**values)  # type: ignore[arg-type]


def touchpoint(id: int, **changes: object) -> Promised:
    values = {
        "id": id,
        "opens_at": MONDAY - timedelta(days=10),
        "due_at": MONDAY + timedelta(days=5),
        "demand": CALL,
        "purpose": "touch",
        "minutes": 10,
        "any_purpose": True,
        **changes,
    }
    return Promised(**values)  # type: ignore[arg-type]


REVIEW = touchpoint(2, purpose="review", any_purpose=False, minutes=30)
MEETING_REVIEW = touchpoint(3, purpose="review", any_purpose=False, minutes=60, demand=MEETING)


@pytest.mark.row("S2", "S6")
class TestTheTouchpointThatAContactKeeps:
    def test_is_the_most_demanding_that_fits(self):
        in_person = call(demand=MEETING, purpose="review")
        assert touchpoint_kept_by(in_person, [touchpoint(1), REVIEW, MEETING_REVIEW]) == MEETING_REVIEW

    def test_is_not_one_that_asked_for_more_than_a_call(self):
        assert touchpoint_kept_by(call(purpose="review"), [touchpoint(1), REVIEW, MEETING_REVIEW]) == REVIEW

    def test_is_a_plain_contact_when_nothing_was_reviewed(self):
        assert touchpoint_kept_by(call(), [touchpoint(1), REVIEW]) == touchpoint(1)

    def test_among_equals_is_the_first_that_is_due(self):
        later, sooner = touchpoint(1), touchpoint(2, due_at=MONDAY + timedelta(days=1))
        assert touchpoint_kept_by(call(), [later, sooner]) == sooner

    @pytest.mark.parametrize(
        "contact",
        [call(reached=False), call(counts=False), call(at=MONDAY - timedelta(days=11)), call(demand=1)],
        ids=["nobody answered", "the client called for service", "before its window", "an e-mail for a call"],
    )
    def test_is_none_when_the_contact_does_not_fulfil_it(self, contact: Contact):
        assert touchpoint_kept_by(contact, [touchpoint(1)]) is None


@pytest.mark.row("M1")
class TestStates:
    def test_on_the_dot_is_on_time_and_a_second_later_is_late(self):
        assert kept_state(MONDAY, MONDAY) == State.KEPT
        assert kept_state(MONDAY + timedelta(seconds=1), MONDAY) == State.LATE

    def test_a_broken_promise_stays_broken(self):
        assert TRANSITIONS[State.BROKEN] == frozenset()

    def test_every_state_says_where_it_may_go(self):
        assert set(TRANSITIONS) == set(State)
        assert State.PROMISED not in CLOSED

    @given(st.integers(-100, 100), st.integers(0, 50), st.integers(1, 50))
    def test_an_open_promise_is_ahead_then_due_then_overdue(self, hour: int, opens: int, term: int):
        start = MONDAY + timedelta(hours=opens)
        due = start + timedelta(hours=term)
        state = danger(MONDAY + timedelta(hours=hour), start, due)
        assert state == (Danger.AHEAD if hour < opens else Danger.DUE if hour <= opens + term else Danger.OVERDUE)
