"""Trabajos: what waits, fails and was done, tried again or given up with a reason; and how Cartera is installed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client as Browser
from django_q.models import OrmQ, Task

import cartera
from cartera.api.actions import issue_own_token
from cartera.clients.models import Client
from cartera.desk.deployment import GROUPS, SECRET
from cartera.desk.jobs_page import State, jobs_page
from cartera.desk.jobs_words import JOBS as WORDS
from cartera.desk.jobs_words import error_in_words
from cartera.interactions.actions import register
from cartera.kernel import jobs
from cartera.kernel.actor import Actor
from cartera.kernel.models import Errand, Happening, Worker
from cartera.kernel.tracebacks import kind_in, lines_in

pytestmark = [pytest.mark.row("Y15"), pytest.mark.django_db(databases="__all__")]
PAGE = "/administracion/trabajos"
PERSONAL = "Rosa Cárdenas, 0102030405"
SignIn = Callable[[Actor], Browser]


@pytest.fixture(autouse=True)
def _known_jobs() -> None:
    """Loaded before any of them is replaced: loading names it again."""
    for module in configured.CARTERA_JOB_MODULES:
        import_module(module)


@pytest.fixture
def errand(ana: Actor, rosa: Client, settings: Any) -> Errand:
    """What a contact asked for, while no worker works."""
    settings.CARTERA_JOBS = "off"
    register(actor=ana, client=rosa, channel="phone")
    return Errand.objects.get(job="agenda.replan_after")


@pytest.fixture
def failing(errand: Errand, monkeypatch: pytest.MonkeyPatch) -> Errand:
    def breaks(*, happening_id: int) -> None:
        raise ValueError(PERSONAL)

    monkeypatch.setitem(jobs.JOBS, "agenda.replan_after", breaks)
    with pytest.raises(ValueError, match="Rosa"):
        jobs.run_errand(errand_id=errand.pk)
    errand.refresh_from_db()
    return errand


def page_of(browser: Browser) -> str:
    return browser.get(PAGE).content.decode()


class TestAnErrand:
    def test_that_waits_is_told_with_what_it_follows(self, ada: Actor, errand: Errand, sign_in: SignIn):
        page = page_of(sign_in(ada))
        assert all(told in page for told in ("Rehacer un plan por lo que pasó", "Ana Andrade"))

    def test_that_fails_says_why_without_what_was_in_the_rows(self, ada: Actor, failing: Errand, sign_in: SignIn):
        assert (failing.error, failing.attempts) == ("ValueError", 1)
        page = sign_in(ada).get(f"{PAGE}/errand-{failing.pk}").content.decode()
        assert "Pasó algo que nadie previó" in page
        assert "in breaks" in page
        assert "0102030405" not in page + failing.traceback

    def test_is_tried_again_now(self, ada: Actor, failing: Errand, sign_in: SignIn, monkeypatch: Any, settings: Any):
        monkeypatch.setitem(jobs.JOBS, "agenda.replan_after", lambda *, happening_id: None)
        settings.CARTERA_JOBS = "now"
        assert sign_in(ada).post(f"{PAGE}/errand-{failing.pk}/repetir").status_code == 302
        failing.refresh_from_db()
        assert failing.done_at is not None
        assert failing.error == ""

    def test_is_given_up_with_a_reason(self, ada: Actor, failing: Errand, sign_in: SignIn):
        browser = sign_in(ada)
        assert browser.post(f"{PAGE}/errand-{failing.pk}/dejar", {"reason": ""}).status_code == 422
        assert browser.post(f"{PAGE}/errand-{failing.pk}/dejar", {"reason": "Ya no hace falta"}).status_code == 302
        failing.refresh_from_db()
        assert failing.given_up == "Ya no hace falta"
        assert Happening.objects.get(name="job.give_up").facts["job"] == "agenda.replan_after"
        assert jobs.sweep_errands() == 0
        assert browser.post(f"{PAGE}/errand-{failing.pk}/repetir").status_code == 409

    def test_shows_its_lines_to_administrators_alone(self, failing: Errand, ada: Actor, sign_in: SignIn):
        assert sign_in(ada).get(f"{PAGE}/errand-{failing.pk}").context["may_see_lines"]


class TestTheQueue:
    def test_lists_what_waits_in_it_and_gives_it_up(self, ada: Actor, sign_in: SignIn, settings: Any):
        settings.CARTERA_JOBS = "queue"
        jobs.enqueue("agenda.replan", staff_id=7)
        row = OrmQ.objects.get()
        browser = sign_in(ada)
        assert "Rehacer el plan de alguien" in page_of(browser)
        assert browser.post(f"{PAGE}/queued-{row.pk}/dejar", {"reason": "Se fue"}).status_code == 302
        assert not OrmQ.objects.exists()

    def test_tells_what_failed_for_good_and_asks_for_it_again(self, ada: Actor, sign_in: SignIn, settings: Any):
        settings.CARTERA_JOBS = "queue"
        at = datetime.now(UTC)
        task = Task.objects.create(
            id="a" * 32, name="agenda.replan", func="cartera.kernel.jobs.perform", args=("agenda.replan", {"staff_id": 7}),
            started=at, stopped=at, success=False, attempt_count=5,
            result='x : Traceback (most recent call last):\n  File "a.py", line 1, in f\ndjango.db.utils.OperationalError: Rosa',
        )  # fmt: skip
        browser = sign_in(ada)
        page = browser.get(f"{PAGE}/task-{task.pk}").content.decode()
        assert "La base de datos no respondió" in page
        assert "Rosa" not in page
        assert browser.post(f"{PAGE}/task-{task.pk}/repetir").status_code == 302
        assert (OrmQ.objects.get().name(), Task.objects.count()) == ("agenda.replan", 0)

    def test_on_redis_says_that_it_is_seen_there(self, ada: Actor, sign_in: SignIn, settings: Any):
        settings.Q_CLUSTER = {key: value for key, value in configured.Q_CLUSTER.items() if key != "orm"}
        assert "La cola está en Redis" in page_of(sign_in(ada))

    @pytest.mark.parametrize("id", ["errand-x", "queued-99", "task-none", "other-1", "errand-" + "9" * 30])
    def test_knows_no_job_that_is_none(self, ada: Actor, sign_in: SignIn, id: str):
        assert sign_in(ada).get(f"{PAGE}/{id}").status_code == 404


class TestWorkers:
    def test_are_seen_when_they_do_a_job(self, ada: Actor, monkeypatch: pytest.MonkeyPatch):
        seen: list[str] = []
        monkeypatch.setitem(jobs.JOBS, "test.look", lambda: seen.append(Worker.objects.get().doing))
        jobs.perform("test.look", {})
        assert seen == ["test.look"]
        assert Worker.objects.get().doing == ""
        assert jobs_page(actor=ada).alive

    def test_that_were_not_seen_for_long_are_silent(self, ada: Actor):
        jobs.beat(doing="")
        assert not jobs_page(actor=ada, now=datetime.now(UTC) + timedelta(minutes=10)).alive

    def test_that_are_busy_are_not(self, ada: Actor):
        jobs.beat(doing="intake.load")
        assert jobs_page(actor=ada, now=datetime.now(UTC) + timedelta(minutes=10)).alive

    def test_of_yesterday_are_forgotten(self, ada: Actor):
        jobs.beat(doing="")
        jobs.forget_workers(before=datetime.now(UTC) + timedelta(seconds=1))
        assert not Worker.objects.exists()


def test_the_page_costs_the_same_for_few_and_many(
    ada: Actor, errand: Errand, sign_in: SignIn, django_assert_max_num_queries: Any
):
    Errand.objects.bulk_create(Errand(happening=errand.happening, job="agenda.replan_after") for _ in range(60))
    browser = sign_in(ada)
    with django_assert_max_num_queries(18):
        page = browser.get(PAGE)
    assert page.context["page"].more_waiting == 11
    assert {one.state for one in page.context["page"].waiting} == {State.WAITING}


def test_every_job_has_words():
    for module in configured.CARTERA_JOB_MODULES:
        import_module(module)
    assert {name for name in jobs.JOBS if not name.startswith("test.")} == set(WORDS)


def test_errors_have_words():
    assert error_in_words("") == ""
    assert error_in_words("builtins.Strange") != error_in_words("x.TimeoutError")


def test_a_traceback_that_somebody_wrote_down_keeps_its_lines_alone():
    text = 'Traceback (most recent call last):\n  File "a.py", line 3, in f\n    g()\nValueError: Rosa 0102\n'
    assert "Rosa" not in lines_in(text)
    assert "line 3, in f" in lines_in(text)
    assert kind_in(text) == "ValueError"


class TestHowItIsInstalled:
    def test_tells_every_setting_of_the_server(self):
        told = {name for _title, settings in GROUPS for name in settings}
        folder = Path(cartera.__file__).parent / "config"
        files = [*folder.glob("settings/*.py"), folder / "secrets.py", folder / "commands" / "backup.py"]
        read = {
            name
            for file in files
            for name in re.findall(r'"((?:CARTERA_[A-Z_]+|DATABASE_URL|REDIS_URL))"', file.read_text())
        }
        inside = {"CARTERA_JOB_MODULES"}
        assert told >= read - inside, sorted(read - inside - told)

    def test_shows_no_secret(self, ada: Actor, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch):
        for name in SECRET:
            monkeypatch.setenv(name, "hush-hush")
        monkeypatch.setenv("CARTERA_WORKERS", "7")
        page = sign_in(ada).get("/administracion/instalacion").content.decode()
        assert "hush-hush" not in page
        assert "••••" in page
        assert ">7<" in page


class TestEverybodysTokens:
    def test_are_listed_and_revoked_with_a_reason(self, ada: Actor, ana: Actor, sign_in: SignIn):
        token = issue_own_token(actor=ana, label="Excel").token
        browser = sign_in(ada)
        page = browser.get("/administracion/tokens").content.decode()
        assert all(told in page for told in ("Excel", "Ana Andrade", "nunca"))
        assert browser.post(f"/administracion/tokens/{token.pk}/revocar", {"reason": ""}).status_code == 422
        assert browser.post(f"/administracion/tokens/{token.pk}/revocar", {"reason": "Se perdió"}).status_code == 302
        browser.get("/administracion/tokens")  # says what was done
        assert "Excel" not in browser.get("/administracion/tokens").content.decode()
        assert "Excel" in browser.get("/administracion/tokens?estado=terminados").content.decode()
        assert Happening.objects.get(name="token.revoke").facts["reason"] == "Se perdió"
