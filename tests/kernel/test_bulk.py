"""Merging in bulk: exact counts, exact values, on the tables of the product, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartera.clients.models import Client
from cartera.interactions.models import Interaction
from cartera.kernel.bulk import Counts, ids_by_key, merge
from cartera.products.models import Product
from cartera.team.models import Branch

pytestmark = pytest.mark.django_db


def products(**columns: list[Any]) -> pl.DataFrame:
    rows = len(next(iter(columns.values())))
    base: dict[str, list[Any]] = {"line": ["deposit"] * rows, "currency": ["USD"] * rows}
    return pl.DataFrame({**base, **columns})


class TestMerging:
    def test_new_rows_take_the_defaults_of_what_is_not_given(self):
        assert merge(Product, products(key=["a", "b"], name=["A", "B"]), key=("key",)) == Counts(created=2)
        made = Product.objects.get(key="a")
        assert (made.name, made.margin_ppm, made.fee_minor, made.active, made.version) == ("A", 0, 0, True, 1)

    def test_the_same_again_changes_nothing(self):
        rows = products(key=["a", "b"], name=["A", "B"], margin_ppm=[1, 2], active=[True, False])
        merge(Product, rows, key=("key",))
        assert merge(Product, rows, key=("key",)) == Counts(unchanged=2)
        assert set(Product.objects.values_list("version", flat=True)) == {1}

    def test_what_differs_is_updated_and_moves_its_version(self):
        merge(Product, products(key=["a", "b"], name=["A", "B"]), key=("key",))
        counts = merge(Product, products(key=["a", "b", "c"], name=["A", "B2", "C"]), key=("key",))
        assert counts == Counts(created=1, updated=1, unchanged=1)
        assert dict(Product.objects.values_list("key", "version")) == {"a": 1, "b": 2, "c": 1}

    def test_columns_that_are_not_given_stay_as_they_are(self):
        merge(Product, products(key=["a"], name=["A"], fee_minor=[500]), key=("key",))
        merge(Product, products(key=["a"], name=["A2"]), key=("key",))
        assert Product.objects.get(key="a").fee_minor == 500

    def test_columns_to_keep_are_written_once(self):
        merge(Product, products(key=["a"], name=["A"]), key=("key",), keep=("name",))
        assert merge(Product, products(key=["a"], name=["other"]), key=("key",), keep=("name",)) == Counts(unchanged=1)
        assert Product.objects.get(key="a").name == "A"

    def test_chunks_change_no_count_and_tell_the_positions(self):
        merge(Product, products(key=["c", "e"], name=["C", "old"]), key=("key",))
        heard: list[tuple[list[int], list[int]]] = []
        steps: list[int] = []
        counts = merge(
            Product,
            products(key=list("abcde"), name=list("ABCDE")),
            key=("key",),
            chunk=2,
            progress=steps.append,
            changed=lambda created, updated: heard.append((list(created), list(updated))),
        )
        assert counts == Counts(created=3, updated=1, unchanged=1)
        assert steps == [2, 2, 1]
        assert heard == [([0, 1], []), ([3], []), ([], [4])]

    def test_a_dry_run_tells_the_same_and_writes_nothing(self):
        merge(Product, products(key=["a"], name=["A"]), key=("key",))
        rows = products(key=["a", "b"], name=["A2", "B"])
        assert merge(Product, rows, key=("key",), dry_run=True) == Counts(created=1, updated=1)
        assert list(Product.objects.values_list("key", "name")) == [("a", "A")]
        assert merge(Product, rows, key=("key",)) == Counts(created=1, updated=1)

    def test_nothing_to_merge(self):
        assert merge(Product, products(key=[], name=[]), key=("key",)) == Counts()

    def test_keys_must_be_unique_and_there(self):
        with pytest.raises(ValueError, match="not unique"):
            merge(Product, products(key=["a", "a"], name=["A", "B"]), key=("key",))
        with pytest.raises(ValueError, match="nulls"):
            merge(Product, products(key=["a", None], name=["A", "B"]), key=("key",))

    def test_a_column_that_the_table_lacks_is_told(self):
        with pytest.raises(ValueError, match="colour"):
            merge(Product, products(key=["a"], name=["A"], colour=["red"]), key=("key",))

    def test_ids_by_key(self):
        merge(Product, products(key=["a", "b"], name=["A", "B"]), key=("key",))
        assert dict(ids_by_key(Product).rows()) == dict(Product.objects.values_list("key", "id"))


class TestStorage:
    """A value written in bulk is found as if the ORM had written it, whatever its type."""

    @pytest.fixture
    def client_row(self) -> Client:
        merge(Branch, pl.DataFrame({"key": ["b"], "name": ["B"]}), key=("key",))
        rows = pl.DataFrame(
            {
                "key": ["c"],
                "kind": ["person"],
                "name": ["Ñusta"],
                "search": ["nusta"],
                "branch_id": [Branch.objects.get().pk],
                "birth_date": [date(1960, 2, 29)],
                "since": [date(2020, 1, 1)],
            }
        )
        merge(Client, rows, key=("key",))
        return Client.objects.get()

    def test_dates_and_json_and_instants_of_recording(self, client_row):
        assert Client.objects.filter(birth_date=date(1960, 2, 29), until=None, tier_reason={}).get() == client_row
        assert abs((datetime.now(UTC) - client_row.recorded_at).total_seconds()) < 60

    @pytest.mark.parametrize("micro", [0, 1, 250_000])
    def test_instants_compare_as_the_orms_own(self, client_row, micro):
        at = datetime(2026, 1, 5, 15, 0, 0, micro, tzinfo=UTC)
        rows = pl.DataFrame(
            {"key": ["i"], "client_id": [client_row.pk], "channel": ["phone"], "minutes": [5], "happened_at": [at]},
            schema_overrides={"happened_at": pl.Datetime("us", "UTC")},
        )
        merge(Interaction, rows, key=("key",))
        assert Interaction.objects.filter(happened_at=at, happened_at__lte=at, happened_at__gte=at).exists()
        assert Interaction.objects.get().happened_at == at
        assert merge(Interaction, rows, key=("key",)) == Counts(unchanged=1)

    def test_a_unit_that_the_database_refuses_leaves_no_stage_behind(self):
        rows = products(key=["a"], name=["A"], fee_minor=[-1])
        with pytest.raises(Exception, match="product_fee_is_not_negative"):
            _in_savepoint(lambda: merge(Product, rows, key=("key",)))
        assert merge(Product, products(key=["a"], name=["A"]), key=("key",)) == Counts(created=1)


def _in_savepoint(work: Any) -> None:
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        work()


KEYS = st.sampled_from("abcdefgh")
ROWS = st.dictionaries(KEYS, st.tuples(st.text("xyñ'\"\\\t\n", max_size=3), st.none() | st.integers(-5, 5)), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=ROWS, after=ROWS, chunk=st.integers(1, 9))
def test_counts_and_rows_are_those_of_a_dictionary(db, before, after, chunk):
    Branch.objects.all().delete()
    _merge_branches(before, chunk)
    counts = _merge_branches(after, chunk)
    expected = {**before, **after}
    assert {b.key: (b.name, b.parent_id) for b in Branch.objects.all()} == {
        key: (name, None) for key, (name, _) in expected.items()
    }
    assert counts.created == len(after.keys() - before.keys())
    assert counts.unchanged == sum(before.get(key, (None,))[0] == name for key, (name, _) in after.items())
    assert counts.created + counts.updated + counts.unchanged == len(after)


def _merge_branches(rows: dict[str, tuple[str, int | None]], chunk: int) -> Counts:
    frame = pl.DataFrame(
        {"key": list(rows), "name": [name for name, _ in rows.values()]}, schema={"key": pl.String, "name": pl.String}
    ).with_columns(parent_id=pl.lit(None, pl.Int64))
    return merge(Branch, frame, key=("key",), chunk=chunk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a matter of SQLite's one writer")
def test_staging_locks_no_writer_out():
    """While rows are staged, outside of any transaction of ours, another connection can write."""
    import sqlite3  # noqa: PLC0415

    from cartera.kernel import bulk  # noqa: PLC0415

    plan = bulk._Plan(Product, ["key", "name"], ("key",), (), silently=False)
    with bulk._staged(plan, pl.DataFrame({"key": ["a"], "name": ["A"]})):
        name = connection.settings_dict["NAME"]
        other = sqlite3.connect(name, timeout=0.2, uri=str(name).startswith("file:"))
        other.execute("CREATE TABLE elsewhere (a INTEGER)")
        other.execute("DROP TABLE elsewhere")
        other.close()
