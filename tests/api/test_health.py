"""How the installation is, told without a token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client as Http

from cartera.api import health
from cartera.kernel.models import Errand, Happening, Run


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", set())


def told(client: Http) -> tuple[int, dict[str, Any]]:
    response = client.get("/health")
    return response.status_code, response.json()


@pytest.mark.django_db(databases="__all__")
class TestHealth:
    def test_of_a_fresh_installation_is_good(self, client: Http):
        status, facts = told(client)
        assert (status, facts["status"], facts["migrations"]) == (200, "ok", "applied")
        assert facts["night"] == {"state": "none", "date": None, "finished_at": None}

    def test_tells_the_last_night_and_degrades_with_a_failed_one(self, client: Http):
        night = {"kind": Run.Kind.NIGHT, "title": "n", "asked_by": "test", "started_at": datetime.now(UTC)}
        Run.objects.create(**night, on_date="2026-06-15", state=Run.State.DONE)
        assert told(client)[1]["night"]["date"] == "2026-06-15"
        Run.objects.create(**night, on_date="2026-06-16", state=Run.State.FAILED, error="password of the database")
        status, facts = told(client)
        assert (status, facts["status"], facts["night"]["state"]) == (200, "degraded", "failed")
        assert "password" not in str(facts)

    def test_degrades_when_nobody_works_off_the_queue(self, client: Http, monkeypatch: pytest.MonkeyPatch):
        happening = Happening.objects.create(name="x", actor_kind="system", actor_name="x", subject_kind="")
        Errand.objects.create(happening=happening, job="x")
        assert told(client)[1]["queue"]["waiting"] == 1
        assert told(client)[1]["status"] == "ok"

        class Later(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + timedelta(seconds=health.STALLED_SECONDS)

        monkeypatch.setattr(health, "datetime", Later)
        assert told(client)[1]["status"] == "degraded"

    def test_degrades_when_an_errand_keeps_failing(self, client: Http):
        happening = Happening.objects.create(name="x", actor_kind="system", actor_name="x", subject_kind="")
        Errand.objects.create(happening=happening, job="nobody.knows", attempts=health.FAILING_ATTEMPTS)
        facts = told(client)[1]
        assert (facts["status"], facts["queue"]["failing"]) == ("degraded", 1)

    def test_is_bad_while_migrations_are_missing(self, client: Http, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: ["one"])
        status, facts = told(client)
        assert (status, facts["status"], facts["migrations"]) == (503, "down", "missing")

    def test_is_bad_without_a_database(self, client: Http, monkeypatch: pytest.MonkeyPatch):
        def unreachable() -> bool:
            raise OperationalError("connection to server at 10.0.0.1 failed")

        monkeypatch.setattr(health, "_missing_migrations", unreachable)
        status, facts = told(client)
        assert (status, facts) == (503, {"status": "down", "database": "unreachable"})

    def test_is_asked_and_never_told(self, client: Http):
        assert client.post("/health").status_code == 405
