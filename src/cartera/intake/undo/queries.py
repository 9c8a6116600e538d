"""Whether a load can be undone, and how far its undoing is. For pages too: no frames here."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from cartera.intake.settings import UNDO_DAYS
from cartera.kernel.models import Run
from cartera.rulebook.queries import value_of


def undo_window() -> timedelta:
    """How long what a load replaced is kept."""
    return timedelta(days=value_of(UNDO_DAYS))


def undo_told(run: Run) -> dict[str, Any]:
    """What is known of undoing a run: `state` (asked, running, refused, done), `at`, `by`, `rows`, `blockers`; empty before."""
    return dict(run.summary.get("undo", {}))


def undo_state(run: Run) -> str:
    return str(undo_told(run).get("state", ""))


def undoable(run: Run, now: datetime) -> bool:
    """Whether a run can still be asked to be undone; what stands on it is found out when it is."""
    return (
        run.kind == Run.Kind.IMPORT
        and run.state != Run.State.RUNNING
        and undo_state(run) != "done"
        and now - run.started_at <= undo_window()
        and (run.traces.filter(undone=False).exists() or folder(run).exists())
    )


def folder(run: Run) -> Path:
    """Where the months of facts lie that a run replaced."""
    return Path(settings.CARTERA_HOME) / "imports" / str(run.pk)
