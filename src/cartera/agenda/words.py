"""The reasons of a plan in words, read where they stand, in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cartera.events.models import Event
from cartera.kernel.actor import Actor
from cartera.promises.models import Origin, Promise
from cartera.promises.rules import Danger, danger

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ReasonInWords:
    """One reason as a screen shows it: a sentence, how it stands, and the thing itself to act on."""

    kind: str
    id: int
    text: str
    danger: Danger
    due_at: datetime | None
    promise: Promise | None = None
    event: Event | None = None


def in_words(*, actor: Actor, reasons: Iterable[Mapping[str, Any]], now: datetime) -> Mapping[Key, ReasonInWords]:
    """Those of the reasons that the actor may see in words, by kind and id; two queries however many they are."""
    keys = {(reason["kind"], int(reason["id"])) for reason in reasons}
    promises = Promise.objects.visible_to(actor).filter(pk__in=[id for kind, id in keys if kind == "promise"])
    events = Event.objects.visible_to(actor).filter(pk__in=[id for kind, id in keys if kind == "event"])
    told: dict[Key, ReasonInWords] = {}
    for promise in promises.select_related("made_in"):
        told["promise", promise.pk] = _of_promise(promise, now)
    for event in events.select_related("holding__product"):
        told["event", event.pk] = _of_event(event)
    return told


def _of_promise(promise: Promise, now: datetime) -> ReasonInWords:
    text = promise.what
    if promise.origin == Origin.CONTACT:
        text = _("You promised: %(what)s") % {"what": promise.what}
    return ReasonInWords(
        kind="promise",
        id=promise.pk,
        text=text,
        danger=danger(now, promise.opens_at, promise.due_at),
        due_at=promise.due_at,
        promise=promise,
    )


def _of_event(event: Event) -> ReasonInWords:
    product = event.holding.product.name if event.holding else event.get_kind_display()
    text = _("%(product)s matures on %(day)s") % {"product": product, "day": f"{event.expires_on:%d/%m/%Y}"}
    return ReasonInWords("event", event.pk, text, Danger.AHEAD, None, event=event)
