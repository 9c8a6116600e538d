"""What the agenda does when the day changes: it marks the plan, so that the page says so, and a worker makes another."""

from __future__ import annotations

from cartera.agenda.actions import out_of_date
from cartera.kernel.recording import Recording


def mark_the_plan(record: Recording) -> None:
    """The plans that this client stands in are out of date, until a worker has made others."""
    client_id = next((change.client_id for change in record.changes if change.client_id), None)
    if client_id is not None:
        out_of_date(client_id=client_id)
