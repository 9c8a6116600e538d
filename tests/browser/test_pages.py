"""Every page, wide and narrow, light and dark: accessible, quiet, and within its width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLResolver, get_resolver

from tests.browser.conftest import Person, SitsDown

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
PAGES = {
    "lucia": (
        "/mi-dia",
        "/clientes",
        "/clientes?q=cord",
        "/clientes/accesos",
        "/clientes/traspasar?client={client}",
        "/clientes/lista?client={client}",
        "/cartera",
        "/cartera?orden=deja&cuesta=1",
        "/cartera/politica",
        "/cartera/clientes/{client}/nivel",
        "/clientes/{client}",
        "/clientes/{client}/corregir",
        "/clientes/{client}/compromisos",
        "/clientes/{client}/deseos",
        "/clientes/nuevo",
        "/registrar?client={client}",
        "/compromisos/nuevo?client={client}",
        "/buscar?q=cord",
        "/eventos",
        "/calendario",
        "/cuenta/tokens",
        "/ayuda",
        "/ayuda/01-tu-dia",
        "/sin-linea",
    ),
    "admin": (
        "/importaciones",
        "/importaciones/nueva",
        "/noches",
        "/componentes",
        "/clientes/duplicados",
        "/modelos/",
        "/modelos/nuevo",
        "/administracion",
        "/administracion/niveles",
        "/administracion/institucion",
        "/administracion/agenda",
        "/administracion/reglas",
        "/administracion/reglas/saldos",
        "/administracion/reglas/metas/desk.goal",
        "/administracion/trabajos",
        "/administracion/tokens",
        "/administracion/instalacion",
        "/administracion/auditoria",
        "/administracion/webhooks",
        "/administracion/webhooks/nuevo",
        "/administracion/personas",
        "/administracion/personas/nueva",
        "/administracion/permisos",
        "/administracion/agencias",
        "/administracion/agencias/nueva",
        "/administracion/ausencias",
        "/administracion/ausencias/nueva",
        "/administracion/citas",
        "/administracion/citas/nueva",
        "/administracion/feriados",
        "/administracion/feriados/nuevo",
        "/administracion/productos",
        "/administracion/productos/nuevo",
        "/administracion/productos/1",
        "/administracion/productos/1/condiciones",
        "/administracion/monedas",
        "/administracion/monedas/nuevo",
        "/administracion/monedas/archivo",
        "/administracion/monedas/EUR",
    ),
    "veronica": (
        "/equipo",
        "/cartera",
        "/cartera/excepciones",
        "/cartera/clientes/{client}/nivel",
        "/clientes/{client}/duplicados",
    ),
    None: ("/ingreso", "/ingreso/clave", "/ingreso/clave/enviada", "/ingreso/clave/cambiada", "/api/v1/docs"),
}
NOT_PAGES = {
    "/": "leads to Mi día",
    "/health": "JSON",
    "/metrics": "for Prometheus",
    "/sw.js": "a script",
    "/manifest.webmanifest": "JSON",
    "/clientes/parecidos": "a part of the form of a new client",
    "/modelos/dibujo": "a part of the editor",
    "/registrar/cliente": "a part of Registrar contacto",
    "/registrar/cumple": "a part of Registrar contacto",
    "/mi-dia/plan": "a part of Mi día",
    **dict.fromkeys(
        (
            "/administracion/niveles/prueba",
            "/administracion/permisos/cambiar",
            "/calendario/compartir",
            "/clientes/duplicados/buscar",
            "/idioma/setlang/",
            "/listas/guardar",
            "/mi-dia/replanificar",
            "/noches/ejecutar",
            "/salir",
        ),
        "only takes what is sent",
    ),
}
"""Addresses that are asked for and show no page of their own, each with what it is."""
SIZES = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Every address without a number or a name in it."""
    for one in resolver.url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one, here)
        elif "<" not in here:
            yield here


@pytest.mark.row("Y10")
def test_every_page_is_looked_at():
    """A new screen is added to PAGES, or said not to be one."""
    looked_at = {path.partition("?")[0] for paths in PAGES.values() for path in paths}
    site = {path for path in addresses(get_resolver()) if not path.startswith("/api/v1/")}
    assert site - looked_at - NOT_PAGES.keys() == set()
    assert NOT_PAGES.keys() - site == set()


@pytest.mark.row("Y10")
@pytest.mark.parametrize(("width", "theme"), SIZES)
@pytest.mark.parametrize("user", PAGES, ids=lambda user: user or "nobody")
def test_every_page_is_accessible_quiet_and_within_its_width(
    sits_down: SitsDown, user: str | None, width: int, theme: str
):
    person = sits_down(user, width=width, theme=theme)
    client = first_client(person) if user in ("lucia", "veronica") else ""
    for path in PAGES[user]:
        page = person.goes_to(path.format(client=client))
        page.evaluate(AXE)
        found = page.evaluate(
            "async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' '))"
        )
        assert found == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{path} is wider than {width}"
        )
        assert person.complaints == [], path


@pytest.mark.row("Y10")
@pytest.mark.parametrize("user", ["lucia", "veronica", "admin"])
def test_in_english_no_spanish_is_left_in_the_frame(sits_down: SitsDown, user: str):
    person = sits_down(user, language="en-GB")
    page = person.page
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Sign out" in (page.locator("#pop-account").text_content() or "")


def first_client(person: Person) -> str:
    """The number of the first client of the list."""
    links = person.goes_to("/clientes").locator("main tbody a[href^='/clientes/']")
    return (links.first.get_attribute("href") or "").rsplit("/", 1)[1]
