"""What is typed without a line is kept on the telephone, and sent later, once, by the person who typed it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person, SitsDown
from tests.browser.test_story import first_of_the_day


def ready(person: Person) -> Page:
    """The first day's page, with the service worker in charge and the pages kept."""
    page = person.goes_to("/mi-dia?dia=2026-06-16")
    page.wait_for_function(
        "async () => { const kept = await caches.open('cartera-pages'); return Boolean(await kept.match('/registrar') && await kept.match('/mi-dia')); }"
    )
    page.reload()
    page.wait_for_load_state("networkidle")
    return page


def write(page: Page, said: str) -> None:
    card = page.locator("#register-form")
    card.locator("textarea[name=said]").fill(said)
    card.get_by_role("button", name="Guardar contacto").click()


def told(person: Person, client: str, said: str) -> int:
    return person.goes_to(f"/clientes/{client}").locator("main").inner_text().count(said)


@pytest.mark.row("Y16")
def test_what_is_typed_without_a_line_is_sent_once_when_there_is_one(sits_down: SitsDown):
    lucia = sits_down("lucia", width=390)
    page = ready(lucia)
    _, client = first_of_the_day(page)
    page.context.set_offline(True)
    write(page, "Dicho sin línea, uno.")
    expect(page.locator("#outbox")).to_contain_text("1 contacto por enviar")
    write(page, "Dicho sin línea, dos.")
    expect(page.locator("#outbox")).to_contain_text("2 contactos por enviar")
    page.goto(f"{lucia.address}/mi-dia")
    expect(page.locator("#outbox")).to_contain_text("2 contactos por enviar")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    other = page.context.new_page()
    page.context.set_offline(False)
    other.goto(f"{lucia.address}/mi-dia")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#outbox")).to_be_hidden(timeout=15_000)
    expect(other.locator("#outbox")).to_be_hidden(timeout=15_000)
    assert told(lucia, client, "Dicho sin línea, uno.") == 1
    assert told(lucia, client, "Dicho sin línea, dos.") == 1


@pytest.mark.row("Y16")
def test_an_answer_that_was_lost_registers_no_second_contact(sits_down: SitsDown):
    lucia = sits_down("lucia", width=390)
    page = ready(lucia)
    _, client = first_of_the_day(page)

    def reaches_the_server_but_its_answer_is_lost(route, request):  # type: ignore[no-untyped-def]
        if request.method != "POST":
            route.continue_()
            return
        route.fetch()
        route.abort("connectionreset")

    page.route("**/registrar", reaches_the_server_but_its_answer_is_lost)
    write(page, "Dicho con la respuesta perdida.")
    expect(page.locator("#outbox")).to_contain_text("1 contacto por enviar")
    page.unroute("**/registrar")
    page.get_by_role("button", name="Enviar ahora").click()
    expect(page.locator("#outbox")).to_be_hidden(timeout=15_000)
    assert told(lucia, client, "Dicho con la respuesta perdida.") == 1


@pytest.mark.row("Y16")
def test_what_waits_is_corrected_or_discarded_and_never_sent_by_another(sits_down: SitsDown):
    lucia = sits_down("lucia", width=390)
    page = ready(lucia)
    _, client = first_of_the_day(page)
    page.context.set_offline(True)
    write(page, "Dicho para descartar.")
    page.get_by_role("button", name="Descartar", exact=True).click()
    page.get_by_role("button", name="Sí, descartarlo").click()
    expect(page.locator("#outbox")).to_be_hidden()
    write(page, "Dicho por Lucía.")
    expect(page.locator("#outbox")).to_be_visible()

    page.context.clear_cookies()
    page.context.set_offline(False)
    page.get_by_role("button", name="Enviar ahora").click()
    expect(page.locator("#outbox")).to_contain_text("Ingresa otra vez para enviarlos.")
    page.goto(f"{lucia.address}/ingreso")
    assert page.evaluate("async () => (await caches.keys()).includes('cartera-pages')") is False
    page.fill("input[name=username]", "diego")
    page.fill("input[name=password]", "paramo-2026")
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url("**/mi-dia")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#outbox")).to_be_hidden()
    page.context.clear_cookies()
    page.goto(f"{lucia.address}/ingreso")
    page.fill("input[name=username]", "lucia")
    page.fill("input[name=password]", "paramo-2026")
    page.click("form:has(input[name=password]) button[type=submit]")
    expect(page.locator("#outbox")).to_be_hidden(timeout=15_000)
    assert told(lucia, client, "Dicho por Lucía.") == 1


@pytest.mark.row("Y16")
def test_a_page_that_was_not_kept_says_what_works(sits_down: SitsDown):
    lucia = sits_down("lucia", width=390)
    page = ready(lucia)
    page.context.set_offline(True)
    page.goto(f"{lucia.address}/equipo")
    expect(page.get_by_role("heading", level=1)).to_have_text("Esta página necesita la red")
    page.locator("main a[href='/registrar']").click()
    expect(page.locator("#register-form")).to_be_visible()
    page.locator("#register-q").fill("a")
    expect(page.locator("#register-found button").first).to_be_visible()
    page.locator("#register-found button").first.click()
    write(page, "Dicho desde el formulario guardado.")
    expect(page.locator("#outbox")).to_contain_text("1 contacto por enviar")
    page.context.set_offline(False)
    page.get_by_role("button", name="Enviar ahora").click()
    expect(page.locator("#outbox")).to_be_hidden(timeout=15_000)
