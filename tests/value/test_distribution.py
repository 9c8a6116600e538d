"""The spread of a book, and the threshold of the top tier that follows from it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartera.value.distribution import Band, spread, top_tier

amounts = st.lists(st.integers(0, 10**12), min_size=1, max_size=60)


def book(*amounts: int) -> list[Band]:
    return [Band("", 1, amount) for amount in amounts]


@pytest.mark.row("V5")
class TestTheThresholdOfTheTopTier:
    def test_is_where_the_curve_is_nearest_to_everything_with_nobody(self):
        proposal = top_tier(spread(book(500, 300, 60, 40, 30, 25, 20, 15, 5, 5)))
        assert proposal is not None
        # the first two hold 80 %: (0.2, 0.8) is 0.283 from (0, 1); three at 0.86 are 0.331, one at 0.5 is 0.510 away
        assert (proposal.clients, proposal.share_of_total, proposal.threshold_minor) == (2, 0.8, 300)

    def test_counts_those_who_hold_nothing_among_the_clients(self):
        assert top_tier(spread(book(900, 100, 0, 0, 0))).share_of_clients == 0.2  # type: ignore[union-attr]

    @pytest.mark.parametrize("amounts", [(), (0, 0), (7,), (-5, 0)])
    def test_is_none_where_nothing_is_spread(self, amounts):
        assert top_tier(spread(book(*amounts))) is None

    @given(amounts, st.integers(2, 50))
    def test_does_not_depend_on_the_currency_or_on_the_order(self, amounts, factor):
        once, more = top_tier(spread(book(*amounts))), top_tier(spread(book(*reversed([n * factor for n in amounts]))))
        assert (once is None) == (more is None)
        if once and more:
            assert once.clients == more.clients

    @given(amounts)
    def test_splits_the_book_and_is_no_more_than_what_the_last_of_them_holds(self, amounts):
        proposal = top_tier(spread(book(*amounts)))
        if proposal is not None:
            held = sorted(amounts, reverse=True)
            assert 1 <= proposal.clients <= len(held)
            assert proposal.threshold_minor <= max(held[proposal.clients - 1], 1)
            assert proposal.share_of_total >= proposal.share_of_clients


@pytest.mark.row("V5")
class TestTheCurve:
    @given(amounts)
    def test_rises_ever_more_slowly_up_to_the_whole(self, amounts):
        found = spread(book(*amounts))
        points = found.curve()
        slopes = [
            (later.total_minor - earlier.total_minor) / (later.clients - earlier.clients)
            for earlier, later in pairwise(points)
        ]
        assert slopes == sorted(slopes, reverse=True)
        assert (points[-1].total_minor if points else 0) == sum(amounts)

    def test_says_what_the_first_tenth_hold(self):
        found = spread([Band("A", 1, 500), Band("B", 9, 450), Band("D", 10, 50)])
        assert found.held_by_first(0.05) == 0.5
        assert found.held_by_first(0.5) == 0.95
        assert found.held_by_first(0.25) == pytest.approx(0.5 + 0.45 * 4 / 9)
        assert found.held_by_first(1.0) == 1.0
        assert spread([]).held_by_first(0.1) == 0.0
