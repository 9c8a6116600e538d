"""The geometry of the small drawings: nothing leaves its frame, and parts add up to their whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.desk import drawing


def value(text: str) -> float:
    return float(text.removesuffix("%"))


class TestDay:
    def test_a_day_that_fits_fills_the_width(self):
        strip = drawing.day_strip(opens=480, closes=960, blocks=[drawing.Block(600, 60, "due")], now=720)
        assert (strip.width, strip.overflow, strip.now) == ("100%", None, "50%")
        assert value(strip.spans[0].x) == 25
        assert value(strip.spans[0].width) == 12.5 - drawing.BETWEEN_BLOCKS

    def test_what_does_not_fit_keeps_the_scale_of_the_day(self):
        strip = drawing.day_strip(opens=510, closes=1050, blocks=[], overflow=95)
        per_minute = value(strip.width) / 540
        assert strip.overflow is not None
        assert value(strip.overflow.width) == pytest.approx(95 * per_minute, abs=0.05)

    def test_a_flood_takes_a_third_and_no_more(self):
        strip = drawing.day_strip(opens=510, closes=1050, blocks=[], overflow=6000)
        assert value(strip.width) == pytest.approx(66.13, abs=0.01)

    def test_after_hours_there_is_no_now(self):
        assert drawing.day_strip(opens=510, closes=1050, blocks=[], now=1200).now is None

    def test_hours_near_the_ends_are_left_out_and_every_other_is_minor(self):
        strip = drawing.day_strip(opens=510, closes=1050, blocks=[])
        assert [hour.text for hour in strip.hours] == [f"{hour:02d}:00" for hour in range(9, 18)]
        assert [hour.minor for hour in strip.hours[:3]] == [False, True, False]

    @settings(max_examples=60)
    @given(st.lists(st.tuples(st.integers(0, 1439), st.integers(0, 300)), max_size=8), st.integers(0, 2000))
    def test_no_block_leaves_the_day(self, blocks, overflow):
        strip = drawing.day_strip(
            opens=510, closes=1050, blocks=[drawing.Block(*block, "due") for block in blocks], overflow=overflow
        )
        for span in strip.spans:
            assert value(span.x) >= 0
            assert value(span.x) + value(span.width) <= value(strip.width) + 0.01


class TestBars:
    def test_a_goal_judges_a_share(self):
        judged = [drawing.progress(share, 0.96).tone for share in (0.97, 0.96, 0.955, 0.9)]
        assert judged == ["kept", "kept", "late", "broken"]

    def test_a_share_is_held_within_the_bar(self):
        assert (drawing.per_cent(1.7), drawing.per_cent(-0.2), drawing.per_cent(0.12346)) == ("100%", "0%", "12.35%")

    @settings(max_examples=60)
    @given(st.lists(st.integers(0, 900), min_size=1, max_size=6))
    def test_parts_of_a_whole_meet_and_fill_it(self, sizes):
        spans = drawing.stacked([(size, "a") for size in sizes], sum(sizes))
        assert len(spans) == sum(1 for size in sizes if size)
        if spans:
            assert sum(value(span.width) for span in spans) == pytest.approx(100, abs=0.05)

    def test_load_splits_at_what_is_available(self):
        over = drawing.load(promised=1860, available=1500, scale=2000)
        assert (over.available, over.within, over.beyond, over.over) == ("75%", "75%", "18%", True)
        assert not drawing.load(promised=1380, available=1440, scale=2000).over

    def test_columns_of_a_week_share_a_scale(self):
        full, half = drawing.week([(520, 260), (130, 260)])
        assert value(full.within_height) + value(full.beyond_height) == 52
        assert (value(half.within_height), half.over) == (13, False)
        assert full.available_y == half.available_y


class TestRings:
    def test_segments_go_around_once(self):
        arcs = drawing.ring(["kept"] * 12)
        length, around = (float(part) for part in arcs[0].dash.split())
        assert 12 * (length + 4) == pytest.approx(around, abs=0.1)
        assert -float(arcs[-1].offset) + length < around

    def test_half_a_term_is_half_a_circle(self):
        dash, around = (float(part) for part in drawing.part_of_circle(0.5).split())
        assert dash == pytest.approx(around / 2, abs=0.01)


class TestLinesAndCells:
    def test_a_line_reaches_both_edges(self):
        line = drawing.sparkline([4, 6, 5, 14], width=120, height=24)
        assert line.points.startswith("0,24 ")
        assert (line.last_x, line.last_y) == ("120", "0")

    def test_a_flat_line_is_drawn_flat(self):
        assert drawing.sparkline([7, 7], width=10, height=10).points == "0,10 10,10"

    def test_cells_are_shaded_by_fifths_and_nothing_is_palest(self):
        assert [cell.tone for cell in drawing.heat([[0, 1, 2, 3, 4]])] == ["h0", "h1", "h2", "h3", "h4"]

    def test_columns_of_two_series_share_the_most(self):
        (bar,) = drawing.columns([10], most=40, height=56)
        assert (bar.height, bar.y) == ("14", "42")
