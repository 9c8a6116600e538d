from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cartera.engine import registry

PAGE = Path(__file__).resolve().parents[2] / "docs" / "facts.md"


def test_the_page_of_facts_is_current():
    assert PAGE.read_text() == registry.page(), "cartera manage facts > docs/facts.md"


def test_every_fact_says_what_it_means_its_unit_and_its_date_rule():
    registry.load_facts()
    assert registry.FACTS
    for fact in registry.FACTS.values():
        assert fact.meaning
        assert fact.unit
        assert fact.as_of
        assert fact.relation in registry.RELATIONS


def test_a_name_is_declared_once():
    registry.load_facts()
    with pytest.raises(ValueError, match=r"value\.assets is declared twice"):
        registry.fact("value.assets", unit="minor", as_of="never")(lambda amounts: amounts.count())


def test_what_the_web_imports_of_value_brings_no_engine():
    """Queries, actions and words are read by pages: none of them may pull in the columnar libraries."""
    script = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup();"
        "import cartera.value.queries, cartera.value.actions, cartera.value.words, cartera.clients.actions.standing;"
        "print([name for name in ('polars', 'duckdb', 'ibis', 'pyarrow', 'pandas') if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    found = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        env={"PYTHONPATH": "src:."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"
