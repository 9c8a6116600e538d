"""What waiting costs."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera.agenda.losses import Horizon, Window, of_maturity, of_promise, whole_of_promise
from cartera.agenda.priors import PPM, Priors, Renewal

MONDAY = date(2026, 6, 15)
WEEKDAYS = tuple(MONDAY + timedelta(days=n + 2 * (n // 5)) for n in range(10))
HORIZON = Horizon(WEEKDAYS, date(2026, 6, 29))
PRIORS = Priors()


def window(opens: int, due: int, latest: int) -> Window:
    return Window(*(MONDAY + timedelta(days=n) for n in (opens, due, latest)))


@pytest.mark.row("Z1")
class TestAPromise:
    def test_loses_nothing_when_it_is_kept_as_soon_as_it_opens(self):
        assert of_promise(window(0, 4, 9), HORIZON, whole_minor=10_000, priors=PRIORS)[0] == 0

    def test_loses_little_until_it_is_due_and_much_from_the_day_after(self):
        losses = of_promise(window(0, 3, 9), HORIZON, whole_minor=10_000, priors=PRIORS)
        assert losses[3] == 10_000 * PRIORS.crowding_ppm // PPM
        assert losses[4] > 10_000 * PRIORS.first_late_ppm // PPM

    def test_loses_everything_once_it_is_broken(self):
        losses = of_promise(window(-20, -5, 1), HORIZON, whole_minor=10_000, priors=PRIORS)
        assert losses[1] < losses[2] == losses[-1] == 10_000

    @given(st.integers(-30, 20), st.integers(0, 30), st.integers(0, 30), st.integers(0, 10**9))
    def test_never_loses_less_by_waiting_nor_more_than_all(self, opens: int, term: int, grace: int, whole: int):
        losses = of_promise(
            window(opens, opens + term, opens + term + grace), HORIZON, whole_minor=whole, priors=PRIORS
        )
        assert len(losses) == 11
        assert all(0 <= sooner <= later <= whole for sooner, later in pairwise(losses))

    def test_is_worth_the_margin_that_may_leave_our_word_and_what_is_given_back(self):
        worth = whole_of_promise(
            tier="A", revenue_minor=1_000_000, minute_cost_minor=40, said=False, compensation_minor=500, priors=PRIORS
        )
        assert worth == 1_000_000 * 40_000 // PPM + 90 * 40 + 500

    def test_that_somebody_said_aloud_weighs_more(self):
        plain, said = (
            whole_of_promise(
                tier="C", revenue_minor=20_000, minute_cost_minor=40, said=said, compensation_minor=0, priors=PRIORS
            )
            for said in (False, True)
        )
        assert said == 2 * plain


@pytest.mark.row("Z1", "E4")
class TestAMaturity:
    RENEWAL = Renewal(contacted_ppm=800_000, alone_ppm=400_000, lead_days=7)

    def test_loses_nothing_while_there_is_time(self):
        losses = of_maturity(MONDAY + timedelta(days=40), HORIZON, stake_minor=100_000, renewal=self.RENEWAL)
        assert set(losses) == {0}

    def test_that_passed_without_a_contact_loses_the_renewals_that_it_would_have_brought(self):
        losses = of_maturity(MONDAY + timedelta(days=2), HORIZON, stake_minor=100_000, renewal=self.RENEWAL)
        assert losses[3] == losses[-1] == 40_000

    @given(st.integers(-10, 60), st.integers(0, 10**9))
    def test_never_loses_less_by_waiting(self, days: int, stake: int):
        losses = of_maturity(MONDAY + timedelta(days=days), HORIZON, stake_minor=stake, renewal=self.RENEWAL)
        assert all(0 <= sooner <= later for sooner, later in pairwise(losses))


def test_a_prior_that_is_none_is_refused():
    with pytest.raises(ValueError, match="leaving_pmm"):
        Priors.from_data({"leaving_pmm": 3})
