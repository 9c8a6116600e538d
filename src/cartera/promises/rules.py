"""What may happen to a promise, when it is in danger, and which promise a contact keeps.

The states follow the conversation for action of Winograd and Flores (1986): we promise, we report it kept, the client
confirms or disputes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from cartera.clock.rules import WorkingCalendar


class State(StrEnum):
    """PROMISED is open; KEPT was on time, LATE was kept after it was due; a RENEGOTIATED one lives on in another."""

    PROMISED = "promised"
    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"
    RENEGOTIATED = "renegotiated"
    WITHDRAWN = "withdrawn"


# Back to PROMISED is the undo of what a person just did; a broken or renegotiated promise stays what it is.
TRANSITIONS: dict[State, frozenset[State]] = {
    State.PROMISED: frozenset({State.KEPT, State.LATE, State.BROKEN, State.RENEGOTIATED, State.WITHDRAWN}),
    State.KEPT: frozenset({State.PROMISED}),
    State.LATE: frozenset({State.PROMISED}),
    State.WITHDRAWN: frozenset({State.PROMISED}),
    State.RENEGOTIATED: frozenset({State.PROMISED}),
    State.BROKEN: frozenset(),
}

CLOSED = frozenset(State) - {State.PROMISED}

FARTHEST = timedelta(days=3653)
"""Ten years: nobody promises for later, and a calendar ends."""


class Danger(StrEnum):
    """How an open promise stands: its time has not come, it may be kept now, it is overdue."""

    AHEAD = "ahead"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Contact:
    """What is needed of a contact to say which promises it keeps. `demand` is the rank of its channel."""

    at: datetime
    demand: int
    purpose: str
    reached: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Promised:
    """What is needed of an open promise. `demand` is its channel's rank, or -1 when any channel keeps it."""

    id: int
    opens_at: datetime
    due_at: datetime
    demand: int
    purpose: str
    minutes: int
    any_purpose: bool

    def is_fulfilled_by(self, contact: Contact) -> bool:
        """Reached, not too early, by a channel that asks at least as much of us, for the purpose that was promised."""
        return (
            contact.reached
            and contact.at >= self.opens_at
            and contact.demand >= self.demand
            and (self.any_purpose or contact.purpose == self.purpose)
        )


def touchpoint_kept_by(contact: Contact, open_touchpoints: Iterable[Promised]) -> Promised | None:
    """The most demanding open touchpoint that this contact fulfils, or None; among equals, the first that is due.

    A contact keeps at most one: a face-to-face review keeps the review, not three telephone calls. One that does not
    count (the client called for service) keeps none.
    """
    if not contact.counts:
        return None
    fulfilled = (promise for promise in open_touchpoints if promise.is_fulfilled_by(contact))
    return min(
        fulfilled,
        key=lambda promise: (promise.any_purpose, -promise.demand, -promise.minutes, promise.due_at, promise.id),
        default=None,
    )


def kept_state(at: datetime, due_at: datetime) -> State:
    """On the dot is on time."""
    return State.KEPT if at <= due_at else State.LATE


def danger(now: datetime, opens_at: datetime, due_at: datetime) -> Danger:
    if now > due_at:
        return Danger.OVERDUE
    return Danger.DUE if now >= opens_at else Danger.AHEAD


class When(StrEnum):
    """The instants by which people usually promise something."""

    TODAY = "today"
    NEXT_DAY = "next_day"
    DAY_AFTER = "day_after"
    IN_A_WEEK = "in_a_week"


@dataclass(frozen=True, slots=True)
class Term:
    """One usual term: which it is, and its instant in UTC."""

    when: When
    due_at: datetime


BEFORE_GOING_HOME = time(17)
LEAST_NOTICE = timedelta(minutes=30)
_WORKING_DAYS_AHEAD = {When.NEXT_DAY: 1, When.DAY_AFTER: 2, When.IN_A_WEEK: 5}


def usual_terms(now: datetime, calendar: WorkingCalendar) -> tuple[Term, ...]:
    """The terms that are offered in one tap, the nearest first: today while there is half an hour left, and working days.

    Each is due before people go home: at five, or when the place closes if that is earlier. Days are counted in working
    days, so that nothing is promised for a holiday.
    """
    today = now.astimezone(calendar.zone).date()
    terms = [
        Term(when, closing_of(calendar.next_working_day(today, n), calendar)) for when, n in _WORKING_DAYS_AHEAD.items()
    ]
    if calendar.is_working_day(today) and closing_of(today, calendar) - now >= LEAST_NOTICE:
        terms.insert(0, Term(When.TODAY, closing_of(today, calendar)))
    return tuple(terms)


def closing_of(day: date, calendar: WorkingCalendar) -> datetime:
    """The instant by which what is promised for a day is due. Raises ValueError for a day on which nobody works."""
    shifts = calendar.intervals_on(day)
    if not shifts:
        raise ValueError(f"nobody works on {day}: nothing is promised for it")
    return min(datetime.combine(day, BEFORE_GOING_HOME, tzinfo=calendar.zone).astimezone(UTC), shifts[-1].end)
