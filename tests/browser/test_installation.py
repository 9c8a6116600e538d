"""The first day of an institution: from nothing to an adviser who serves a client, and a backup that is the same.

In one story, because each step needs what the one before it left: an administrator comes in, invites an adviser, brings
files with mistakes and mends them, runs the night, sets a policy; the adviser serves a client on a telephone; the backup
stands beside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SitsDown, a_database, an_installation, cartera, served
from tests.browser.messy import cedula
from tests.browser.test_import import is_accessible

SAID = "Quiere un depósito a seis meses."
CHOSEN = "laguna-azul-2031"
CLIENT = "Rosa Cordero Malo"
FILE = "clientes core.csv"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with an_installation(tmp_path_factory.mktemp("founded")) as given:
        yield {**given, "CARTERA_NIGHT_HOUR": ""}


@pytest.fixture(scope="module")
def founded(environment: dict[str, str]) -> str:
    """The password of the first administrator, as `cartera init` prints it once."""
    told = json.loads(cartera(environment, "init", "--name", "Cooperativa Andina", "--json"))
    assert told["institution"] == "Cooperativa Andina"
    return str(told["password"])


@pytest.fixture(scope="module")
def address(environment: dict[str, str], founded: str) -> Iterator[str]:
    with served(environment) as url:
        yield url


def clients_of(adviser: str) -> str:
    """A core's clients; the third has a birthday that never was."""
    lines = ["IDENT;APELLIDOS Y NOMBRES;FEC_NAC;SEXO;ASESOR"]
    for at in range(12):
        name = "Cordero Malo Rosa" if at == 0 else f"Tamariz Moscoso Inés {chr(65 + at)}"
        day = "31/02/1974" if at == 2 else f"{at + 1:02d}/05/{1960 + at}"
        lines.append(f"{cedula(4_000_000 + at)};{name};{day};F;{adviser}")
    return "\r\n".join([*lines, ""])


def next_step(page: Page) -> str:
    return page.locator(".c-steps [aria-current=step] b").inner_text()


@pytest.mark.row("Y15", "Y8", "V15")
def test_an_institution_is_set_up_serves_and_is_safe(
    sits_down: SitsDown, environment: dict[str, str], founded: str, tmp_path: Path
):
    admin = sits_down("admin", password=founded)
    page = admin.page
    expect(page.get_by_role("heading", level=2, name="Primeros pasos")).to_be_visible()
    is_accessible(page)
    link = invites_an_adviser(page)

    adviser = sits_down(None, width=390)
    phone = adviser.page
    phone.goto(link)
    phone.fill("input[name=username]", "nora")
    phone.fill("input[name=password]", CHOSEN)
    phone.fill("input[name=again]", CHOSEN)
    phone.locator("form button[type=submit]").last.click()
    phone.wait_for_url(lambda url: "/invitacion" not in url)

    (tmp_path / FILE).write_bytes(clients_of("Nora Vega").encode("cp1252"))
    brings_clients_and_mends_one(page, tmp_path / FILE)
    admin.goes_to("/")
    assert next_step(page) == "Reparte los clientes"
    hands_over_everybody_to(page, "Nora Vega")
    admin.goes_to("/")
    assert next_step(page) == "Corre la primera noche"
    runs_the_night(page)
    sets_a_policy(admin.goes_to("/administracion/niveles"))

    serves_the_client(adviser.goes_to("/clientes?q=cordero"))
    assert admin.complaints == adviser.complaints == []

    the_backup_stands_beside(environment, tmp_path)
    admin.goes_to("/administracion")
    expect(page.get_by_role("heading", level=2, name="Primeros pasos")).to_have_count(0)


def invites_an_adviser(page: Page) -> str:
    """Hire Nora without an address for e-mail, and read her link off her page."""
    page.get_by_role("link", name="Contratar e invitar").click()
    page.fill("#id_name", "Nora Vega")
    page.select_option("#id_role", "adviser")
    page.select_option("#id_branch", index=1)
    page.get_by_role("button", name="Contratar e invitar").click()
    return page.locator(".c-linkbox").inner_text().strip()


