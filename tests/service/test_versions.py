"""Versions of a model side by side, and as rows of a list."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings

from cartera.service.rules import ModelSpec, Touch
from cartera.service.versions import Row, Stage, differences, kinds_of, model_of, rows_of, stage_of
from tests.service.examples import CALL, LADDER, MEETING, ONE_CALL, REVIEW, TWELVE_FOUR_TWO, models, nested

few = settings(max_examples=60, deadline=None)
DAY = date(2026, 6, 16)


@pytest.mark.row("S1")
class TestStages:
    @pytest.mark.parametrize(
        ("active_from", "active_until", "stage"),
        [
            (None, None, Stage.DRAFT),
            (date(2026, 6, 17), None, Stage.AHEAD),
            (DAY, None, Stage.IN_FORCE),
            (date(2020, 1, 1), date(2026, 6, 17), Stage.IN_FORCE),
            (date(2020, 1, 1), DAY, Stage.PAST),
            (date(2026, 6, 17), date(2026, 6, 17), Stage.AHEAD),
        ],
    )
    def test_follow_the_days(self, active_from: date | None, active_until: date | None, stage: Stage):
        assert stage_of(active_from, active_until, DAY) == stage


@pytest.mark.row("S1", "S2")
class TestRows:
    @given(models)
    @few
    def test_hold_the_whole_model(self, model: ModelSpec):
        assert model_of(rows_of(model)) == model

    def test_of_a_ring_are_no_model(self):
        with pytest.raises(ValueError, match="itself"):
            model_of([Row(CALL, 4, 1), Row(REVIEW, 2, 0)])


@pytest.mark.row("S1")
class TestDifferences:
    @given(models)
    @few
    def test_of_a_model_and_itself_are_none(self, model: ModelSpec):
        assert differences(model, model) == []

    def test_name_what_came_what_went_and_what_changed(self):
        letter = Touch("Letter", "letter", "touch", 10)
        found = differences(nested((CALL, 12), (REVIEW, 4)), nested((CALL, 10), (letter, 2)))
        assert [(one.name, one.before is None, one.after is None) for one in found] == [
            ("Call", False, False),
            ("Letter", True, False),
            ("Review", False, True),
        ]


@pytest.mark.row("S2")
class TestKinds:
    def test_of_twelve_four_two_are_eight_two_and_two(self):
        found = kinds_of(TWELVE_FOUR_TWO, LADDER)
        assert [(kind.channel, kind.times_a_year) for kind in found] == [
            ("phone", 8),
            ("video", 2),
            ("face_to_face", 2),
        ]

    @given(models)
    @few
    def test_are_all_of_the_contacts_and_minutes(self, model: ModelSpec):
        found = kinds_of(model, LADDER)
        assert sum(kind.times_a_year for kind in found) == model.contacts_a_year
        assert sum(kind.times_a_year * kind.minutes for kind in found) == model.minutes_a_year

    def test_that_are_wholly_others_are_left_out(self):
        assert [kind.channel for kind in kinds_of(nested((CALL, 2), (MEETING, 2)), LADDER)] == ["face_to_face"]
        assert len(kinds_of(ONE_CALL, LADDER)) == 1
