"""Promised against done, at any instant: the account of what a service model promised. Pure, as the rules are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cartera.promises.rules import State

REPLACED = frozenset({State.RENEGOTIATED, State.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Owed:
    """What is needed of a promise to account for it. Instants in UTC; `closed_at` is None while it is open."""

    made_at: datetime
    due_at: datetime
    latest_at: datetime
    state: State
    closed_at: datetime | None = None

    def state_at(self, instant: datetime) -> State | None:
        """How it stood at an instant; None before it was made."""
        if self.made_at > instant:
            return None
        return self.state if self.closed_at is not None and self.closed_at <= instant else State.PROMISED


@dataclass(frozen=True, slots=True)
class Compliance:
    """Promised against done at an instant.

    `behind` are due and can still be done, until `behind_until` the first of them; `missed` were not done in their window.
    What was done before it was due counts as promised and done.
    """

    on_time: int = 0
    late: int = 0
    behind: int = 0
    missed: int = 0
    to_come: int = 0
    behind_until: datetime | None = None

    @property
    def done(self) -> int:
        return self.on_time + self.late

    @property
    def promised(self) -> int:
        """What should have been done by now."""
        return self.done + self.behind + self.missed

    @property
    def all(self) -> int:
        return self.promised + self.to_come

    @property
    def share(self) -> float | None:
        """Done among what should have been done, None when nothing was due yet."""
        return self.done / self.promised if self.promised else None


def compliance(promises: Iterable[Owed], at: datetime) -> Compliance:
    """Account for promises at any instant, past ones included: what happened later does not count.

    What was withdrawn, or renegotiated into another promise, is not owed any more.
    """
    standing = [(promise, state) for promise in promises if (state := promise.state_at(at)) not in (None, *REPLACED)]
    behind = [promise for promise, state in standing if state == State.PROMISED and promise.due_at < at]
    count = [state for _promise, state in standing].count
    return Compliance(
        on_time=count(State.KEPT),
        late=count(State.LATE),
        behind=len(behind),
        missed=count(State.BROKEN),
        to_come=count(State.PROMISED) - len(behind),
        behind_until=min((promise.latest_at for promise in behind), default=None),
    )
