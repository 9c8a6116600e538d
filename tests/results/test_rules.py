"""The kept rate has one definition."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera.results.rules import Figures, kept_rate, term_to, total

counts = st.integers(0, 1000)
figures = st.builds(Figures, counts, counts, counts, counts, counts, counts, counts)


@pytest.mark.row("M1")
class TestKeptRate:
    def test_counts_late_as_not_kept_on_time(self):
        assert kept_rate(kept=6, late=2, broken=2) == 0.6

    def test_of_nothing_settled_is_none_and_not_perfect(self):
        assert kept_rate(0, 0, 0) is None

    @given(figures)
    def test_leaves_out_what_is_still_open(self, some: Figures):
        assert some.kept_rate == Figures(some.kept, some.late, some.broken).kept_rate

    @given(st.lists(figures, min_size=1))
    def test_of_a_team_is_that_of_its_sums(self, people: list[Figures]):
        team = total(people)
        assert team.settled == sum(one.settled for one in people)
        assert team.kept_rate == kept_rate(
            *(sum(getattr(one, name) for one in people) for name in ("kept", "late", "broken"))
        )

    @given(counts, counts, counts)
    def test_is_a_share(self, kept: int, late: int, broken: int):
        rate = kept_rate(kept, late, broken)
        assert (rate is None) == (kept + late + broken == 0)
        assert rate is None or 0 <= rate <= 1


def test_the_term_is_ninety_days_with_the_day_itself():
    first, after = term_to(date(2026, 6, 16))
    assert (after - first).days == 90
    assert (first, after) == (date(2026, 3, 19), date(2026, 6, 17))
