"""The cast: two branches under one bank, somebody in each role, and a few clients. Made once a test by calling actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from cartera.clients.models import Client, Kind
from cartera.clock import actions as clock_actions
from cartera.clock import queries as clock
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.records import Record
from cartera.team.models import Branch, Role, SignIn, Staff
from cartera.team.queries import actor_for

SET_UP = Actor.system("set-up of the tests", "*")
TODAY = date(2026, 6, 16)  # a Tuesday
NOW = datetime(2026, 6, 16, 14, 12, tzinfo=UTC)  # 09:12 in Cuenca


@action("test.write")
def write(*, actor: Actor, model: type[Record], **values: Any) -> Record:
    """Any row that a test needs and for which the product has no action yet."""
    return model.add(**values)


def given(model: type[Any], **values: Any) -> Any:
    return write(actor=SET_UP, model=model, **values)


@pytest.fixture(autouse=True)
def _fresh_clock() -> Iterator[None]:
    clock.forget()
    yield
    clock.forget()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock: `at(instant)`. The test begins at NOW once it asks for a bank."""

    class Clock(datetime):
        current = NOW

        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return cls.current.astimezone(tz)

    monkeypatch.setattr(clock, "datetime", Clock)

    def set_to(instant: datetime) -> None:
        Clock.current = instant

    return set_to


@dataclass(frozen=True)
class Bank:
    root: Branch
    centro: Branch
    costa: Branch


@pytest.fixture
def bank(db: None, at: Callable[[datetime], None]) -> Bank:
    """Banco Páramo with a branch in Cuenca and another in Guayaquil."""
    clock_actions.found_institution(
        actor=SET_UP, name="Banco Páramo", country="EC", currency="USD", zone="America/Guayaquil"
    )
    root = _branch("matriz", "Banco Páramo", None)
    return Bank(root, _branch("centro", "Agencia Centro", root), _branch("costa", "Agencia Costa", root))


def _branch(key: str, name: str, parent: Branch | None) -> Branch:
    branch = given(Branch, key=key, name=name, parent=parent)
    path = f"{parent.path if parent else '/'}{branch.pk}/"
    Branch.objects.filter(pk=branch.pk).update(path=path)
    branch.path = path
    return branch  # type: ignore[no-any-return]


def hired(key: str, name: str, role: Role, branch: Branch) -> Staff:
    sign_in = SignIn.objects.create(username=key, email=f"{key}@paramo.example")
    sign_in.set_password("paramo-2026")
    sign_in.save()
    return given(Staff, key=key, name=name, role=role, branch=branch, sign_in=sign_in, hour_cost_minor=2600)  # type: ignore[no-any-return]


@pytest.fixture
def ana_staff(bank: Bank) -> Staff:
    return hired("ana", "Ana Andrade", Role.ADVISER, bank.centro)


@pytest.fixture
def ana(ana_staff: Staff) -> Actor:
    """Adviser in Cuenca."""
    return actor_for(ana_staff)


@pytest.fixture
def beto_staff(bank: Bank) -> Staff:
    return hired("beto", "Beto Mora", Role.ADVISER, bank.costa)


@pytest.fixture
def beto(beto_staff: Staff) -> Actor:
    """Adviser in Guayaquil: an outsider in Cuenca."""
    return actor_for(beto_staff)


@pytest.fixture
def mara(bank: Bank) -> Actor:
    """Manager of the branch in Cuenca."""
    return actor_for(hired("mara", "Mara Toral", Role.MANAGER, bank.centro))


@pytest.fixture
def gina(bank: Bank) -> Actor:
    """Service agent in Cuenca."""
    return actor_for(hired("gina", "Gina Vega", Role.AGENT, bank.centro))


@pytest.fixture
def ada(bank: Bank) -> Actor:
    """Administrator."""
    return actor_for(hired("ada", "Ada Ruiz", Role.ADMIN, bank.root))


@pytest.fixture
def rosa(bank: Bank, ana_staff: Staff) -> Client:
    """A client of Ana's."""
    return given(  # type: ignore[no-any-return]
        Client,
        key="C-1",
        kind=Kind.PERSON,
        name="Rosa Elvira Cordero Malo",
        given_name="Rosa Elvira",
        surname="Cordero",
        second_surname="Malo",
        search="rosa elvira cordero malo 0102334456",
        identifier_kind="cedula",
        identifier="0102334456",
        branch=bank.centro,
        adviser=ana_staff,
        since=date(2011, 3, 1),
    )


@pytest.fixture
def yunguilla(bank: Bank, beto_staff: Staff) -> Client:
    """A client of Beto's."""
    return given(  # type: ignore[no-any-return]
        Client,
        key="C-2",
        kind=Kind.COMPANY,
        name="Agrícola Yunguilla S. A.",
        search="agricola yunguilla s a 0190448812001",
        identifier_kind="ruc",
        identifier="0190448812001",
        branch=bank.costa,
        adviser=beto_staff,
        since=date(2015, 5, 1),
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Carry the mission rows of each test into its report, also from parallel workers."""
    for item in items:
        rows = {row for mark in item.iter_markers("row") for row in mark.args}
        item.user_properties.extend(("row", row) for row in sorted(rows))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End with the mission rows and the tests that prove them."""
    table: dict[str, Counter[str]] = {}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, row in getattr(report, "user_properties", ()):
                if name == "row":
                    table.setdefault(str(row), Counter())[outcome] += 1
    if table:
        terminalreporter.section("mission rows")
        for row in sorted(table, key=lambda row: (row[0], int(row[1:]))):
            told = ", ".join(f"{count} {outcome}" for outcome, count in table[row].items())
            terminalreporter.write_line(f"{row:<4} {told}")
