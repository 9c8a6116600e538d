from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.engine.rules import AsOf, same_day_of_year, snapshots_to_keep

DAY = date(2026, 6, 16)


def test_a_date_ends_at_its_own_midnight():
    assert AsOf(DAY, "America/Guayaquil", "USD").ends_at == datetime(2026, 6, 17, 5, tzinfo=UTC)
    assert AsOf(DAY, "Europe/Prague", "CZK").ends_at == datetime(2026, 6, 16, 22, tzinfo=UTC)


def test_its_year_begins_on_the_day_after_the_same_day_a_year_earlier():
    at = AsOf(DAY, "UTC", "USD")
    assert at.year_before == date(2025, 6, 16)
    assert at.year_begins_at == datetime(2025, 6, 17, tzinfo=UTC)


def test_a_leap_day_has_a_year_too():
    assert same_day_of_year(date(2024, 2, 29), 2023) == date(2023, 2, 28)


def test_what_was_known_counts_only_once_something_was():
    heard = datetime(2026, 6, 16, 12, tzinfo=UTC)
    assert not AsOf(DAY, "UTC", "USD", heard).by_validity_alone
    assert AsOf(DAY - timedelta(days=1), "UTC", "USD", heard).by_validity_alone
    assert AsOf(DAY, "UTC", "USD", None).by_validity_alone


def test_a_month_of_nights_leaves_seven_days_and_the_ends_of_months():
    nights = [DAY - timedelta(days=back) for back in range(40)]
    kept = snapshots_to_keep(nights, DAY)
    assert kept == {DAY - timedelta(days=back) for back in range(7)} | {date(2026, 5, 31)}


def test_a_replay_that_was_just_taken_is_kept():
    nights = [DAY - timedelta(days=back) for back in range(40)]
    assert date(2026, 5, 20) in snapshots_to_keep(nights, date(2026, 5, 20))


@settings(max_examples=50)
@given(st.sets(st.dates(date(2020, 1, 1), date(2026, 12, 31)), min_size=1, max_size=60), st.data())
def test_pruning_twice_prunes_nothing_more(nights, data):
    current = data.draw(st.sampled_from(sorted(nights)))
    kept = snapshots_to_keep(nights, current)
    assert kept <= nights
    assert snapshots_to_keep(kept, current) == kept
    assert len(kept) <= 1 + 7 + 13
