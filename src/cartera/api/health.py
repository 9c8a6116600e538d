"""How the installation is, for whoever watches over it: no secret, no name, no token needed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_q.models import OrmQ

from cartera.api.answers import answer
from cartera.kernel.models import Errand, Run

STALLED_SECONDS = 900
FAILING_ATTEMPTS = 3
_migrated: set[str] = set()


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when requests can be served, 503 when they cannot: no database, or one that lacks migrations.

    A stalled queue, an errand that keeps failing and a failed night make it `degraded`: people can work, somebody should look.
    """
    try:
        missing = _missing_migrations()
        told = {"migrations": "missing" if missing else "applied", **({} if missing else _work())}
    except DatabaseError:
        return answer({"status": "down", "database": "unreachable"}, 503)
    if missing:
        return answer({"status": "down", "database": "reachable", **told}, 503)
    queue = told["queue"]
    flows = queue["oldest_seconds"] < STALLED_SECONDS and not queue["failing"]
    well = flows and told["night"]["state"] != Run.State.FAILED
    return answer({"status": "ok" if well else "degraded", "database": "reachable", **told})


def _missing_migrations() -> bool:
    """Whether migrations are missing. Reading the whole plan is slow, so one that is complete is remembered."""
    for alias in settings.DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
        if alias in _migrated:
            continue
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return True
        _migrated.add(alias)
    return False


def _work() -> dict[str, Any]:
    night = Run.objects.filter(kind=Run.Kind.NIGHT, replay=False).order_by("-id").first()
    return {
        "queue": {"waiting": _waiting(), "failing": _failing(), "oldest_seconds": _age_of_oldest()},
        "night": {
            "state": night.state if night else "none",
            "date": night.on_date if night else None,
            "finished_at": night.finished_at if night else None,
        },
    }


def _waiting() -> int:
    return Errand.objects.filter(done_at__isnull=True).count()


def _failing() -> int:
    """Errands that were tried so often that it is no accident: their job is unknown, or always fails."""
    return Errand.objects.filter(done_at__isnull=True, attempts__gte=FAILING_ATTEMPTS).count()


def _age_of_oldest() -> int:
    """Seconds that the oldest errand or job has waited: what grows when no worker works."""
    now = datetime.now(UTC)
    errand = Errand.objects.filter(done_at__isnull=True).aggregate(at=Min("happening__at"))["at"]
    queue = settings.Q_CLUSTER.get("orm")
    job = OrmQ.objects.using(queue).filter(lock__lte=now).aggregate(at=Min("lock"))["at"] if queue else None
    since = min((at for at in (errand, job) if at is not None), default=now)
    return max(0, int((now - since).total_seconds()))
