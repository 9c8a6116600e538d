"""Cells that a spreadsheet must not run."""

from __future__ import annotations

import pytest

from cartera.kernel.sheets import harmless


@pytest.mark.row("S6")
@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_what_looks_like_a_formula_is_quoted(begins: str):
    assert harmless(f"{begins}CMD()") == f"'{begins}CMD()"


@pytest.mark.parametrize("value", ["", "Rosa", "-12.50", "12", "a=b"])
def test_anything_else_stays(value: str):
    assert harmless(value) == value
