"""When a maturity is a reason to act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.events.rules import PRIORS, Held, Lead, at_stake, maturity_ahead

MATURES = date(2026, 9, 3)
DEPOSIT = Held(
    key="H-1",
    line="deposit",
    balance_minor=52_000_000,
    balance_on=None,
    limit_minor=None,
    opened_on=date(2025, 9, 3),
    matures_on=MATURES,
    closed_on=None,
    margin_ppm=14_000,
)


@pytest.mark.row("E4")
class TestAMaturity:
    @pytest.mark.parametrize("line", PRIORS)
    def test_is_raised_from_its_lines_lead_time_on(self, line: str):
        held, lead = replace(DEPOSIT, line=line), PRIORS[line]
        assert maturity_ahead(held, MATURES - timedelta(days=lead.days_ahead + 1)) is None
        assert maturity_ahead(held, MATURES - timedelta(days=lead.days_ahead)) is not None

    def test_says_how_much_until_when_and_by_when(self):
        event = maturity_ahead(DEPOSIT, MATURES - timedelta(days=30))
        assert event is not None
        assert (event.amount_minor, event.at_stake_minor) == (52_000_000, 728_000)
        assert (event.act_by, event.expires_on) == (MATURES - timedelta(days=7), MATURES)
        assert event.evidence["days_left"] == 30
        assert event.cause_key == "maturity:H-1:2026-09-03"

    def test_close_at_hand_is_to_be_acted_on_at_once(self):
        event = maturity_ahead(DEPOSIT, MATURES - timedelta(days=2))
        assert event is not None
        assert event.act_by == MATURES - timedelta(days=2)

    @pytest.mark.parametrize(
        "held",
        [
            replace(DEPOSIT, closed_on=MATURES - timedelta(days=20)),
            replace(DEPOSIT, opened_on=MATURES - timedelta(days=5)),
            replace(DEPOSIT, line="safe_box"),
        ],
    )
    def test_of_what_is_not_held_that_day_is_no_reason(self, held: Held):
        assert maturity_ahead(held, MATURES - timedelta(days=10)) is None

    def test_that_has_passed_is_no_reason(self):
        assert maturity_ahead(DEPOSIT, MATURES) is not None
        assert maturity_ahead(DEPOSIT, MATURES + timedelta(days=1)) is None

    def test_counts_no_balance_that_was_not_known_yet(self):
        event = maturity_ahead(replace(DEPOSIT, balance_on=MATURES), MATURES - timedelta(days=10))
        assert event is not None
        assert (event.amount_minor, event.at_stake_minor, event.evidence["balance_on"]) == (0, 0, None)

    def test_of_a_card_is_about_its_limit_and_puts_its_balance_at_stake(self):
        card = replace(DEPOSIT, line="card", balance_minor=100_000, limit_minor=500_000, fee_minor=6_000)
        event = maturity_ahead(card, MATURES)
        assert event is not None
        assert (event.amount_minor, event.at_stake_minor) == (500_000, 1_400 + 6_000)

    def test_follows_the_lead_time_that_was_set(self):
        assert maturity_ahead(DEPOSIT, MATURES - timedelta(days=60), {"deposit": Lead(60, 20)}) is not None

    @given(st.integers(0, 10**12), st.integers(-50_000, 200_000), st.integers(0, 10**6))
    @settings(max_examples=60)
    def test_never_puts_less_than_nothing_at_stake(self, balance: int, margin: int, fee: int):
        assert at_stake(balance, margin, fee) >= 0
