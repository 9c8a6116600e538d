from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.kernel.money import share_of
from cartera.value.rules import (
    TIERS,
    By,
    Figures,
    HouseholdFigures,
    Override,
    Policy,
    PolicyFault,
    amortised,
    conversion,
    cost_of,
    portion,
    preliminary_ranks,
    preliminary_thresholds,
    tier_of,
)

THRESHOLDS = {
    "A": {"assets_minor": 100_000, "revenue_minor": 2_000},
    "B": {"assets_minor": 20_000, "revenue_minor": 500},
    "C": {"assets_minor": 1_000},
}
POLICY = Policy.parse(THRESHOLDS, number=3, hysteresis_ppm=100_000)
AMOUNTS = st.integers(0, 200_000)
TIER = st.sampled_from(TIERS) | st.none()


def rank(tier: str) -> int:
    return TIERS.index(tier)


@pytest.mark.row("V7")
class TestATier:
    @pytest.mark.parametrize(
        ("assets", "revenue", "tier", "by", "threshold"),
        [
            (100_000, 0, "A", By.ASSETS, 100_000),
            (99_999, 0, "B", By.ASSETS, 20_000),
            (0, 2_000, "A", By.REVENUE, 2_000),
            (20_000, 2_000, "A", By.REVENUE, 2_000),
            (100_000, 2_000, "A", By.ASSETS, 100_000),
            (1_000, 499, "C", By.ASSETS, 1_000),
            (999, 499, "D", By.REST, 1_000),
        ],
    )
    def test_is_the_best_whose_assets_or_revenue_are_reached(self, assets, revenue, tier, by, threshold):
        decision = tier_of(Figures(assets, revenue), POLICY)
        assert (decision.tier, decision.by, decision.threshold) == (tier, by, threshold)
        assert decision.amount == (revenue if by == By.REVENUE else assets)

    def test_gives_its_reason_as_data(self):
        assert tier_of(Figures(95_000), POLICY, previous="A").reason() == {
            "by": "assets",
            "amount": 95_000,
            "threshold": 100_000,
            "kept_by_hysteresis": True,
            "household": None,
            "policy": 3,
        }

    def test_is_kept_until_more_than_the_band_under_the_threshold(self):
        assert tier_of(Figures(90_000), POLICY, previous="A").tier == "A"
        assert tier_of(Figures(89_999), POLICY, previous="A").tier == "B"
        assert tier_of(Figures(90_000), POLICY, previous="B").tier == "B"

    def test_that_is_reached_another_way_is_not_kept_but_reached(self):
        decision = tier_of(Figures(95_000, 2_000), POLICY, previous="A")
        assert (decision.by, decision.kept_by_hysteresis) == (By.REVENUE, False)

    def test_of_a_minor_is_by_the_figures_of_its_household(self):
        decision = tier_of(Figures(10), POLICY, minor_in=HouseholdFigures(7, Figures(100_000)))
        assert (decision.tier, decision.household, decision.amount) == ("A", 7, 100_000)

    @given(AMOUNTS, AMOUNTS, TIER, st.integers(0, 50_000))
    def test_never_gets_worse_with_more_assets_or_revenue(self, assets, revenue, previous, more):
        before = rank(tier_of(Figures(assets, revenue), POLICY, previous=previous).tier)
        assert rank(tier_of(Figures(assets + more, revenue), POLICY, previous=previous).tier) <= before
        assert rank(tier_of(Figures(assets, revenue + more), POLICY, previous=previous).tier) <= before

    @given(st.sampled_from(POLICY.ways), st.lists(st.floats(0, 1), min_size=2, max_size=20))
    def test_never_flaps_within_the_band(self, way, places):
        """Once in, wandering between where it is kept and its threshold moves nobody."""
        band = way.threshold - way.keep_from
        walk = [way.threshold, *(way.keep_from + int(place * band) for place in places)]
        tier, seen = None, []
        for amount in walk:
            figures = Figures(revenue_minor=amount) if way.by == By.REVENUE else Figures(assets_minor=amount)
            tier = tier_of(figures, POLICY, previous=tier).tier
            seen.append(tier)
        assert set(seen) == {way.tier}

    @given(AMOUNTS, AMOUNTS, TIER, TIER)
    def test_depends_on_the_former_one_only_within_the_band(self, assets, revenue, one, other):
        figures = Figures(assets, revenue)
        in_a_band = any(way.keep_from <= figures.by(way.by) < way.threshold for way in POLICY.ways)
        if not in_a_band:
            assert tier_of(figures, POLICY, previous=one) == tier_of(figures, POLICY, previous=other)


