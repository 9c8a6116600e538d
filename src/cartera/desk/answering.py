"""When a client answers the telephone: cells for the drawing, and the finding in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cartera.desk.drawing import Box, heat
from cartera.desk.formats import Locale
from cartera.desk.wishes_words import days_in_words
from cartera.interactions.rules import LEAST_ATTEMPTS, BestTime, Slot, best_time, share_answered

WORKDAYS = range(5)
USUAL_HOURS = range(9, 18)


@dataclass(frozen=True, slots=True)
class Answering:
    """How our calls went. `cells` are empty while there were too few to say anything."""

    tried: int
    reached: int
    finding: str
    cells: Sequence[Box]
    weekdays: Sequence[str]
    hours: Sequence[str]

    @property
    def height(self) -> int:
        return 19 * len(self.weekdays) + 16


def answering_of(slots: Sequence[Slot], locale: Locale) -> Answering:
    tried, reached = sum(slot.tried for slot in slots), sum(slot.reached for slot in slots)
    if tried < LEAST_ATTEMPTS:
        return Answering(tried, reached, "", (), (), ())
    days = sorted({*WORKDAYS, *(slot.weekday for slot in slots)})
    hours = range(min(USUAL_HOURS[0], *(s.hour for s in slots)), max(USUAL_HOURS[-1], *(s.hour for s in slots)) + 1)
    found = {(slot.weekday, slot.hour): share_answered(slot, reached / tried) for slot in slots}
    rows = [[found.get((day, hour), 0.0) for hour in hours] for day in days]
    return Answering(
        tried=tried,
        reached=reached,
        finding=best_in_words(best_time(slots), locale),
        cells=heat(rows),
        weekdays=[locale.weekdays[day][: locale.short] for day in days],
        hours=[str(hour) for hour in hours],
    )


def best_in_words(best: BestTime | None, locale: Locale) -> str:
    """ "martes a jueves, 10:00 a 12:00"; empty when the hour makes no difference."""
    if best is None:
        return ""
    days = days_in_words(range(best.first_weekday, best.last_weekday + 1), locale)
    return _("%(days)s, %(from)02d:00 to %(until)02d:00") % {
        "days": days,
        "from": best.from_hour,
        "until": best.until_hour,
    }
