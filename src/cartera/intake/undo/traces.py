"""What a load wrote, as it is kept: compressed lists of ids and rows, and Parquet for facts that lie in Parquet."""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.apps import apps
from django.db import models

from cartera.intake.models import Trace
from cartera.intake.undo.queries import folder
from cartera.kernel.models import Run

FIXED = ("id", "version")


@dataclass(frozen=True, slots=True)
class Traced:
    """A trace opened: `before` rows hold `id`, the version they had, and then `columns`."""

    id: int
    model: type[models.Model]
    created: Sequence[int]
    columns: tuple[str, ...]
    before: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class TracedMonth:
    """One month of a fact that a load replaced: the rows that went, and those that came."""

    fact: str
    month: str
    before: pl.DataFrame
    after: pl.DataFrame


def packed(values: Sequence[Any]) -> bytes:
    return zlib.compress(json.dumps(values, default=str, separators=(",", ":")).encode(), 3)


def opened(trace: Trace) -> Traced:
    created, before = (json.loads(zlib.decompress(bytes(part))) for part in (trace.created, trace.before))
    return Traced(trace.pk, apps.get_model(trace.table), created, tuple(trace.columns), before)


def traces_of(run: Run, *, latest_first: bool = False) -> Iterator[Traced]:
    """What is still to be undone of a run, one chunk in memory at a time."""
    ids = Trace.objects.filter(run=run, undone=False).order_by("-id" if latest_first else "id")
    for id in list(ids.values_list("id", flat=True)):
        yield opened(Trace.objects.get(pk=id))


def keep_month(run: Run, fact: str, month: str, going: pl.DataFrame, coming: pl.DataFrame) -> None:
    """Remember a month before it is replaced. A repeat after a kill finds nothing to replace where it was done."""
    if going.is_empty() and coming.is_empty():
        return
    place = folder(run) / fact
    place.mkdir(mode=0o750, parents=True, exist_ok=True)
    number = len(list(place.glob(f"{month}.*.parquet")))
    rows = pl.concat([going.with_columns(came_=False), coming.with_columns(came_=True)], how="diagonal_relaxed")
    beside = place / f"{month}.writing"
    rows.write_parquet(beside, compression="zstd")
    beside.rename(place / f"{month}.{number:04d}.parquet")


def months_of(run: Run) -> Iterator[tuple[Path, TracedMonth]]:
    """The months that a run replaced and that were not put back, the last replaced first."""
    for path in sorted(folder(run).glob("*/*.parquet"), reverse=True):
        rows = pl.read_parquet(path)
        before, after = (rows.filter(pl.col("came_") == came).drop("came_") for came in (False, True))
        yield path, TracedMonth(path.parent.name, path.name.partition(".")[0], before, after)


def forget(run: Run) -> None:
    shutil.rmtree(folder(run), ignore_errors=True)
