"""Somebody's program: `program(actor)` is a client of the API with that person's token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Http

from cartera.api.actions import issue_token
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
        return self.http.post(V1 + path, body, content_type="application/json")  # type: ignore[return-value]

    def patch(self, path: str, **body: Any) -> HttpResponse:
        return self.http.patch(V1 + path, body, content_type="application/json")  # type: ignore[return-value]


@pytest.fixture
def program() -> Callable[[Actor], Program]:
    def of(actor: Actor) -> Program:
        staff = Staff.objects.get(pk=actor.id)
        return Program(issue_token(actor=SET_UP, staff=staff, label="test").secret)

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
