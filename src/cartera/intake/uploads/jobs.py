"""What a worker does with uploads: recognise, try, load, load what was mended, undo. Each job may be run again.

A job hears of a happening. While its work is under way elsewhere it raises AlreadyRunning, and is tried again later: so a
load whose worker was killed goes on by itself.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cartera.clock import queries as clock
from cartera.intake.frames import Entity, Newcomers, Progress
from cartera.intake.importing import Imported, import_folder, import_mended
from cartera.intake.models import SourceRow, Trace, Upload
from cartera.intake.proposing import propose
from cartera.intake.reading import UnreadableFile
from cartera.intake.undo import traces
from cartera.intake.undo.actions import BuiltUpon, undo_load
from cartera.intake.undo.queries import undo_state, undo_window
from cartera.intake.uploads import storage
from cartera.intake.uploads.actions import begin
from cartera.intake.uploads.actions_at_work import forget_traces, tell, tell_of_mending, tell_of_undoing, tell_progress
from cartera.intake.uploads.rules import KEPT
from cartera.kernel.actor import Actor
from cartera.kernel.errors import AlreadyRunning, CarteraError
from cartera.kernel.jobs import job
from cartera.kernel.models import Happening, Run
from cartera.team.models import Role, Staff
from cartera.team.queries import actor_for

log = logging.getLogger(__name__)
State = Upload.State
LOADS = frozenset(
    {
        *("import.load", "import.set_up", "import.open_doors", "import.undo", "import.begin"),
        *("institution.found", "service.found_models", "team.set_hours", "team.open_branch"),
    }
)
"""What a load does for whoever may bring files: no role is given it by itself."""

OFTEN = 0.5
"""Seconds between two reports of progress."""


class Stopped(CarteraError):
    """Somebody asked the load to stop."""

    code = "stopped"


@job("intake.take_in")
def take_in(*, happening_id: int) -> None:
    """Recognise what was uploaded; with a recipe at hand, try it at once."""
    upload = _upload(happening_id)
    if upload.state != State.RECEIVED:
        return
    with _failing_to(upload, State.RECOGNISED):
        proposal = propose(storage.paths(upload))
        text = upload.recipe_text
        known = any(file.entity for file in proposal.files) and not proposal.missing()
        if upload.goes_on_to and not text and known:
            text = proposal.recipe_toml()
        state = State.TRYING if text else State.RECOGNISED
        error = _("These files need somebody to match their columns.") if upload.goes_on_to and not text else ""
        tell(upload, state=state, proposal=proposal.as_json(), recipe_text=text, error=error)
    try_out(happening_id=happening_id)


@job("intake.try_out")
def try_out(*, happening_id: int) -> None:
    """Read and check everything as a load does, and write nothing."""
    upload = _upload(happening_id)
    if upload.state != State.TRYING:
        return
    with _failing_to(upload, State.RECOGNISED):
        imported = import_folder(
            actor=_actor(upload.by),
            recipe_path=storage.recipe_path(upload),
            folder=storage.folder(upload.pk),
            dry_run=True,
            newcomers=_newcomers(upload.by),
            progress=_follow(upload, stoppable=False),
        )
        tell(upload, state=State.TRIED, trial=_trial(imported), error="")
    if upload.goes_on_to == State.LOADED:
        upload.refresh_from_db()
        if upload.state == State.TRIED:
            begin(actor=_actor(upload.by), upload=upload)


@job("intake.load")
def load_upload(*, happening_id: int) -> None:
    """Load an upload as the command loads a folder; one that was stopped or killed goes on."""
    upload = _upload(happening_id)
    if upload.state != State.LOADING:
        return
    with _failing_to(upload, State.STOPPED):
        import_folder(
            actor=_actor(upload.by),
            recipe_path=storage.recipe_path(upload),
            folder=storage.folder(upload.pk),
            newcomers=_newcomers(upload.by),
            progress=_follow(upload, stoppable=True),
            title=str(upload),
            begun=lambda run: tell(upload, run=run),
        )
        tell(upload, state=State.LOADED, error="", asked_to_stop=False)


@job("intake.load_mended")
def load_mended(*, happening_id: int) -> None:
    """Load the rows of a run that were mended, alone."""
    facts = Happening.objects.get(pk=happening_id).facts
    run = Run.objects.get(pk=facts["run"])
    upload = Upload.objects.filter(run=run).select_related("by").first()
    if (
        upload is None
        or not SourceRow.objects.filter(run=run, state=SourceRow.State.REFUSED).exclude(mended={}).exists()
    ):
        return
    try:
        with translation.override(_language(upload.by)):
            if not storage.is_there(upload):
                raise UnreadableFile(_("The files of this load are not kept any more."))
            import_mended(
                actor=_actor(Staff.objects.get(pk=facts["staff"])),
                recipe_path=storage.recipe_path(upload),
                folder=storage.folder(upload.pk),
                mends=run,
                newcomers=_newcomers(upload.by),
            )
    except AlreadyRunning:
        raise
    except CarteraError as error:
        tell_of_mending(run, state="failed", error=str(error))
    else:
        tell_of_mending(run, state="done")


@job("intake.undo")
def undo(*, happening_id: int) -> None:
    """Undo a load, or go on undoing one; what stands in the way is written down with the run."""
    facts = Happening.objects.get(pk=happening_id).facts
    run = Run.objects.get(pk=facts["run"])
    if undo_state(run) not in ("asked", "running"):
        return
    staff = Staff.objects.get(pk=facts["staff"])
    try:
        with translation.override(_language(staff)):
            undo_load(
                actor=_actor(staff),
                run=run,
                now=datetime.now(UTC),
                progress=lambda done, total: tell_of_undoing(run, done=done, total=total),
            )
    except BuiltUpon:
        log.info("run %s was not undone: something stands on it", run.pk)
    except AlreadyRunning:
        raise
    except CarteraError as error:
        tell_of_undoing(run, state="refused", error=str(error))


def tidy(now: datetime) -> None:
    """Forget the files of old uploads, what cannot be undone any more, and what was left of uploads that broke off."""
    for upload in Upload.objects.filter(at__lt=now - KEPT).exclude(state=State.LOADING):
        storage.forget(upload.pk)
    for run in Run.objects.filter(kind=Run.Kind.IMPORT, started_at__lt=now - undo_window() - timedelta(days=1)).filter(
        pk__in=Trace.objects.values("run")
    ):
        traces.forget(run)
        forget_traces(run)
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR or "")
    for left in incoming.glob("*.upload*") if settings.FILE_UPLOAD_TEMP_DIR else ():
        if time.time() - left.stat().st_mtime > timedelta(days=1).total_seconds():
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)


def _upload(happening_id: int) -> Upload:
    subject = Happening.objects.values_list("subject_id", flat=True).get(pk=happening_id)
    return Upload.objects.select_related("by__branch", "by__sign_in").get(pk=subject or 0)


def _actor(staff: Staff) -> Actor:
    """The person, with what a load does besides: it is the person's, whoever's hands it is in."""
    person = actor_for(staff)
    return replace(person, permissions=person.permissions | LOADS)


def _newcomers(staff: Staff) -> Newcomers:
    """An adviser's own contacts are the adviser's; those that the bank brings have no adviser until a column says one."""
    if staff.role == Role.ADVISER:
        return Newcomers(branch_id=staff.branch_id, adviser_id=staff.pk)
    return Newcomers()


def _language(staff: Staff) -> str:
    """Reasons are written down, so they are said in the language of whoever brought the files."""
    return staff.sign_in.language if staff.sign_in else clock.language()


@contextmanager
def _failing_to(upload: Upload, state: str) -> Iterator[None]:
    """Do work in the person's language; when it is refused, say why and leave the upload where the person can go on."""
    try:
        with translation.override(_language(upload.by)):
            yield
    except AlreadyRunning:
        raise
    except CarteraError as error:
        tell(upload, state=state, error=str(error))
    except Exception as error:
        log.exception("upload %s failed", upload.pk)
        with translation.override(_language(upload.by)):
            words = _("Something went wrong on our side ({kind}). It has been written down.")
        tell(upload, state=state, error=words.format(kind=type(error).__name__))


