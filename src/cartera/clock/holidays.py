"""Public holidays of a country or of one of its regions, and an institution's own free days.

The dates come from the `holidays` library: those in force in law for the public, with the days to which a holiday
that falls on a weekend is moved.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from holidays import country_holidays, list_supported_countries


class UnknownPlace(ValueError):
    """No holidays are known for this country, or for this region of it."""


def public_holidays(
    country: str, region: str | None, years: Iterable[int], own: Iterable[date] = ()
) -> frozenset[date]:
    """The holidays of some years: country by ISO 3166-1 code ("EC"), region by ISO 3166-2 code without it ("CT").

    `own` are days of the institution, added as they are. Raises UnknownPlace for a code that is not known.
    """
    return frozenset(own).union(*(_holidays_of_year(country, region, year) for year in years))


@lru_cache(maxsize=2048)
def _holidays_of_year(country: str, region: str | None, year: int) -> frozenset[date]:
    regions = list_supported_countries(include_aliases=False).get(country)
    if regions is None:
        raise UnknownPlace(f"No holidays are known for the country {country!r}: give its ISO 3166-1 code, like EC.")
    if region is not None and region not in regions:
        raise UnknownPlace(
            f"{country} has no region {region!r} with holidays of its own; it has: {', '.join(regions)}."
        )
    return frozenset(country_holidays(country, subdiv=region, years=year))
