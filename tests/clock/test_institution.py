"""The institution is a screen with history: changed with a reason, undone, and held where clients lean on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.clock.actions import change_institution, found_institution
from cartera.clock.models import Institution
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid
from cartera.kernel.undo import undo
from tests.conftest import SET_UP
from tests.desk.conftest import sign_in
from tests.desk.test_editing import fields_of

__all__ = ["sign_in"]
pytestmark = pytest.mark.row("Y15")
PAGE = "/administracion/institucion"


def changed(actor: Actor, **values: Any) -> Institution:
    return change_institution(actor=actor, institution=Institution.objects.get(), reason="By law", **values)


class TestChanging:
    def test_keeps_what_is_left_out_and_is_undone(self, ada: Actor):
        done = changed(ada, name="Banco del Páramo", language="en")
        assert (clock.institution().name, clock.institution().currency, clock.language()) == (
            "Banco del Páramo", "USD", "en",
        )  # fmt: skip
        undo(actor=ada, happening_id=done.happening.pk)  # type: ignore[attr-defined]
        assert (clock.institution().name, clock.language()) == ("Banco Páramo", "es")

    @pytest.mark.parametrize("values", [{"zone": "Marte/Olimpo"}, {"country": "ZZ"}, {"currency": "dólares"}])
    def test_to_what_does_not_exist_is_refused(self, ada: Actor, values: dict[str, str]):
        with pytest.raises(Invalid) as refused:
            changed(ada, **values)
        assert set(values) <= set(refused.value.fields)

    def test_without_a_reason_is_refused(self, ada: Actor):
        with pytest.raises(Invalid):
            change_institution(actor=ada, institution=Institution.objects.get(), reason=" ", name="Otro")

    def test_from_an_old_version_is_a_conflict(self, ada: Actor):
        changed(ada, name="Uno")
        with pytest.raises(Conflict):
            changed(ada, name="Dos", version=1)

    def test_of_currency_or_country_stands_while_nobody_leans_on_it(self, ada: Actor):
        changed(ada, currency="EUR", country="ES", zone="Europe/Madrid")
        assert clock.institution().currency == "EUR"

    @pytest.mark.parametrize("values", [{"currency": "EUR"}, {"country": "PE"}])
    def test_of_currency_or_country_is_refused_once_there_are_clients(
        self, ada: Actor, rosa: Client, values: dict[str, str]
    ):
        with pytest.raises(Invalid) as refused:
            changed(ada, **values)
        assert set(refused.value.fields) == set(values)
        with pytest.raises(Invalid):
            found_institution(
                actor=SET_UP, **{"name": "X", "country": "EC", "currency": "USD", "zone": "UTC", **values}
            )
        clock.forget()
        assert (clock.institution().country, clock.institution().currency) == ("EC", "USD")


class TestThePage:
    def test_says_why_country_and_currency_stand(self, ada: Actor, rosa: Client, sign_in: Callable[[Actor], Browser]):
        page = sign_in(ada).get(PAGE)
        assert page.context["form"].fields["currency"].disabled
        assert "Ya no puede cambiar: hay un cliente" in page.content.decode()

    def test_saves_with_its_reason_and_tells_the_history(self, ada: Actor, sign_in: Callable[[Actor], Browser]):
        browser = sign_in(ada)
        typed = fields_of(browser, PAGE) | {"name": "Banco del Páramo", "reason": "Nuevo nombre"}
        assert browser.post(PAGE, typed).status_code == 302
        page = browser.get(PAGE).content.decode()
        assert all(told in page for told in ("Banco Páramo → Banco del Páramo", "Nuevo nombre", "Ada Ruiz"))

    def test_shows_both_versions_when_edits_cross(self, ada: Actor, sign_in: Callable[[Actor], Browser]):
        browser = sign_in(ada)
        typed = fields_of(browser, PAGE) | {"name": "Mío", "reason": "Porque sí"}
        changed(ada, name="Suyo")
        answer = browser.post(PAGE, typed)
        assert answer.status_code == 409
        assert ("Suyo", "Mío") in [(one.theirs, one.mine) for one in answer.context["crossing"].fields]


def test_speaks_its_language_to_whoever_asks_for_none(ada: Actor):
    changed(ada, language="en")
    assert 'lang="en"' in Browser().get("/ingreso").content.decode()
    assert 'lang="es"' in Browser(headers={"Accept-Language": "es-EC"}).get("/ingreso").content.decode()
