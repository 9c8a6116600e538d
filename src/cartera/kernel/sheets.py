"""What may stand in a cell of a file that somebody will open in a spreadsheet. Values in, values out."""

from __future__ import annotations

_READ_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: str) -> str:
    """A value that a spreadsheet would take for a formula is quoted (CWE-1236); a plain negative number is none."""
    if not value.startswith(_READ_AS_FORMULA) or value.removeprefix("-").replace(".", "", 1).isdecimal():
        return value
    return f"'{value}"
