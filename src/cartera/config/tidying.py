"""What is over and holds nobody up any more is cleared away, once a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.core.management import call_command

from cartera.api.actions_at_the_door import forget_old_answers
from cartera.api.actions_of_delivery import forget_old_deliveries
from cartera.documents.jobs import tidy as tidy_papers
from cartera.intake.uploads.jobs import tidy as tidy_uploads
from cartera.kernel.jobs import forget_workers, job
from cartera.kernel.limits import forget_old_counts
from cartera.team.actions_at_the_gate import forget_old_tries


@job("installation.tidy")
def tidy() -> None:
    """Delete the sessions that expired, what was counted and kept for a day, deliveries that ended a month
    ago, the files of old uploads, and those of papers that were removed.
    """
    now = datetime.now(UTC)
    call_command("clearsessions", verbosity=0)
    forget_old_tries(now=now)
    forget_old_answers(now=now)
    forget_old_deliveries(now=now)
    forget_old_counts()
    forget_workers(before=now - timedelta(days=1))
    tidy_uploads(now)
    tidy_papers(now)
