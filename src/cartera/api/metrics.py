"""Figures for Prometheus: what requests take, and how the installation is. Few labels, none of them a person.

`/metrics` answers whoever shows `CARTERA_METRICS_TOKEN` as a bearer token; without one, only this machine itself, and no
request that a proxy passed on. Several web processes add up when `PROMETHEUS_MULTIPROC_DIR` names a folder, as
`cartera serve` sees to.
"""

from __future__ import annotations

import hmac
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from cartera.api import health
from cartera.kernel import seals
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.kernel.models import Run
from cartera.promises import queries as promises

WATCHER = Actor.system("metrics", "client.view")
LOOPBACK = {"127.0.0.1", "::1"}
PASSED_ON = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
REMEMBER_SECONDS = 30.0
NOWHERE = "none"

requests = Counter("cartera_requests", "Requests answered.", ("view", "method", "status"), registry=None)
durations = Histogram("cartera_request_seconds", "What requests took.", ("view",), buckets=SECONDS, registry=None)


class MetricsMiddleware:
    """Count each request by the name of its view, and time it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        view = (request.resolver_match.view_name if request.resolver_match else "") or NOWHERE
        durations.labels(view).observe(time.perf_counter() - began)
        requests.labels(view, request.method if request.method in _METHODS else "OTHER", response.status_code).inc()
        return response


@never_cache
@csrf_exempt
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures as text; 403 for whoever may not read them."""
    if not _may_read(request):
        return HttpResponse("Give CARTERA_METRICS_TOKEN as a bearer token.\n", status=403, content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(_installation)
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(requests)
        registry.register(durations)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Installation(Collector):
    """How the installation is, from its database; asked again after half a minute, however many ask."""

    def __init__(self) -> None:
        self._asked_at, self._known = float("-inf"), list[GaugeMetricFamily]()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        if time.monotonic() - self._asked_at > REMEMBER_SECONDS:
            self._known, self._asked_at = list(_figures()), time.monotonic()
        return self._known

    def forget(self) -> None:
        self._asked_at = float("-inf")


_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
_installation = Installation()


def _figures() -> Iterator[GaugeMetricFamily]:
    built = GaugeMetricFamily("cartera_build_info", "What runs here.", labels=("version", "python", "database"))
    built.add_metric((version("cartera"), platform.python_version(), connection.vendor), 1)
    yield built
    yield _one("cartera_errands_waiting", "Jobs that something asked for and that are not done.", health.waiting())
    yield _one("cartera_errands_failing", "Of them, those that failed again and again.", health.failing())
    yield _one("cartera_queue_oldest_seconds", "How long the oldest job waits.", health.age_of_oldest())
    yield _one("cartera_audit_days_unsealed", "Days that wait for their seal.", seals.days_unsealed(datetime.now(UTC)))
    yield _one("cartera_promises_open", "Promises that are open.", promises.ledger(actor=WATCHER).open().count())
    with suppress(NotFound):  # before `cartera init` it is no day
        yield _one("cartera_promises_late", "Ours that are past due.", promises.overdue(actor=WATCHER).count())
    yield from _of_runs()


def _of_runs() -> Iterator[GaugeMetricFamily]:
    ended = GaugeMetricFamily(
        "cartera_run_success_timestamp_seconds", "When the last one ended well.", labels=("kind",)
    )
    failed = GaugeMetricFamily("cartera_run_failed", "1 when the last one failed.", labels=("kind",))
    steps = GaugeMetricFamily("cartera_night_step_seconds", "What each step of the last night took.", labels=("step",))
    for kind in (Run.Kind.NIGHT, Run.Kind.IMPORT, Run.Kind.BACKUP):
        runs = Run.objects.filter(kind=kind, replay=False).order_by("-id")
        last, done = runs.first(), runs.filter(state=Run.State.DONE).first()
        if last:
            failed.add_metric((kind,), last.state == Run.State.FAILED)
        if done and done.finished_at:
            ended.add_metric((kind,), done.finished_at.timestamp())
        if done and kind == Run.Kind.NIGHT:
            for name, seconds in done.steps.order_by("position").values_list("name", "seconds"):
                steps.add_metric((name,), seconds)
    yield from (ended, failed, steps)


def _one(name: str, help_: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_, value=value)


def _may_read(request: HttpRequest) -> bool:
    if settings.CARTERA_METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.CARTERA_METRICS_TOKEN.encode())
    passed_on = any(header in request.META for header in PASSED_ON)
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not passed_on
