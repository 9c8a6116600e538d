"""The adviser's day, as a person lives it: from the sign-in to the manager who sees it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Person, SitsDown

SAID = "Quiere renovar 300.000 a un año y dejar 120.000 por la cosecha."


def register(person: Person, client: str) -> None:
    """Write down a call with a client and promise to call back on the last of the days offered, so never today."""
    card = person.goes_to(f"/registrar?client={client}").locator("#register-form")
    card.get_by_text("Llamada", exact=True).click()
    card.get_by_text("Conversamos", exact=True).click()
    card.locator("textarea[name=said]").fill(SAID)
    card.locator("#id_then").get_by_text("Volver a llamar", exact=True).click()
    card.locator("#id_by label").nth(-2).click()
    card.get_by_role("button", name="Guardar contacto").click()
    expect(person.page.locator(".c-toast")).to_be_visible()


def first_of_the_day(page: Page) -> tuple[str, str]:
    """The name and the number of the first client of the plan."""
    link = page.locator(".c-agenda .c-item-name a").first
    return link.inner_text(), re.findall(r"/clientes/(\d+)", link.get_attribute("href") or "")[0]


@pytest.mark.row("Z1", "K1", "M1", "Y1")
def test_an_adviser_serves_the_first_client_and_the_manager_sees_it(sits_down: SitsDown):
    lucia, veronica = sits_down("lucia"), sits_down("veronica")
    before = int(
        veronica.goes_to("/equipo").locator(".c-fig", has_text="Contactos de hoy").locator("dd").inner_text().split()[0]
    )

    name, client = first_of_the_day(lucia.goes_to("/mi-dia?dia=2026-06-16"))
    lucia.page.get_by_role("link", name=name).first.click()
    expect(lucia.page.get_by_role("heading", level=1)).to_contain_text(name)

    register(lucia, client)
    expect(lucia.goes_to(f"/clientes/{client}").locator("main")).to_contain_text(SAID)

    lucia.goes_to(f"/registrar?client={client}")
    register(lucia, client)
    lucia.page.locator(".c-toast button", has_text="Deshacer").first.click()
    expect(lucia.page.locator(".c-toast").last).to_contain_text("Deshecho")
    assert lucia.goes_to(f"/clientes/{client}").locator("main").inner_text().count(SAID) == 1

    register(lucia, client)
    page = lucia.goes_to("/mi-dia?dia=2026-06-16")
    for _ in range(30):
        if name not in " ".join(page.locator(".c-agenda").all_inner_texts()):
            break
        page.wait_for_timeout(1000)
        page.reload()
    else:
        pytest.fail(f"the plan still asks to serve {name}")

    after = int(
        veronica.goes_to("/equipo").locator(".c-fig", has_text="Contactos de hoy").locator("dd").inner_text().split()[0]
    )
    assert after == before + 2
    assert lucia.complaints == veronica.complaints == []


@pytest.mark.row("K1")
def test_an_adviser_of_another_branch_sees_none_of_it(sits_down: SitsDown):
    lucia, diego = sits_down("lucia"), sits_down("diego")
    name, client = first_of_the_day(lucia.goes_to("/mi-dia?dia=2026-06-17"))
    answer = diego.page.goto(f"{diego.address}/clientes/{client}")
    assert answer is not None
    assert answer.status == 404
    assert name not in diego.goes_to("/mi-dia").content()
    assert name not in diego.goes_to(f"/buscar?q={name.split()[0]}").locator("main").inner_text()
    assert diego.page.goto(f"{diego.address}/equipo").status == 403  # type: ignore[union-attr]


@pytest.mark.row("Y10", "Y14")
def test_the_keyboard_alone_finds_a_client_and_registers(sits_down: SitsDown):
    lucia = sits_down("lucia")
    name, _ = first_of_the_day(lucia.goes_to("/mi-dia?dia=2026-06-17"))
    page = lucia.page
    page.keyboard.press("Control+k")
    page.keyboard.type(name.split()[0].lower(), delay=30)
    expect(page.locator("#palette-found a", has_text=name)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator("#register-form textarea, #register-form input[type=search]").first).to_be_visible()


def test_a_wrong_password_keeps_the_user_and_says_so(sits_down: SitsDown):
    nobody = sits_down(None)
    page = nobody.goes_to("/ingreso")
    page.fill("input[name=username]", "lucia")
    page.fill("input[name=password]", PASSWORD + "x")
    page.click("form:has(input[name=password]) button[type=submit]")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.input_value("input[name=username]") == "lucia"
    assert page.input_value("input[name=password]") == ""


def test_what_was_typed_stays_when_something_is_missing(sits_down: SitsDown):
    lucia = sits_down("lucia")
    card = lucia.goes_to("/registrar").locator("#register-form")
    card.locator("textarea[name=said]").fill(SAID)
    card.get_by_role("button", name="Guardar contacto").click()
    expect(lucia.page.get_by_role("alert").first).to_be_visible()
    expect(lucia.page.locator("#register-form textarea[name=said]")).to_have_value(SAID)
