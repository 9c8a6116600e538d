"""How an upper room hears of what happened below: a table of subscribers, no signals.

*Together* runs in the same transaction, so that the page is right at once. *Afterwards* runs in a worker, at least once:
the errand is written with the happening, so that a crash between the two loses nothing.
The table itself is one page, `cartera.config.subscriptions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cartera.kernel.recording import Recording

Together = Callable[[Recording], None]


@dataclass(slots=True)
class _Table:
    together: Mapping[str, Sequence[Together]] = field(default_factory=dict)
    afterwards: Mapping[str, Sequence[str]] = field(default_factory=dict)


_table = _Table()


def connect(*, together: Mapping[str, Sequence[Together]], afterwards: Mapping[str, Sequence[str]]) -> None:
    """Hang the bell: happening names to functions, and to names of jobs that take `happening_id`."""
    _table.together = together
    _table.afterwards = afterwards


def ring_together(record: Recording) -> None:
    for react in _table.together.get(record.name, ()):
        react(record)


def jobs_after(name: str) -> Sequence[str]:
    return _table.afterwards.get(name, ())
