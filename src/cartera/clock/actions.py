"""Founding the institution and changing what is known of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from cartera.clock.holidays import UnknownPlace, public_holidays
from cartera.clock.models import DayOff, Institution
from cartera.clock.places import regions
from cartera.clock.queries import forget
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid
from cartera.kernel.models import Happening

CHANGEABLE = frozenset({"name", "country", "region", "currency", "zone", "language"})


def check_place(*, country: str, region: str, currency: str, zone: str) -> None:
    """Raise Invalid, by field, for what no calendar, currency or clock of the world knows."""
    wrong: dict[str, list[str]] = {}
    try:
        public_holidays(country, region or None, (2026,))
    except UnknownPlace:
        known = regions(country)
        if not known and not region:
            wrong["country"] = [
                _("No holidays are known for %(code)s: give its ISO 3166-1 code, like EC.") % {"code": country}
            ]
        elif known:
            told = {"region": region, "known": ", ".join(known)}
            wrong["region"] = [_("No region %(region)s has holidays of its own there. These have: %(known)s.") % told]
        else:
            wrong["region"] = [
                _("%(region)s has no holidays of its own: no region there has, leave it empty.") % {"region": region}
            ]
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


@action("institution.change", undone_by="institution.put_back")
def change_institution(
    *, actor: Actor, institution: Institution, reason: str, version: int | None = None, **changed: Any
) -> Institution:
    """Change what is known of the institution: any of `CHANGEABLE`; rooms above refuse what they cannot follow.

    Raises Conflict when somebody else changed it since `version`, Invalid for a place or a currency that does not exist.
    """
    if unknown := changed.keys() - CHANGEABLE:
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    if version is not None and version != institution.version:
        raise Conflict(theirs=institution, yours=changed)
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why, for those who come after.")]})
    place = {name: changed.get(name, getattr(institution, name)) for name in ("country", "region", "currency", "zone")}
    check_place(**place)
    institution.change(**changed)
    _forget()
    return institution


@action("institution.put_back")
def put_institution_back(*, actor: Actor, institution: Institution, undoes: Happening) -> Institution:
    """Undo: what a change touched is as it was before."""
    for told in undoes.facts["changes"]:
        if told["kind"] == Institution._meta.label_lower:
            institution.change(**{name: value or "" for name, value in told["before"].items() if name in CHANGEABLE})
    _forget()
    return institution


def _forget() -> None:
    """Ask afresh, now and once it is committed."""
    forget()
    transaction.on_commit(forget)


@action("holiday.add", undone_by="holiday.cancel")
def add_day_off(*, actor: Actor, on: date, name: str, country: str = "", region: str = "") -> DayOff:
    """Add a day on which the institution does not work beside the public holidays, everywhere or in one place.

    Raises Invalid for a day that is there already.
    """
    there = DayOff.objects.filter(on=on, country=country, region=region).first()
    forget()
    if there is None:
        return DayOff.add(on=on, name=name, country=country, region=region)
    if not there.cancelled:
        raise Invalid(fields={"on": [_("That day is there already.")]})
    return there.change(name=name, cancelled=False)


@action("holiday.cancel", undone_by="holiday.put_back")
def cancel_day_off(*, actor: Actor, day_off: DayOff, undoes: Happening | None = None) -> DayOff:
    """It is worked on that day after all."""
    forget()
    return day_off.change(cancelled=True)


@action("holiday.put_back")
def put_day_off_back(*, actor: Actor, day_off: DayOff, undoes: Happening | None = None) -> DayOff:
    forget()
    return day_off.change(cancelled=False)
