"""Requests that are sent twice: once done, twice answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import RequestFactory

from cartera.api import actions_at_the_door as door
from cartera.api import once
from cartera.api.actions_at_the_door import Claim, Kept, Standing
from cartera.api.composition import api
from cartera.api.models import Answered
from cartera.api.once import REPLAYED
from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.promises.models import Promise
from tests.api.conftest import Program, problem_of

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
CALL: dict[str, Any] = {"what": "Llamar", "due_at": "2026-06-19T15:00:00Z"}


@pytest.mark.row("Y6")
class TestTheSameRequestTwice:
    def test_is_done_once_and_answered_alike(self, ana_api: Program, rosa: Client):
        first, second = (ana_api.send("POST", "/promises", KEY, client=rosa.pk, **CALL) for _ in range(2))
        assert Promise.objects.count() == 1
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert (first.status_code, second[REPLAYED]) == (201, "true")
        for header in ("Location", "ETag", "Content-Type"):
            assert first[header] == second[header]

    def test_without_a_key_is_done_twice(self, ana_api: Program, rosa: Client):
        for _ in range(2):
            ana_api.post("/promises", client=rosa.pk, **CALL)
        assert Promise.objects.count() == 2

    def test_of_two_people_with_one_key_is_two_requests(
        self, ana_api: Program, mara: Actor, program: Any, rosa: Client
    ):
        for one in (ana_api, program(mara)):
            assert one.send("POST", "/promises", KEY, client=rosa.pk, **CALL).status_code == 201
        assert Promise.objects.count() == 2

    def test_with_another_body_or_address_is_refused(self, ana_api: Program, rosa: Client):
        made = ana_api.send("POST", "/promises", KEY, client=rosa.pk, **CALL).json()  # type: ignore[attr-defined]
        for path, body in (
            ("/promises", {**CALL, "what": "Escribir", "client": rosa.pk}),
            (f"/promises/{made['id']}/keep", {}),
        ):
            told = problem_of(ana_api.send("POST", path, KEY, **body))
            assert (told["status"], told["type"]) == (422, "urn:cartera:problem:idempotency-key-reused")
        assert list(Promise.objects.values_list("what", "state")) == [("Llamar", "promised")]

    def test_in_quotes_is_the_same_key(self, ana_api: Program, rosa: Client):
        for key in ("abc", '"abc"'):
            ana_api.send("POST", "/promises", {"Idempotency-Key": key}, client=rosa.pk, **CALL)
        assert Promise.objects.count() == 1

    @pytest.mark.parametrize("key", ["", '""', "a" * 256, "clé"])
    def test_with_a_key_that_is_none_is_refused(self, ana_api: Program, rosa: Client, key: str):
        response = ana_api.send("POST", "/promises", {"Idempotency-Key": key}, client=rosa.pk, **CALL)
        assert problem_of(response)["status"] == 400
        assert not Promise.objects.exists()

    def test_that_was_refused_is_refused_alike(self, ana_api: Program, rosa: Client):
        first, second = (ana_api.send("POST", "/promises", KEY, client=rosa.pk, what="") for _ in range(2))
        assert first.status_code == 422
        assert first.content == second.content

    def test_after_a_day_is_a_new_one(self, ana_api: Program, rosa: Client):
        ana_api.send("POST", "/promises", KEY, client=rosa.pk, **CALL)
        Answered.objects.update(until=datetime.now(UTC) - timedelta(seconds=1))
        ana_api.send("POST", "/promises", KEY, client=rosa.pk, **CALL)
        assert Promise.objects.count() == 2


@pytest.mark.row("Y6")
class TestWhileTheFirstIsAnswered:
    @pytest.fixture
    def running(self, ana_api: Program, rosa: Client, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """The same request arrives again in the middle of the first; its status is in the list."""
        seen: list[int] = []
        keep = once.door.keep_answer

        def asked_again(*arguments: Any, **options: Any) -> bool:
            seen.append(ana_api.send("POST", "/promises", KEY, client=rosa.pk, **CALL).status_code)
            return keep(*arguments, **options)

        monkeypatch.setattr(once.door, "keep_answer", asked_again)
        return seen

    def test_the_second_is_told_to_wait(self, ana_api: Program, rosa: Client, running: list[int]):
        assert ana_api.send("POST", "/promises", KEY, client=rosa.pk, **CALL).status_code == 201
        assert running == [409]
        assert Promise.objects.count() == 1

    def test_what_breaks_leaves_nothing_and_may_be_sent_again(
        self, ana_api: Program, rosa: Client, monkeypatch: pytest.MonkeyPatch
    ):
        with monkeypatch.context() as broken:
            broken.setattr("cartera.promises.api.created", lambda *_: 1 / 0)
            assert ana_api.send("POST", "/promises", KEY, client=rosa.pk, **CALL).status_code == 500
        assert not Promise.objects.exists()
        assert ana_api.send("POST", "/promises", KEY, client=rosa.pk, **CALL).status_code == 201
        assert Promise.objects.count() == 1

    def test_who_lost_the_right_to_answer_does_nothing(
        self, ana_api: Program, rosa: Client, monkeypatch: pytest.MonkeyPatch
    ):
        """One that took longer than a request may, while another was answered in its place."""
        monkeypatch.setattr(once.door, "keep_answer", lambda *_, **__: False)
        assert ana_api.send("POST", "/promises", KEY, client=rosa.pk, **CALL).status_code == 409
        assert not Promise.objects.exists()

    def test_a_claim_of_a_dead_request_is_taken_once(self, ana: Actor):
        asked: dict[str, Any] = {"actor": ana, "key": "k", "fingerprint": "f"}
        now = datetime.now(UTC)
        first = door.claim(**asked, now=now)
        assert isinstance(first, Claim)
        assert door.claim(**asked, now=now) is Standing.RUNNING
        later = now + door.LONGEST_REQUEST
        second = door.claim(**asked, now=later)
        assert isinstance(second, Claim)
        assert door.claim(**asked, now=later) is Standing.RUNNING
        given = Kept(201, {}, b"{}")
        assert not door.keep_answer(first, given, now=later)
        assert door.keep_answer(second, given, now=later)


@pytest.mark.row("Y6")
def test_answers_are_kept_sealed_and_forgotten_after_a_day(ana_api: Program, rosa: Client):
    ana_api.send("POST", "/promises", KEY, client=rosa.pk, **CALL)
    kept = Answered.objects.get()
    assert kept.answer is not None
    assert b"Cordero" not in bytes(kept.answer)
    assert door.forget_old_answers(now=kept.until - timedelta(seconds=1)) == 0
    assert door.forget_old_answers(now=kept.until) == 1


def test_files_are_part_of_what_was_asked():
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    def printed(content: bytes, name: str = "a.csv") -> str:
        file = SimpleUploadedFile(name, content)
        return once.fingerprint(RequestFactory().post("/api/v1/imports", {"file": file, "recipe": "x"}))

    assert printed(b"1") == printed(b"1")
    assert len({printed(b"1"), printed(b"2"), printed(b"1", "b.csv")}) == 3


@pytest.mark.row("Y6")
def test_every_post_of_the_schema_takes_a_key():
    """The door takes it, so endpoints get it for free; the schema says so of each."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, told in methods.items():
            takes = "Idempotency-Key" in {one["name"] for one in told["parameters"]}
            assert takes == (method not in ("get", "head")), f"{method} {path}"
