"""Noches and Importaciones: what ran, what it changed, what it refused."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clock import queries as clock
from cartera.desk.runs import NIGHT_STEPS, history, lead_of_night, lines, taken
from cartera.desk.screens import StaffRequest, redirect_with_toast, screen
from cartera.desk.sheets import sheet
from cartera.kernel import jobs
from cartera.kernel.errors import NotFound
from cartera.kernel.models import Run
from cartera.kernel.pages import page_of
from cartera.kernel.queries import refused, refused_by_reason, runs, steps_of, usual_seconds

SHOWN = 200


@screen(may="run.view")
def nights(request: StaffRequest, run_id: int | None = None) -> HttpResponse:
    """The last night, or one of the history, step by step."""
    found = list(runs(actor=request.actor, kinds=(Run.Kind.NIGHT,))[:30])
    run = _chosen(request, run_id, found, (Run.Kind.NIGHT,))
    steps = steps_of(run) if run else []
    usual = usual_seconds(Run.Kind.NIGHT, before=run) if run else {}
    context: dict[str, Any] = {
        "run": run,
        "lines": lines(steps, usual, NIGHT_STEPS),
        "lead": lead_of_night(run, steps, clock.today(), clock.now()),
        "bars": history(found),
        "seconds": taken(run) if run else 0,
        "done": sum(step.state == Run.State.DONE for step in steps),
        "of": len(NIGHT_STEPS),
        "rows": sum(step.rows for step in steps),
        "changed": sum(step.changed for step in steps),
        "may_run": request.actor.may("run.start"),
    }
    template = "desk/_night.html" if request.headers.get("HX-Request") else "desk/nights.html"
    return render(request, template, context)


@require_POST
@screen(may="run.start")
def run_night(request: StaffRequest) -> HttpResponse:
    """Run tonight's night, or go on with the one that stopped, in a worker."""
    last = runs(actor=request.actor, kinds=(Run.Kind.NIGHT,)).filter(replay=False).first()
    stopped = last.on_date if last and last.state != Run.State.DONE else None
    day = stopped or clock.today()
    jobs.enqueue("night.run", day=day.isoformat())
    return redirect_with_toast(request, _("The night is on its way: this page follows it."), to="desk:nights")


@screen(may="run.view")
def imports(request: StaffRequest) -> HttpResponse:
    """Every import, the latest first."""
    rows = runs(actor=request.actor, kinds=(Run.Kind.IMPORT, Run.Kind.DEMO))
    page = page_of(rows, order=("-id",), cursor=request.GET.get("cursor"), limit=25)
    return render(request, "desk/imports.html", {"page": page})


@screen(may="run.view")
def import_run(request: StaffRequest, run_id: int) -> HttpResponse:
    """One import: what it loaded by kind, and what it refused, by reason and row by row."""
    run = _chosen(request, run_id, [], (Run.Kind.IMPORT, Run.Kind.DEMO))
    if run is None:
        raise NotFound()
    context = {
        "run": run,
        "lines": lines(steps_of(run), {}),
        "reasons": refused_by_reason(run),
        "rows": refused(run, most=SHOWN),
        "shown": SHOWN,
        "seconds": taken(run),
    }
    return render(request, "desk/import.html", context)


@screen(may="run.view")
def refused_csv(request: StaffRequest, run_id: int) -> StreamingHttpResponse:
    """What an import refused, as a file to mend."""
    run = _chosen(request, run_id, [], (Run.Kind.IMPORT, Run.Kind.DEMO))
    if run is None:
        raise NotFound()
    rows = ((row.file, row.line, row.entity, row.column, row.value, row.reason) for row in refused(run))
    return sheet(f"rechazadas-{run.pk}.csv", ("file", "line", "entity", "column", "value", "reason"), rows)


def _chosen(request: StaffRequest, run_id: int | None, found: list[Run], kinds: tuple[Run.Kind, ...]) -> Run | None:
    if run_id is None:
        return found[0] if found else None
    run = runs(actor=request.actor, kinds=kinds).filter(pk=run_id).first()
    if run is None:
        raise NotFound()
    return run
