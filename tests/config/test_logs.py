"""What logs say of a failure: where and of which kind, in which request, and nothing that is a client's."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Http
from structlog.stdlib import ProcessorFormatter

from cartera.clients.models import Client
from cartera.config.settings.logs import LOGGING
from cartera.team.models import Staff
from tests.api.conftest import Program, ana_api, program

__all__ = ["ana_api", "program"]


@pytest.fixture
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the installation's own handler writes."""
    given: dict[str, Any] = {key: value for key, value in LOGGING["formatters"]["structured"].items() if key != "()"}
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(ProcessorFormatter(**given))
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, rosa: Client) -> None:
    """The reading of a client fails, and quotes the row: in the error, in its cause and in a variable."""

    def fail(*_: object, **__: object) -> None:
        row = rosa.name
        try:
            raise ValueError(f"duplicate key: ({row})")
        except ValueError as error:
            raise RuntimeError(f"Failing row contains ({row})") from error

    for reader in ("cartera.clients.api.book", "cartera.desk.clients_views.page_for"):
        monkeypatch.setattr(reader, fail)


@pytest.mark.row("Y7")
@pytest.mark.parametrize("door", ["api", "page"])
def test_a_request_that_fails_is_logged_without_what_is_a_clients(
    door: str, log: io.StringIO, broken: None, rosa: Client, ana_staff: Staff, ana_api: Program
):
    browser = Http(raise_request_exception=False)
    browser.force_login(ana_staff.sign_in)
    response = ana_api.get("/clients") if door == "api" else browser.get(f"/clientes?q={rosa.surname}")
    assert response.status_code == 500
    told = log.getvalue()
    assert rosa.name not in told
    assert rosa.surname not in told
    line = next(found for found in map(json.loads, told.splitlines()) if "exception" in found)
    assert line["error"] == "RuntimeError"
    assert line["request_id"] == response["X-Request-Id"]
    assert "ValueError" in line["exception"]
    assert "in fail" in line["exception"]
