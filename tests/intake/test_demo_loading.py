"""Founding the demonstration bank in a database, once, again, and after being killed half-way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from django.contrib.auth import authenticate

from cartera.clients.models import Client, Holding, Relationship, StandingOrder, Wishes
from cartera.clock import queries as clock
from cartera.clock.models import Institution
from cartera.intake.demo import actions, command
from cartera.intake.demo.bank import Bank, build
from cartera.intake.demo.staff import CAST, PASSWORD
from cartera.intake.frames import Entity
from cartera.interactions.models import Interaction
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, NotPermitted
from cartera.kernel.models import Happening, Run, Step
from cartera.promises.models import Promise
from cartera.promises.rules import State
from cartera.service.models import ServiceModel
from cartera.team.models import Absence, Appointment, SignIn, Staff, WorkingHours
from cartera.team.queries import actor_for
from cartera.value.models import TierPolicy

TODAY = date(2026, 6, 16)
FOUNDER = Actor.system("test of the demonstration", "*")
BUSINESS = (
    Staff,
    Client,
    Wishes,
    Relationship,
    Holding,
    Interaction,
    Promise,
    Appointment,
    Absence,
    WorkingHours,
    SignIn,
)


@pytest.fixture(scope="module")
def paramo() -> Bank:
    return build(60, 1, date=TODAY)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.CARTERA_HOME = tmp_path
    clock.forget()
    yield
    clock.forget()


def found(bank: Bank) -> Run:
    return actions.found_bank(actor=FOUNDER, bank=bank, pinned=True)


def fingerprint() -> dict[str, str]:
    """What the business tables hold, whatever the ids."""
    prints = {}
    for model in BUSINESS:
        rows = sorted(map(str, model._base_manager.values_list()))
        prints[model.__name__] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return prints


@pytest.mark.django_db
class TestFounding:
    def test_everything_is_there(self, paramo: Bank) -> None:
        found(paramo)
        assert Client.objects.count() == 60
        assert Interaction.objects.count() == paramo.frames[Entity.INTERACTIONS].height
        assert Promise.objects.count() == paramo.promises.height
        assert Appointment.objects.count() == paramo.appointments.height
        assert WorkingHours.objects.filter(branch__parent=None).count() == 10
        assert Institution.objects.get().pinned_date == TODAY
        assert TierPolicy.objects.get().number == 1
        models = {model.key: (model.tiers, model.for_new) for model in ServiceModel.objects.all()}
        assert models == {"12-4-2": ("A", True), "6-2-1": ("B", False), "4-1": ("C", False), "1": ("D", False)}

    def test_the_cast_signs_in_with_the_published_password(self, paramo: Bank) -> None:
        found(paramo)
        for key in CAST:
            assert authenticate(username=key, password=PASSWORD) is not None

    def test_an_adviser_sees_the_own_book_and_no_other(self, paramo: Bank) -> None:
        found(paramo)
        lucia, diego = (actor_for(Staff.objects.get(key=key)) for key in ("lucia", "diego"))
        hers, his = (set(Client.objects.visible_to(actor)) for actor in (lucia, diego))
        assert len(hers) + len(his) == 60
        assert not hers & his
        assert any(client.name == "Rosa Elvira Cordero Malo" for client in hers)

    def test_kept_promises_point_at_the_contact_of_the_same_client(self, paramo: Bank) -> None:
        found(paramo)
        kept = Promise.objects.filter(state=State.KEPT, kept_by__isnull=False).select_related("kept_by", "made_in")
        assert kept
        for promise in kept:
            assert promise.kept_by is not None
            assert promise.made_in is not None
            assert promise.kept_by.client_id == promise.client_id == promise.made_in.client_id

    def test_it_is_told_in_a_few_happenings(self, paramo: Bank) -> None:
        found(paramo)
        names = set(Happening.objects.values_list("name", flat=True))
        assert {"institution.found", "import.load", "import.load_promises", "tier.set_policy"} <= names
        assert Happening.objects.count() < 60

    def test_somebody_without_the_permission_founds_nothing(self, paramo: Bank) -> None:
        with pytest.raises(NotPermitted):
            actions.found_bank(actor=Actor.system("nobody in particular", "client.view"), bank=paramo)
        assert not Client.objects.exists()


@pytest.mark.django_db
class TestAgain:
    def test_the_same_bank_again_changes_nothing(self, paramo: Bank) -> None:
        found(paramo)
        before = fingerprint()
        again = found(build(60, 1, date=TODAY))
        assert fingerprint() == before
        changed = dict(Step.objects.filter(run=again).values_list("name", "changed"))
        assert set(changed.values()) == {0}

    def test_a_promise_that_was_closed_since_stays_closed(self, paramo: Bank) -> None:
        found(paramo)
        promise = Promise.objects.filter(state=State.PROMISED).order_by("id")[0]
        Promise.objects.filter(pk=promise.pk).update(state=State.WITHDRAWN, closed_at=promise.due_at)
        found(paramo)
        promise.refresh_from_db()
        assert promise.state == State.WITHDRAWN

    @pytest.mark.parametrize("step", ["keep_diaries", "load_promises", "give_passwords"])
    def test_what_was_killed_half_way_is_completed(
        self, paramo: Bank, step: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def killed(**_: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(actions, step, killed)
            with pytest.raises(KeyboardInterrupt):
                found(paramo)
        assert Run.objects.get().state == Run.State.FAILED
        completed = found(paramo)
        assert Run.objects.get() == completed
        assert completed.state == Run.State.DONE
        assert Promise.objects.count() == paramo.promises.height
        assert authenticate(username="lucia", password=PASSWORD) is not None


@pytest.mark.django_db
class TestCommand:
    @pytest.fixture(autouse=True)
    def _without_the_roof(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(command, "prepare", lambda: None)
        monkeypatch.setattr(command, "run_night", self.night)

    def night(self, day: date, **_: Any) -> None:
        Run.objects.create(
            kind=Run.Kind.NIGHT,
            title="night",
            on_date=day,
            state=Run.State.DONE,
            asked_by="test",
            started_at=clock.now(),
        )

    def options(self, **given: Any) -> Any:
        return SimpleNamespace(
            **{"clients": 40, "seed": 1, "date": TODAY, "no_serve": True, "port": 8123, "json": True, **given}
        )

    def test_prints_the_address_and_who_signs_in(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.run(self.options()) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["url"] == "http://127.0.0.1:8123/"
        assert [one["user"] for one in told["people"]] == list(CAST)
        assert {one["role"] for one in told["people"]} == {"adviser", "manager", "agent", "admin"}

    def test_a_second_start_builds_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        command.run(self.options())
        monkeypatch.setattr(command, "build", None)
        assert command.run(self.options()) == 0
        assert command.run(self.options(date=None)) == 0
        assert Run.objects.filter(kind=Run.Kind.NIGHT).count() == 1

    def test_without_a_date_the_clock_runs(self) -> None:
        command.run(self.options(date=None))
        assert Institution.objects.get().pinned_date is None

    def test_on_another_day_the_clock_stands_still(self) -> None:
        command.run(self.options())
        assert clock.today() == TODAY

    @pytest.mark.parametrize("other", [{"clients": 41}, {"seed": 2}, {"date": TODAY - timedelta(days=1)}])
    def test_another_bank_is_refused_where_one_is(self, other: dict[str, Any]) -> None:
        command.run(self.options())
        with pytest.raises(Conflict):
            command.run(self.options(**other))
        assert Client.objects.count() == 40


@pytest.mark.parametrize(
    ("entity", "model"),
    [
        (Entity.STAFF, Staff),
        (Entity.CLIENTS, Client),
        (Entity.CLIENTS, Wishes),
        (Entity.RELATIONSHIPS, Relationship),
        (Entity.HOLDINGS, Holding),
        (Entity.STANDING_ORDERS, StandingOrder),
        (Entity.INTERACTIONS, Interaction),
    ],
)
def test_no_text_is_longer_than_its_column(entity: Entity, model: Any) -> None:
    """PostgreSQL refuses what SQLite takes."""
    frame = build(2000, 1, date=TODAY).frames[entity]
    limits = {
        field.column: field.max_length for field in model._meta.concrete_fields if getattr(field, "max_length", None)
    }
    texts = [name for name in frame.columns if name in limits and frame[name].dtype == pl.String]
    assert texts
    for name in texts:
        assert (frame[name].str.len_chars().max() or 0) <= limits[name], name
