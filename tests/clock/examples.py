"""Calendars and instants to try the rules on: by hand, and drawn by Hypothesis."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume
from hypothesis import strategies as st

from cartera.clock.intervals import Interval
from cartera.clock.rules import Shift, WeeklyHours, WorkingCalendar

MADRID = ZoneInfo("Europe/Madrid")
PRAGUE = ZoneInfo("Europe/Prague")
SANTIAGO = ZoneInfo("America/Santiago")
GUAYAQUIL = ZoneInfo("America/Guayaquil")
HAVANA = ZoneInfo("America/Havana")
APIA = ZoneInfo("Pacific/Apia")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

OFFICE = WeeklyHours.repeating(Shift.between(time(8, 30), time(13)), Shift.between(time(14), time(17, 30)))
ALWAYS = WeeklyHours.repeating(Shift(0, 1440), weekdays=range(7))
NEVER = WeeklyHours.repeating()
QUITO = WorkingCalendar(OFFICE, GUAYAQUIL, frozenset({date(2026, 5, 25)}))

# The changes of 2026 in the zones that have them: the clock forward, and back. Santiago's fall on midnight.
CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 4, 5, 3, tzinfo=UTC),
    datetime(2026, 9, 6, 4, tzinfo=UTC),
]


@st.composite
def shifts_of_a_day(draw: st.DrawFn) -> tuple[Shift, ...]:
    bounds = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    return tuple(Shift(15 * opens, 15 * closes) for opens, closes in zip(bounds[::2], bounds[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    week = WeeklyHours(tuple(draw(shifts_of_a_day()) for _ in range(7)))
    assume(week)
    zone = draw(st.sampled_from([MADRID, PRAGUE, SANTIAGO, GUAYAQUIL]))
    days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
    return WorkingCalendar(week, zone, draw(st.frozensets(days, max_size=12)))


def instants(within: timedelta = timedelta(days=4)) -> st.SearchStrategy[datetime]:
    """Instants of all sizes, half of them near a change of the clocks or around a new year."""
    new_year = datetime(2027, 1, 1, tzinfo=UTC)
    anywhere = st.timedeltas(timedelta(days=-365), timedelta(days=180)).map(new_year.__add__)
    turning_points = st.sampled_from([*CHANGES, new_year])
    return st.one_of(anywhere, st.builds(datetime.__add__, turning_points, st.timedeltas(-within, within)))


durations = st.timedeltas(timedelta(), timedelta(days=20))
pauses = st.lists(
    st.builds(lambda start, length: Interval(start, start + length), instants(), st.timedeltas(timedelta(), 9 * HOUR)),
    max_size=5,
)
