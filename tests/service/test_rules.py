"""A model's year, personal plans and agreements."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.service.rules import (
    FULL_TURN,
    RENEWED_AHEAD,
    Flaw,
    Ground,
    ModelSpec,
    Period,
    Touch,
    TouchpointSpec,
    days_wished,
    evenly,
    ground,
    is_new,
    next_period,
    personal,
    problems,
    terms_of,
    turn_of,
    wheel,
    year_after,
    year_before,
    year_of,
)
from tests.service.examples import (
    AFTER,
    CALL,
    LADDER,
    MEETING,
    ONE_CALL,
    REVIEW,
    TWELVE_FOUR_TWO,
    YEAR,
    asked,
    models,
    nested,
    wishes,
)

turns = st.integers(0, FULL_TURN - 1)
few = settings(max_examples=60, deadline=None)


@pytest.mark.row("S2")
class TestTwelveFourTwo:
    @given(turns)
    @few
    def test_is_exactly_eight_contacts_two_reviews_and_two_meetings_of_an_hour(self, turn: int):
        year = Counter(planned.touch for planned in year_of(TWELVE_FOUR_TWO, YEAR, turn=turn, after=AFTER))
        assert year == {CALL: 8, REVIEW: 2, MEETING: 2}
        assert sum(touch.minutes for touch in year.elements()) == 8 * 15 + 2 * 40 + 2 * 60

    def test_every_third_contact_is_a_review_and_every_second_review_a_meeting(self):
        assert wheel(TWELVE_FOUR_TWO) == (CALL, REVIEW, CALL, CALL, MEETING, CALL) * 2

    @given(turns)
    @few
    def test_its_contacts_are_a_month_apart(self, turn: int):
        due = [YEAR.index(planned.due_on) for planned in year_of(TWELVE_FOUR_TWO, YEAR, turn=turn)]
        gaps = {later - earlier for earlier, later in pairwise([*due, due[0] + len(YEAR)])}
        assert gaps <= {len(YEAR) // 12, len(YEAR) // 12 + 1}


@pytest.mark.row("S1")
class TestAnyModelsYear:
    @given(models, turns)
    @few
    def test_holds_what_the_model_promises(self, model: ModelSpec, turn: int):
        own = Counter[Touch]()
        for spec in model.walk():
            own[spec.touch] += spec.own
        assert Counter(planned.touch for planned in year_of(model, YEAR, turn=turn)) == +own

    @given(models, turns)
    @few
    def test_is_due_on_working_days_of_the_year_each_at_most_once(self, model: ModelSpec, turn: int):
        due = [planned.due_on for planned in year_of(model, YEAR, turn=turn, after=AFTER)]
        assert due == sorted(set(due))
        assert set(due) <= set(YEAR)

    @given(models, turns)
    @few
    def test_has_windows_that_hold_their_due_day_and_never_overlap(self, model: ModelSpec, turn: int):
        year = year_of(model, YEAR, turn=turn, after=AFTER)
        assert all(planned.opens_on <= planned.due_on <= planned.latest_on for planned in year)
        assert all(earlier.latest_on < later.opens_on for earlier, later in pairwise(year))

    @given(st.integers(1, 100), st.data())
    @few
    def test_spaces_the_nested_ones_evenly_among_all(self, times: int, data: st.DataObject):
        reviews = data.draw(st.integers(1, times))
        model = ModelSpec((TouchpointSpec(CALL, times, (TouchpointSpec(REVIEW, reviews),)),))
        places = [place for place, touch in enumerate(wheel(model)) if touch == REVIEW]
        gaps = {later - earlier for earlier, later in pairwise([*places, places[0] + times])}
        assert gaps <= {times // reviews, times // reviews + 1}

    def test_with_more_contacts_than_days_is_refused(self):
        with pytest.raises(ValueError, match="12 contacts do not fit in 5 days"):
            year_of(TWELVE_FOUR_TWO, YEAR[:5])

    @given(st.integers(1, 50), st.integers(0, 200))
    @few
    def test_places_lie_apart_by_a_step_that_differs_by_one(self, some: int, more: int):
        places = evenly(some, some + more)
        assert len(set(places)) == some
        assert all(0 <= place < some + more for place in places)


@pytest.mark.row("S1")
class TestABooksLoad:
    @pytest.mark.parametrize("clients", [40, 150, 400])
    def test_is_even_over_the_weeks_in_contacts_and_in_minutes(self, clients: int):
        contacts, minutes = Counter[int](), Counter[int]()
        for rank in range(clients):
            for planned in year_of(TWELVE_FOUR_TWO, YEAR, turn=turn_of(rank)):
                week = YEAR.index(planned.due_on) // 10
                contacts[week] += 1
                minutes[week] += planned.touch.minutes
        whole = range(len(YEAR) // 10)
        for load in (contacts, minutes):
            fortnights = [load[week] for week in whole]
            assert max(fortnights) <= 1.35 * mean(fortnights)
            assert min(fortnights) >= 0.65 * mean(fortnights)

    def test_would_not_be_even_without_turns(self):
        due = Counter(planned.due_on for _rank in range(50) for planned in year_of(TWELVE_FOUR_TWO, YEAR))
        assert max(due.values()) == 50

    @given(st.integers(0, 100_000), st.integers(20, 300))
    @few
    def test_any_run_of_clients_fills_the_wheel_evenly(self, first: int, count: int):
        quarters = Counter(turn_of(rank) * 4 // FULL_TURN for rank in range(first, first + count))
        assert all(abs(quarters[quarter] - count / 4) <= 4 for quarter in range(4))


@pytest.mark.row("S1")
class TestAModelThatCannotBeKept:
    @pytest.mark.parametrize(
        ("model", "flaw", "found", "most"),
        [
            (ModelSpec(()), Flaw.EMPTY, 0, 0),
            (nested((CALL, 0)), Flaw.NEVER, 0, 0),
            (nested((Touch("Call", "phone", "touch", 0), 1)), Flaw.NO_TIME, 0, 0),
            (nested((CALL, 4), (REVIEW, 5)), Flaw.NESTED_MORE_OFTEN, 5, 4),
            (nested((CALL, 201)), Flaw.TOO_MANY, 201, 200),
        ],
    )
    def test_says_what_is_wrong(self, model: ModelSpec, flaw: Flaw, found: int, most: int):
        [problem] = problems(model)
        assert (problem.flaw, problem.found, problem.most) == (flaw, found, most)

    def test_counts_siblings_together(self):
        model = ModelSpec((TouchpointSpec(CALL, 4, (TouchpointSpec(REVIEW, 3), TouchpointSpec(MEETING, 2))),))
        assert [problem.flaw for problem in problems(model)] == [Flaw.NESTED_MORE_OFTEN]

    @given(models)
    @few
    def test_is_none_of_those_that_nest_as_they_should(self, model: ModelSpec):
        assert problems(model) == []


@pytest.mark.row("S3")
class TestPersonalPlans:
    def test_one_meeting_a_year_keeps_the_most_demanding(self):
        assert personal(TWELVE_FOUR_TWO, asked(contacts_a_year=1)) == nested((CALL, 1), (REVIEW, 1), (MEETING, 1))
        assert wheel(personal(TWELVE_FOUR_TWO, asked(contacts_a_year=1))) == (MEETING,)

    @pytest.mark.parametrize("model", [TWELVE_FOUR_TWO, ONE_CALL])
    def test_two_calls_a_quarter_are_eight_calls_on_any_model(self, model: ModelSpec):
        plan = personal(model, asked(["phone", "message"], contacts_a_year=8))
        assert [touch.channel for touch in wheel(plan)] == ["phone"] * 8

    def test_a_refused_channel_moves_to_the_nearest_accepted(self):
        plan = personal(TWELVE_FOUR_TWO, asked(["message", "phone"]))
        assert {touch.channel for touch in wheel(plan)} == {"phone"}
        assert plan.contacts_a_year == 12

    def test_of_two_as_near_the_preferred_wins_and_else_the_more_demanding(self):
        video = nested((REVIEW, 1))
        assert wheel(personal(video, asked(["phone", "face_to_face"])))[0].channel == "face_to_face"
        assert wheel(personal(video, asked(["phone", "face_to_face"], preferred="phone")))[0].channel == "phone"

    def test_who_accepts_no_channel_is_promised_nothing(self):
        assert personal(TWELVE_FOUR_TWO, asked([])).contacts_a_year == 0

    def test_no_contact_at_all_is_a_wish_too(self):
        assert personal(TWELVE_FOUR_TWO, asked(contacts_a_year=0)).contacts_a_year == 0

    @given(models, wishes)
    @few
    def test_always_have_the_number_and_the_channels_that_were_asked_for(self, model: ModelSpec, said):  # type: ignore[no-untyped-def]
        plan = personal(model, said)
        wanted = model.contacts_a_year if said.contacts_a_year is None else said.contacts_a_year
        assert plan.contacts_a_year == (wanted if said.accepted else 0)
        assert {touch.channel for touch in wheel(plan)} <= said.accepted
        assert all(spec.own >= 0 for spec in plan.walk())

    @given(models)
    @few
    def test_of_who_asks_for_nothing_are_the_models(self, model: ModelSpec):
        assert personal(model, asked()) == model

    @given(models, st.integers(1, 100))
    @few
    def test_fewer_contacts_leave_out_only_what_asks_less(self, model: ModelSpec, limit: int):
        def demand(touch: Touch) -> tuple[int, int]:
            return LADDER.index(touch.channel), touch.minutes

        kept = Counter(wheel(personal(model, asked(contacts_a_year=min(limit, model.contacts_a_year)))))
        left_out = Counter(wheel(model)) - kept
        assert not left_out or max(map(demand, left_out)) <= min(map(demand, kept))

    def test_days_that_were_asked_for_are_kept_while_they_suffice(self):
        mondays = days_wished(YEAR, {0}, 12)
        assert {day.weekday() for day in mondays} == {0}
        assert days_wished(YEAR, {0}, 100) == YEAR


@pytest.mark.row("S3")
class TestTheGround:
    def test_a_client_is_new_for_a_year_and_until_it_is_asked(self):
        on = date(2026, 6, 16)
        assert is_new(date(2025, 6, 17), was_asked=False, on=on)
        assert not is_new(date(2025, 6, 16), was_asked=False, on=on)
        assert not is_new(date(2026, 6, 1), was_asked=True, on=on)

    @pytest.mark.parametrize(
        ("chosen", "new", "was_asked", "differs", "expected"),
        [
            (False, True, False, True, Ground.NEW),
            (False, False, False, True, Ground.TIER),
            (False, False, True, False, Ground.TIER),
            (False, False, True, True, Ground.WISHES),
            (True, True, True, True, Ground.CHOSEN),
        ],
    )
    def test_is_newness_then_wishes_then_the_tier(
        self, chosen: bool, new: bool, was_asked: bool, differs: bool, expected: Ground
    ):
        assert ground(chosen=chosen, is_new=new, was_asked=was_asked, differs=differs) == expected

    def test_terms_tell_two_agreements_apart_exactly_when_they_promise_something_else(self):
        same = terms_of("12-4-2", personal(TWELVE_FOUR_TWO, asked(LADDER[1:])), asked(LADDER[1:]))
        assert same == terms_of("12-4-2", TWELVE_FOUR_TWO, None)
        assert terms_of("12-4-2", TWELVE_FOUR_TWO, asked(weekdays=frozenset({0, 1}))) != same
        assert terms_of("4-1", TWELVE_FOUR_TWO, None) != same


@pytest.mark.row("S6")
class TestPeriods:
    RUNNING = Period(date(2026, 1, 10), date(2027, 1, 10))

    def test_the_first_begins_tonight_so_that_nothing_is_behind(self):
        assert next_period(None, date(2026, 6, 16), same_terms=False) == Period(date(2026, 6, 16), date(2027, 6, 16))

    def test_the_same_terms_go_on(self):
        assert next_period(self.RUNNING, date(2026, 6, 16), same_terms=True) is None

    def test_new_terms_begin_now_and_hold_for_a_year(self):
        on = date(2026, 6, 16)
        assert next_period(self.RUNNING, on, same_terms=False) == Period(on, date(2027, 6, 16))

    @pytest.mark.parametrize("same", [True, False])
    def test_the_next_year_is_agreed_before_this_one_ends(self, same: bool):
        on = self.RUNNING.until_day - RENEWED_AHEAD
        following = Period(date(2027, 1, 10), date(2028, 1, 10))
        assert next_period(self.RUNNING, on, same_terms=same) == following
        assert next_period(following, on, same_terms=True) is None

    def test_new_terms_change_a_year_that_has_not_begun_from_its_beginning(self):
        following = Period(date(2027, 1, 10), date(2028, 1, 10))
        assert next_period(following, date(2026, 12, 20), same_terms=False) == following

    def test_after_a_long_time_without_nights_the_next_begins_tonight(self):
        on = date(2029, 5, 5)
        assert next_period(self.RUNNING, on, same_terms=True) == Period(on, date(2030, 5, 5))

    @given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
    @few
    def test_a_year_and_back_never_begins_before_the_day(self, day: date):
        assert day <= year_before(year_after(day)) <= day + timedelta(days=1)
