"""A paper that is saved on a client's page stands there at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SitsDown
from tests.browser.test_story import first_of_the_day


@pytest.mark.row("Y8")
def test_a_paper_is_there_once_it_is_saved(sits_down: SitsDown):
    lucia = sits_down("lucia")
    _, client = first_of_the_day(lucia.goes_to("/mi-dia?dia=2026-06-16"))
    page = lucia.goes_to(f"/clientes/{client}")
    paper = {"name": "cédula.txt", "mimeType": "text/plain", "buffer": b"Copia de la cedula"}
    form = page.locator("form[data-upload]")
    form.locator("input[type=file]").set_input_files(paper)  # type: ignore[arg-type]
    form.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("link", name="cédula.txt").first).to_be_visible(timeout=15_000)
    assert lucia.complaints == []
