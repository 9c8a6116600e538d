"""The pictures of the guide: who sees what, after doing what. `take` makes one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.messy import messy

PASSWORD = "paramo-2026"
WIDE, TALL, NARROW = (1440, 900), (1440, 1300), (390, 844)


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it, after doing something on it; `of` is the part of it that is taken, all when empty."""

    name: str
    user: str
    path: str
    size: tuple[int, int] = WIDE
    first: Callable[[Page], object] = lambda page: None
    of: str = ""


def open_the_first(page: Page) -> None:
    page.locator(".c-agenda .c-item-name a").first.click()
    page.wait_for_load_state("networkidle")


def see_why_the_tier(page: Page) -> None:
    open_the_first(page)
    page.click("[popovertarget=pop-tier] >> nth=0")


def begin_a_promise(page: Page) -> None:
    open_the_first(page)
    page.click("a[href*='/compromisos/nuevo']")
    page.fill("[name=what]", "Enviar la comparación de comisiones")


def register_a_proposal(page: Page) -> None:
    page.fill("#register [name=said]", "Pide la tasa a 180 días antes de decidir.")
    page.check("#register [name=then][value=proposal]", force=True)


def see_the_account(page: Page) -> None:
    page.click("[popovertarget=pop-worth] >> nth=0")
    page.wait_for_selector("#pop-worth table")


def type_somebody_who_is_there(page: Page) -> None:
    """A person of the book, with a given name and two surnames, is typed again."""
    names = page.locator("main tbody a[data-walk]").all_inner_texts()
    given, *more, surname, second = next(name.split() for name in names if len(name.split()) == 4 and "." not in name)
    page.goto(page.url.partition("/clientes")[0] + "/clientes/nuevo")
    page.fill("[name=given_name]", " ".join([given, *more]))
    page.fill("[name=surname]", surname)
    page.fill("[name=second_surname]", second)
    page.keyboard.press("Tab")
    page.get_by_text("¿Es ").first.wait_for()


def ask_for_a_client_of_another(page: Page) -> None:
    page.locator("main a[href*='/acceso']").first.click()
    page.wait_for_load_state("networkidle")


def open_the_first_model(page: Page) -> None:
    page.locator("main tbody a").first.click()


def bring_a_file(page: Page) -> None:
    file = {"name": "clientes core.csv", "mimeType": "text/csv", "buffer": messy()}
    page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Enviar y reconocer").click()
    page.wait_for_selector("#matching", timeout=60_000)


def try_a_file(page: Page) -> None:
    bring_a_file(page)
    page.get_by_label("TEL_CEL").select_option("")
    page.get_by_role("button", name="Ensayar", exact=True).click()
    page.get_by_role("button", name=re.compile("Cargar 116 filas")).wait_for(timeout=60_000)


PICTURES = (
    Picture("mi-dia", "lucia", "/mi-dia"),
    Picture("mi-dia-telefono", "lucia", "/mi-dia", NARROW),
    Picture("la-cuenta", "lucia", "/mi-dia", first=see_the_account, of="#pop-worth"),
    Picture("registrar", "lucia", "/mi-dia", first=register_a_proposal, of="#register"),
    Picture("cliente-360", "lucia", "/mi-dia", TALL, open_the_first),
    Picture("nivel-y-por-que", "lucia", "/mi-dia", first=see_why_the_tier, of="#pop-tier"),
    Picture("prometer", "lucia", "/mi-dia", first=begin_a_promise, of="main"),
    Picture("clientes", "lucia", "/clientes?q=cord"),
    Picture("ya-esta", "lucia", "/clientes", first=type_somebody_who_is_there, of="main"),
    Picture("acceso-con-motivo", "diego", "/clientes?q=mar", first=ask_for_a_client_of_another),
    Picture("equipo", "veronica", "/equipo"),
    Picture("mi-cartera", "lucia", "/cartera", TALL),
    Picture("eventos", "lucia", "/eventos"),
    Picture("modelo-de-servicio", "admin", "/modelos/", TALL, open_the_first_model),
    Picture("columnas", "admin", "/importaciones/nueva", TALL, bring_a_file),
    Picture("ensayo", "admin", "/importaciones/nueva", TALL, try_a_file),
    Picture("noches", "admin", "/noches"),
    Picture("administracion", "admin", "/administracion"),
    Picture("politica-de-niveles", "admin", "/administracion/niveles", TALL),
    Picture("auditoria", "admin", "/administracion/auditoria"),
)


def take(picture: Picture, browser: Browser, address: str, folder: Path) -> Path:
    """Sign in, do what the picture shows, and keep it in a folder as a PNG."""
    width, height = picture.size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="es-EC", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/ingreso")
    page.fill("input[name=username]", picture.user)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/ingreso" not in url)
    page.goto(address + picture.path)
    page.wait_for_load_state("networkidle")
    picture.first(page)
    page.wait_for_load_state("networkidle")
    file = folder / f"{picture.name}.png"
    if picture.of:
        page.locator(picture.of).screenshot(path=file)
    else:
        page.screenshot(path=file)
    context.close()
    return file
