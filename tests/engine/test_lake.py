"""The lake: months replaced whole, counted exactly, and the same whatever the order and the interruptions."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartera.engine import lake
from cartera.kernel.bulk import Counts

KEY = ("key",)


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.CARTERA_HOME = tmp_path
    return tmp_path


def rows(*these: tuple[str, date, int | None]) -> pl.DataFrame:
    return pl.DataFrame(these, schema={"key": pl.String, "on": pl.Date, "amount": pl.Int64}, orient="row")


def stored() -> dict[str, tuple[date, int | None]]:
    found = [pl.read_parquet(path) for path in lake.paths("facts")]
    listed = pl.concat(found).rows() if found else []
    assert len({key for key, *_ in listed}) == len(listed), "a key is there twice"
    return {key: (on, amount) for key, on, amount in listed}


JAN, FEB, MAR = date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)


class TestMerging:
    def test_a_month_a_file(self, home):
        assert lake.merge("facts", rows(("a", JAN, 1), ("b", FEB, 2)), KEY) == Counts(created=2)
        assert [str(path.relative_to(home)) for path in lake.paths("facts")] == [
            "lake/facts/month=2026-01/part.parquet",
            "lake/facts/month=2026-02/part.parquet",
        ]

    def test_the_same_again_touches_no_file(self):
        frame = rows(("a", JAN, 1), ("b", FEB, None))
        lake.merge("facts", frame, KEY)
        before = [path.stat().st_mtime_ns for path in lake.paths("facts")]
        assert lake.merge("facts", frame, KEY) == Counts(unchanged=2)
        assert [path.stat().st_mtime_ns for path in lake.paths("facts")] == before

    def test_only_the_months_that_differ_are_replaced(self):
        lake.merge("facts", rows(("a", JAN, 1), ("b", FEB, 2)), KEY)
        january = lake.paths("facts")[0].stat().st_mtime_ns
        assert lake.merge("facts", rows(("a", JAN, 1), ("b", FEB, 3), ("c", FEB, 4)), KEY) == Counts(1, 1, 1)
        assert lake.paths("facts")[0].stat().st_mtime_ns == january
        assert stored() == {"a": (JAN, 1), "b": (FEB, 3), "c": (FEB, 4)}

    def test_a_row_that_changes_its_month_moves(self):
        lake.merge("facts", rows(("a", JAN, 1), ("b", JAN, 2), ("z", MAR, 3)), KEY)
        assert lake.merge("facts", rows(("a", FEB, 1), ("z", FEB, 3)), KEY) == Counts(updated=2)
        assert stored() == {"a": (FEB, 1), "b": (JAN, 2), "z": (FEB, 3)}
        assert len(lake.paths("facts")) == 2

    def test_a_move_cut_short_is_completed(self, monkeypatch):
        lake.merge("facts", rows(("a", JAN, 1)), KEY)
        replace = lake._replace

        def die_at_january(path, frame):
            if "2026-01" in str(path):
                raise KeyboardInterrupt
            replace(path, frame)

        monkeypatch.setattr(lake, "_replace", die_at_january)
        with pytest.raises(KeyboardInterrupt):
            lake.merge("facts", rows(("a", FEB, 1)), KEY)
        monkeypatch.undo()
        lake.merge("facts", rows(("a", FEB, 1)), KEY)
        assert stored() == {"a": (FEB, 1)}

    def test_a_torn_file_is_never_seen(self, monkeypatch):
        lake.merge("facts", rows(("a", JAN, 1)), KEY)

        def die(handle):
            raise KeyboardInterrupt

        monkeypatch.setattr("cartera.engine.lake.os.fsync", die)
        with pytest.raises(KeyboardInterrupt):
            lake.merge("facts", rows(("a", JAN, 2)), KEY)
        assert stored() == {"a": (JAN, 1)}

    def test_a_dry_run_counts_and_writes_nothing(self):
        lake.merge("facts", rows(("a", JAN, 1)), KEY)
        assert lake.merge("facts", rows(("a", FEB, 1), ("b", FEB, 1)), KEY, dry_run=True) == Counts(
            created=1, updated=1
        )
        assert stored() == {"a": (JAN, 1)}

    def test_a_dry_run_of_the_first_rows_makes_no_folder(self, home):
        assert lake.merge("facts", rows(("a", JAN, 1)), KEY, dry_run=True) == Counts(created=1)
        assert list(home.iterdir()) == []

    def test_a_new_column_is_null_where_it_was_not_known(self):
        lake.merge("facts", rows(("a", JAN, 1), ("b", JAN, 2)), KEY)
        assert lake.merge("facts", rows(("a", JAN, 1)).with_columns(purpose=pl.lit("rent")), KEY) == Counts(updated=1)
        assert dict(pl.read_parquet(lake.paths("facts")[0]).select("key", "purpose").rows()) == {"a": "rent", "b": None}

    def test_a_column_that_is_missing_is_told(self):
        lake.merge("facts", rows(("a", JAN, 1)), KEY)
        with pytest.raises(ValueError, match="amount"):
            lake.merge("facts", rows(("a", JAN, 1)).drop("amount"), KEY)

    def test_keys_and_dates_must_be_there_and_unique(self):
        with pytest.raises(ValueError, match="null"):
            lake.merge("facts", rows(("a", None, 1)), KEY)
        with pytest.raises(ValueError, match="not unique"):
            lake.merge("facts", rows(("a", JAN, 1), ("a", FEB, 1)), KEY)

    def test_nothing_was_loaded_yet(self):
        assert lake.paths("facts") == []


DAYS = st.sampled_from([JAN, FEB, MAR])
ROWS = st.dictionaries(st.sampled_from("abcdef"), st.tuples(DAYS, st.none() | st.integers(0, 2)), max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(ROWS, max_size=4))
def test_the_lake_holds_what_a_dictionary_would(home, batches):
    for path in lake.paths("facts"):
        path.unlink()
    expected: dict[str, tuple[date, int | None]] = {}
    for batch in batches:
        created = len(batch.keys() - expected.keys())
        unchanged = sum(expected.get(key) == value for key, value in batch.items())
        counts = lake.merge("facts", rows(*((key, *value) for key, value in batch.items())), KEY)
        assert counts == Counts(created, len(batch) - created - unchanged, unchanged)
        expected |= batch
        assert stored() == expected
