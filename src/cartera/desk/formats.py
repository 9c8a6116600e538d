"""How numbers, money, dates and distances in time are written. Values and a locale in, text out; no clock, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from cartera.kernel.money import from_minor

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
OPENING = "«“"
CLOSING = "»”"

Cents = Literal["always", "if any", "never"]


@dataclass(frozen=True, slots=True)
class Wording:
    """A distance in time in one direction: singular and plural of each unit, `{n}` being the count."""

    minute: tuple[str, str]
    hour: tuple[str, str]
    day: tuple[str, str]
    month: tuple[str, str]
    year: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Locale:
    """How one kind of reader expects figures and dates, after the Unicode CLDR."""

    language: str
    decimal: str
    thousands: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    short: int
    long_date: str
    month_date: str
    now: str
    inner_quotes: str
    near_days: Mapping[int, str]
    past: Wording
    future: Wording


SPANISH = Locale(
    language="es",
    decimal=",",
    thousands=".",
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    months=(
        "enero", "febrero", "marzo", "abril", "mayo", "junio",
        "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    ),
    short=3,
    long_date="{day} de {month} de {year}",
    month_date="{month} de {year}",
    now="ahora mismo",
    inner_quotes="““””",
    near_days={-1: "ayer", 0: "hoy", 1: "mañana"},
    past=Wording(
        minute=("hace {n} min", "hace {n} min"),
        hour=("hace {n} h", "hace {n} h"),
        day=("hace {n} día", "hace {n} días"),
        month=("hace {n} mes", "hace {n} meses"),
        year=("hace {n} año", "hace {n} años"),
    ),
    future=Wording(
        minute=("en {n} min", "en {n} min"),
        hour=("en {n} h", "en {n} h"),
        day=("en {n} día", "en {n} días"),
        month=("en {n} mes", "en {n} meses"),
        year=("en {n} año", "en {n} años"),
    ),
)  # fmt: skip

ENGLISH = Locale(
    language="en",
    decimal=".",
    thousands=",",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    short=3,
    long_date="{day} {month} {year}",
    month_date="{month} {year}",
    now="just now",
    inner_quotes="‘‘’’",
    near_days={-1: "yesterday", 0: "today", 1: "tomorrow"},
    past=Wording(
        minute=("{n} min ago", "{n} min ago"),
        hour=("{n} h ago", "{n} h ago"),
        day=("{n} day ago", "{n} days ago"),
        month=("{n} month ago", "{n} months ago"),
        year=("{n} year ago", "{n} years ago"),
    ),
    future=Wording(
        minute=("in {n} min", "in {n} min"),
        hour=("in {n} h", "in {n} h"),
        day=("in {n} day", "in {n} days"),
        month=("in {n} month", "in {n} months"),
        year=("in {n} year", "in {n} years"),
    ),
)  # fmt: skip

DAYS_SAID_AS_DAYS = 180
MONTHS_SAID_AS_MONTHS = 24


def locale_for(language: str) -> Locale:
    """The locale of a language tag such as "es-ec" or "en"; Spanish for any other, as the house speaks it first."""
    return ENGLISH if language.lower().split("-")[0] == "en" else SPANISH


def number(value: int | float | Decimal, locale: Locale, decimals: int = 0, *, signed: bool = False) -> str:
    """A figure with its separators and a true minus sign; `signed` also says plus, as a change needs."""
    plain = f"{value:,.{decimals}f}"
    digits = plain.lstrip("-").translate(str.maketrans(",.", locale.thousands + locale.decimal))
    if not any(digit in plain for digit in "123456789"):
        return digits
    if plain.startswith("-"):
        return MINUS + digits
    return f"+{digits}" if signed else digits


def amount(minor: int, currency: str, locale: Locale, cents: Cents = "always") -> str:
    """Minor units of a currency as a figure without its name, for a column whose heading names the currency."""
    exact = from_minor(minor, currency)
    decimals = max(0, -int(exact.as_tuple().exponent))
    if cents == "never" or (cents == "if any" and exact == exact.to_integral_value()):
        decimals = 0
    return number(exact, locale, decimals)


def money(minor: int, currency: str, locale: Locale, cents: Cents = "always") -> str:
    """An amount after its ISO 4217 code: "USD 1.240.300,00" in Spanish."""
    return f"{currency}{NBSP}{amount(minor, currency, locale, cents)}"


def percent(share: float, locale: Locale, decimals: int = 1) -> str:
    """A share between 0 and 1 as a percentage: "94,1 %"."""
    return f"{number(share * 100, locale, decimals)}{NBSP}%"


def minutes(count: int) -> str:
    """Whole minutes as hours and minutes: "46 min", "2 h", "3 h 35 min"; with a minus sign when negative."""
    hours, rest = divmod(abs(count), 60)
    parts = [f"{hours}{NBSP}h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest}{NBSP}min")
    return (MINUS if count < 0 else "") + " ".join(parts)


def clock(instant: datetime | time) -> str:
    """The time of day on 24 hours: "09:12"."""
    return f"{instant:%H:%M}"


def day(when: date, today: date, locale: Locale) -> str:
    """A date near by: "mar 16 jun"; in another year than today's, "3 sep 2027"."""
    month = locale.months[when.month - 1][: locale.short]
    if when.year != today.year:
        return f"{when.day} {month} {when.year}"
    return f"{locale.weekdays[when.weekday()][: locale.short]} {when.day} {month}"


