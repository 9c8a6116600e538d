"""Who gets in, and how a refusal reads."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Http

from cartera.api import command
from cartera.api.actions import issue_token, revoke_token
from cartera.api.models import Token
from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition, NotFound, NotPermitted
from cartera.kernel.models import Happening
from cartera.team.models import Staff
from tests.api.conftest import Program, problem_of
from tests.conftest import SET_UP


@pytest.mark.row("Y6")
class TestToken:
    def test_opens_what_its_person_sees(self, ana_api: Program, rosa: Client):
        assert ana_api.get(f"/clients/{rosa.pk}").status_code == 200

    @pytest.mark.parametrize("secret", ["", "cartera_guess", "guess"])
    def test_that_is_missing_or_wrong_opens_nothing(self, secret: str, rosa: Client):
        response = Program(secret).get(f"/clients/{rosa.pk}")
        assert problem_of(response)["status"] == 401
        assert response["WWW-Authenticate"].startswith("Bearer")

    def test_of_another_kind_opens_nothing(self, rosa: Client):
        response = Http(headers={"Authorization": "Basic YW5hOnBhcmFtbw=="}).get(f"/api/v1/clients/{rosa.pk}")
        assert response.status_code == 401

    def test_a_session_opens_nothing(self, ana_staff: Staff, rosa: Client):
        browser = Http()
        browser.force_login(ana_staff.sign_in)  # type: ignore[arg-type]
        assert browser.get(f"/api/v1/clients/{rosa.pk}").status_code == 401

    def test_ends_with_its_days_its_revocation_and_its_persons_work(self, ana_staff: Staff, rosa: Client):
        def opens(secret: str) -> bool:
            return Program(secret).get(f"/clients/{rosa.pk}").status_code == 200

        issued = issue_token(actor=SET_UP, staff=ana_staff, label="x", days=1)
        assert opens(issued.secret)
        Token.objects.filter(pk=issued.token.pk).update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        assert not opens(issued.secret)
        second = issue_token(actor=SET_UP, staff=ana_staff, label="y")
        revoke_token(actor=SET_UP, token=second.token)
        assert not opens(second.secret)
        with pytest.raises(InvalidTransition):
            revoke_token(actor=SET_UP, token=second.token)
        third = issue_token(actor=SET_UP, staff=ana_staff, label="z")
        ana_staff.sign_in.is_active = False  # type: ignore[union-attr]
        ana_staff.sign_in.save()  # type: ignore[union-attr]
        assert not opens(third.secret)
        ana_staff.sign_in.is_active = True  # type: ignore[union-attr]
        ana_staff.sign_in.save()  # type: ignore[union-attr]
        assert opens(third.secret)
        Staff.objects.filter(pk=ana_staff.pk).update(active=False)
        assert not opens(third.secret)

    def test_is_kept_as_a_digest_only(self, ana_staff: Staff):
        issued = issue_token(actor=SET_UP, staff=ana_staff, label="core")
        stored = json.dumps(
            [list(Token.objects.values_list("label", "digest")), list(Happening.objects.values("facts"))]
        )
        assert issued.secret not in stored
        assert issued.secret not in repr(issued)

    @pytest.mark.parametrize("days", [0, 99_999_999])
    def test_that_lasts_no_day_or_for_ever_is_refused(self, ana_staff: Staff, days: int):
        with pytest.raises(Invalid):
            issue_token(actor=SET_UP, staff=ana_staff, label="x", days=days)

    def test_is_not_an_advisers_to_give(self, ana: Actor, ana_staff: Staff):
        with pytest.raises(NotPermitted):
            issue_token(actor=ana, staff=ana_staff, label="x")

    @pytest.mark.row("Y7")
    def test_is_named_in_what_it_did(self, ana_api: Program, rosa: Client):
        response = ana_api.post("/promises", client=rosa.pk, what="Llamar", due_at="2026-06-19T15:00:00Z")
        happening = Happening.objects.get(name="promise.make")
        assert (happening.actor_kind, happening.actor_name) == ("token", "Ana Andrade (test)")
        assert happening.request_id == response["X-Request-Id"]


class TestCommand:
    def run(self, *arguments: str) -> int:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        return command.run(parser.parse_args(arguments))

    def test_prints_a_token_that_opens(self, ana_staff: Staff, rosa: Client, capsys: pytest.CaptureFixture[str]):
        assert self.run("ANA") == 0
        assert Program(capsys.readouterr().out.strip()).get(f"/clients/{rosa.pk}").status_code == 200

    def test_tells_programs_when_it_ends(self, ana_staff: Staff, capsys: pytest.CaptureFixture[str]):
        assert self.run("ana", "--json", "--days", "30", "--label", "core") == 0
        told = json.loads(capsys.readouterr().out)
        assert told["label"] == "core"
        assert 29 <= (datetime.fromisoformat(told["expires_at"]) - datetime.now(UTC)).days <= 30

    def test_for_nobody_is_refused(self, bank: object):
        with pytest.raises(NotFound):
            self.run("nobody")


@pytest.mark.row("Y6")
class TestProblems:
    def test_in_the_language_that_was_asked_for(self, rosa: Client):
        program = Program()
        english = program.http.get("/api/v1/clients", headers={"Accept-Language": "en"})
        assert english.json()["title"] == "A valid token is missing."  # type: ignore[attr-defined]
        spanish = program.http.get("/api/v1/clients", headers={"Accept-Language": "es-EC"})
        assert spanish.json()["title"] == "Falta un token válido."  # type: ignore[attr-defined]

    def test_an_unknown_address_and_a_wrong_method_are_problems_too(self, ana_api: Program):
        assert problem_of(ana_api.get("/nothing"))["status"] == 404
        wrong = ana_api.http.delete("/api/v1/clients")
        assert problem_of(wrong)["status"] == 405  # type: ignore[arg-type]
        assert "GET" in wrong["Allow"]

    def test_what_cannot_be_read_is_a_problem(self, ana_api: Program):
        response = ana_api.http.post("/api/v1/clients", "{", content_type="application/json")
        assert problem_of(response)["status"] == 400  # type: ignore[arg-type]

    def test_each_wrong_field_is_told(self, ana_api: Program, rosa: Client):
        told = problem_of(ana_api.post("/promises", client="x", what="", due_at="2026-06-19T15:00:00"))
        assert told["status"] == 422
        assert set(told["errors"]) == {"client", "what", "due_at"}

    def test_what_breaks_tells_nothing_and_is_logged(
        self,
        ana_api: Program,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ):
        def broken(**_: object) -> None:
            raise RuntimeError("secret table clients_client")

        monkeypatch.setattr("cartera.clients.api.book", broken)
        response = ana_api.get("/clients")
        assert problem_of(response)["status"] == 500
        assert b"secret" not in response.content
        assert "a request to the API failed" in caplog.text

    def test_too_much_is_refused(self, ana_api: Program, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
        assert problem_of(ana_api.post("/clients", name="x" * 200))["status"] == 413


@pytest.mark.row("Y6")
class TestDocumentation:
    def test_is_a_page_without_a_script(self, client: Http, db: None):
        page = client.get("/api/v1/docs")
        assert page.status_code == 200
        text = page.content.decode()
        assert "Register a contact" in text
        assert "/api/v1/promises/{promise_id}/renegotiate" in text
        for forbidden in ("<script", "style=", "<style", "https://", "onclick"):
            assert forbidden not in text.replace("https://cartera.example", "")

    def test_names_every_address_of_the_schema(self, client: Http, db: None):
        text = client.get("/api/v1/docs").content.decode()
        for path in client.get("/api/v1/openapi.json").json()["paths"]:
            assert f"<code>{path}</code>" in text
