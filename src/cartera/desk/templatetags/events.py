"""Events as template tags: what happened, what it comes from, how its months went."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from cartera.desk.drawing import Line, sparkline
from cartera.desk.event_words import ICONS, Evidence, event_chip, event_in_words, evidence_of
from cartera.desk.templatetags.cartera import icon, page_now, promise_chip, reader
from cartera.events.models import Event

register = template.Library()


@register.simple_tag(takes_context=True)
def event_words(context: Context, event: Event) -> str:
    """What happened, in a sentence."""
    return event_in_words(event, reader(), page_now(context).date())


@register.simple_tag(takes_context=True)
def event_standing(context: Context, event: Event) -> SafeString:
    """The chip of an event: by when to act."""
    found = event_chip(event, reader(), page_now(context).date())
    return promise_chip(found.look, found.text)


@register.simple_tag
def event_icon(event: Event) -> SafeString:
    return icon(ICONS[Event.Kind(event.kind)])


@register.simple_tag
def event_evidence(event: Event) -> list[Evidence]:
    """The facts that an event came from."""
    return evidence_of(event, reader())


@register.simple_tag
def event_line(event: Event) -> Line | None:
    """The months of a run-down as a line; None for other events."""
    series = event.evidence.get("series")
    return sparkline([level for _month, level in series], 240.0, 36.0) if series else None