def brings_clients_and_mends_one(page: Page, file: Path) -> None:
    page.goto(re.sub(r"(://[^/]+).*", r"\1/importaciones/nueva", page.url))
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Enviar y reconocer").click()
    page.wait_for_selector("#matching", timeout=60_000)
    page.get_by_label("ASESOR").select_option("")
    page.get_by_role("button", name="Ensayar", exact=True).click()
    load = page.get_by_role("button", name=re.compile("Cargar 11 filas"))
    load.wait_for(timeout=60_000)
    expect(page.locator("mark").first).to_have_text("31/02/1974")
    load.click()
    page.wait_for_url(re.compile(r"/importaciones/\d+$"), timeout=60_000)
    page.get_by_role("link", name=re.compile(r"^Corregir.*core\.csv:4$")).click()
    page.get_by_label("FEC_NAC").fill("28/02/1974")
    page.get_by_role("button", name="Cargar esta fila").click()
    expect(page.locator("#refused .c-kept")).to_contain_text("Corregida", timeout=60_000)


def runs_the_night(page: Page) -> None:
    page.get_by_role("link", name="Noches").last.click()
    page.get_by_role("button", name=re.compile("Ejecutar|Correr")).first.click()
    for _ in range(90):
        if page.locator("#night", has_text="6 de 6").count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    pytest.fail("the night did not end within a minute and a half")


def sets_a_policy(page: Page) -> None:
    """Write a second version of the policy that the night proposed, and see what it would move before it is kept."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Política de niveles v1")
    page.fill("#id_A_assets_minor", "250000")
    page.keyboard.press("Tab")
    expect(page.locator("#moves")).not_to_contain_text("Cambia un umbral")
    page.fill("#id_reason", "Empezamos con pocos clientes en A")
    page.get_by_role("button", name="Guardar esta versión").click()
    expect(page.locator(".c-toast")).to_contain_text("versión 2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Política de niveles v2")


def hands_over_everybody_to(page: Page, name: str) -> None:
    """Mark every client of the list and put them in one adviser's book."""
    page.goto(re.sub(r"(://[^/]+).*", r"\1/clientes", page.url))
    numbers = {
        re.findall(r"/clientes/(\d+)", href)[0]
        for href in page.eval_on_selector_all(
            "main a[href*='/clientes/']", "links => links.map(a => a.getAttribute('href'))"
        )
        if re.search(r"/clientes/\d+$", href)
    }
    assert len(numbers) == 12
    marked = "&".join(f"client={number}" for number in sorted(numbers))
    page.goto(re.sub(r"(://[^/]+).*", rf"\1/clientes/traspasar?{marked}", page.url))
    page.locator("select[name=to]").select_option(
        label=next(text for text in page.locator("select[name=to] option").all_inner_texts() if name in text)
    )
    page.fill("#id_reason", "Abre su cartera")
    page.get_by_role("button", name=re.compile("12 clientes")).click()
    expect(page.locator(".c-toast")).to_be_visible()


def serves_the_client(page: Page) -> None:
    """Open the client on the telephone, and write down a call."""
    page.get_by_role("link", name=CLIENT).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(CLIENT)
    is_accessible(page)
    number = re.findall(r"/clientes/(\d+)", page.url)[0]
    page.goto(re.sub(r"(://[^/]+).*", rf"\1/registrar?client={number}", page.url))
    card = page.locator("#register-form")
    card.get_by_text("Llamada", exact=True).click()
    card.get_by_text("Conversamos", exact=True).click()
    card.locator("textarea[name=said]").fill(SAID)
    card.get_by_role("button", name="Guardar contacto").click()
    page.wait_for_url(lambda url: "/registrar" not in url)
    page.goto(re.sub(r"(://[^/]+).*", rf"\1/clientes/{number}", page.url))
    expect(page.locator("main")).to_contain_text(SAID)


def the_backup_stands_beside(environment: dict[str, str], folder: Path) -> None:
    """Back up while it serves, restore beside, and find there what was backed up."""
    shelf, beside = folder / "copies", folder / "beside"
    cartera(environment, "backup", "--to", str(shelf), "--json")
    given = environment.get("DATABASE_URL")
    if given:
        with a_database(given, "beside") as url:
            restored_is_the_same({**environment, "DATABASE_URL": url}, shelf, beside)
    else:
        restored_is_the_same(environment, shelf, beside)


def restored_is_the_same(environment: dict[str, str], shelf: Path, beside: Path) -> None:
    there = {**environment, "CARTERA_HOME": str(beside)}
    told = json.loads(cartera(there, "restore", str(shelf), "--json"))
    assert told["same"]
    compared = json.loads(cartera(there, "backup", "--compare", str(shelf), "--json"))
    assert compared["same"]
    (clients,) = (table for table in compared["tables"] if table["table"] == "clients_client")
    assert clients["kept"] == clients["here"] == 12
