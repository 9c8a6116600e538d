"""Facts in bulk: transactions and monthly balances, as Parquet, one folder a month.

They are too many for the transactional tables, and they are read by the column. A fact lies in
`CARTERA_HOME/lake/<fact>/month=YYYY-MM/part.parquet`. A month is replaced whole and at once: it is written beside the
old one, synchronised with the disk and renamed over it. Readers see the old month or the new one, never a torn file,
and a merge that is killed and repeated ends where an undisturbed one does.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import polars as pl
from django.conf import settings

from cartera.kernel.bulk import Counts

_PART = "part.parquet"


def folder(fact: str) -> Path:
    return Path(settings.CARTERA_HOME) / "lake" / fact


def paths(fact: str) -> list[Path]:
    """The files of a fact, the oldest month first; none when nothing was loaded yet."""
    return sorted(folder(fact).glob(f"month=*/{_PART}"))


def merge(
    fact: str,
    frame: pl.DataFrame,
    key: Sequence[str],
    *,
    month_of: str = "on",
    progress: Callable[[int], None] = lambda done: None,
    dry_run: bool = False,
) -> Counts:
    """Make the fact hold these rows; the months in which nothing differs are not touched.

    `key` identifies a row across all months, and the date column `month_of` says to which month it belongs; neither has
    nulls, and no two rows share a key (ValueError). A row whose date moved to another month moves with it. Columns that
    the stored months lack are null there; the frame must have all of theirs. `dry_run` counts and writes nothing.

    Holds the frame and one month of the fact in memory at a time; other merges of the same fact wait.
    """
    _require_key(frame, key, month_of)
    if frame.is_empty():
        return Counts()
    months = frame.select(pl.col(month_of).dt.year() * 100 + pl.col(month_of).dt.month()).to_series()
    total = Counts()
    with nullcontext() if dry_run else _alone(fact):
        strays = {} if month_of in key else _strays(fact, frame.select(key), months)
        known = pl.concat(strays.values()) if strays else frame.select(key).clear()
        for month in months.unique().sort():
            rows = frame.filter(months == month)
            total += _merge_month(_path(fact, month), rows, key, month_of, known, dry_run=dry_run)
            progress(rows.height)
        for month, left_behind in strays.items():
            if not dry_run:
                path = _path(fact, month)
                _replace(path, pl.read_parquet(path).join(left_behind, on=key, how="anti"))
    return total


def _require_key(frame: pl.DataFrame, key: Sequence[str], month_of: str) -> None:
    names = list(dict.fromkeys((*key, month_of)))
    if any(frame.select(pl.col(names).has_nulls()).row(0)):
        raise ValueError(f"{', '.join(names)} must not be null")
    if frame.select(key).n_unique() < frame.height:
        raise ValueError(f"the key {', '.join(key)} is not unique")


def _path(fact: str, month: int) -> Path:
    """The file of a month, given as 202601 for January 2026."""
    return folder(fact) / f"month={month // 100:04d}-{month % 100:02d}" / _PART


def _strays(fact: str, arriving: pl.DataFrame, months: pl.Series) -> dict[int, pl.DataFrame]:
    """The keys that lie in another month than the one they come for."""
    key, strays = arriving.columns, {}
    for path in paths(fact):
        month = int(path.parent.name.removeprefix("month=").replace("-", ""))
        in_place = arriving.filter(months == month)
        others = pl.read_parquet(path, columns=key).join(in_place, on=key, how="anti")
        if others.height:
            found = arriving.filter(months != month).join(others, on=key, how="semi")
            if found.height:
                strays[month] = found
    return strays


def _merge_month(
    path: Path, rows: pl.DataFrame, key: Sequence[str], month_of: str, known: pl.DataFrame, *, dry_run: bool
) -> Counts:
    stored = pl.read_parquet(path) if path.exists() else rows.clear()
    if missing := set(stored.columns) - set(rows.columns):
        raise ValueError(f"{path.parent.parent.name} needs the columns {', '.join(sorted(missing))}")
    stored = pl.concat([rows.clear(), stored], how="diagonal_relaxed")
    new = rows.join(stored, on=key, how="anti")
    same = _same(rows, stored, key)
    counts = Counts(new.height, rows.height - new.height - same, same)
    if counts.changed and not dry_run:
        kept = stored.join(rows, on=key, how="anti")
        _replace(path, pl.concat([kept, rows.select(stored.columns)]).sort(month_of, *key))
    moved = new.join(known, on=key, how="semi").height
    return Counts(counts.created - moved, counts.updated + moved, counts.unchanged)


def _same(rows: pl.DataFrame, stored: pl.DataFrame, key: Sequence[str]) -> int:
    """How many rows are stored just as they are."""
    others = [name for name in rows.columns if name not in key]
    paired = rows.join(stored.select(*key, pl.col(others).name.suffix("_there")), on=key, how="inner")
    equal = (pl.col(name).eq_missing(pl.col(f"{name}_there")) for name in others)
    return int(paired.select(pl.all_horizontal(pl.lit(value=True), *equal).sum()).item()) if paired.height else 0


def _replace(path: Path, rows: pl.DataFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if rows.is_empty():
        path.unlink(missing_ok=True)
        return
    beside = path.with_suffix(".writing")
    with beside.open("wb") as file:
        rows.write_parquet(file, compression="zstd", statistics=True)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    _synchronise(path.parent)
    _synchronise(path.parent.parent)


def _synchronise(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(fact: str) -> Iterator[None]:
    """One merge of a fact at a time, across processes; the lock goes with a process that is killed."""
    folder(fact).mkdir(parents=True, exist_ok=True)
    with (folder(fact) / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
