"""Figures for Prometheus, and who may read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Http
from prometheus_client.parser import text_string_to_metric_families

from cartera.api import metrics
from cartera.kernel.models import Run, Step
from cartera.promises import actions as promises
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def _forget() -> None:
    metrics._installation.forget()


def told(client: Http, **headers: str) -> dict[tuple[str, tuple[str, ...]], float]:
    response = client.get("/metrics", **headers)  # type: ignore[arg-type]
    assert response.status_code == 200
    families = text_string_to_metric_families(response.content.decode())
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.django_db(databases="__all__")
class TestTheFigures:
    def test_tell_of_nights_steps_and_backups(self, client: Http):
        at = datetime(2026, 6, 16, 7, tzinfo=UTC)
        done = {"state": Run.State.DONE, "asked_by": "test", "started_at": at, "finished_at": at}
        night = Run.objects.create(kind=Run.Kind.NIGHT, title="n", **done)
        Step.objects.create(run=night, position=1, name="export", seconds=1.5, started_at=at)
        Run.objects.create(kind=Run.Kind.BACKUP, title="b", **{**done, "state": Run.State.FAILED})
        figures = told(client)
        assert figures["cartera_run_success_timestamp_seconds", ("night",)] == at.timestamp()
        assert ("cartera_run_success_timestamp_seconds", ("backup",)) not in figures
        assert figures["cartera_run_failed", ("backup",)] == 1
        assert figures["cartera_night_step_seconds", ("export",)] == 1.5

    def test_count_promises(self, client: Http, ana: Any, rosa: Any, at: Any):
        promises.make(actor=ana, client=rosa, what="Call", due_at=NOW + timedelta(hours=2))
        assert told(client)["cartera_promises_open", ()] == 1
        at(NOW + timedelta(hours=3))
        metrics._installation.forget()
        assert told(client)["cartera_promises_late", ()] == 1

    def test_count_requests_by_view_and_never_by_address(self, client: Http):
        before = told(client).get(("cartera_requests_total", ("200", "GET", "health")), 0)
        client.get("/health")
        client.get("/nobody/knows/4711")
        figures = told(client)
        assert figures["cartera_requests_total", ("200", "GET", "health")] == before + 1
        assert figures["cartera_requests_total", ("404", "GET", "none")] >= 1
        assert not any("4711" in label for _name, labels in figures for label in labels)
        assert figures["cartera_request_seconds_count", ("health",)] >= 1

    def test_of_the_installation_are_asked_for_once_in_a_while(self, client: Http, django_assert_num_queries: Any):
        told(client)
        with django_assert_num_queries(0):
            told(client)


@pytest.mark.django_db(databases="__all__")
class TestWhoMayRead:
    def test_is_this_machine_alone(self, client: Http):
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 403
        assert client.get("/metrics", HTTP_X_FORWARDED_FOR="10.0.0.9").status_code == 403

    def test_is_whoever_has_the_token(self, client: Http, settings: Any):
        settings.CARTERA_METRICS_TOKEN = "open sesame"
        assert client.get("/metrics").status_code == 403
        assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer x").status_code == 403
        told(client, REMOTE_ADDR="10.0.0.9", HTTP_AUTHORIZATION="Bearer open sesame")


@pytest.mark.parametrize("address", ["/metrics", "/health"])
def test_they_are_asked_and_never_told(address: str):
    assert Http(enforce_csrf_checks=True).post(address).status_code == 405
