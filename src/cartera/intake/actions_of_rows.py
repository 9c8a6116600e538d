"""Keeping refused rows with their cells, and settling those that were mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

import polars as pl
from django.db import transaction

from cartera.intake.mending import Cells
from cartera.intake.models import SourceRow
from cartera.kernel.models import RefusedRow, Run

BATCH = 2_000


def keep_cells(run: Run, rows: Iterable[Cells]) -> None:
    """Keep the refused rows of a run once: a repeated run replaces those that nobody touched.

    Of a million rows it holds a batch at a time.
    """
    SourceRow.objects.filter(run=run, state=SourceRow.State.REFUSED, mended={}).delete()
    told = iter(rows)
    while batch := list(islice(told, BATCH)):
        made = [SourceRow(run=run, file=row.file, line=row.line, cells=list(row.cells.items())) for row in batch]
        SourceRow.objects.bulk_create(made, ignore_conflicts=True)


def settle(run: Run, mended_in: Run, rows: Sequence[SourceRow], refused: pl.DataFrame) -> None:
    """Say of each row whether it is loaded now, and of one that is not, why not this time."""
    still = {(file, line) for file, line in refused.select("file", "line").iter_rows()}
    loaded = [row.pk for row in rows if (row.file, row.line) not in still]
    with transaction.atomic():
        for start in range(0, len(loaded), BATCH):
            SourceRow.objects.filter(pk__in=loaded[start : start + BATCH]).update(
                state=SourceRow.State.MENDED, mended_in=mended_in
            )
        tried = [row for row in rows if row.mended and (row.file, row.line) in still]
        for row in tried:
            RefusedRow.objects.filter(run=run, file=row.file, line=row.line).delete()
        places = {(row.file, row.line) for row in tried}
        again = [one for one in refused.iter_rows(named=True) if (one["file"], one["line"]) in places]
        RefusedRow.objects.bulk_create([RefusedRow(run=run, **one) for one in again], batch_size=BATCH)
