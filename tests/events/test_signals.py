"""What a client's own past says: when its assets run down, and when it is silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera.events.signals import RunDownRule, SilenceRule, Talks, recovered, run_down, silence
from tests.conftest import TODAY

RULE, QUIET = RunDownRule(), SilenceRule()
LEVELS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40)


def months(*levels: int) -> list[tuple[date, int]]:
    """Levels in whole dollars, month by month up to May 2026."""
    last = 2026 * 12 + 4
    return [
        (date((last - back) // 12, (last - back) % 12 + 1, 1), level * 100)
        for back, level in zip(reversed(range(len(levels))), levels, strict=True)
    ]


STEADY = (10_000, 10_200, 9_900, 10_100, 9_800, 10_300, 10_000, 9_950, 10_050, 10_150, 9_850, 10_000)


@pytest.mark.row("B1")
class TestRunningDown:
    def test_is_two_months_far_below_the_clients_own_year(self):
        found = run_down(months(*STEADY, 6_000, 4_500), RULE)
        assert found is not None
        assert (found.usual_minor, found.latest_minor, found.months) == (1_000_000, 450_000, 2)
        assert (found.since, found.fell_minor) == (date(2026, 4, 1), 550_000)
        assert found.z_ppm > RULE.z_ppm

    @pytest.mark.parametrize(
        ("levels", "why"),
        [
            ((*STEADY, 10_000, 4_500), "one month alone may be a salary that came late"),
            ((*STEADY, 8_000, 7_900), "a fifth less is no run-down"),
            ((*STEADY[:6], 6_000, 4_500), "too few months are known"),
            (
                (1_000, 9_000, 2_000, 8_000, 1_500, 9_500, 3_000, 7_000, 1_000, 9_000, 2_000, 8_000, 1_500, 1_000),
                "it swings",
            ),
            ((10, 12, 11, 10, 12, 11, 10, 12, 11, 10, 12, 11, 5, 4), "it is little money"),
            ((10_000, 4_600, *STEADY[2:], 10_000, 9_000, 5_000, 4_500), "it was as low in the month a year ago"),
        ],
    )
    def test_is_not_raised_without_a_reason(self, levels: Sequence[int], why: str):
        series = list(levels)
        if "year ago" in why:
            series = [10_000, 5_000, 4_600, *STEADY[2:-1], 5_000, 4_500]
        assert run_down(months(*series), RULE) is None, why

    def test_begins_with_its_first_low_month(self):
        found = run_down(months(*STEADY, 6_000, 5_000, 4_500), RULE)
        assert found is not None
        assert (found.since, found.months) == (date(2026, 3, 1), 3)

    @given(LEVELS)
    def test_always_ends_lower_than_the_rules_share_of_the_usual(self, levels: list[int]):
        found = run_down([(TODAY, level) for level in levels], RULE)
        if found is not None:
            assert max(levels[-RULE.low_months :]) * 10 < found.usual_minor * 7 + 10
            assert found.fell_minor >= RULE.least_minor

    @given(LEVELS, st.integers(2, 50))
    def test_does_not_depend_on_the_currency(self, levels: list[int], times: int):
        free = RunDownRule(least_minor=0)
        one = run_down([(TODAY, 2 * level) for level in levels], free)
        other = run_down([(TODAY, 2 * level * times) for level in levels], free)
        assert (one is None) == (other is None)

    def test_is_over_near_the_usual_level(self):
        assert recovered(1_000_000, 800_000, RULE)
        assert not recovered(1_000_000, 799_999, RULE)


@pytest.mark.row("B1")
class TestSilence:
    def talks(self, **told: int | None) -> Talks:
        days = told.pop("days", 76)
        known = {"count": 5, "usual_days": 20, "agreed_days": 30, "tried": 2} | told
        return Talks(last_on=TODAY - timedelta(days=days or 0), **known)  # type: ignore[arg-type]

    def test_is_longer_than_twice_what_was_agreed_and_some_days(self):
        found = silence(self.talks(), TODAY, QUIET)
        assert found is not None
        assert (found.days, found.limit_days) == (76, 75)
        assert silence(self.talks(days=75), TODAY, QUIET) is None

    def test_of_who_talks_seldom_by_habit_takes_longer(self):
        assert silence(self.talks(usual_days=60), TODAY, QUIET) is None
        assert silence(self.talks(usual_days=60, days=136), TODAY, QUIET) is not None

    @pytest.mark.parametrize("told", [{"agreed_days": None}, {"count": 1}])
    def test_says_nothing_of_whom_too_little_is_known(self, told: dict[str, int | None]):
        assert silence(self.talks(days=700, **told), TODAY, QUIET) is None
