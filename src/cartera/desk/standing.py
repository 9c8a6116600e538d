"""How a promise stands, in a look and a few words: the chip that is drawn of it everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from cartera.desk import formats
from cartera.promises.models import Promise
from cartera.promises.rules import Danger, State, danger

Look = Literal["kept", "due", "late", "broken", "paused"]

LOOKS: dict[str, Look] = {
    State.KEPT: "kept",
    State.LATE: "late",
    State.BROKEN: "broken",
    State.RENEGOTIATED: "paused",
    State.WITHDRAWN: "paused",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A look of `{% promise_chip %}` and its words: the deadline or the fact."""

    look: Look
    text: str


def standing_of(promise: Promise, now: datetime, locale: formats.Locale) -> Standing:
    """An open promise says its deadline, or for how long it is overdue; a closed one, what became of it. `now` is local."""
    if promise.state != State.PROMISED:
        return Standing(LOOKS[promise.state], promise.get_state_display())
    return standing_of_term(promise.due_at, now, locale)


def standing_of_term(due_at: datetime, now: datetime, locale: formats.Locale) -> Standing:
    """What is open and due at an instant says its deadline, or for how long it is overdue. `now` is local."""
    due_at = due_at.astimezone(now.tzinfo)
    if danger(now, due_at, due_at) == Danger.OVERDUE:
        return Standing("late", _("Overdue %(term)s") % {"term": term(now - due_at)})
    return Standing("due", upper_first(by_when(due_at, now, locale)))


def by_when(due_at: datetime, now: datetime, locale: formats.Locale) -> str:
    """A local instant as short as it says enough: with its hour today and tomorrow, as a day later on."""
    today = now.date()
    near = locale.near_days.get((due_at.date() - today).days)
    if near is None:
        return formats.day(due_at.date(), today, locale)
    return near if ends_a_day(due_at) else formats.moment(due_at, today, locale)


def ends_a_day(due_at: datetime) -> bool:
    """Whether a local instant means a whole day: its last minute, as service models promise."""
    return due_at.time() >= time(23, 59)


def term(length: timedelta) -> str:
    """ "46 min", "17 h", "3 d": the largest unit that says it."""
    count = int(length.total_seconds() // 60)
    if count < 60:
        return formats.minutes(count)
    hours = count // 60
    return f"{hours}{formats.NBSP}h" if hours < 48 else f"{hours // 24}{formats.NBSP}d"


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]
