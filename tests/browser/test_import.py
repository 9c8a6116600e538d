"""An administrator brings a messy file, says what its columns are, loads it, mends what was refused, and undoes it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SitsDown
from tests.browser.messy import messy

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()


def is_accessible(page: Page) -> None:
    page.evaluate(AXE)
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' '))"
    )
    assert found == [], f"{page.url}: {found}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is wider than the window"


@pytest.mark.row("V15", "Y7", "Y10")
@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_messy_file_is_brought_matched_loaded_mended_and_undone(
    sits_down: SitsDown, tmp_path: Path, width: int, theme: str
):
    (tmp_path / "clientes core.csv").write_bytes(messy())
    admin = sits_down("admin", width=width, theme=theme)
    page = admin.goes_to("/importaciones")
    page.get_by_role("link", name="Importar archivos").click()
    page.get_by_role("button", name="Enviar y reconocer").click()
    expect(page.locator("[data-upload-error]")).to_contain_text("Elige al menos un archivo")
    page.set_input_files("input[type=file]", tmp_path / "clientes core.csv")
    expect(page.locator("[data-chosen]")).to_contain_text("clientes core.csv")
    is_accessible(page)
    page.get_by_role("button", name="Enviar y reconocer").click()

    page.wait_for_selector("#matching", timeout=60_000)
    is_accessible(page)
    expect(page.get_by_label("Contiene")).to_have_value("clients")
    page.get_by_label("TEL_CEL").select_option("")
    page.get_by_role("button", name="Ensayar", exact=True).click()

    load = page.get_by_role("button", name=re.compile("Cargar 116 filas"))
    load.wait_for(timeout=60_000)
    expect(page.locator("main")).to_contain_text("4 filas rechazadas")
    expect(page.locator("mark").first).to_have_text("31/02/1974")
    is_accessible(page)
    page.get_by_label("Nombre de la receta").fill(f"Clientes {width}")
    page.get_by_role("button", name="Guardar la receta").click()
    expect(page.locator(".c-toast")).to_contain_text("versión 1")
    load.click()

    page.wait_for_url(re.compile(r"/importaciones/\d+$"), timeout=60_000)
    expect(page.locator("main")).to_contain_text("4 filas fueron rechazadas")
    is_accessible(page)
    page.get_by_role("link", name=re.compile(r"^Corregir.*core\.csv:10$")).click()
    is_accessible(page)
    page.get_by_label("FEC_NAC").fill("28/02/1974")
    page.get_by_role("button", name="Cargar esta fila").click()
    expect(page.locator("#refused")).to_contain_text("FEC_NAC = 28/02/1974", timeout=60_000)
    expect(page.locator("#refused .c-kept")).to_contain_text("Corregida", timeout=60_000)

    page.get_by_role("button", name="Deshacer esta carga").click()
    expect(page.locator("main")).to_contain_text("deshizo esta carga", timeout=60_000)
    is_accessible(page)
    assert admin.complaints == []
