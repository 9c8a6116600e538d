"""Whatever is sent, the API answers as its schema says, and never with 500: Schemathesis over every operation.

`API_EXAMPLES=500` tries more of each than the suite does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cartera.api.actions import issue_token
from cartera.api.composition import api
from cartera.kernel.actor import Actor
from cartera.kernel.limits import Quota
from cartera.team.models import Staff
from tests.conftest import SET_UP
from tests.test_permissions import people, things  # noqa: F401

EXAMPLES = int(os.environ.get("API_EXAMPLES", "25"))
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
OPERATIONS = {f"{one.method.upper()} {one.path}": one for one in (found.ok() for found in SCHEMA.get_all_operations())}
REAL = {
    "client_id": "rosa",
    "promise_id": "promise",
    "interaction_id": "contact",
    "point_id": "point",
    "document_id": "paper",
}
"""Which of the things an address may name, so that not everything is 404."""


@pytest.fixture
def headers(ada: Actor, settings: Any) -> dict[str, str]:
    settings.CARTERA_API_QUOTA = Quota("token", 0, 60)
    settings.ALLOWED_HOSTS = ["*"]
    staff = Staff.objects.get(pk=ada.id)
    return {"Authorization": f"Bearer {issue_token(actor=SET_UP, staff=staff, label='test').secret}"}


@pytest.fixture
def application() -> Iterator[Any]:
    """The web entry itself, on the test's own connection: it must not be closed after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.row("Y6")
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.django_db(databases="__all__")
def test_is_answered_as_the_schema_says(
    name: str,
    application: Any,
    headers: dict[str, str],
    things: dict[str, str],  # noqa: F811
):
    operation = OPERATIONS[name]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=EXAMPLES == 25,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), real=st.booleans())
    def answered(case: Any, real: bool) -> None:
        if real:
            known = {name: things[REAL[name]] for name in case.path_parameters or {} if name in REAL}
            case.path_parameters = {**(case.path_parameters or {}), **known}
        with transaction.atomic():
            try:
                response = case.call(app=application, base_url="http://testserver", headers=headers)
                case.validate_response(response, checks=CHECKS)
            finally:
                transaction.set_rollback(True)

    answered()