@pytest.mark.row("V8")
class TestAnOverride:
    OVERRIDE = Override(5, "A", date(2026, 6, 1), date(2026, 12, 1))

    @given(AMOUNTS, AMOUNTS, TIER)
    def test_wins_over_every_figure(self, assets, revenue, previous):
        decision = tier_of(Figures(assets, revenue), POLICY, previous=previous, override=self.OVERRIDE)
        assert decision.tier == "A"
        assert decision.reason() == {
            "by": "override",
            "override": 5,
            "expires_on": "2026-12-01",
            "instead_of": tier_of(Figures(assets, revenue), POLICY, previous=previous).tier,
            "policy": 3,
        }

    def test_holds_from_its_first_day_until_the_day_before_it_expires(self):
        assert not self.OVERRIDE.in_force(date(2026, 5, 31))
        assert self.OVERRIDE.in_force(date(2026, 6, 1))
        assert self.OVERRIDE.in_force(date(2026, 11, 30))
        assert not self.OVERRIDE.in_force(date(2026, 12, 1))

    def test_holds_no_more_from_the_day_it_was_ended(self):
        ended = Override(5, "A", date(2026, 6, 1), date(2026, 12, 1), ended_on=date(2026, 7, 1))
        assert ended.in_force(date(2026, 6, 30))
        assert not ended.in_force(date(2026, 7, 1))


@pytest.mark.row("V7")
class TestAPolicy:
    @pytest.mark.parametrize(
        ("changes", "fault"),
        [
            ({"A": {}}, ("A", "", "missing")),
            ({"C": {"assets_minor": 0}}, ("C", "assets_minor", "not positive")),
            ({"B": {"assets_minor": 100_001}}, ("B", "assets_minor", "above a better tier")),
            ({"C": {"revenue_minor": 501}}, ("C", "revenue_minor", "above a better tier")),
            ({"D": {"assets_minor": 1}}, ("D", "", "unknown")),
            ({"A": {"potential": 1}}, ("A", "", "unknown")),
        ],
    )
    def test_that_makes_no_sense_is_refused(self, changes, fault):
        with pytest.raises(PolicyFault) as refused:
            Policy.parse({**THRESHOLDS, **changes}, number=1, hysteresis_ppm=0)
        assert (refused.value.tier, refused.value.measure, refused.value.code) == fault

    def test_needs_every_tier_but_the_last(self):
        with pytest.raises(PolicyFault, match="missing"):
            Policy.parse({"A": THRESHOLDS["A"]}, number=1, hysteresis_ppm=0)

    def test_counts_as_minors_those_who_are_not_of_age_on_the_day(self):
        assert POLICY.born_after(date(2026, 6, 16)) == date(2008, 6, 16)
        assert POLICY.born_after(date(2024, 2, 29)) == date(2006, 2, 28)


@pytest.mark.row("V5")
class TestProposing:
    def test_takes_the_first_twentieth_the_fifth_and_the_half(self):
        assert preliminary_ranks(2000) == [99, 399, 999]
        assert preliminary_ranks(3) == [0, 0, 1]

    def test_rounds_down_to_what_people_say(self):
        found = preliminary_thresholds([12_345_678, 98_765, 9], [4_567, 321, 0])
        assert found == {
            "A": {"assets_minor": 12_000_000, "revenue_minor": 4_500},
            "B": {"assets_minor": 98_000, "revenue_minor": 320},
            "C": {"assets_minor": 9, "revenue_minor": 1},
        }

    @given(
        st.lists(st.integers(-100, 10**14), min_size=3, max_size=3),
        st.lists(st.integers(-100, 10**9), min_size=3, max_size=3),
    )
    def test_always_proposes_a_policy(self, assets, revenues):
        proposed = preliminary_thresholds(sorted(assets, reverse=True), sorted(revenues, reverse=True))
        Policy.parse(proposed, number=1, hysteresis_ppm=100_000)


class TestAmounts:
    @settings(max_examples=200)
    @given(st.integers(-(10**12), 10**12), st.integers(0, 2_000_000))
    def test_a_portion_rounds_as_money_does(self, minor, ppm):
        assert portion(minor, ppm, 1_000_000) == share_of(minor, ppm)

    def test_a_loan_falls_in_a_straight_line(self):
        opened, matures = date(2026, 1, 1), date(2026, 1, 11)
        left = [amortised(1_000, opened, matures, date(2026, 1, day)) for day in (1, 2, 6, 11, 20)]
        assert left == [1_000, 900, 500, 0, 0]

    def test_a_loan_without_an_end_stays(self):
        assert amortised(1_000, date(2026, 1, 1), None, date(2026, 9, 1)) == 1_000

    def test_what_is_owed_after_maturity_stays_owed(self):
        assert amortised(1_000, date(2026, 1, 20), date(2026, 1, 11), date(2026, 1, 25)) == 1_000

    def test_a_rate_minds_the_decimals_of_both_currencies(self):
        assert portion(100, *conversion(1_080_000, 2, 2)) == 108  # 1 EUR is 1.08 USD
        assert portion(95_000, *conversion(1_050, 0, 2)) == 9_975  # 95,000 CLP are 99.75 USD
        assert portion(1_000, *conversion(3_250_000, 3, 2)) == 325  # 1 KWD is 3.25 USD

    @pytest.mark.row("V9")
    def test_minutes_cost_their_share_of_an_hour(self):
        assert cost_of([(30, 2_600), (15, 4_000)]) == 1_300 + 1_000
        assert cost_of([(1, 100), (1, 100)]) == 3  # rounded once: 3.33, not twice 1.67
