"""The engine's list of tables is the models', as far as it goes, and holds no personal content that analysis can spare."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from cartera.engine.tables import LAKE, TABLES, Type
from cartera.intake.frames import SCHEMAS, Entity
from cartera.kernel.records import Record

MODELS = {model._meta.db_table: model for model in apps.get_models()}
TYPES = {
    models.BigAutoField: Type.INTEGER,
    models.ForeignKey: Type.INTEGER,
    models.BigIntegerField: Type.INTEGER,
    models.IntegerField: Type.INTEGER,
    models.PositiveSmallIntegerField: Type.INTEGER,
    models.CharField: Type.TEXT,
    models.BooleanField: Type.FLAG,
    models.DateField: Type.DATE,
    models.DateTimeField: Type.INSTANT,
}
NEEDED_BY_ANALYSIS = {"birth_date"}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_columns_and_types_of_its_model(name):
    table = TABLES[name]
    fields = {field.column: field for field in MODELS[table.source]._meta.concrete_fields}
    assert {column: TYPES[type(fields[column])] for column in table.columns} == dict(table.columns)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_leaves_personal_content_in_the_database(name):
    model = MODELS[TABLES[name].source]
    personal = model.PERSONAL if issubclass(model, Record) else frozenset()
    assert set(TABLES[name].columns) & personal <= NEEDED_BY_ANALYSIS


@pytest.mark.parametrize("name", LAKE)
def test_a_fact_of_the_lake_has_the_columns_that_intake_writes(name):
    assert list(LAKE[name]) == list(SCHEMAS[Entity(name)])
