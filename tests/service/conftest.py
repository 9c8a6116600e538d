"""Banco Páramo with its service models, and a night of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest

from cartera.clients.models import Client, Kind, Tier
from cartera.kernel.models import Run
from cartera.kernel.runs import StepResult
from cartera.promises.models import Origin, Promise
from cartera.service import actions
from cartera.service.jobs import service_step
from cartera.service.models import ServiceModel
from cartera.team.models import Staff
from tests.conftest import SET_UP, TODAY, Bank, given

Night = Callable[..., StepResult]


@pytest.fixture
def models(bank: Bank) -> dict[str, ServiceModel]:
    """The built-in service models, by key."""
    return {model.key: model for model in actions.found_models(actor=SET_UP, active_from=date(2020, 1, 1))}


@pytest.fixture
def night(models: dict[str, ServiceModel]) -> Night:
    """The service step of a night, today's unless another is asked for."""

    def run(day: date = TODAY, *, replay: bool = False) -> StepResult:
        return service_step(day, Run(), replay)

    return run


@pytest.fixture
def make_client(bank: Bank, ana_staff: Staff) -> Callable[..., Client]:
    """Another client of Ana's, of tier C unless told otherwise, for many years."""
    numbers = count(100)

    def make(**values: Any) -> Client:
        key = f"C-{next(numbers)}"
        known = {
            "key": key,
            "kind": Kind.PERSON,
            "name": key,
            "search": key.lower(),
            "branch": bank.centro,
            "adviser": ana_staff,
            "since": date(2015, 1, 1),
            "tier": Tier.C,
        }
        return given(Client, **{**known, **values})  # type: ignore[no-any-return]

    return make


@pytest.fixture
def promised() -> Callable[[Client], list[Promise]]:
    """What the service model promises a client and is open, in order."""

    def of(client: Client) -> list[Promise]:
        return list(Promise.objects.open().filter(client=client, origin=Origin.MODEL).order_by("due_at"))

    return of
