"""Errands are done at least once, whatever happens to the queue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django_q.brokers import get_broker
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler

from cartera.clients.models import Client
from cartera.kernel import jobs
from cartera.kernel.actor import Actor
from cartera.kernel.models import Errand
from cartera.promises import actions
from tests.conftest import NOW

FRIDAY = NOW + timedelta(days=3)


@pytest.fixture
def errands(ana: Actor, rosa: Client) -> list[Errand]:
    """Two that no worker has done."""
    for what in ("Llamar", "Escribir"):
        actions.make(actor=ana, client=rosa, what=what, due_at=FRIDAY)
    return list(Errand.objects.order_by("id"))


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The happenings that the job of the errands was asked to follow; the first of them fails."""
    asked: list[int] = []

    def follow(*, happening_id: int) -> None:
        asked.append(happening_id)
        if len(asked) == 1:
            raise RuntimeError("no")

    jobs._job("agenda.replan_after")
    monkeypatch.setitem(jobs.JOBS, "agenda.replan_after", follow)
    return asked


def _pass(span: timedelta) -> None:
    Errand.objects.update(next_at=F("next_at") - span)


class TestTheSweep:
    def test_leaves_to_the_queue_what_was_asked_just_now(self, errands: list[Errand], done: list[int]):
        assert jobs.sweep_errands() == 0
        assert done == []

    def test_does_what_was_left_behind_and_one_that_fails_holds_up_no_other(
        self, errands: list[Errand], done: list[int], monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(jobs, "IN_THE_QUEUE", timedelta(0))
        first, second = errands
        assert jobs.sweep_errands() == 1
        assert [first.done_at is None for first in Errand.objects.order_by("id")] == [True, False]
        _pass(timedelta(minutes=2))
        assert jobs.sweep_errands() == 1
        assert done == [first.happening_id, second.happening_id, first.happening_id]

    @pytest.mark.parametrize("job", ["agenda.nobody_knows", "test.always_fails"])
    def test_tries_what_always_fails_ever_more_seldom(
        self, errands: list[Errand], job: str, monkeypatch: pytest.MonkeyPatch
    ):
        def fail(*, happening_id: int) -> None:
            raise RuntimeError("no")

        monkeypatch.setitem(jobs.JOBS, "test.always_fails", fail)
        Errand.objects.exclude(pk=errands[0].pk).delete()
        Errand.objects.update(job=job)
        Errand.objects.update(next_at=datetime.now(UTC))
        tried_after, minutes = [], 0
        while minutes < 40:
            before = Errand.objects.get().attempts
            jobs.sweep_errands()
            if Errand.objects.get().attempts > before:
                tried_after.append(minutes)
            _pass(timedelta(minutes=1))
            minutes += 1
        assert tried_after == [0, 2, 6, 14, 30]

    def test_counts_an_attempt_that_takes_its_worker_along(
        self, errands: list[Errand], monkeypatch: pytest.MonkeyPatch
    ):
        def die(*, happening_id: int) -> None:
            raise SystemExit

        jobs._job("agenda.replan_after")
        monkeypatch.setitem(jobs.JOBS, "agenda.replan_after", die)
        with pytest.raises(SystemExit):
            jobs.run_errand(errand_id=errands[0].pk)
        assert Errand.objects.get(pk=errands[0].pk).attempts == 1

    def test_waits_a_day_at_most(self):
        assert jobs.pause_after(1000) == timedelta(days=1)


def test_a_queue_that_takes_no_job_does_not_undo_what_was_done(
    ana: Actor, rosa: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
):
    def full(name: str, **arguments: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(jobs, "enqueue", full)
    with django_capture_on_commit_callbacks(execute=True):
        actions.make(actor=ana, client=rosa, what="Llamar", due_at=FRIDAY)
    assert Errand.objects.filter(done_at__isnull=True).exists()


@pytest.mark.django_db(databases="__all__")
def test_a_schedule_said_twice_is_one_and_reaches_the_queue(monkeypatch):
    monkeypatch.setattr(
        "django_q.scheduler.close_old_django_connections", lambda: None
    )  # it would close the test's own
    for _ in range(2):
        jobs.schedule("Sweep", "kernel.sweep_errands", minutes=1)
    (planned,) = Schedule.objects.all()
    before = planned.next_run
    scheduler(get_broker())
    planned.refresh_from_db()
    assert planned.next_run > before
    (queued,) = OrmQ.objects.all()
    task = queued.task
    assert task["func"] == "cartera.kernel.jobs.perform"
    assert task["args"] == ("kernel.sweep_errands", {})
