"""The rulebook in administration and in the API: every figure is a screen with history, and crossing edits show both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

import cartera
from cartera.agenda.book import desks
from cartera.api.actions import issue_own_token
from cartera.clients.actions.access import open_client
from cartera.clients.models import Client, Occasion
from cartera.clients.settings import ACCESS_DAYS
from cartera.desk.formats import locale_for
from cartera.desk.rulebook import BY_NAME, TOPICS, in_words
from cartera.desk.settings import GOAL, QUIET_DAYS, goal
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid
from cartera.kernel.models import Happening
from cartera.rulebook.declaring import Setting
from cartera.rulebook.models import Ruling
from cartera.rulebook.queries import value_of
from cartera.rulebook.settings import UNDO_MINUTES
from cartera.team.models import Role, Staff
from cartera.team.settings import HOUR_COSTS, MOST_TOKENS
from tests.api.conftest import Program, problem_of, program
from tests.conftest import NOW, TODAY, ruled
from tests.desk.conftest import sign_in

__all__ = ["program", "sign_in"]
pytestmark = pytest.mark.row("Y15")
SignIn = Callable[[Actor], Browser]
PAGE = f"/administracion/reglas/metas/{GOAL.name}"
TYPED = {"after": 0, "value": "94.5", "effective_from": TODAY.isoformat(), "reason": "Más realista"}


def declared() -> list[Setting]:
    """Every figure that any room declares."""
    found: dict[str, Setting] = {}
    for file in Path(cartera.__file__).parent.glob("*/settings.py"):
        for told in vars(import_module(f"cartera.{file.parent.name}.settings")).values():
            for one in told.values() if isinstance(told, dict) else [told]:
                for setting in one if isinstance(one, tuple) else [one]:
                    if isinstance(setting, Setting):
                        assert found.setdefault(setting.name, setting) is setting, f"{setting.name} is declared twice"
    return list(found.values())


def test_every_figure_that_a_room_declares_is_in_a_topic_once():
    listed = [setting.name for topic in TOPICS for setting in topic.settings]
    assert sorted(listed) == sorted(setting.name for setting in declared())


def test_every_figure_has_words_in_spanish(bank: object):
    for setting in BY_NAME.values():
        assert in_words(setting, setting.default, locale_for("es")) != ""
        assert setting.says


class TestPages:
    def test_lead_from_the_hub_to_a_figure(self, ada: Actor, sign_in: SignIn):
        browser = sign_in(ada)
        assert "Reglas y plazos" in browser.get("/administracion").content.decode()
        assert "Silencios" in browser.get("/administracion/reglas").content.decode()
        assert "96\N{NO-BREAK SPACE}%" in browser.get("/administracion/reglas/metas").content.decode()
        assert browser.get("/administracion/reglas/otra").status_code == 404
        assert browser.get(f"/administracion/reglas/saldos/{GOAL.name}").status_code == 404

    def test_set_a_figure_with_its_author_and_reason(self, ada: Actor, sign_in: SignIn):
        browser = sign_in(ada)
        assert browser.post(PAGE, TYPED).status_code == 302
        assert goal() == 0.945
        page = browser.get(PAGE).content.decode()
        assert all(told in page for told in ("94,5\N{NO-BREAK SPACE}%", "Ada Ruiz", "Más realista"))

    def test_keep_what_was_typed_with_the_error_at_its_field(self, ada: Actor, sign_in: SignIn):
        answer = sign_in(ada).post(PAGE, {**TYPED, "value": "120"})
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {"value"}
        assert 'value="Más realista"' in answer.content.decode()

    def test_show_both_versions_when_edits_cross_and_saving_again_decides(self, ada: Actor, sign_in: SignIn):
        browser = sign_in(ada)
        ruled(GOAL, 900_000)
        answer = browser.post(PAGE, TYPED)
        assert answer.status_code == 409
        told = answer.context["crossing"].fields[0]
        assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in (told.before, told.theirs, told.mine)] == [
            "96 %",
            "90 %",
            "94,5 %",
        ]
        assert goal() == 0.9
        again = {name: answer.context["form"][name].value() for name in TYPED}
        assert browser.post(PAGE, again).status_code == 302
        assert goal() == 0.945

    def test_take_back_what_has_not_begun(self, ada: Actor, sign_in: SignIn):
        browser = sign_in(ada)
        coming = ruled(GOAL, 900_000, since=TODAY + timedelta(days=3))
        assert "Retirar" in browser.get(PAGE).content.decode()
        assert browser.post(f"/administracion/reglas/retirar/{coming.pk}").status_code == 302
        assert "Retirada" in browser.get(PAGE).content.decode()
        assert value_of(GOAL, TODAY + timedelta(days=3)) == GOAL.default

    def test_are_read_and_not_set_by_a_manager(self, mara: Actor, sign_in: SignIn):
        browser = sign_in(mara)
        assert "Fijarla de nuevo" not in browser.get(PAGE).content.decode()
        assert browser.post(PAGE, TYPED).status_code == 403
        assert not Ruling.objects.exists()

    def test_of_a_topic_cost_the_same_for_few_and_many_changes(
        self, ada: Actor, sign_in: SignIn, django_assert_max_num_queries: Any
    ):
        for value in range(8, 20):
            ruled(QUIET_DAYS, value)
        browser = sign_in(ada)
        with django_assert_max_num_queries(15):
            browser.get("/administracion/reglas/metas")


class TestApi:
    def test_reads_and_sets_on_condition_of_the_version(self, ada: Actor, program: Callable[[Actor], Program]):
        api = program(ada)
        seen = api.get(f"/settings/{GOAL.name}")
        assert seen.json()["value"] == 960_000  # type: ignore[attr-defined]
        sent = {"value": 930_000, "reason": "By the API"}
        done = api.send("PATCH", f"/settings/{GOAL.name}", {"If-Match": seen["ETag"]}, **sent)
        assert (done.status_code, done.json()["value"]) == (200, 930_000)  # type: ignore[attr-defined]
        late = api.send("PATCH", f"/settings/{GOAL.name}", {"If-Match": seen["ETag"]}, **{**sent, "value": 920_000})
        assert problem_of(late)["status"] == 412
        assert goal() == 0.93

    def test_says_what_is_wrong_at_its_field(self, ada: Actor, program: Callable[[Actor], Program]):
        refused = program(ada).patch(f"/settings/{GOAL.name}", value=5, reason="Too low")
        assert set(problem_of(refused)["errors"]) == {"value"}

    def test_tells_the_history(self, ada: Actor, program: Callable[[Actor], Program]):
        ruled(GOAL, 900_000)
        coming = ruled(GOAL, 930_000, since=TODAY + timedelta(days=1))
        api = program(ada)
        assert api.post(f"/settings/rulings/{coming.pk}/take-back").status_code == 200
        told = api.get(f"/settings/{GOAL.name}/history").json()["items"]  # type: ignore[attr-defined]
        assert [(one["value"], one["taken_back"]) for one in told] == [(930_000, True), (900_000, False)]

    def test_is_for_whoever_may_read_it(self, ana: Actor, program: Callable[[Actor], Program]):
        assert program(ana).get("/settings").status_code == 403


class TestWhatTheyDo:
    def test_the_undo_window(self, ada: Actor, sign_in: SignIn):
        browser = sign_in(ada)
        browser.post(PAGE, TYPED)
        ruled(UNDO_MINUTES, 5)
        happening = Happening.objects.filter(name="setting.change").order_by("id").first()
        assert happening is not None
        assert browser.post(f"/deshacer/{happening.pk}").status_code == 302
        assert goal() == 0.96

    def test_the_cost_of_an_hour_of_a_role_holds_for_whoever_has_none(self, ana_staff: Staff):
        ruled(HOUR_COSTS[Role.ADVISER], 3000)
        assert desks([ana_staff], TODAY)[0].minute_cost_minor == 2600 // 60
        Staff.objects.filter(pk=ana_staff.pk).update(hour_cost_minor=0)
        ana_staff.refresh_from_db()
        assert desks([ana_staff], TODAY)[0].minute_cost_minor == 3000 // 60

    def test_the_longest_access(self, beto: Actor, rosa: Client):
        ruled(ACCESS_DAYS, 2)
        asked: dict[str, Any] = {"client_id": rosa.pk, "occasion": Occasion.OTHER, "purpose": "Visita"}
        with pytest.raises(Invalid):
            open_client(actor=beto, until_at=NOW + timedelta(days=3), **asked)
        open_client(actor=beto, until_at=NOW + timedelta(days=1), **asked)

    def test_the_tokens_of_a_person(self, ana: Actor):
        ruled(MOST_TOKENS, 1)
        issue_own_token(actor=ana, label="one")
        with pytest.raises(Invalid):
            issue_own_token(actor=ana, label="two")

    def test_whom_a_list_calls_silent(self, ana: Actor, rosa: Client, sign_in: SignIn):
        ruled(QUIET_DAYS, 45)
        assert "sin contacto en 45 días" in sign_in(ana).get("/clientes").content.decode()