def _follow(upload: Upload, *, stoppable: bool) -> Progress:
    """Tell progress now and then; between chunks, stop where somebody asked to."""
    last = 0.0

    def hear(entity: Entity, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < OFTEN and done < total:
            return
        last = time.monotonic()
        if tell_progress(upload, str(entity), done, total) and stoppable:
            raise Stopped(_("It was stopped. What was loaded until then is whole."))

    return hear


def _trial(imported: Imported) -> dict[str, Any]:
    """What a dry run found, as the page shows it."""
    counts = {str(entity): asdict(one) for entity, one in imported.counts.items() if one.read}
    cells = {(row.file, row.line): row.cells for row in imported.samples}
    kinds: dict[tuple[str, str, str], dict[str, Any]] = {}
    grouped = imported.refused.group_by("entity", "file", "reason", maintain_order=True).len()
    for entity, file, reason, rows in grouped.sort("len", descending=True, maintain_order=True).iter_rows():
        kinds[entity, file, reason] = {"entity": entity, "file": file, "reason": reason, "rows": rows, "samples": []}
    for row in imported.refused.iter_rows(named=True):
        kind = kinds[row["entity"], row["file"], row["reason"]]
        if len(kind["samples"]) < 3:
            shown: Mapping[str, str] = cells.get((row["file"], row["line"]), {})
            kind["samples"].append(
                {**{name: row[name] for name in ("line", "column", "value")}, "cells": list(shown.items())}
            )
    return {
        "seconds": round(imported.seconds, 1),
        "entities": counts,
        "refused": list(kinds.values())[:50],
        "total_refused": imported.total_refused,
        "to_load": sum(one.changed for one in imported.counts.values()),
    }
