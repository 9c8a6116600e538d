"""Business time proved against its definition: an instant is open when the wall clock shows an hour of the week."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cartera.clock.intervals import Interval
from cartera.clock.rules import (
    BeyondHorizon,
    NoWorkingTime,
    Shift,
    WeeklyHours,
    WorkingCalendar,
)

from .examples import (
    ALWAYS,
    APIA,
    CHANGES,
    GUAYAQUIL,
    HAVANA,
    HOUR,
    MADRID,
    MINUTE,
    NEVER,
    OFFICE,
    PRAGUE,
    QUITO,
    SANTIAGO,
    calendars,
    durations,
    instants,
    pauses,
)


def quito(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of May 2026, when the 18th and the 25th are Mondays and the 25th is a holiday."""
    return datetime(2026, 5, day, hour, minute, tzinfo=GUAYAQUIL)


def shown_open(calendar: WorkingCalendar, instant: datetime) -> bool:
    """The definition itself, asked of one instant."""
    wall_clock = instant.astimezone(calendar.zone)
    minute = wall_clock.hour * 60 + wall_clock.minute
    shifts = () if wall_clock.date() in calendar.holidays else calendar.hours.days[wall_clock.weekday()]
    return any(shift.opens <= minute < shift.closes for shift in shifts)


def counted(calendar: WorkingCalendar, start: datetime, end: datetime, paused: Iterable[Interval] = ()) -> timedelta:
    """Open, unpaused time counted minute by minute between two whole minutes."""
    pauses = tuple(paused)
    minutes = (start + n * MINUTE for n in range((end - start) // MINUTE))
    running = (
        instant
        for instant in minutes
        if shown_open(calendar, instant) and not any(pause.start <= instant < pause.end for pause in pauses)
    )
    return sum((MINUTE for _ in running), timedelta())


@pytest.mark.row("Y13")
class TestTheDefinition:
    @settings(max_examples=40, deadline=None)
    @given(calendars(), st.sampled_from(CHANGES), st.integers(0, 2000), st.integers(0, 3000), pauses)
    def test_elapsed_is_the_open_time_counted_minute_by_minute(self, calendar, change, before, minutes, pauses):
        start = change - before * MINUTE
        end = start + minutes * MINUTE
        whole = [
            Interval(p.start.replace(second=0, microsecond=0), p.end.replace(second=0, microsecond=0)) for p in pauses
        ]
        assert calendar.elapsed(start, end) == counted(calendar, start, end)
        assert calendar.elapsed(start, end, whole) == counted(calendar, start, end, whole)

    @settings(max_examples=60, deadline=None)
    @given(calendars(), st.dates(date(2026, 3, 1), date(2026, 10, 31)))
    @example(WorkingCalendar(ALWAYS, SANTIAGO), date(2026, 4, 4))
    @example(WorkingCalendar(ALWAYS, SANTIAGO), date(2026, 9, 6))
    def test_the_intervals_of_a_day_are_its_open_minutes(self, calendar, day):
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - 15 * HOUR
        of_the_day = {
            minute
            for n in range(54 * 60)
            if shown_open(calendar, minute := start + n * MINUTE) and minute.astimezone(calendar.zone).date() == day
        }
        held = [
            interval.start + n * MINUTE
            for interval in calendar.intervals_on(day)
            for n in range(interval.duration // MINUTE)
        ]
        assert held == sorted(of_the_day)


class TestElapsedAndDeadlineAreInverse:
    @settings(max_examples=200, deadline=None)
    @given(calendars(), instants(), durations)
    def test_a_deadline_has_exactly_its_duration_before_it(self, calendar, start, duration):
        assert calendar.elapsed(start, calendar.deadline(start, duration)) == duration

    @settings(max_examples=150, deadline=None)
    @given(calendars(), instants(), durations, pauses)
    def test_also_when_the_clock_was_paused(self, calendar, start, duration, pauses):
        assert calendar.elapsed(start, calendar.deadline(start, duration, pauses), pauses) == duration

    @settings(max_examples=150, deadline=None)
    @given(calendars(), instants(), durations.filter(bool), pauses)
    def test_no_instant_before_the_deadline_would_do(self, calendar, start, duration, pauses):
        due = calendar.deadline(start, duration, pauses)
        assert calendar.elapsed(start, due - timedelta(microseconds=1), pauses) < duration

    @settings(max_examples=150, deadline=None)
    @given(calendars(), instants(), durations, durations.filter(bool))
    def test_an_open_instant_comes_back_from_the_time_elapsed_to_it(self, calendar, start, later, duration):
        open_instant = calendar.deadline(start + later, duration)
        assert calendar.deadline(start, calendar.elapsed(start, open_instant)) == open_instant


class TestMeasure:
    @settings(max_examples=150, deadline=None)
    @given(calendars(), instants(), instants(), instants(), pauses)
    def test_is_additive_in_any_order(self, calendar, first, second, third, pauses):
        there = calendar.elapsed(first, second, pauses) + calendar.elapsed(second, third, pauses)
        assert there == calendar.elapsed(first, third, pauses)

    @settings(max_examples=100, deadline=None)
    @given(calendars(), instants(), instants(), instants())
    def test_never_falls_as_time_goes_on_nor_outruns_it(self, calendar, start, one, other):
        sooner, later = sorted([one, other])
        gained = calendar.elapsed(start, later) - calendar.elapsed(start, sooner)
        assert timedelta() <= gained <= later - sooner

    @settings(max_examples=100, deadline=None)
    @given(calendars(), instants(), durations, durations)
    def test_a_longer_duration_is_never_due_sooner(self, calendar, start, one, other):
        shorter, longer = sorted([one, other])
        assert calendar.deadline(start, shorter) <= calendar.deadline(start, longer)

    @settings(max_examples=100, deadline=None)
    @given(calendars(), instants(), durations, pauses)
    def test_a_pause_never_brings_a_deadline_forward(self, calendar, start, duration, pauses):
        assert calendar.deadline(start, duration) <= calendar.deadline(start, duration, pauses)

    @settings(max_examples=100, deadline=None)
    @given(calendars(), pauses)
    def test_what_two_intervals_hold_counts_once(self, calendar, intervals):
        assert calendar.elapsed_within([*intervals, *intervals]) == calendar.elapsed_within(intervals)


class TestByHand:
    def test_lunch_is_not_business_time(self):
        assert QUITO.elapsed(quito(18, 12), quito(18, 15)) == 2 * HOUR

    def test_a_weekend_with_a_holiday_after_it_is_skipped(self):
        assert QUITO.deadline(quito(22, 17), HOUR) == quito(26, 9)

    def test_a_duration_that_ends_with_the_shift_is_due_when_it_closes(self):
        assert QUITO.deadline(quito(18, 16, 30), HOUR) == quito(18, 17, 30)

    def test_a_start_in_closed_time_runs_from_the_next_opening(self):
        assert QUITO.deadline(quito(23, 11), HOUR) == quito(26, 9, 30)

    def test_nothing_to_wait_for_is_due_at_once_even_when_closed(self):
        assert QUITO.deadline(quito(23, 11), timedelta()) == quito(23, 11)

    def test_overdue_time_is_negative(self):
        assert QUITO.elapsed(quito(19, 9), quito(18, 16, 30)) == -(HOUR + 30 * MINUTE)

    def test_overlapping_pauses_stop_the_clock_once(self):
        waiting = [Interval(quito(18, 9), quito(18, 11)), Interval(quito(18, 10), quito(18, 14, 30))]
        assert QUITO.elapsed(quito(18, 8, 30), quito(18, 15), waiting) == HOUR
        assert QUITO.deadline(quito(18, 8, 30), HOUR, waiting) == quito(18, 15)

    def test_a_pause_that_begins_at_the_deadline_does_not_move_it(self):
        assert QUITO.deadline(quito(18, 9), HOUR, [Interval(quito(18, 10), quito(18, 12))]) == quito(18, 10)

    def test_a_pause_over_the_start_moves_the_start(self):
        assert QUITO.deadline(quito(18, 9), HOUR, [Interval(quito(15, 9), quito(18, 10))]) == quito(18, 11)

    def test_answers_are_in_utc(self):
        assert QUITO.deadline(quito(18, 9), HOUR).tzinfo is UTC
        assert QUITO.deadline(quito(18, 9), timedelta()).tzinfo is UTC

    def test_an_instant_without_a_zone_is_refused(self):
        with pytest.raises(ValueError, match="no time zone"):
            QUITO.deadline(datetime(2026, 5, 18, 9), HOUR)  # noqa: DTZ001
        with pytest.raises(ValueError, match="no time zone"):
            QUITO.elapsed(quito(18, 9), datetime(2026, 5, 18, 9))  # noqa: DTZ001

    def test_a_deadline_in_the_past_is_refused(self):
        with pytest.raises(ValueError, match="lies ahead"):
            QUITO.deadline(quito(18, 9), -HOUR)


@pytest.mark.row("Y13")
class TestClocksThatChange:
    """In Madrid 29 March 2026 has no hour from two to three, and 25 October has it twice."""

    small_hours = WorkingCalendar(WeeklyHours.repeating(Shift(90, 210), weekdays=range(7)), MADRID)
    always = WorkingCalendar(ALWAYS, MADRID)

    def test_an_hour_jumped_over_does_not_exist(self):
        assert self.small_hours.intervals_on(date(2026, 3, 29)) == (
            Interval(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        )

    def test_hours_wholly_inside_the_gap_leave_the_day_closed(self):
        calendar = WorkingCalendar(WeeklyHours.repeating(Shift(120, 180), weekdays=range(7)), MADRID)
        assert not calendar.is_working_day(date(2026, 3, 29))
        assert calendar.is_working_day(date(2026, 3, 30))

    def test_an_hour_shown_twice_is_open_twice(self):
        assert self.small_hours.elapsed(
            datetime(2026, 10, 25, tzinfo=MADRID), datetime(2026, 10, 26, tzinfo=MADRID)
        ) == timedelta(hours=3)

    def test_hours_wholly_inside_the_fold_open_and_close_twice(self):
        calendar = WorkingCalendar(WeeklyHours.repeating(Shift(120, 150), weekdays=range(7)), MADRID)
        assert calendar.intervals_on(date(2026, 10, 25)) == (
            Interval(datetime(2026, 10, 25, 0, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
            Interval(datetime(2026, 10, 25, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        )

    def test_the_two_passes_of_the_hour_are_an_hour_apart(self):
        first = datetime(2026, 10, 25, 2, 30, tzinfo=MADRID)
        assert self.always.deadline(first, HOUR) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
        assert self.always.elapsed(first, first.replace(fold=1)) == HOUR

    @pytest.mark.parametrize(
        ("zone", "day", "hours"),
        [
            (MADRID, date(2026, 3, 29), 23),
            (MADRID, date(2026, 10, 25), 25),
            (PRAGUE, date(2026, 10, 25), 25),
            (SANTIAGO, date(2026, 4, 4), 25),  # midnight turns back to eleven
            (SANTIAGO, date(2026, 9, 6), 23),  # the day begins at one
            (HAVANA, date(2026, 3, 8), 23),
            (HAVANA, date(2026, 11, 1), 25),  # midnight itself is shown twice
            (GUAYAQUIL, date(2026, 3, 29), 24),
            (APIA, date(2011, 12, 30), 0),  # Samoa crossed the date line and left this day out
            (APIA, date(2011, 12, 31), 24),
        ],
    )
    def test_days_are_as_long_as_they_were(self, zone, day, hours):
        calendar = WorkingCalendar(ALWAYS, zone)
        assert calendar.minutes_available(day) == hours * 60

    def test_office_hours_keep_the_wall_clock_across_the_change(self):
        calendar = WorkingCalendar(OFFICE, MADRID)
        friday, monday = datetime(2026, 3, 27, 17, tzinfo=MADRID), datetime(2026, 3, 30, 9, tzinfo=MADRID)
        assert calendar.deadline(friday, HOUR) == monday

    def test_the_same_instant_is_open_here_and_closed_there(self):
        instant = datetime(2026, 5, 18, 14, tzinfo=UTC)  # nine in Guayaquil, four in the afternoon in Madrid
        there = WorkingCalendar(OFFICE, MADRID)
        assert QUITO.elapsed(instant, instant + 2 * HOUR) == 2 * HOUR
        assert there.elapsed(instant, instant + 2 * HOUR) == 90 * MINUTE


class TestWorkingDays:
    def test_a_day_counts_unless_it_is_a_weekend_or_a_holiday(self):
        days = [date(2026, 5, day) for day in (22, 23, 24, 25, 26)]
        assert [QUITO.is_working_day(day) for day in days] == [True, False, False, False, True]

    def test_the_next_one_lies_after_the_day(self):
        assert QUITO.next_working_day(date(2026, 5, 21)) == date(2026, 5, 22)
        assert QUITO.next_working_day(date(2026, 5, 22)) == date(2026, 5, 26)
        assert QUITO.next_working_day(date(2026, 5, 21), n=3) == date(2026, 5, 27)

    def test_a_run_begins_with_its_first_day_when_that_is_open(self):
        assert QUITO.working_days(date(2026, 5, 22), 2) == (date(2026, 5, 22), date(2026, 5, 26))
        assert QUITO.working_days(date(2026, 5, 23), 2) == (date(2026, 5, 26), date(2026, 5, 27))

    def test_days_are_counted_from_one(self):
        with pytest.raises(ValueError, match="counted from one"):
            QUITO.working_days(date(2026, 5, 22), 0)


class TestAHorizon:
    def test_a_week_without_hours_has_no_deadline(self):
        never = WorkingCalendar(NEVER, GUAYAQUIL)
        with pytest.raises(NoWorkingTime):
            never.deadline(quito(18, 9), MINUTE)
        with pytest.raises(NoWorkingTime):
            never.next_working_day(date(2026, 5, 18))
        assert never.elapsed(quito(18, 9), quito(25, 9)) == timedelta()

    def test_years_of_holidays_are_passed_over(self):
        closed = frozenset(
            date.fromordinal(day) for day in range(date(2026, 1, 1).toordinal(), date(2030, 1, 1).toordinal())
        )
        calendar = WorkingCalendar(OFFICE, GUAYAQUIL, closed)
        assert calendar.deadline(quito(18, 9), HOUR) == datetime(2030, 1, 1, 9, 30, tzinfo=GUAYAQUIL)
        assert calendar.next_working_day(date(2026, 5, 18)) == date(2030, 1, 1)

    def test_more_holidays_than_it_looks_ahead_are_an_error(self):
        closed = frozenset(
            date.fromordinal(day) for day in range(date(2026, 1, 1).toordinal(), date(2130, 1, 1).toordinal())
        )
        calendar = WorkingCalendar(OFFICE, GUAYAQUIL, closed)
        with pytest.raises(NoWorkingTime):
            calendar.deadline(quito(18, 9), HOUR)
        with pytest.raises(NoWorkingTime):
            calendar.next_working_day(date(2026, 5, 18))

    def test_a_mistyped_year_is_an_error_and_no_long_wait(self):
        with pytest.raises(BeyondHorizon):
            QUITO.elapsed(datetime(202, 5, 18, tzinfo=UTC), quito(18, 9))
        with pytest.raises(BeyondHorizon):
            QUITO.elapsed(quito(18, 9), datetime(9999, 12, 31, tzinfo=UTC))
        with pytest.raises(NoWorkingTime):
            QUITO.deadline(quito(18, 9), timedelta(days=365 * 200))


class TestPlacesInADay:
    def test_appointments_and_absences_leave_the_rest_free(self):
        taken = [Interval(quito(18, 9), quito(18, 10)), Interval(quito(18, 12, 30), quito(18, 14, 15))]
        assert QUITO.free_intervals(date(2026, 5, 18), taken) == (
            Interval(quito(18, 8, 30), quito(18, 9)),
            Interval(quito(18, 10), quito(18, 12, 30)),
            Interval(quito(18, 14, 15), quito(18, 17, 30)),
        )
        assert QUITO.minutes_available(date(2026, 5, 18), taken) == 30 + 150 + 195

    def test_a_holiday_has_no_minutes(self):
        assert QUITO.minutes_available(date(2026, 5, 25)) == 0

    @pytest.mark.parametrize("noon_minute", [13 * 60, 13 * 60 + 30, 14 * 60])
    def test_lunch_parts_morning_from_afternoon(self, noon_minute):
        morning, afternoon = QUITO.split_at(date(2026, 5, 18), noon_minute)
        assert morning == (Interval(quito(18, 8, 30), quito(18, 13)),)
        assert afternoon == (Interval(quito(18, 14), quito(18, 17, 30)),)

    def test_noon_inside_a_shift_parts_the_shift(self):
        morning, afternoon = QUITO.split_at(
            date(2026, 5, 18), 12 * 60, less=[Interval(quito(18, 11, 30), quito(18, 12, 30))]
        )
        assert morning == (Interval(quito(18, 8, 30), quito(18, 11, 30)),)
        assert afternoon == (Interval(quito(18, 12, 30), quito(18, 13)), Interval(quito(18, 14), quito(18, 17, 30)))

    @settings(max_examples=60, deadline=None)
    @given(calendars(), st.sampled_from(CHANGES), st.integers(0, 1440), pauses)
    def test_the_two_parts_are_the_whole_day(self, calendar, change, noon, taken):
        day = change.astimezone(calendar.zone).date()
        morning, afternoon = calendar.split_at(day, noon, taken)
        assert sum(i.duration // timedelta(microseconds=1) for i in morning + afternoon) == sum(
            i.duration // timedelta(microseconds=1) for i in calendar.free_intervals(day, taken)
        )
        assert all(minute_shown(calendar, interval.start) < noon for interval in morning)
        assert all(minute_shown(calendar, interval.start) >= noon for interval in afternoon)


def minute_shown(calendar: WorkingCalendar, instant: datetime) -> int:
    wall_clock = instant.astimezone(calendar.zone)
    return wall_clock.hour * 60 + wall_clock.minute


class TestHours:
    @pytest.mark.parametrize(("opens", "closes"), [(540, 540), (600, 540), (-1, 60), (0, 1441)])
    def test_a_shift_that_is_none_is_refused(self, opens, closes):
        with pytest.raises(ValueError, match="opens before it closes"):
            Shift(opens, closes)

    def test_midnight_closes_at_the_end_of_the_day(self):
        assert Shift.between(time(22), time(0)) == Shift(1320, 1440)

    def test_shifts_that_overlap_or_go_back_are_refused(self):
        with pytest.raises(ValueError, match="without overlap"):
            WeeklyHours.repeating(Shift(480, 720), Shift(660, 900))
        with pytest.raises(ValueError, match="without overlap"):
            WeeklyHours.repeating(Shift(780, 900), Shift(480, 720))

    def test_a_week_has_seven_days(self):
        with pytest.raises(ValueError, match="seven"):
            WeeklyHours(((Shift(0, 60),),) * 5)
