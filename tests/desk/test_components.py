"""The components as they reach the page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

import cartera
from cartera.clients.models import Channel
from cartera.desk.context import PLACES
from cartera.desk.templatetags.cartera import CHANNEL_ICONS, NOTE_ICONS, PROMISE_ICONS, UNKNOWN_CHANNEL_ICON
from cartera.kernel.pages import Page
from cartera.promises.rules import State
from tests.conftest import NOW

SOURCE = Path(cartera.__file__).parent
SPRITE = (SOURCE / "desk/static/cartera/vendor/icons.svg").read_text()
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))


def drawn(source: str, language: str = "es", **context: object) -> str:
    with translation.override(language):
        return re.sub(r"\s+", " ", Template(source).render(Context(context)).replace("\N{NO-BREAK SPACE}", " ")).strip()


class TestMarks:
    def test_an_icon_is_decoration_unless_it_has_a_label(self):
        assert 'aria-hidden="true"' in drawn('{% icon "phone" %}')
        assert 'role="img" aria-label="Call"' in drawn('{% icon "phone" label="Call" %}')

    def test_a_tier_says_its_letter_to_everybody(self):
        assert "Nivel </span>A" in drawn('{% tier "A" %}')
        assert 'popovertarget="pop-1"' in drawn('{% tier "A" "pop-1" %}')

    @pytest.mark.parametrize("state", [*PROMISE_ICONS, *State])
    def test_every_state_of_a_promise_has_shape_colour_and_words(self, state):
        chip = drawn('{% promise_chip state "Jue 25" %}', state=state)
        assert re.search(r'class="c-promise c-(kept|due|late|broken|paused)"><svg.+#i-[a-z-]+.+Jue 25', chip)

    @pytest.mark.parametrize("channel", Channel.values)
    def test_every_channel_has_an_icon_of_its_own(self, channel):
        assert UNKNOWN_CHANNEL_ICON not in drawn("{% channel_icon channel %}", channel=channel)

    def test_a_name_is_escaped(self):
        assert "<b>" not in drawn("{% avatar name %}{% why 'x' name %}", name="<b>Ana")


class TestFigures:
    @pytest.mark.parametrize(
        ("source", "spanish", "english"),
        [
            ('{% money 124030000 "USD" %}', "USD 1.240.300,00", "USD 1,240,300.00"),
            ('{% amount 124030000 "USD" "never" %}', "1.240.300", "1,240,300"),
            ("{% minutes 215 %}", "3 h 35 min", "3 h 35 min"),
            ("{% percent 0.941 %}", "94,1 %", "94.1 %"),
            ("{% day when %}", "mar 16 jun", "Tue 16 Jun"),
            ('{% day when "long" %}', "16 de junio de 2026", "16 June 2026"),
            ("{% moment then %}", "ayer 19:30", "yesterday 19:30"),
            ("{% clock then %}", "19:30", "19:30"),
            ("{% ago when %}", "hoy", "today"),
        ],
    )
    def test_are_written_for_the_reader(self, source, spanish, english):
        now = NOW.astimezone(ZoneInfo("America/Guayaquil"))
        context = {"now": now, "when": date(2026, 6, 16), "then": datetime(2026, 6, 16, 0, 30, tzinfo=UTC)}
        assert drawn(source, "es", **context) == spanish
        assert drawn(source, "en", **context) == english

    def test_drawings_keep_their_full_stops_in_spanish(self):
        assert 'width="94.1%"' in drawn("{% progress_bar 0.941 0.96 %}")


class Visit(forms.Form):
    name = forms.CharField(label="Nombre", help_text="Como firma.")
    amount = forms.IntegerField(label="USD")
    channel = forms.ChoiceField(choices=Channel.choices, widget=forms.RadioSelect, label="Canal")


class TestForms:
    def test_an_error_is_said_at_the_field_and_in_the_summary(self):
        form = Visit({"name": "Ana", "amount": "mucho", "channel": "phone"})
        page = drawn("{% error_summary form %}{% field form.amount %}", form=form)
        assert 'role="alert"' in page
        assert '<a href="#id_amount">USD</a>' in page
        assert 'aria-invalid="true" aria-describedby="id_amount_error"' in page
        assert 'id="id_amount_error"' in page
        assert 'value="mucho"' in page

    def test_a_form_that_is_well_says_nothing(self):
        assert drawn("{% error_summary form %}", form=Visit({"name": "Ana", "amount": "2", "channel": "phone"})) == ""

    def test_a_hint_is_joined_to_its_control(self):
        page = drawn("{% field form.name %}", form=Visit())
        assert 'aria-describedby="id_name_helptext"' in page
        assert 'id="id_name_helptext"' in page

    def test_a_choice_is_a_group_of_chips_with_a_legend(self):
        page = drawn("{% field form.channel %}", form=Visit({"channel": "fax"}))
        assert '<fieldset class="c-chipset" id="id_channel" aria-describedby="id_channel_error">' in page
        assert page.count('type="radio"') == len(Channel)


class TestStatesOfACard:
    def test_empty_offers_one_next_step(self):
        page = drawn('{% empty "Nada hoy" "Mañana hay siete." url="/manana" action="Adelantar" %}')
        assert page.count("<a ") == 1
        assert 'href="/manana"' in page

    def test_failed_offers_to_try_this_page_again(self):
        page = drawn('{% failed "Sin saldos" %}', request=RequestFactory().get("/cartera?orden=valor"))
        assert 'href="/cartera?orden=valor"' in page
        assert 'role="alert"' in page

    def test_waiting_is_said_to_those_who_listen(self):
        assert 'role="status">Cargando' in drawn('{% loading "Cargando" %}')

    def test_an_explanation_can_come_when_it_is_asked_for(self):
        page = drawn('{% popover_from "pop-1" "/por-que" %}')
        assert 'hx-get="/por-que" hx-trigger="toggle once"' in page


class TestLists:
    def test_a_page_keeps_the_question_and_changes_the_cursor(self):
        request = RequestFactory().get("/clientes?q=cord&cursor=old")
        page = drawn('{% pager page after="Cordero" %}', request=request, page=Page([], "next", "back"))
        assert 'rel="next" href="?q=cord&amp;cursor=next"' in page
        assert 'rel="prev" href="?q=cord&amp;cursor=back"' in page

    def test_the_end_of_a_list_has_no_next(self):
        page = drawn("{% pager page %}", request=RequestFactory().get("/clientes"), page=Page([], None, "back"))
        assert 'rel="next"' not in page

    def test_a_list_of_one_page_has_no_steps(self):
        assert "<nav" not in drawn("{% pager page %}", request=RequestFactory().get("/"), page=Page([], None, None))


class TestToasts:
    def test_what_can_be_undone_says_where(self):
        page = drawn("{% toasts %}", messages=[Message(25, "Guardado.", extra_tags="undo:/deshacer/7")])
        assert '<form method="post" action="/deshacer/7">' in page

    def test_what_cannot_be_undone_has_no_form(self):
        assert "<form" not in drawn("{% toasts %}", messages=[Message(25, "Guardado.")])


class TestHouseRules:
    def test_there_are_templates(self):
        assert len(TEMPLATES) > 30

    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
    def test_nothing_inline_that_the_policy_refuses(self, path):
        source = path.read_text()
        assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", source)
        assert not re.search(r"<script(?![^>]*(\bsrc=|application/json))", source)

    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
    def test_every_icon_is_in_the_sprite(self, path):
        asked = re.findall(r"{%\s*icon \"([a-z0-9-]+)\"", path.read_text())
        asked += re.findall(r"icon(?:_name)?=\"([a-z0-9-]+)\"", path.read_text())
        assert [name for name in asked if f'id="i-{name}"' not in SPRITE] == []

    def test_every_icon_that_code_names_is_in_the_sprite(self):
        named = [*PROMISE_ICONS.values(), *NOTE_ICONS.values(), *CHANNEL_ICONS.values(), UNKNOWN_CHANNEL_ICON]
        named += [place.icon for place in PLACES]
        assert [name for name in named if f'id="i-{name}"' not in SPRITE] == []
