"""Founding the institution and changing what is known of it."""

from __future__ import annotations

from datetime import date
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from cartera.clock.holidays import UnknownPlace, public_holidays
from cartera.clock.models import Institution
from cartera.clock.queries import forget
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid


def check_place(*, country: str, region: str, currency: str, zone: str) -> None:
    """Raise Invalid, by field, for what no calendar, currency or clock of the world knows."""
    wrong: dict[str, list[str]] = {}
    try:
        public_holidays(country, region or None, (2026,))
    except UnknownPlace as error:
        wrong["country"] = [str(error)]
    if not (currency.isascii() and currency.isalpha() and currency.isupper() and len(currency) == 3):
        wrong["currency"] = [_("%(code)s is no currency: give its ISO 4217 code, like USD.") % {"code": currency}]
    if zone not in available_timezones():
        wrong["zone"] = [_("%(zone)s is no time zone: give one like America/Guayaquil.") % {"zone": zone}]
    if wrong:
        raise Invalid(fields=wrong)


@action("institution.found")
def found_institution(
    *,
    actor: Actor,
    name: str,
    country: str,
    currency: str,
    zone: str,
    region: str = "",
    pinned_date: date | None = None,
) -> Institution:
    """Say who we are, or say it again: the installation serves one institution.

    Raises Invalid for a country, region, currency or zone that does not exist.
    """
    check_place(country=country, region=region, currency=currency, zone=zone)
    values = {
        "name": name,
        "country": country,
        "region": region,
        "currency": currency,
        "zone": zone,
        "pinned_date": pinned_date,
    }
    there = Institution.objects.filter(pk=1).first()
    forget()
    return there.change(**values) if there else Institution.add(id=1, **values)
