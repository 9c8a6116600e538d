"""What is over and holds nobody up any more is cleared away, once a day."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.management import call_command

from cartera.kernel.jobs import job
from cartera.team.actions_at_the_gate import forget_old_tries


@job("installation.tidy")
def tidy() -> None:
    """Delete the sessions that expired, and the tries at the gate that count no more."""
    call_command("clearsessions", verbosity=0)
    forget_old_tries(now=datetime.now(UTC))
