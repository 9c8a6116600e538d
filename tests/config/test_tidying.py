"""What is over is cleared away by the schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from cartera.config.installation import SCHEDULE
from cartera.kernel import jobs
from cartera.team.actions_at_the_gate import MOST, WINDOW, try_the_gate
from cartera.team.models import GateTries


@pytest.mark.django_db
def test_the_schedule_clears_expired_sessions_and_tries_and_leaves_the_others():
    now = datetime.now(UTC)
    for name, expires in (("over", now - timedelta(minutes=1)), ("open", now + timedelta(hours=1))):
        Session.objects.create(session_key=name, session_data="", expire_date=expires)
    try_the_gate("sign-in", "ana", "10.0.0.1", now=now - WINDOW)
    for _ in range(MOST):
        try_the_gate("sign-in", "beto", "10.0.0.1", now=now)
    for job, _minutes in SCHEDULE.values():
        if job != "night.run_if_due":
            jobs.perform(job, {})
    assert [session.session_key for session in Session.objects.all()] == ["open"]
    assert [tries.count for tries in GateTries.objects.all()] == [MOST]