def long_day(when: date, locale: Locale) -> str:
    """A date in full: "16 de junio de 2026"."""
    return locale.long_date.format(day=when.day, month=locale.months[when.month - 1], year=when.year)


def month(when: date, locale: Locale) -> str:
    """A month with its year: "junio de 2026"."""
    return locale.month_date.format(month=locale.months[when.month - 1], year=when.year)


def full_day(when: date, locale: Locale) -> str:
    """A date in full with its weekday: "martes 16 de junio de 2026"."""
    return f"{locale.weekdays[when.weekday()]} {long_day(when, locale)}"


def moment(when: datetime, today: date, locale: Locale) -> str:
    """A local instant as a person says it: "hoy 17:30", "ayer 16:00", "jue 25 jun, 10:00"."""
    near = locale.near_days.get((when.date() - today).days)
    return f"{near} {clock(when)}" if near else f"{day(when.date(), today, locale)}, {clock(when)}"


def stamp(when: datetime, locale: Locale) -> str:
    """A local instant by its date and time, near or far: "22 nov 2026, 03:48"."""
    month = locale.months[when.month - 1][: locale.short]
    return f"{when.day} {month} {when.year}, {clock(when)}"


def ago(when: datetime, now: datetime, locale: Locale) -> str:
    """How long ago a local instant was, or how far ahead it is: "hace 12 min", "ayer", "hace 6 días", "en 3 h".

    Within the day the clock counts; beyond it, the calendar's days do.
    """
    days = (when.date() - now.date()).days
    if days:
        return days_away(days, locale)
    distance = int((when - now).total_seconds() / 60)
    if distance == 0:
        return locale.now
    wording = locale.past if distance < 0 else locale.future
    hours = abs(distance) // 60
    return _said(wording.hour, hours) if hours else _said(wording.minute, abs(distance))


def days_away(days: int, locale: Locale) -> str:
    """A distance in calendar days, negative when past: "ayer", "hace 88 días", "hace 7 meses", "en 3 años"."""
    if days in locale.near_days:
        return locale.near_days[days]
    wording = locale.past if days < 0 else locale.future
    count = abs(days)
    if count <= DAYS_SAID_AS_DAYS:
        return _said(wording.day, count)
    months = round(count / 30.4375)
    return _said(wording.month, months) if months < MONTHS_SAID_AS_MONTHS else _said(wording.year, round(months / 12))


def quoted_within(said: str, locale: Locale) -> str:
    """Words as they stand between quotation marks: their own marks become those of the next depth, or go if they embrace all."""
    whole = said.strip()
    if whole[:1] in OPENING and whole[-1:] in CLOSING and not {*whole[1:-1]} & {*OPENING, *CLOSING}:
        return whole[1:-1]
    return said.translate(str.maketrans(OPENING + CLOSING, locale.inner_quotes))


def initials(name: str) -> str:
    """The first letters of the first two words that are written with a capital: "LA" for Lucía Andrade."""
    words = [word for word in name.split() if word[0].isupper()] or name.split()
    return "".join(word[0] for word in words[:2]).upper()


def _said(wording: tuple[str, str], count: int) -> str:
    return wording[0 if count == 1 else 1].format(n=count).replace(f"{count} ", f"{count}{NBSP}")
