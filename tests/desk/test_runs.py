"""Noches and Importaciones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cartera.clock.models import Institution
from cartera.clock.queries import forget
from cartera.kernel.actor import Actor
from cartera.kernel.models import RefusedRow, Run
from cartera.kernel.runs import StepResult, refuse, run_step, running, start_run
from tests.conftest import TODAY


@pytest.fixture
def night(bank) -> Run:
    run = start_run(Run.Kind.NIGHT, title="Night", asked_by="cartera nightly", on_date=TODAY)
    with running(run):
        run_step(run, 1, "export", lambda: StepResult(rows=12_345))
        run_step(run, 2, "value", lambda: StepResult(rows=2000, changed=17))
    return run


@pytest.fixture
def load(bank) -> Run:
    run = start_run(Run.Kind.IMPORT, title="berka", asked_by="cartera import")
    with running(run):
        run_step(
            run, 1, "transactions", lambda: StepResult(3, 2, {"created": 2, "updated": 0, "unchanged": 0, "refused": 1})
        )
        row = {"entity": "transactions", "file": "trans.asc", "line": 49104, "reason": "La línea está cortada."}
        refuse(run, [RefusedRow(run=run, column="type", value='=CMD("<script>")', **row)])
    return run


@pytest.mark.row("Y9", "V5")
class TestNights:
    def test_show_the_steps_with_rows_changes_and_those_to_come(self, sign_in, ada: Actor, night: Run):
        page = sign_in(ada).get("/noches").content.decode()
        assert "12.345" in page
        assert "Valor y niveles" in page
        assert page.count("En espera") == 4

    def test_began_at_a_real_instant_even_where_the_clock_is_pinned(self, sign_in, ada: Actor, night: Run, load: Run):
        Institution.objects.update(pinned_date=TODAY)
        Run.objects.update(started_at=datetime(2026, 11, 22, 3, 48, tzinfo=UTC))
        forget()
        page = sign_in(ada).get("/noches").content.decode()
        assert "21 de noviembre de 2026" in page
        assert "en 158" not in page
        assert "21 nov 2026, 22:48" in sign_in(ada).get("/importaciones").content.decode()

    def test_before_the_first_one_say_what_a_night_is(self, sign_in, ada: Actor):
        assert "Aún no ha corrido ninguna noche" in sign_in(ada).get("/noches").content.decode()

    def test_that_failed_say_where_and_can_be_resumed(self, sign_in, ada: Actor):
        run = start_run(Run.Kind.NIGHT, title="Night", asked_by="cron", on_date=TODAY)
        with pytest.raises(ArithmeticError), running(run):
            run_step(run, 1, "value", lambda: StepResult(1 // 0))
        page = sign_in(ada).get("/noches").content.decode()
        assert "Reanudar la noche" in page
        assert "ZeroDivisionError" in page

    @pytest.mark.parametrize(("last_is_done", "day"), [(True, "2026-06-16"), (False, "2026-06-15")])
    def test_goes_on_with_the_last_one_that_stopped_and_with_no_older_one(
        self, sign_in, ada: Actor, monkeypatch: pytest.MonkeyPatch, last_is_done: bool, day: str
    ):
        asked: list[dict[str, str]] = []
        monkeypatch.setattr("cartera.kernel.jobs.enqueue", lambda name, **given: asked.append(given))
        start_run(Run.Kind.NIGHT, title="Stopped long ago", asked_by="cron", on_date=TODAY - timedelta(days=20))
        last = start_run(Run.Kind.NIGHT, title="Last", asked_by="cron", on_date=TODAY - timedelta(days=1))
        if last_is_done:
            with running(last):
                pass
        sign_in(ada).post("/noches/ejecutar")
        assert asked == [{"day": day}]

    def test_of_an_earlier_day_say_that_they_only_repeated_it(self, sign_in, ada: Actor, night: Run):
        Run.objects.filter(pk=night.pk).update(replay=True)
        assert "repetición" in sign_in(ada).get("/noches").context["lead"]

    def test_are_for_administrators(self, sign_in, ana: Actor, night: Run):
        assert sign_in(ana).get("/noches").status_code == 403

    def test_cost_few_queries(self, sign_in, ada: Actor, night: Run, django_assert_max_num_queries):
        browser = sign_in(ada)
        with django_assert_max_num_queries(12):
            browser.get("/noches")


@pytest.mark.row("Y9")
class TestImports:
    def test_list_what_was_refused_with_file_line_and_reason(self, sign_in, ada: Actor, load: Run):
        browser = sign_in(ada)
        assert "berka" in browser.get("/importaciones").content.decode()
        page = browser.get(f"/importaciones/{load.pk}").content.decode()
        assert "trans.asc:49104" in page
        assert "La línea está cortada." in page
        assert "<script>" not in page.split("</head>")[1].split("c-brk")[1][:200]

    def test_what_was_refused_downloads_as_a_file_that_no_spreadsheet_runs(self, sign_in, ada: Actor, load: Run):
        answer = sign_in(ada).get(f"/importaciones/{load.pk}/rechazadas.csv")
        assert answer["Content-Type"].startswith("text/csv")
        assert "trans.asc,49104,transactions,type,\"'=CMD" in answer.getvalue().decode()

    def test_one_that_is_none_is_not_found(self, sign_in, ada: Actor, night: Run):
        assert sign_in(ada).get(f"/importaciones/{night.pk}").status_code == 404
