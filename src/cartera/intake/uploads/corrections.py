"""The refused rows of a file as a sheet to correct, and that sheet read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from cartera.intake.models import SourceRow
from cartera.intake.uploads.queries import refused_lines, with_reasons
from cartera.kernel.errors import Invalid
from cartera.kernel.models import Run

FILE, LINE, WHY = "cartera_file", "cartera_line", "cartera_why"
"""The columns that we put before those of the file: a corrected row is known by the first two."""

BATCH = 1_000
MOST_BYTES = 50 * 1024**2


def written(run: Run, file: str) -> tuple[Sequence[str], Iterator[Sequence[str]]]:
    """The heading and the rows of a file that are still refused, each with its line and why."""
    rows = refused_lines(run, state=SourceRow.State.REFUSED, file=file).order_by("line", "id")
    first = rows.first()
    names = list(first.read) if first else []
    return (FILE, LINE, WHY, *names), _lines(rows.iterator(chunk_size=BATCH), names)


def _lines(rows: Iterator[SourceRow], names: Sequence[str]) -> Iterator[Sequence[str]]:
    batch: list[SourceRow] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield from _told(batch, names)
            batch = []
    yield from _told(batch, names)


def _told(rows: Sequence[SourceRow], names: Sequence[str]) -> Iterator[Sequence[str]]:
    for line in with_reasons(rows):
        why = "; ".join(f"{one.column}: {one.reason}" if one.column else one.reason for one in line.reasons)
        yield (line.row.file, str(line.row.line), why, *(str(line.row.now.get(name) or "") for name in names))


def read(run: Run, file: UploadedFile[Any]) -> dict[int, Mapping[str, str]]:
    """The cells of a corrected sheet by the id of the refused row. Raises Invalid when it is not such a sheet."""
    if (file.size or 0) > MOST_BYTES:
        raise Invalid(_("That is larger than {n} MB: correct the source instead.").format(n=MOST_BYTES // 1024**2))
    lines = list(_dicts(_text(file)))
    places = {(str(one.get(FILE) or ""), str(one.get(LINE) or "")) for one in lines}
    ids: dict[tuple[str, str], int] = {}
    waiting = refused_lines(run, state=SourceRow.State.REFUSED).values_list("file", "line", "id")
    for name, line, id in waiting.iterator(chunk_size=BATCH):
        if (name, str(line)) in places:
            ids[name, str(line)] = id
    found: dict[int, Mapping[str, str]] = {}
    for one in lines:
        id = ids.get((str(one.get(FILE) or ""), str(one.get(LINE) or "")), 0)
        if id:
            found[id] = {name: _plain(value) for name, value in one.items() if name not in (FILE, LINE, WHY)}
    return found


def _text(file: UploadedFile[Any]) -> str:
    content = file.read()
    for encoding in ("utf-8-sig", "cp1252"):  # as we wrote it, or as Excel saves it
        try:
            return str(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Invalid(_("It cannot be read as text: save it as CSV."))


def _dicts(text: str) -> Iterator[dict[str, str]]:
    heading = text.partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
        if FILE not in (rows.fieldnames or ()) or LINE not in (rows.fieldnames or ()):
            words = _("It is not the file of refused rows: the columns {file} and {line} are missing.")
            raise Invalid(words.format(file=FILE, line=LINE))
        for row in rows:
            yield {str(name): value or "" for name, value in row.items() if name and isinstance(value, str | None)}
    except csv.Error as error:
        raise Invalid(_("It cannot be read as CSV: {why}").format(why=error)) from error


def _plain(value: str) -> str:
    """Without the quote that keeps a spreadsheet from taking a value for a formula."""
    return value[1:] if value[:1] == "'" and value[1:2] in "=+-@" else value
