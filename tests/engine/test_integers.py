"""Columns divide as the pure rule does, to the last unit, for amounts that floating point would spoil."""

from __future__ import annotations

import ibis
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.engine.integers import share
from cartera.value.rules import portion

ROWS = st.lists(
    st.tuples(st.integers(-(10**14), 10**14), st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1, max_size=300
)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_a_share_of_a_column_is_the_share_of_each(rows):
    expected = [portion(*row) for row in rows if abs(portion(*row)) < 2**51]
    table = ibis.memtable(
        [row for row in rows if abs(portion(*row)) < 2**51] or [(0, 0, 1)],
        schema={"a": "int64", "p": "int64", "w": "int64"},
    )
    found = ibis.duckdb.connect().to_polars(table.select(s=share(table.a, table.p, table.w)))["s"].to_list()
    assert found == (expected or [0])


def test_halves_go_to_even():
    table = ibis.memtable([(1,), (3,), (-1,), (-3,), (5,)], schema={"a": "int64"})
    found = ibis.duckdb.connect().to_polars(table.select(s=share(table.a, 1, 2)))["s"].to_list()
    assert found == [portion(a, 1, 2) for a in (1, 3, -1, -3, 5)] == [0, 2, 0, -2, 2]
