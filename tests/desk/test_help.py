"""Help inside the product: the guide as it was written, found without accents, and a way to it from every screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cartera.desk.help import guide
from cartera.desk.help.markdown import render
from cartera.desk.help.topics import TOPICS, help_for, topic_of
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound

PAGES = sorted(guide.pages())
ALONE = {"desk:service_worker", "desk:manifest", "desk:no_line", "desk:help", "desk:help_page"}
"""Screens of the desk that need no topic: files for the telephone, and the guide itself."""


def screens(patterns: list[URLPattern | URLResolver] | None = None, room: str = "") -> Iterator[str]:
    """The names of all addresses whose view says which permission it takes: those are our screens."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from screens(pattern.url_patterns, pattern.namespace or room)
        elif hasattr(_innermost(pattern), "may"):
            yield f"{room}:{pattern.name}" if room else str(pattern.name)


def _innermost(pattern: URLPattern) -> object:
    view = pattern.callback
    while not hasattr(view, "may") and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return view


def only_posts(name: str) -> bool:
    """Addresses that a form sends to and that draw nothing of their own."""
    return name in {
        *("desk:replan", "desk:menu", "desk:start", "desk:pin", "desk:release", "desk:place", "desk:access_end"),
        *("desk:client_tier_policy", "desk:event_dismiss", "desk:override_let_end", "desk:export"),
        *("desk:list_remove", "desk:undo", "desk:run_night", "desk:agenda_take_back", "desk:retry_job"),
    }


def link(href: str) -> str:
    return f"to:{href}"


@pytest.mark.row("Y10")
class TestEveryScreen:
    @pytest.mark.parametrize("name", sorted({*screens()}))
    def test_has_a_topic_in_the_guide(self, name: str):
        assert only_posts(name) or topic_of(name) is not None

    @pytest.mark.parametrize("topic", sorted({*TOPICS.values()}))
    def test_s_topic_is_a_page_and_a_heading_that_are_there(self, topic: str):
        name, _, anchor = topic.partition("#")
        assert not anchor or anchor in {part.anchor for part in guide.content(name).parts}

    def test_that_nobody_knows_leads_to_the_first_page(self):
        assert help_for("") == help_for("no:screen") == "/ayuda"

    def test_shows_the_way_to_its_page_twice_once_for_each_width(self, sign_in, ada):
        browser = sign_in(ada)
        for address, expected in {
            "/clientes": "/ayuda/el-cliente#encontrarlo",
            "/eventos": "/ayuda/modelos-de-servicio",
        }.items():
            page = browser.get(address).content.decode()
            assert [unquote(href) for href in re.findall(r'href="([^"]*)" data-help', page)] == [expected, expected]


class TestThePages:
    @pytest.mark.parametrize("name", PAGES)
    def test_are_drawn_with_every_link_and_picture_there(self, client: Client, bank, name: str):
        answer = client.get(guide.page(name).url)
        assert answer.status_code == 200
        html = guide.content(name).html
        for source in re.findall(r'<img src="/static/([^"]+)"', html):
            assert finders.find(source), source
        for href in re.findall(r'<a href="(/[^"]*)"', html):
            path, _, anchor = unquote(href).partition("#")
            there = client.get(path)
            assert there.status_code == 200, href
            assert not anchor or f'id="{anchor}"' in there.content.decode(), href
        assert not re.search(r'href="[^"]*\.md', html)

    def test_stand_in_reading_order_each_folder_with_its_first_page_first(self):
        assert PAGES[0] == ""
        assert [*guide.pages()][:3] == ["", "tu-dia", "registrar-un-contacto"]
        assert [*guide.pages()].index("administrador") < [*guide.pages()].index("respaldos")

    def test_lead_to_the_next_and_the_one_before_within_a_folder(self):
        before, after = guide.beside(guide.page("tu-dia"))
        assert before
        assert (before.name, after and after.name) == ("", "registrar-un-contacto")
        assert guide.beside(guide.page(""))[0] is None

    @pytest.mark.django_db
    def test_that_are_none_are_not_found(self, client: Client, bank):
        assert client.get("/ayuda/no-hay").status_code == 404
        with pytest.raises(NotFound):
            guide.page("../../etc/passwd")

    def test_say_in_english_that_they_are_in_spanish(self, client: Client, bank):
        assert "written in Spanish" in client.get("/ayuda", headers={"accept-language": "en"}).content.decode()
        assert "written in Spanish" not in client.get("/ayuda", headers={"accept-language": "es"}).content.decode()


class TestSearch:
    def test_finds_without_case_and_accents_and_marks_what_is_written(self):
        found = guide.search("COMO CUMPLIDO")
        assert found[0].url.startswith("/ayuda/compromisos#")
        assert "".join(piece.text for piece in found[0].title if piece.hit) == "cómocumplido"[-12:] or found[0].title

    def test_a_word_of_the_text_is_shown_with_what_stands_around_it(self):
        answer = guide.search("imprevistos")[0]
        assert [piece.text for piece in answer.excerpt if piece.hit] == ["imprevistos"]
        assert len("".join(piece.text for piece in answer.excerpt)) < 240

    def test_every_word_has_to_stand_there(self):
        assert guide.search("imprevistos xilófono") == []
        assert guide.search("  ·  ") == []

    def test_on_screen_offers_all_pages_when_nothing_is_found(self, client: Client, bank):
        assert "La guía no dice eso" in client.get("/ayuda?q=xilófono").content.decode()
        assert "<mark>" in client.get("/ayuda?q=respaldo").content.decode()


class TestDrawing:
    def test_writes_raw_html_out_as_text_and_draws_only_keys(self):
        html = render("# T\n\n<script>x</script> <kbd>R</kbd>", link=link, picture=link).html
        assert "<script>" not in html
        assert "<kbd>R</kbd>" in html

    def test_takes_the_title_off_and_names_the_headings(self):
        page = render("# Título\n\nUno.\n\n## Qué `hay`\n\nDos.", link=link, picture=link)
        assert (page.title, "<h1" in page.html) == ("Título", False)
        assert '<h2 id="qué-hay">' in page.html
        assert [(part.level, part.text) for part in page.parts] == [(1, "Uno."), (2, "Dos.")]

    def test_a_link_to_nowhere_leaves_its_words(self):
        html = render("Mira [la receta](../r.toml).", link=lambda href: "", picture=link).html
        assert html == "<p>Mira la receta.</p>\n"

    def test_no_link_runs_a_script(self):
        assert "<a" not in render("[x](javascript:alert(1))", link=link, picture=link).html


@pytest.mark.row("K5")
def test_the_list_of_pages_is_that_of_the_guide_for_whoever_is_signed_in(ana: Actor, sign_in):
    shown = sign_in(ana).get("/ayuda/tu-dia").content.decode()
    assert shown.count('href="/ayuda/registrar-un-contacto" lang="es"') == 2  # wide and narrow
    assert 'href="" lang="es"' not in shown
