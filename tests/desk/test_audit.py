"""The audit: what is found by whom, what it says of before and after, and what stays sealed for whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.translation import override

import cartera
from cartera.clients.actions.registration import correct_client
from cartera.desk import audit, system_words
from cartera.desk.audit import Wanted, found, opened
from cartera.desk.audit_words import changes_of, in_one_line
from cartera.kernel import keys
from cartera.kernel.actor import Actor
from cartera.kernel.models import Happening
from cartera.team.models import Role
from cartera.team.queries import actor_for
from tests.conftest import TODAY, hired
from tests.desk.test_exports import text_of

pytestmark = pytest.mark.row("Y7", "V7")


@pytest.fixture
def corrected(rosa, ana: Actor) -> Happening:
    """Ana corrects Rosa's name."""
    correct_client(actor=ana, client=rosa, surname="Cordero Vera")
    return Happening.objects.filter(name="client.correct").latest("id")


@pytest.fixture
def auditor(bank) -> Actor:
    """A manager of Cuenca to whom the institution gave the audit."""

    manager = actor_for(hired("nora", "Nora Paz", Role.MANAGER, bank.centro))
    return replace(manager, permissions=manager.permissions | {"audit.view"})


class TestASearch:
    def test_finds_by_who_what_client_and_day(self, ada: Actor, corrected: Happening):
        at = corrected.at.date()
        day = {"since": at - timedelta(days=1), "until": at + timedelta(days=1)}
        for wanted in (
            Wanted(who="andrade"),
            Wanted(who="ana", doer="personas"),
            Wanted(name="client.correct"),
            Wanted(client_key="C-1", name="client.correct"),
            Wanted(name="client.correct", **day),
        ):
            assert corrected in found(actor=ada, wanted=wanted), wanted

    def test_leaves_out_what_is_not_asked_for(self, ada: Actor, corrected: Happening):
        long_ago = TODAY - timedelta(days=2000)
        for wanted in (
            Wanted(who="beto"),
            Wanted(doer="sistema"),
            Wanted(name="promise.keep"),
            Wanted(client_key="C-2"),
            Wanted(until=long_ago),
            Wanted(request_id="another"),
        ):
            assert corrected not in found(actor=ada, wanted=wanted), wanted

    def test_says_at_which_field_a_day_is_wrong_and_keeps_what_was_typed(self, sign_in, ada: Actor):
        answer = sign_in(ada).get("/administracion/auditoria?quien=ana&desde=2026-06-16&hasta=2026-06-01")
        assert answer.status_code == 422
        page = answer.content.decode()
        assert 'value="ana"' in page
        assert "anterior al primero" in page

    def test_asks_the_database_as_often_for_many_as_for_few(
        self, sign_in, ada: Actor, corrected, django_assert_max_num_queries
    ):
        browser = sign_in(ada)
        browser.get("/administracion/auditoria")
        with django_assert_max_num_queries(24):
            assert "Ana Andrade" in browser.get("/administracion/auditoria").content.decode()


class TestWhatSomebodyMayKnow:
    def test_is_nothing_without_the_permission(self, mara: Actor, corrected: Happening):
        assert not found(actor=mara, wanted=Wanted()).exists()

    def test_is_only_its_own_clients_for_somebody_with_a_branch(
        self, auditor: Actor, corrected: Happening, yunguilla, beto: Actor
    ):
        correct_client(actor=beto, client=yunguilla, name="Agrícola Tarqui S. A.")
        assert list(found(actor=auditor, wanted=Wanted(name="client.correct"))) == [corrected]

    def test_opens_personal_content_only_of_clients_that_are_seen(self, ada: Actor, beto: Actor, corrected: Happening):
        assert "Cordero Vera" in str(opened(corrected, actor=ada))
        assert opened(corrected, actor=beto) == {}

    def test_is_told_shut_once_the_client_was_erased(self, sign_in, ada: Actor, corrected: Happening, monkeypatch):
        monkeypatch.setattr(keys, "unseal", lambda _client_id, _sealed: None)
        page = sign_in(ada).get(f"/administracion/auditoria/{corrected.pk}").content.decode()
        assert "se abre solo para quienes ven al cliente" in page
        assert "<td>Apellido" not in page


class TestOneHappening:
    def test_shows_before_and_after_by_field(self, sign_in, ada: Actor, corrected: Happening):
        page = sign_in(ada).get(f"/administracion/auditoria/{corrected.pk}").content.decode()
        assert "Cordero Vera" in page
        assert "<td>Apellido" in page

    def test_marks_what_was_sealed(self, ada: Actor, corrected: Happening):
        (changed,) = changes_of(corrected.facts, opened(corrected, actor=ada))
        surname = next(field for field in changed.fields if field.name == "surname")
        assert (surname.before, surname.after, surname.personal) == ("Cordero", "Cordero Vera", True)
        assert not changed.added


class TestTheFile:
    def test_holds_what_the_search_found_and_nothing_sealed(self, sign_in, ada: Actor, corrected: Happening):
        heading, *lines = text_of(sign_in(ada).get("/exportar/auditoria.csv?que=client.correct"))
        assert [line[heading.index("Quién")] for line in lines] == ["Ana Andrade"]
        assert "Cordero" not in str(lines)

    def test_refuses_a_day_that_is_none(self, sign_in, ada: Actor):
        assert sign_in(ada).get("/exportar/auditoria.csv?desde=ayer").status_code == 422

    def test_tells_what_stands_open_in_one_line(self):
        change = {"kind": "promises.promise", "id": 7, "before": {"state": "open"}, "after": {"state": "kept"}}
        assert in_one_line({"changes": [change]}).endswith("7: state open → kept")


def test_an_order_goes_along_the_index_of_what_is_asked():
    assert Wanted().order == ("-at", "-id")
    assert audit.Wanted(client_key="C-1").order == ("-id",)


def names_of_systems() -> Iterator[str]:
    """The names that parts of the system act under: the first word of each `Actor.system(…)` in the product."""
    for file in (Path(cartera.__file__).parent).rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "Actor.system" and call.args:
                yield ast.literal_eval(call.args[0])


def test_every_part_of_the_system_has_a_name_that_people_read():
    nobody = {"nobody"}
    assert set(names_of_systems()) - nobody == system_words.PARTS.keys()
    with override("es"):
        assert system_words.in_words("planner") == "la agenda"
        assert system_words.in_words("Ana Andrade") == "Ana Andrade"
