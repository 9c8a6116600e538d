"""Lists as files for a spreadsheet: comma-separated, UTF-8 with its mark, streamed row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from itertools import chain

from django.http import StreamingHttpResponse

from cartera.kernel.sheets import harmless

BYTE_ORDER_MARK = "\ufeff"


class _Line:
    """What the writer of the standard library writes to: it hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def sheet(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A download of that name, in which no cell is taken for a formula."""
    writer = csv.writer(_Line())
    lines = (writer.writerow([harmless(str(cell)) for cell in row]) for row in chain([heading], rows))
    return StreamingHttpResponse(
        chain([BYTE_ORDER_MARK], lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
