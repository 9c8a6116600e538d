"""A row has one text, whatever database holds it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connections
from hypothesis import given as drawn
from hypothesis import strategies as st

from cartera.config.backups.tables import kept_models
from cartera.kernel import canonical
from cartera.kernel.models import Happening

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def happening(**values: Any) -> Happening:
    return Happening.objects.create(name="x", actor_kind="system", actor_name="Ñandú\n", subject_kind="", **values)


def text_of(model: type[Any]) -> list[list[Any]]:
    return [json.loads(line) for line in canonical.lines(canonical.Table.of(model), connections["default"])]


@pytest.mark.row("Y7", "Y8")
@pytest.mark.django_db
class TestTheTextOfARow:
    def test_is_the_same_on_both_databases(self):
        kept = happening(facts={"b": 1.5, "a": [1e20, "í"]}, sealed=b"\x00\xff")
        Happening.objects.filter(pk=kept.pk)
        [row] = text_of(Happening)
        told = dict(zip(canonical.Table.of(Happening).columns, row, strict=True))
        assert told["facts"] == '{"a":[100000000000000000000,"í"],"b":1.5}'
        assert told["sealed"] == "00ff"
        assert told["at"] == str(kept.at.astimezone(UTC).replace(tzinfo=None))
        assert (told["actor_name"], told["because_of_id"]) == ("Ñandú\n", None)

    def test_is_one_line(self):
        happening(facts={"text": "two\nlines"})
        assert all(b"\n" not in line for line in canonical.lines(canonical.Table.of(Happening), connections["default"]))

    def test_comes_back_as_values_that_a_database_takes(self):
        happening(facts={"a": 1}, sealed=b"\x01")
        table = canonical.Table.of(Happening)
        [line] = canonical.lines(table, connections["default"])
        told = dict(zip(table.columns, canonical.decode(table, line), strict=True))
        assert (told["sealed"], told["facts"]) == (b"\x01", '{"a":1}')


def test_every_table_that_is_kept_has_a_text_and_a_key_that_sorts_alike_everywhere():
    for model in kept_models(apps):
        table = canonical.Table.of(model)
        assert model._meta.get_field(table.key).get_internal_type() in {"AutoField", "BigAutoField", "DateField"}, model


@drawn(JSON)
def test_a_json_value_has_one_text(value: Any):
    text = canonical._with_sorted_names([json.dumps(value)], (0,))[0]
    assert canonical._with_sorted_names([text], (0,)) == [text]


def test_an_instant_is_told_in_utc():
    told = canonical.encode([datetime(2026, 6, 16, 9, 12, tzinfo=UTC), date(2026, 6, 16), True, None])
    assert told == b'["2026-06-16 09:12:00","2026-06-16",true,null]'
