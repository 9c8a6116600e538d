"""Every page, wide and narrow, light and dark: accessible, quiet, and within its width."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Person, SitsDown

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
PAGES = {
    "lucia": (
        "/mi-dia",
        "/clientes",
        "/clientes/{client}",
        "/registrar?client={client}",
        "/compromisos/nuevo?client={client}",
    ),
    "veronica": ("/equipo",),
    "admin": ("/importaciones", "/noches", "/componentes"),
    None: ("/ingreso", "/ingreso/clave", "/api/v1/docs"),
}
SIZES = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]


@pytest.mark.row("Y10")
@pytest.mark.parametrize(("width", "theme"), SIZES)
@pytest.mark.parametrize("user", PAGES, ids=lambda user: user or "nobody")
def test_every_page_is_accessible_quiet_and_within_its_width(
    sits_down: SitsDown, user: str | None, width: int, theme: str
):
    person = sits_down(user, width=width, theme=theme)
    client = first_client(person) if user == "lucia" else ""
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
