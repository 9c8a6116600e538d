"""What people type after a command, read, with a refusal that says how to write it."""

from __future__ import annotations

import argparse
from datetime import date


def a_day(text: str) -> date:
    """A calendar day, YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it like 2026-06-16") from None


def a_port(text: str) -> int:
    """A TCP port, 1 to 65535."""
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 1 to 65535")
