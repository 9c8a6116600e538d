"""How figures, money and time are written for a reader of Spanish and of English."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartera.desk import formats
from cartera.desk.formats import ENGLISH, MINUS, NBSP, SPANISH

CUENCA = timezone(timedelta(hours=-5))
TUESDAY = date(2026, 6, 16)
NOW = datetime(2026, 6, 16, 9, 12, tzinfo=CUENCA)


class TestMoney:
    @pytest.mark.parametrize(
        ("minor", "currency", "cents", "spanish", "english"),
        [
            (124_030_000, "USD", "always", "USD 1.240.300,00", "USD 1,240,300.00"),
            (4_690, "USD", "if any", "USD 46,90", "USD 46.90"),
            (20_000, "USD", "if any", "USD 200", "USD 200"),
            (588_050, "USD", "never", "USD 5.880", "USD 5,880"),
            (588_150, "USD", "never", "USD 5.882", "USD 5,882"),
            (1_240_300, "CLP", "always", "CLP 1.240.300", "CLP 1,240,300"),
            (1_234_567, "KWD", "always", "KWD 1.234,567", "KWD 1,234.567"),
            (-4_690, "USD", "always", f"USD {MINUS}46,90", f"USD {MINUS}46.90"),
            (0, "USD", "if any", "USD 0", "USD 0"),
        ],
    )
    def test_follows_the_currency_and_the_locale(self, minor, currency, cents, spanish, english):
        assert formats.money(minor, currency, SPANISH, cents) == spanish.replace(" ", NBSP)
        assert formats.money(minor, currency, ENGLISH, cents) == english.replace(" ", NBSP)

    @settings(max_examples=60)
    @given(st.integers(-(10**15), 10**15), st.sampled_from(["USD", "CLP", "KWD"]))
    def test_loses_no_unit(self, minor, currency):
        written = formats.amount(minor, currency, SPANISH)
        digits = int("".join(character for character in written if character.isdigit()))
        assert (-digits if MINUS in written else digits) == minor


class TestNumbers:
    def test_a_change_says_its_sign(self):
        assert formats.number(1.8, SPANISH, 1, signed=True) == "+1,8"
        assert formats.number(-1.8, SPANISH, 1, signed=True) == f"{MINUS}1,8"

    def test_what_rounds_to_nothing_has_no_sign(self):
        assert formats.number(-0.004, SPANISH, 1, signed=True) == "0,0"

    def test_a_percentage_stands_off_its_mark(self):
        assert formats.percent(0.941, SPANISH) == f"94,1{NBSP}%"
        assert formats.percent(1, ENGLISH, 0) == f"100{NBSP}%"

    @pytest.mark.parametrize(
        ("count", "written"),
        [(0, "0 min"), (46, "46 min"), (60, "1 h"), (120, "2 h"), (215, "3 h 35 min"), (-105, f"{MINUS}1 h 45 min")],
    )
    def test_minutes_are_hours_and_minutes(self, count, written):
        assert formats.minutes(count).replace(NBSP, " ") == written


class TestDates:
    def test_this_year_has_its_weekday(self):
        assert formats.day(TUESDAY, TUESDAY, SPANISH) == "mar 16 jun"
        assert formats.day(TUESDAY, TUESDAY, ENGLISH) == "Tue 16 Jun"

    def test_another_year_is_said(self):
        assert formats.day(date(2029, 3, 15), TUESDAY, SPANISH) == "15 mar 2029"

    def test_in_full(self):
        assert formats.long_day(TUESDAY, SPANISH) == "16 de junio de 2026"
        assert formats.full_day(TUESDAY, ENGLISH) == "Tuesday 16 June 2026"

    @pytest.mark.parametrize(
        ("when", "said"),
        [
            (datetime(2026, 6, 16, 17, 30, tzinfo=CUENCA), "hoy 17:30"),
            (datetime(2026, 6, 15, 16, 0, tzinfo=CUENCA), "ayer 16:00"),
            (datetime(2026, 6, 17, 9, 5, tzinfo=CUENCA), "mañana 09:05"),
            (datetime(2026, 6, 25, 10, 0, tzinfo=CUENCA), "jue 25 jun, 10:00"),
        ],
    )
    def test_an_instant_is_said_as_people_do(self, when, said):
        assert formats.moment(when, TUESDAY, SPANISH) == said


class TestDistances:
    @pytest.mark.parametrize(
        ("distance", "spanish", "english"),
        [
            (timedelta(seconds=-40), "ahora mismo", "just now"),
            (timedelta(minutes=-1), "hace 1 min", "1 min ago"),
            (timedelta(minutes=-46), "hace 46 min", "46 min ago"),
            (timedelta(hours=-3), "hace 3 h", "3 h ago"),
            (timedelta(hours=-17), "ayer", "yesterday"),
            (timedelta(days=-6), "hace 6 días", "6 days ago"),
            (timedelta(days=-96), "hace 96 días", "96 days ago"),
            (timedelta(days=-200), "hace 7 meses", "7 months ago"),
            (timedelta(days=-1100), "hace 3 años", "3 years ago"),
            (timedelta(hours=3), "en 3 h", "in 3 h"),
            (timedelta(days=1), "mañana", "tomorrow"),
            (timedelta(days=12), "en 12 días", "in 12 days"),
        ],
    )
    def test_within_a_day_by_the_clock_and_beyond_by_the_calendar(self, distance, spanish, english):
        when = NOW + distance
        assert formats.ago(when, NOW, SPANISH).replace(NBSP, " ") == spanish
        assert formats.ago(when, NOW, ENGLISH).replace(NBSP, " ") == english


class TestNames:
    @pytest.mark.parametrize(
        ("name", "letters"),
        [
            ("Lucía Andrade", "LA"),
            ("Inés Tamariz de Moscoso", "IT"),
            ("Clínica San Blas", "CS"),
            ("ana", "A"),
            ("", ""),
        ],
    )
    def test_initials_skip_what_is_not_a_name(self, name, letters):
        assert formats.initials(name) == letters

    @pytest.mark.parametrize(
        ("tag", "locale"), [("es", SPANISH), ("es-ec", SPANISH), ("EN-gb", ENGLISH), ("", SPANISH)]
    )
    def test_a_language_tag_has_a_locale(self, tag, locale):
        assert formats.locale_for(tag) is locale


@pytest.mark.parametrize(
    ("said", "locale", "within"),
    [
        ("«Me dijeron el jueves.»", SPANISH, "Me dijeron el jueves."),
        ("Molestos. «Con otro banco ya.»", SPANISH, "Molestos. “Con otro banco ya.”"),
        ("«Sí», dijo; «mañana»", SPANISH, "“Sí”, dijo; “mañana”"),
        ("Upset. “Too late.”", ENGLISH, "Upset. ‘Too late.’"),
        ("Llamar", SPANISH, "Llamar"),
        ("", SPANISH, ""),
    ],
)
def test_marks_within_quotation_marks_are_of_the_next_depth(said, locale, within):
    assert formats.quoted_within(said, locale) == within
