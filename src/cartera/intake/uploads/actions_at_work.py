"""What a worker tells of an upload while it works on it. No edit by anybody: nothing here is remembered as a happening."""

from __future__ import annotations

from typing import Any

from cartera.intake.models import Trace, Upload
from cartera.kernel.models import Run


def tell(upload: Upload, **values: Any) -> None:
    """Write what was found out: columns that only workers write, and the state that follows."""
    Upload.objects.filter(pk=upload.pk).update(**values)


def tell_progress(upload: Upload, entity: str, done: int, total: int) -> bool:
    """Say how far the load is; returns whether somebody asked it to stop."""
    rows = Upload.objects.filter(pk=upload.pk)
    rows.update(progress={"entity": entity, "done": done, "total": total})
    return rows.filter(asked_to_stop=True).exists()


def tell_of_undoing(run: Run, **values: Any) -> None:
    """Say how the undoing of a run stands."""
    run.refresh_from_db()
    run.summary = {**run.summary, "undo": {**run.summary.get("undo", {}), **values}}
    Run.objects.filter(pk=run.pk).update(summary=run.summary)


def tell_of_mending(run: Run, **values: Any) -> None:
    """Say how loading what was mended of a run stands."""
    run.refresh_from_db()
    run.summary = {**run.summary, "mending": values}
    Run.objects.filter(pk=run.pk).update(summary=run.summary)


def forget_traces(run: Run) -> None:
    """Forget what it would take to undo a run."""
    Trace.objects.filter(run=run).delete()
