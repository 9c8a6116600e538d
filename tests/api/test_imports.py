"""Imports by a program: brought, followed, read, undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cartera.clients.models import Client
from cartera.intake.models import SavedRecipe
from cartera.kernel.actor import Actor
from cartera.promises import actions as promises
from cartera.team.models import Staff
from tests.api.conftest import Program, problem_of
from tests.conftest import NOW, given

RECIPE = """
[bank]
system = "core"
[files.people]
pattern = "*.csv"
separator = ";"
[[clients]]
from = "people"
columns = { key = "{id}", kind = "person", name = "{name}", branch = "centro", since = "{since}" }
"""
PEOPLE = "id;name;since\n1;Rosa;2020-01-01\n2;Inés;2021-01-01\n3;Luis;nunca\n"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    settings.CARTERA_HOME = tmp_path / "home"


@pytest.fixture
def api(program: Callable[[Actor], Program], ada: Actor) -> Program:
    return program(ada)


@pytest.fixture
def send(api: Program, django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    def sent(text: str = PEOPLE, **asked: str) -> Any:
        files = SimpleUploadedFile("people.csv", text.encode())
        with django_capture_on_commit_callbacks(execute=True):
            return api.http.post("/api/v1/imports", {"files": files, **asked})

    return sent


@pytest.mark.row("V15", "K5")
@pytest.mark.django_db
class TestImports:
    def test_files_with_a_recipe_are_loaded_and_what_is_wrong_is_refused(self, api: Program, send: Any):
        answer = send(toml=RECIPE)
        assert answer.status_code == 201
        told = api.http.get(answer["Location"]).json()
        assert (told["state"], told["error"]) == ("loaded", "")
        assert told["loaded"]["clients"] == {"read": 3, "created": 2, "updated": 0, "unchanged": 0, "refused": 1}
        (refused,) = api.http.get(f"{answer['Location']}/refused").json()["items"]
        assert (refused["file"], refused["line"], refused["column"], refused["value"]) == (
            "people.csv",
            4,
            "since",
            "nunca",
        )
        assert api.get("/imports").json()["items"][0]["id"] == told["id"]

    def test_a_saved_recipe_is_followed_by_its_name(self, api: Program, send: Any, ada: Actor):
        given(SavedRecipe, name="Core", text=RECIPE, by=Staff.objects.get(pk=ada.id))
        told = api.http.get(send(recipe="Core")["Location"]).json()
        assert (told["state"], told["recipe"]) == ("loaded", "Core v1")
        assert "recipe" in problem_of(send(recipe="Otra"))["errors"]

    def test_a_dry_run_loads_nothing(self, api: Program, send: Any):
        told = api.http.get(send(toml=RECIPE, dry_run="true")["Location"]).json()
        assert (told["state"], told["tried"]["clients"]["created"], told["loaded"]) == ("tried", 2, {})
        assert not Client.objects.exists()

    def test_without_a_recipe_they_are_recognised_or_it_is_said_that_they_are_not(self, api: Program, send: Any):
        unknown = api.http.get(send("x;y\n1;2\n")["Location"]).json()
        assert unknown["state"] == "recognised"
        assert unknown["error"]
        known = "CEDULA;NOMBRE COMPLETO\n0102334456;Rosa Cordero Malo\n0912345675;Inés Tamariz Moscoso\n"
        assert api.http.get(send(known)["Location"]).json()["state"] == "loaded"
        assert Client.objects.count() == 2

    def test_a_recipe_that_cannot_be_followed_says_why(self, api: Program, send: Any):
        told = api.http.get(send(toml="[bank]")["Location"]).json()
        assert told["state"] == "recognised"
        assert "bank" in told["error"]

    def test_no_file_is_refused(self, api: Program):
        assert api.http.post("/api/v1/imports", {"toml": RECIPE}).status_code == 422

    def test_a_load_is_undone(self, api: Program, send: Any, django_capture_on_commit_callbacks: Any):
        at = send(toml=RECIPE)["Location"]
        with django_capture_on_commit_callbacks(execute=True):
            assert api.http.post(f"{at}/undo").json()["undo"]["state"] == "asked"
        assert api.http.get(at).json()["undo"]["state"] == "done"
        assert not Client.objects.exists()
        assert api.http.post(f"{at}/undo").status_code == 409

    def test_an_undo_that_would_hurt_says_whom(
        self, api: Program, send: Any, ada: Actor, django_capture_on_commit_callbacks: Any
    ):
        at = send(toml=RECIPE)["Location"]
        rosa = Client.objects.get(key="1")
        promises.make(actor=ada, client=rosa, what="Llamar", due_at=NOW.replace(day=19))
        with django_capture_on_commit_callbacks(execute=True):
            api.http.post(f"{at}/undo")
        undo = api.http.get(at).json()["undo"]
        assert undo["state"] == "refused"
        assert undo["blockers"] == [{"what": "promises.promise", "rows": 1, "examples": ["Rosa"]}]
        assert Client.objects.count() == 2
