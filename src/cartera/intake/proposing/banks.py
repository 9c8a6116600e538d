"""Which bank files seem to come from, for an installation that serves none yet."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _

from cartera.intake.entities import Bank
from cartera.intake.proposals.proposal import Proposal

USUAL = "EC"
_PLACES = {
    "EC": ("USD", "America/Guayaquil"),
    "PE": ("PEN", "America/Lima"),
    "CO": ("COP", "America/Bogota"),
    "MX": ("MXN", "America/Mexico_City"),
    "CL": ("CLP", "America/Santiago"),
    "AR": ("ARS", "America/Argentina/Buenos_Aires"),
    "ES": ("EUR", "Europe/Madrid"),
    "UY": ("UYU", "America/Montevideo"),
    "PY": ("PYG", "America/Asuncion"),
    "DO": ("DOP", "America/Santo_Domingo"),
    "GT": ("GTQ", "America/Guatemala"),
    "SV": ("USD", "America/El_Salvador"),
    "CR": ("CRC", "America/Costa_Rica"),
    "VE": ("VES", "America/Caracas"),
}


def likely_bank(proposal: Proposal) -> Bank:
    """A bank of the country whose identifiers the files hold; the name is for somebody to correct."""
    told = Counter(column.content.country for file in proposal.files for column in file.columns)
    country = next((country for country, _times in told.most_common() if country in _PLACES), USUAL)
    currency, zone = _PLACES[country]
    return Bank(_("My institution"), country, currency, zone)
