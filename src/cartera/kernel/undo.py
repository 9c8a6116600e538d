"""Undo: what a person just did is compensated by another action, never deleted from the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.utils.text import camel_case_to_spaces

from cartera.kernel.actions import ACTIONS, COMPENSATIONS
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound, TooLate
from cartera.kernel.models import Happening
from cartera.kernel.records import Record

WINDOW = timedelta(minutes=30)


def can_undo(actor: Actor, happening: Happening, now: datetime) -> bool:
    """Own, recent, compensable, and not compensated yet."""
    return (
        happening.actor_kind == actor.kind
        and happening.actor_id == actor.id
        and happening.name in COMPENSATIONS
        and now - happening.at <= WINDOW
        and not Happening.objects.filter(undoes=happening).exists()
    )


def undo(*, actor: Actor, happening_id: int) -> Record:
    """Run the action that compensates a happening.

    Raises NotFound for somebody else's, TooLate past the window or when what it was done to is gone.
    """
    happening = Happening.objects.filter(pk=happening_id, actor_kind=actor.kind, actor_id=actor.id).first()
    if happening is None:
        raise NotFound()
    if not can_undo(actor, happening, datetime.now(UTC)):
        raise TooLate()
    model = apps.get_model(happening.subject_kind)
    subject = model._default_manager.filter(pk=happening.subject_id).first()
    if subject is None:
        raise TooLate()
    result = ACTIONS[COMPENSATIONS[happening.name]](
        actor=actor, undoes=happening, **{camel_case_to_spaces(model.__name__).replace(" ", "_"): subject}
    )
    assert isinstance(result, Record)
    return result
