"""Service models as template tags: hours of a year, what a contact is, what somebody agreed for itself."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.clients.models import Channel
from cartera.desk import formats
from cartera.desk.day_words import wishes_in_words
from cartera.desk.templatetags.cartera import reader
from cartera.interactions.models import Purpose
from cartera.service.models import Agreement
from cartera.service.rules import Touch

register = template.Library()


@register.simple_tag
def hours(minutes: int) -> str:
    """ "1.460 h" of minutes, to the nearest hour."""
    return f"{formats.number(round(minutes / 60), reader())}{formats.NBSP}h"


@register.simple_tag
def share_of(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


@register.simple_tag
def touch_kind(touch: Touch) -> str:
    """ "Video, revisión de la cartera": how and what for."""
    return f"{Channel(touch.channel).label}, {str(Purpose(touch.purpose).label).lower()}"


@register.simple_tag
def plan_words(plan: Agreement) -> str:
    """How somebody is served otherwise than its model says."""
    told = ngettext("%(n)s contact a year", "%(n)s contacts a year", plan.contacts_a_year) % {"n": plan.contacts_a_year}
    if plan.basis == Agreement.Basis.CHOSEN:
        return f"{told}; {_('chosen for this client')}"
    wishes = getattr(plan.client, "wishes", None)
    said = wishes_in_words(wishes, reader()) if wishes else ""
    return f"{told}; {said}" if said else told
