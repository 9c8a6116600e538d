"""Holidays of the places where our institutions are, as their laws have them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cartera.clock.holidays import UnknownPlace, public_holidays
from cartera.clock.rules import Shift, WeeklyHours, WorkingCalendar

pytestmark = pytest.mark.row("Y13")


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("EC", date(2024, 5, 24)),  # the Battle of Pichincha
        ("EC", date(2026, 5, 25)),  # moved from a Sunday
        ("EC", date(2026, 2, 17)),  # carnival
        ("MX", date(2026, 9, 16)),  # independence
        ("MX", date(2026, 3, 16)),  # Benito Juárez, on the third Monday
        ("ES", date(2026, 10, 12)),
        ("CZ", date(2026, 9, 28)),  # Saint Wenceslas
        ("CO", date(2026, 7, 20)),
        ("PE", date(2026, 7, 28)),
        ("CL", date(2026, 9, 18)),
    ],
)
def test_national_holidays(country, day):
    assert day in public_holidays(country, None, [day.year])


def test_a_region_adds_its_own():
    diada = date(2026, 9, 11)
    assert diada in public_holidays("ES", "CT", [2026])
    assert diada not in public_holidays("ES", None, [2026])
    assert diada not in public_holidays("ES", "MD", [2026])


def test_an_ordinary_day_is_none():
    assert date(2026, 5, 26) not in public_holidays("EC", None, [2026])


def test_years_are_joined_and_no_other_slips_in():
    both = public_holidays("EC", None, [2025, 2026])
    assert both == public_holidays("EC", None, [2025]) | public_holidays("EC", None, [2026])
    assert {day.year for day in both} == {2025, 2026}


def test_an_institution_adds_days_of_its_own():
    founding = date(2026, 3, 19)
    assert public_holidays("EC", None, [2026], own=[founding]) == public_holidays("EC", None, [2026]) | {founding}


@pytest.mark.parametrize("country", ["XX", "", "ec", "Ecuador", "HolidayBase", "ECB"])
def test_what_is_no_country_is_refused(country):
    with pytest.raises(UnknownPlace, match="ISO 3166-1"):
        public_holidays(country, None, [2026])


def test_what_is_no_region_is_refused_with_those_there_are():
    with pytest.raises(UnknownPlace, match="CT"):
        public_holidays("ES", "ZZ", [2026])


def test_a_calendar_skips_them():
    zone = ZoneInfo("Europe/Madrid")
    office = WeeklyHours.repeating(Shift.between(time(9), time(17)))
    barcelona = WorkingCalendar(office, zone, public_holidays("ES", "CT", [2026]))
    madrid = WorkingCalendar(office, zone, public_holidays("ES", "MD", [2026]))
    thursday = datetime(2026, 9, 10, 16, tzinfo=zone)
    assert madrid.deadline(thursday, timedelta(hours=2)) == datetime(2026, 9, 11, 10, tzinfo=zone)
    assert barcelona.deadline(thursday, timedelta(hours=2)) == datetime(2026, 9, 14, 10, tzinfo=zone)
