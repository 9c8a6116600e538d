"""Somebody's program: `program(actor)` is a client of the API with that person's token."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Http

from cartera.api.actions import issue_token
from cartera.api.actions_at_the_door import note_use
from cartera.kernel.actor import Actor
from cartera.team.models import Staff
from tests.conftest import SET_UP

V1 = "/api/v1"


class Program:
    """Sends JSON with a bearer token, as another system does."""

    def __init__(self, secret: str = "") -> None:
        self.http = Http(headers={"Authorization": f"Bearer {secret}"} if secret else {})

    def get(self, path: str, **asked: Any) -> HttpResponse:
        return self.http.get(V1 + path, asked)  # type: ignore[return-value]

    def post(self, path: str, **body: Any) -> HttpResponse:
        return self.send("POST", path, **body)

    def patch(self, path: str, **body: Any) -> HttpResponse:
        return self.send("PATCH", path, **body)

    def delete(self, path: str) -> HttpResponse:
        return self.send("DELETE", path)

    def send(self, method: str, path: str, headers: dict[str, str] | None = None, **body: Any) -> HttpResponse:
        """A request with headers of its own, and a body of JSON."""
        return self.http.generic(  # type: ignore[return-value]
            method, V1 + path, json.dumps(body, default=_plain), "application/json", headers=headers
        )


def _plain(value: datetime) -> str:
    return value.isoformat()


@pytest.fixture
def program() -> Callable[[Actor], Program]:
    def of(actor: Actor) -> Program:
        staff = Staff.objects.get(pk=actor.id)
        issued = issue_token(actor=SET_UP, staff=staff, label="test")
        note_use(token_id=issued.token.pk, last=None)  # so that no test counts the query that writes it down
        return Program(issued.secret)

    return of


@pytest.fixture
def ana_api(program: Callable[[Actor], Program], ana: Actor) -> Program:
    return program(ana)


@pytest.fixture
def beto_api(program: Callable[[Actor], Program], beto: Actor) -> Program:
    """Adviser of another branch: must see nothing of Ana's."""
    return program(beto)


def problem_of(response: HttpResponse) -> dict[str, Any]:
    """The body of a refusal, once it is what RFC 9457 asks for."""
    assert response["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = response.json()  # type: ignore[attr-defined]
    assert told["status"] == response.status_code
    assert told["instance"].endswith(response["X-Request-Id"])
    assert told["type"].startswith("urn:cartera:problem:")
    return told
