"""The hours of Mi día: the bar of the day, where its minutes go, the days ahead and the word that was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from cartera.agenda.day import Day, Overflow
from cartera.agenda.models import Plan
from cartera.clock.intervals import Interval
from cartera.desk import formats
from cartera.desk.day_words import Reader
from cartera.desk.drawing import Block, DayStrip, WeekBar, day_strip, week
from cartera.desk.my_day import Fact, MyDay
from cartera.kernel.money import PPM
from cartera.promises.rules import State
from cartera.team.calendars import Diary
from cartera.team.models import Appointment

DAYS_AHEAD = 5


@dataclass(frozen=True, slots=True)
class Capacity:
    """A day's minutes, after meetings, what has passed of it and the reserve; `strip` draws it."""

    strip: DayStrip
    label: str
    promised: int
    available: int
    over: int
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class DayAhead:
    """One of the next days: minutes planned or due, of those available."""

    on: date
    promised: int
    available: int
    bar: WeekBar

    @property
    def lacking(self) -> int:
        return max(0, self.promised - self.available)


@dataclass(frozen=True, slots=True)
class Word:
    """How a person's promises of the month ended; `share` is None when none has ended yet."""

    kept: int
    late: int
    broken: int

    @property
    def settled(self) -> int:
        return self.kept + self.late + self.broken

    @property
    def share(self) -> float | None:
        return self.kept / self.settled if self.settled else None


def capacity(day: Day, shown: MyDay, diary: Diary, reader: Reader) -> Capacity | None:
    """The minutes of a day, None when the person does not work on it."""
    if not diary.works_on(day.on):
        return None
    whole = diary.calendar.minutes_available(day.on)
    after_meetings = diary.calendar.minutes_available(day.on, diary.taken)
    passed = [Interval(_midnight(day.on, reader), reader.now)] if _midnight(day.on, reader) < reader.now else []
    left = diary.calendar.minutes_available(day.on, [*diary.taken, *passed])
    reserve = left * _reserve_ppm(day.plan, day.on) // PPM
    return Capacity(
        strip=_strip(day, shown, diary, reader),
        label=_finding(day, shown, diary, reader),
        promised=shown.minutes_to_do + shown.left.minutes,
        available=left - reserve,
        over=shown.left.minutes,
        facts=(
            Fact(_("Working hours, without lunch"), formats.minutes(whole)),
            Fact(_("Fixed meetings"), formats.minutes(after_meetings - whole)),
            Fact(_("What has passed of the day"), formats.minutes(left - after_meetings)),
            Fact(_("Kept free for what nobody foresees"), formats.minutes(-reserve)),
            Fact(_("Available for contacts"), formats.minutes(left - reserve)),
        ),
    )


def days_ahead(plan: Plan | None, left_out: Mapping[date, Overflow], after: date) -> tuple[DayAhead, ...]:
    """The days of the plan that follow a day, with what falls due on each without a place."""
    if plan is None:
        return ()
    ahead = [(date.fromisoformat(name), minutes) for name, minutes in sorted(plan.capacity.items())]
    rows = [
        (on, minutes["planned"] + left_out.get(on, Overflow()).minutes, minutes["available"])
        for on, minutes in ahead
        if on > after
    ][:DAYS_AHEAD]
    bars = week([(promised, available) for _on, promised, available in rows])
    return tuple(DayAhead(*row, bar) for row, bar in zip(rows, bars, strict=True))


def price_of_an_hour(plan: Plan | None, on: date) -> int:
    """What one more hour on a day would save, in minor units: the dearer of its two halves."""
    prices = plan.prices if plan else {}
    return max((int(price) for name, price in prices.items() if name.startswith(str(on))), default=0)


def word(counts: Mapping[str, int]) -> Word:
    return Word(counts.get(State.KEPT, 0), counts.get(State.LATE, 0), counts.get(State.BROKEN, 0))


def _strip(day: Day, shown: MyDay, diary: Diary, reader: Reader) -> DayStrip:
    shifts = diary.calendar.shifts_on(day.on)
    meetings = [
        Block(_minute(meeting.starts_at, reader), _length(meeting.starts_at, meeting.ends_at), "ink")
        for meeting in _meetings(day, diary, reader)
    ]
    made = [
        Block(_minute(contact.happened_at, reader) - contact.minutes, contact.minutes, "kept") for contact in shown.done
    ]
    planned = [Block(line.starts.hour * 60 + line.starts.minute, line.item.minutes, "due") for line in shown.to_do]
    return day_strip(
        opens=shifts[0].opens,
        closes=shifts[-1].closes,
        blocks=[*made, *planned, *meetings],
        overflow=shown.left.minutes,
        now=_minute(reader.now, reader) if day.on == reader.today else None,
    )


def _meetings(day: Day, diary: Diary, reader: Reader) -> list[Appointment]:
    return [meeting for meeting in diary.appointments if reader.local(meeting.starts_at).date() == day.on]


def _finding(day: Day, shown: MyDay, diary: Diary, reader: Reader) -> str:
    return _(
        "%(planned)s contacts planned, %(done)s made, %(meetings)s fixed meetings, %(missing)s that do not fit."
    ) % {
        "planned": len(shown.to_do),
        "done": len(shown.done),
        "meetings": len(_meetings(day, diary, reader)),
        "missing": shown.left.contacts,
    }


def _reserve_ppm(plan: Plan | None, on: date) -> int:
    """The share of free time that the plan keeps free, as it was when the plan was made."""
    of_day = plan.capacity.get(str(on)) if plan else None
    if not of_day or not of_day["free"]:
        return 0
    free = int(of_day["free"])
    return (free - int(of_day["available"])) * PPM // free


def _midnight(day: date, reader: Reader) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=reader.now.tzinfo)


def _minute(instant: datetime, reader: Reader) -> int:
    local = reader.local(instant)
    return local.hour * 60 + local.minute


def _length(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)
