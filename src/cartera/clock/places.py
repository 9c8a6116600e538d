"""Countries by name, for people to choose from: those whose public holidays are known."""

from __future__ import annotations

from functools import lru_cache

from holidays import list_supported_countries
from phonenumbers.geodata.locale import LOCALE_DATA


@lru_cache(maxsize=4)
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """(ISO 3166-1 code, name in the language), by name."""
    named = (
        (code, _name(code, language)) for code in list_supported_countries(include_aliases=False) if len(code) == 2
    )
    return tuple(sorted(named, key=lambda country: country[1]))


@lru_cache(maxsize=512)
def country_name(code: str, language: str) -> str:
    return _name(code, language)


def regions(country: str) -> tuple[str, ...]:
    """The codes (ISO 3166-2 without the country) of the regions that have holidays of their own."""
    return tuple(list_supported_countries(include_aliases=False).get(country, ()))


def _name(code: str, language: str) -> str:
    names = LOCALE_DATA.get(code, {})
    name: str = names.get(language) or names.get("en") or code
    return str(names.get(name[1:], code)) if name.startswith("*") else name
