"""Importaciones: what came in, what was refused, mending it, undoing it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cartera.desk.fields import tell
from cartera.desk.navigation import by_htmx
from cartera.desk.runs import lines, taken
from cartera.desk.screens import StaffRequest, redirect_with_toast, screen
from cartera.desk.sheets import sheet
from cartera.intake.models import SourceRow
from cartera.intake.undo.queries import undo_told, undoable
from cartera.intake.uploads import actions, corrections, queries, storage, words
from cartera.intake.uploads.forms import CorrectedForm, DiscardForm, MendForm
from cartera.intake.uploads.views import _staff
from cartera.kernel.errors import CarteraError, NotFound
from cartera.kernel.models import Run
from cartera.kernel.pages import page_of
from cartera.kernel.queries import refused, runs, steps_of

KINDS = (Run.Kind.IMPORT, Run.Kind.DEMO)
PAGE = 50
UNDONE = ("asked", "running", "done")


@screen(may="run.view")
def imports(request: StaffRequest) -> HttpResponse:
    """Every import, the latest first, and the uploads that are not loaded yet."""
    rows = runs(actor=request.actor, kinds=KINDS)
    page = page_of(rows, order=("-id",), cursor=request.GET.get("cursor"), limit=25)
    context = {
        "page": page,
        "under_way": queries.under_way(actor=request.actor),
        "may_upload": request.actor.may("import.upload"),
    }
    return render(request, "intake/imports.html", context)


@screen(may="run.view")
def run(request: StaffRequest, run_id: int) -> HttpResponse:
    """One import: what it loaded by kind, what it refused row by row, and the way to undo it."""
    return _shown(request, _run(request, run_id))


@screen(may="run.view")
def refused_csv(request: StaffRequest, run_id: int) -> StreamingHttpResponse:
    """What an import refused: one line a reason, or with `?file=` the rows of that file to correct and bring back."""
    found = _run(request, run_id)
    file = request.GET.get("file")
    if file:
        heading, rows = corrections.written(found, file)
        return sheet(f"corregir-{found.pk}-{file.rpartition('.')[0] or file}.csv", heading, rows)
    told = ((row.file, row.line, row.entity, row.column, row.value, row.reason) for row in refused(found))
    return sheet(f"rechazadas-{found.pk}.csv", ("file", "line", "entity", "column", "value", "reason"), told)


@screen(may="import.mend")
def mend(request: StaffRequest, run_id: int, row_id: int) -> HttpResponse:
    """Correct the cells of one refused row, and have it loaded alone."""
    found = _run(request, run_id)
    row = SourceRow.objects.filter(run=found, pk=row_id).first()
    if row is None:
        raise NotFound()
    (line,) = queries.with_reasons([row])
    form = MendForm(request.POST if request.method == "POST" else None, row=row, wrong=line.wrong)
    if form.is_valid():
        try:
            _require_mendable(found)
            changed = actions.mend(
                actor=request.actor, by=_staff(request), run=found, cells={row.pk: form.cells}, now=datetime.now(UTC)
            )
        except CarteraError as refusal:
            tell(form, refusal)
        else:
            if not changed:
                form.add_error(None, _("Nothing was changed: the row would be refused again."))
            else:
                said = _("Line %(line)s of %(file)s is being loaded.") % {"line": row.line, "file": row.file}
                return redirect_with_toast(request, said, to=f"{reverse('intake:run', args=[found.pk])}#refused")
    context = {"run": found, "line": line, "row": row, "form": form, "mendable": _mendable(found)}
    return render(request, "intake/mend.html", context, status=422 if form.errors else 200)


@require_POST
@screen(may="import.mend")
def bring_back(request: StaffRequest, run_id: int) -> HttpResponse:
    """Take the corrected file of refused rows, and have those rows loaded alone."""
    found = _run(request, run_id)
    form = CorrectedForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            _require_mendable(found)
            cells = corrections.read(found, form.cleaned_data["file"])
            changed = actions.mend(
                actor=request.actor, by=_staff(request), run=found, cells=cells, now=datetime.now(UTC)
            )
        except CarteraError as refusal:
            form.add_error("file", str(refusal.detail))
        else:
            said = ngettext("One corrected row is being loaded.", "%(n)s corrected rows are being loaded.", changed)
            if not changed:
                said = _("Nothing in the file differs from what was refused.")
            return redirect_with_toast(request, said % {"n": changed} if changed else said, to=_address(found))
    return _shown(request, found, corrected=form, status=422)


@require_POST
@screen(may="import.discard_rows")
def discard_row(request: StaffRequest, run_id: int, row_id: int) -> HttpResponse:
    """Put a refused row away with a reason."""
    found = _run(request, run_id)
    form = DiscardForm(request.POST)
    if not form.is_valid():
        return redirect("intake:mend", found.pk, row_id)
    reason = form.cleaned_data["reason"]
    actions.discard_rows(actor=request.actor, run=found, ids=[row_id], reason=reason, now=datetime.now(UTC))
    return redirect_with_toast(request, _("Discarded: nobody has to mend it any more."), to=_address(found))


@require_POST
@screen(may="import.ask_undo")
def undo(request: StaffRequest, run_id: int) -> HttpResponse:
    """Take a load back, unless something was built on it."""
    found = _run(request, run_id)
    actions.ask_undo(actor=request.actor, by=_staff(request), run=found, now=datetime.now(UTC))
    return redirect(_address(found))


def _shown(
    request: StaffRequest, found: Run, *, corrected: CorrectedForm | None = None, status: int = 200
) -> HttpResponse:
    chosen = {name: request.GET.get(name, "") for name in ("state", "reason", "file")}
    rows = queries.refused_lines(found, **chosen)
    page = page_of(rows, order=("file", "line", "id"), cursor=request.GET.get("cursor"), limit=PAGE)
    tallies = queries.tallies(found)
    told, mending = undo_told(found), found.summary.get("mending", {})
    context: dict[str, Any] = {
        "run": found,
        "lines": lines(steps_of(found), {}),
        "page": page,
        "rows": queries.with_reasons(page.items),
        "reasons": queries.reasons_of(found),
        "plain": [] if sum(tallies.values()) else refused(found, most=PAGE),
        "tallies": tallies,
        "states": [(state, label, tallies[state]) for state, label in SourceRow.State.choices],
        "chosen": chosen,
        "files": sorted({row.file for row in queries.refused_lines(found).only("file").distinct()[:20]}),
        "seconds": taken(found),
        "mendable": _mendable(found),
        "mendings": queries.mendings_of(found),
        "mends": found.summary.get("mends"),
        "corrected": corrected or CorrectedForm(),
        "upload": queries.upload_of(found),
        "undoable": request.actor.may("import.ask_undo") and undoable(found, datetime.now(UTC)),
        "undo": words.of_undo(told),
        "mending": mending,
        "moving": found.state == Run.State.RUNNING
        or told.get("state") in ("asked", "running")
        or mending.get("state") == "asked",
    }
    if by_htmx(request) and not context["moving"]:
        return HttpResponse(headers={"HX-Refresh": "true"})  # what may be done now stands outside the part that moved
    template = "intake/_run.html" if by_htmx(request) else "intake/run.html"
    return render(request, template, context, status=status)


def _mendable(found: Run) -> bool:
    """Whether what was loaded still stands, and its files are there to take the rest of a row's story from."""
    upload = queries.upload_of(found)
    return upload is not None and undo_told(found).get("state") not in UNDONE and storage.is_there(upload)


def _require_mendable(found: Run) -> None:
    if not _mendable(found):
        raise NotFound(_("The files of this load are not kept any more: correct the source and load it again."))


def _address(found: Run) -> str:
    return reverse("intake:run", args=[found.pk])


def _run(request: StaffRequest, run_id: int) -> Run:
    found = runs(actor=request.actor, kinds=KINDS).filter(pk=run_id).first()
    if found is None:
        raise NotFound()
    return found
