"""The service models that an institution starts with."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cartera.clients.models import Channel, Tier
from cartera.interactions.models import Purpose
from cartera.service.rules import ModelSpec, Touch, TouchpointSpec


@dataclass(frozen=True, slots=True)
class Founded:
    key: str
    name: str
    tiers: str
    for_new: bool
    spec: ModelSpec


def built_in() -> tuple[Founded, ...]:
    """12/4/2 for A and for whoever is new, and plainer ones for the other tiers, named in the language of the moment."""
    call = Touch(_("Call to keep in touch"), Channel.PHONE, Purpose.TOUCH, 15)
    review = Touch(_("Portfolio review"), Channel.VIDEO, Purpose.REVIEW, 40)
    meeting = Touch(_("Broad review, face to face"), Channel.FACE_TO_FACE, Purpose.REVIEW, 60)
    yearly = Touch(_("Yearly call"), Channel.PHONE, Purpose.TOUCH, 15)
    return (
        Founded("12-4-2", "12/4/2", Tier.A, True, _nested((call, 12), (review, 4), (meeting, 2))),
        Founded("6-2-1", "6/2/1", Tier.B, False, _nested((call, 6), (review, 2), (meeting, 1))),
        Founded("4-1", "4/1", Tier.C, False, _nested((call, 4), (review, 1))),
        Founded("1", "1", Tier.D, False, _nested((yearly, 1))),
    )


def _nested(*levels: tuple[Touch, int]) -> ModelSpec:
    """Each touchpoint within the one before it."""
    inner: tuple[TouchpointSpec, ...] = ()
    for touch, times in reversed(levels):
        inner = (TouchpointSpec(touch, times, inner),)
    return ModelSpec(inner)
