"""Versions over HTTP: tags on what is read, conditions on what is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cartera.api.composition import api
from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.promises import actions
from cartera.promises.models import Promise
from tests.api.conftest import Program, problem_of
from tests.conftest import NOW, TODAY
from tests.test_permissions import BODIES as SENT
from tests.test_permissions import Line, _filled, browser_of, lines, people, things  # noqa: F401

V1 = "/api/v1"


@pytest.fixture
def promise(ana: Actor, rosa: Client) -> Promise:
    return actions.make(actor=ana, client=rosa, what="Propuesta escrita", due_at=NOW + timedelta(days=3))


def tag(program: Program, path: str) -> str:
    return str(program.get(path)["ETag"])


@pytest.mark.row("Y6")
class TestReading:
    def test_what_one_has_is_not_sent_again(self, ana_api: Program, rosa: Client):
        for path in (f"/clients/{rosa.pk}", "/clients", "/promises"):
            known = {"If-None-Match": tag(ana_api, path)}
            again = ana_api.http.get(V1 + path, headers=known)
            assert (again.status_code, again.content) == (304, b"")
            assert again["ETag"] == known["If-None-Match"]

    def test_any_of_several_tags_will_do_weak_or_strong(self, ana_api: Program, rosa: Client):
        here = tag(ana_api, f"/clients/{rosa.pk}")
        for known in (f'"x", W/{here}', "*"):
            assert ana_api.http.get(f"{V1}/clients/{rosa.pk}", headers={"If-None-Match": known}).status_code == 304

    def test_a_figure_that_changed_without_an_edit_is_sent(self, ana_api: Program, rosa: Client):
        before = tag(ana_api, f"/clients/{rosa.pk}")
        Client.objects.filter(pk=rosa.pk).update(assets_minor=5)
        again = ana_api.http.get(f"{V1}/clients/{rosa.pk}", headers={"If-None-Match": before})
        assert again.status_code == 200
        assert again["ETag"].partition("-")[0] == before.partition("-")[0]


@pytest.mark.row("Y6")
class TestChanging:
    def test_the_version_that_was_read_is_done_and_answers_the_next(self, ana_api: Program, rosa: Client):
        asked = {"If-Match": tag(ana_api, f"/clients/{rosa.pk}")}
        done = ana_api.send("PATCH", f"/clients/{rosa.pk}", asked, sector="Salud")
        assert done.status_code == 200
        assert done["ETag"].startswith('"2-')
        assert ana_api.send("PATCH", f"/clients/{rosa.pk}", {"If-Match": done["ETag"]}, sector="").status_code == 200

    def test_a_version_that_is_over_is_refused_with_both(self, ana_api: Program, rosa: Client):
        asked = {"If-Match": tag(ana_api, f"/clients/{rosa.pk}")}
        ana_api.patch(f"/clients/{rosa.pk}", sector="Salud")
        told = problem_of(ana_api.send("PATCH", f"/clients/{rosa.pk}", asked, sector="Minas"))
        assert told["status"] == 412
        assert told["theirs"] == {"version": 2, "sector": "Salud"}
        assert told["yours"] == {"version": "1", "sector": "Minas"}
        rosa.refresh_from_db()
        assert rosa.sector == "Salud"

    def test_an_action_on_a_thing_takes_a_version_too(self, ana_api: Program, promise: Promise):
        stale = {"If-Match": '"7-0"'}
        for verb, body in (("keep", {}), ("withdraw", {}), ("renegotiate", {"new_due_at": "2026-06-26T15:00:00Z"})):
            response = ana_api.send("POST", f"/promises/{promise.pk}/{verb}", stale, **{"reason": "x", **body})
            assert problem_of(response)["status"] == 412
        fresh = {"If-Match": tag(ana_api, f"/promises/{promise.pk}")}
        assert ana_api.send("POST", f"/promises/{promise.pk}/keep", fresh).status_code == 200

    @pytest.mark.parametrize(("wanted", "status"), [("*", 200), ('W/"1-0"', 412), ('"9", "1"', 200), ("nonsense", 412)])
    def test_tags_are_read_as_the_standard_says(self, ana_api: Program, rosa: Client, wanted: str, status: int):
        done = ana_api.send("PATCH", f"/clients/{rosa.pk}", {"If-Match": wanted}, sector="Salud")
        assert done.status_code == status

    def test_what_is_not_seen_is_still_not_there(self, beto_api: Program, rosa: Client):
        assert beto_api.send("PATCH", f"/clients/{rosa.pk}", {"If-Match": '"1"'}, sector="").status_code == 404

    def test_an_installation_may_insist_on_it(self, ana_api: Program, rosa: Client, settings: Any):
        settings.CARTERA_API_NEEDS_IF_MATCH = True
        told = problem_of(ana_api.patch(f"/clients/{rosa.pk}", sector="Salud"))
        assert (told["status"], told["type"]) == (428, "urn:cartera:problem:precondition-required")
        asked = {"If-Match": tag(ana_api, f"/clients/{rosa.pk}")}
        assert ana_api.send("PATCH", f"/clients/{rosa.pk}", asked, sector="Salud").status_code == 200
        assert (
            ana_api.post("/promises", client=rosa.pk, what="Llamar", due_at="2026-06-19T15:00:00Z").status_code == 201
        )


CHANGES = [
    line
    for line in lines()
    if line.address.startswith("/api/") and line.method != "GET" and "{" in line.address and min(line.statuses) < 300
]


@pytest.mark.row("Y6")
@pytest.mark.parametrize("line", CHANGES, ids=lambda line: line.name)
@pytest.mark.django_db(databases="__all__")
def test_every_change_of_one_thing_keeps_if_match(line: Line, people: dict[str, Actor], things: dict[str, str]):  # noqa: F811
    """Whichever room answers: a version that is not there any more is 412, and nothing is ignored."""
    who = next(
        name
        for name in ("ana", "mara", "ada")
        if line.statuses[("nobody", "ana", "beto", "gina", "mara", "ada").index(name)] < 300
    )
    sent = _filled(SENT[line.body], things) if line.body else {}
    browser = browser_of(people[who], by_token=True)
    response = getattr(browser, line.method.lower())(
        line.address.format(**things), data=sent, content_type="application/json", headers={"If-Match": '"0-0"'}
    )
    assert (response.status_code, response.json()["type"]) == (412, "urn:cartera:problem:precondition-failed"), (
        line.name
    )


@pytest.mark.row("Y6")
def test_the_schema_says_so_of_each():
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, told in methods.items():
            names = {one["name"] for one in told["parameters"]}
            if method == "get":
                assert "304" in told["responses"], path
                assert "If-None-Match" in names, path
            elif "{" in path:
                assert "If-Match" in names, path
                assert {"412", "428"} <= told["responses"].keys(), path


@pytest.mark.row("Y6", "Y15")
def test_a_crossing_shows_both_versions_whatever_was_sent(ada: Actor, program: Callable[[Actor], Program]):
    sent = {"priors": {}, "effective_from": TODAY.isoformat(), "reason": "Comité"}
    assert program(ada).post("/agenda-policies", **sent).status_code == 201
    crossed = program(ada).post("/agenda-policies", **{**sent, "priors": {"nobody knows": 1}, "after": 0})
    assert crossed.status_code == 409
    told = problem_of(crossed)
    assert told["yours"] == {"priors": {"nobody knows": 1}}
    assert told["theirs"]["version"] == 1
