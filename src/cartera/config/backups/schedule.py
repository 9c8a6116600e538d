"""The daily backup, begun by a worker in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from django.conf import settings

from cartera.clock import queries as clock
from cartera.kernel.jobs import job
from cartera.kernel.models import Run

PAUSE = timedelta(hours=1)
"""How long after a backup that failed another is tried."""


@job("backup.run_if_due")
def run_if_due() -> None:
    """For the schedule: begin today's backup once its hour has come, unless it was made or one is being made."""
    if is_due(datetime.now(UTC)):
        subprocess.Popen(
            [sys.executable, "-m", "cartera.config.command", "backup", "--scheduled", "--json"],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )


def is_due(now: datetime) -> bool:
    """Whether today's backup is still to be made. The day is the institution's, of the real clock."""
    hour = settings.CARTERA_BACKUP_HOUR
    here = now.astimezone(clock.zone()) if hour is not None else now
    if hour is None or here.hour < hour:
        return False
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    of_today = Run.objects.filter(kind=Run.Kind.BACKUP, started_at__gte=midnight)
    failed_lately = of_today.filter(state=Run.State.FAILED, started_at__gt=now - PAUSE)
    return not of_today.filter(state=Run.State.DONE).exists() and not failed_lately.exists()
