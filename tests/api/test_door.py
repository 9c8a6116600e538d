"""Scopes, limits and the words of what is wrong, whichever room answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Http

from cartera.api.actions import issue_token
from cartera.api.composition import nouns
from cartera.api.flaws import in_words
from cartera.api.models import Token
from cartera.api.rules import needed_scope, within
from cartera.clients.models import Client
from cartera.config.middleware import real_address
from cartera.config.settings.api import networks, quota
from cartera.kernel.limits import Quota
from cartera.team.models import Staff
from tests.api.conftest import Program, problem_of
from tests.conftest import SET_UP

CALL: dict[str, Any] = {"what": "Llamar", "due_at": "2026-06-19T15:00:00Z"}


@pytest.mark.row("Y6")
class TestScopes:
    def narrow(self, staff: Staff, *scopes: str) -> Program:
        return Program(issue_token(actor=SET_UP, staff=staff, label="test", scopes=scopes).secret)

    def test_read_reads_and_changes_nothing(self, ana_staff: Staff, rosa: Client):
        program = self.narrow(ana_staff, "read")
        assert program.get(f"/clients/{rosa.pk}").status_code == 200
        refused = program.post("/promises", client=rosa.pk, **CALL)
        told = problem_of(refused)
        assert (told["status"], told["type"]) == (403, "urn:cartera:problem:insufficient-scope")
        assert 'scope="promises:write"' in refused["WWW-Authenticate"]

    def test_one_noun_opens_one_noun(self, ana_staff: Staff, rosa: Client):
        program = self.narrow(ana_staff, "promises:read", "promises:write")
        assert program.get("/promises").status_code == 200
        assert program.post("/promises", client=rosa.pk, **CALL).status_code == 201
        assert program.get(f"/clients/{rosa.pk}").status_code == 403
        assert program.get(f"/clients/{rosa.pk}/contact-points").status_code == 403

    def test_never_open_more_than_the_person_may(self, beto_staff: Staff, rosa: Client):
        assert self.narrow(beto_staff, "read", "write").get(f"/clients/{rosa.pk}").status_code == 404

    def test_are_words_and_verbs(self):
        assert needed_scope("GET", "clients") == "clients:read"
        assert needed_scope("DELETE", "clients") == "clients:write"
        assert within(["write"], "clients:write")
        assert not within(["clients:read", "write"], "clients:read".replace("clients", "promises"))
        assert {"clients", "promises", "interactions", "agenda"} <= nouns()

    def test_when_a_token_was_used_is_written_down(self, ana_staff: Staff, rosa: Client):
        program = self.narrow(ana_staff, "read")
        program.get("/clients")
        first = Token.objects.get().last_used_at
        assert first is not None
        program.get("/clients")
        assert Token.objects.get().last_used_at == first


@pytest.mark.row("Y6")
class TestLimits:
    def test_are_told_with_every_answer(self, ana_api: Program, rosa: Client):
        for response in (ana_api.get("/clients"), ana_api.get("/clients/0"), Program().get("/clients")):
            assert response["RateLimit-Policy"]
            assert ";r=" in response["RateLimit"]

    def test_hold_up_a_token_that_asks_too_often(
        self, ana_api: Program, beto_api: Program, rosa: Client, settings: Any
    ):
        settings.CARTERA_API_QUOTA = Quota("token", 2, 3600)
        statuses = [ana_api.get("/clients").status_code for _ in range(4)]
        assert statuses[:1] + statuses[-1:] == [200, 429]
        refused = ana_api.post("/promises", client=rosa.pk, **CALL)
        assert problem_of(refused)["type"] == "urn:cartera:problem:too-many-requests"
        assert int(refused["Retry-After"]) > 0
        assert beto_api.get("/clients").status_code == 200

    def test_hold_up_an_address_without_a_token(self, bank: object, settings: Any):
        settings.CARTERA_GUEST_QUOTA = Quota("address", 2, 3600)
        http = Http(REMOTE_ADDR="203.0.113.9")
        statuses = [http.get("/api/v1/clients").status_code for _ in range(3)]
        assert statuses == [401, 401, 429]
        assert Http(REMOTE_ADDR="203.0.113.10").get("/api/v1/clients").status_code == 401

    def test_hold_up_who_guesses_one_password_for_many_people(self, ana_staff: Staff, settings: Any):
        settings.CARTERA_SIGN_IN_QUOTA = Quota("sign-in", 2, 3600)
        http = Http(REMOTE_ADDR="203.0.113.11")
        for name in ("ada", "beto"):
            http.post("/ingreso", {"username": name, "password": "paramo-2025"})
        page = http.post("/ingreso", {"username": "ana", "password": "paramo-2026"})
        assert page.status_code != 302
        elsewhere = Http(REMOTE_ADDR="203.0.113.12").post("/ingreso", {"username": "ana", "password": "paramo-2026"})
        assert elsewhere.status_code == 302

    def test_behind_a_proxy_of_ours_the_real_address_counts(self, bank: object, settings: Any, monkeypatch: Any):
        monkeypatch.setenv("CARTERA_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8")
        settings.CARTERA_TRUSTED_PROXIES = networks("CARTERA_TRUSTED_PROXIES")
        settings.CARTERA_GUEST_QUOTA = Quota("address", 1, 3600)
        through = {"X-Forwarded-For": "198.51.100.1"}
        asked = [Http(headers=through).get("/api/v1/clients").status_code for _ in range(2)]
        assert asked == [401, 429]
        assert Http(headers={"X-Forwarded-For": "198.51.100.2"}).get("/api/v1/clients").status_code == 401

    @pytest.mark.parametrize(
        ("seen", "forwarded", "real"),
        [
            ("203.0.113.1", "198.51.100.1", "203.0.113.1"),  # no proxy of ours: made up
            ("127.0.0.1", "", "127.0.0.1"),
            ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),  # the client wrote the first
            ("127.0.0.1", "nonsense", "nonsense"),
        ],
    )
    def test_a_header_is_believed_from_our_end(
        self, settings: Any, monkeypatch: Any, seen: str, forwarded: str, real: str
    ):
        monkeypatch.setenv("CARTERA_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8")
        settings.CARTERA_TRUSTED_PROXIES = networks("CARTERA_TRUSTED_PROXIES")
        assert real_address(seen, forwarded) == real

    def test_settings_that_are_none_are_refused(self, monkeypatch: pytest.MonkeyPatch):
        from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

        monkeypatch.setenv("CARTERA_API_QUOTA", "many")
        with pytest.raises(ImproperlyConfigured):
            quota("token", "CARTERA_API_QUOTA", "1/1")
        monkeypatch.setenv("CARTERA_TRUSTED_PROXIES", "proxy.local")
        with pytest.raises(ImproperlyConfigured):
            networks("CARTERA_TRUSTED_PROXIES")


@pytest.mark.row("Y6")
class TestNonsense:
    def test_is_refused_alike_on_every_database(self, ana_api: Program, rosa: Client):
        assert ana_api.get(f"/clients/{2**70}").status_code == 404
        assert ana_api.get(f"/clients/{rosa.pk}/contact-points/{2**70}").status_code == 404
        assert list(problem_of(ana_api.get("/clients", search="a\0b"))["errors"]) == ["search"]
        assert ana_api.get("/promises", client=2**70).status_code in (200, 422)
        for client in (2**70, -1, 0):
            assert ana_api.post("/promises", client=client, **CALL).status_code in (404, 422)
        assert ana_api.post("/clients", given_name="a\0b", surname="c").status_code == 422


@pytest.mark.row("Y6", "Z1")
class TestWords:
    WRONG: dict[str, Any] = {
        "client": "x",
        "what": "",
        "due_at": "2026-06-19T15:00:00",
        "minutes": 99_999,
        "owed_by": "they",
    }

    @pytest.mark.parametrize(
        ("language", "told"),
        [
            (
                "es",
                {
                    "client": "Un número entero.",
                    "what": "Falta este dato.",
                    "due_at": "Un instante con su zona, como 2026-06-18T17:00:00-05:00.",
                    "minutes": "A lo sumo 1440.",
                    "owed_by": "Uno de: us, client.",
                },
            ),
            ("en", {"client": "A whole number.", "minutes": "At most 1440."}),
        ],
    )
    def test_of_each_field_are_the_readers(self, ana_api: Program, rosa: Client, language: str, told: dict[str, str]):
        errors = problem_of(ana_api.send("POST", "/promises", {"Accept-Language": language}, **self.WRONG))["errors"]
        assert {field: errors[field] for field in told} == {field: [text] for field, text in told.items()}

    def test_of_what_nobody_foresaw_are_ours_too(self):
        assert in_words({"type": "something_new", "msg": "Input should be new", "ctx": {}}) == "Este valor no sirve."
        assert in_words({"type": "value_error", "msg": "x", "ctx": {"error": ValueError("ours")}}) == "ours"

    def test_of_a_state_are_the_readers(self, ana_api: Program, rosa: Client):
        promise = ana_api.post("/promises", client=rosa.pk, **CALL).json()  # type: ignore[attr-defined]
        ana_api.post(f"/promises/{promise['id']}/keep")
        spanish = {"Accept-Language": "es"}
        told = problem_of(ana_api.send("POST", f"/promises/{promise['id']}/withdraw", spanish))
        assert told["detail"] == "El compromiso está en «Cumplido»: no puede pasar a «Retirado»."

    def test_of_an_identifier_that_somebody_has_name_the_field(self, ana_api: Program, rosa: Client):
        same = {"given_name": "Ana", "surname": "Paz", "identifier_kind": "cedula", "identifier": rosa.identifier}
        assert list(problem_of(ana_api.post("/clients", **same))["errors"]) == ["identifier"]
