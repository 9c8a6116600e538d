"""Opening workbooks and Parquet in a process of their own: formats that a few bytes can make eat all memory, or crash.

A cell in the last row and column of an empty sheet, a Parquet page that says it is huge: the library that meets it dies,
and its process with it. Here that process is a child with limits, which writes what it read as Arrow for its parent to
map; a child that dies is a file that cannot be read. Run as a program: `strangers.py MEMORY sheet|parquet FILE FOLDER SHEET`.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import fastexcel
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MEMORY = 4 * 1024**3  # bytes of address space
CPU = 900  # seconds
NAMES = "names.json"
FAILED = 3
BATCH = 65_536
DECIMALS = 10  # of floating-point numbers: what is behind them is noise


def main(arguments: list[str]) -> int:
    """Read one file into a folder. Exit status 3: it cannot be read, and standard error says why in one line."""
    memory, kind, path, folder, sheet = arguments
    limit(int(memory))
    try:
        OPENERS[kind](Path(path), Path(folder), sheet)
    except (fastexcel.FastExcelError, pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError) as error:
        print(" ".join(str(error).split())[:300], file=sys.stderr)  # noqa: T201
        return FAILED
    return 0


def limit(memory: int) -> None:
    """Whatever the file says, this process takes no more than so many bytes, and no more than a quarter of an hour."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def open_sheets(path: Path, folder: Path, sheet: str) -> None:
    """The sheets that hold something, or the one that is asked for, each row from the first as text."""
    book = fastexcel.read_excel(path)
    names = [sheet] if sheet else book.sheet_names
    kept: list[str] = []
    for name in names:
        cells = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
        if cells.height and cells.width:
            cells.write_ipc(folder / f"{len(kept)}.arrow")
            kept.append(name)
    (folder / NAMES).write_text(json.dumps(kept), encoding="utf-8")


def open_parquet(path: Path, folder: Path, _sheet: str) -> None:
    """The rows as text, in batches; columns of lists, of records and of bytes are left out."""
    file = pq.ParquetFile(path)
    plain = [at for at, field in enumerate(file.schema_arrow) if _is_plain(field.type)]
    schema = pa.schema([pa.field(str(at), pa.large_string()) for at in plain])
    with pa.OSFile(str(folder / "0.arrow"), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for batch in file.iter_batches(batch_size=BATCH):
            writer.write_batch(pa.record_batch([_as_text(batch.column(at)) for at in plain], schema=schema))
    names = [file.schema_arrow.names[at] for at in plain]
    (folder / NAMES).write_text(json.dumps(names), encoding="utf-8")


def _is_plain(kind: pa.DataType) -> bool:
    """Whether a cell is one value that people would write."""
    if pa.types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    return not (
        pa.types.is_nested(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _as_text(column: pa.Array) -> pa.Array:
    """Numbers without exponents, days as 2026-05-31, instants as 2026-05-31 10:30:00, flags as true and false."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        numbers = pl.Series(column.cast(pa.float64())).cast(pl.Decimal(38, DECIMALS), strict=False).cast(pl.String)
        column = numbers.str.strip_chars_end("0").str.strip_chars_end(".").to_arrow()
    if pa.types.is_timestamp(column.type):
        column = pc.strftime(column, format="%Y-%m-%d %H:%M:%S")
    return column.cast(pa.large_string())


OPENERS: dict[str, Callable[[Path, Path, str], None]] = {"sheet": open_sheets, "parquet": open_parquet}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
