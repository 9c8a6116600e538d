"""What people do with the versions of a service model: draft one, switch it on from a day, put the one before it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Tier
from cartera.clock.queries import now, today, zone
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition
from cartera.kernel.models import Happening
from cartera.kernel.recording import current_recording
from cartera.promises.models import Origin, Promise
from cartera.promises.rules import State
from cartera.service import planning
from cartera.service.actions import add_touchpoints, require_sound
from cartera.service.models import Agreement, ServiceModel, Touchpoint, Trial
from cartera.service.rules import ModelSpec
from cartera.service.trial import Cells
from cartera.team.queries import staff_of

LONGEST_KEY = 28


@action("service.draft_model")
def draft_model(
    *,
    actor: Actor,
    name: str,
    touchpoints: ModelSpec,
    key: str = "",
    tiers: str = "",
    for_new: bool = False,
    why: str = "",
) -> ServiceModel:
    """Write the next version of the model of that key, or the first of a new one. It serves nobody until it is activated.

    Raises Invalid, in words, for one that could not be kept, and where the model has a draft already.
    """
    require_sound(touchpoints)
    last = ServiceModel.objects.filter(key=key).aggregate(last=Max("number"))["last"] if key else None
    model = ServiceModel.add(
        key=key if last else _free_key(key or name),
        number=(last or 0) + 1,
        name=_named(name),
        tiers=_in_order(tiers),
        for_new=for_new,
        why=why,
        drafted_by=staff_of(actor),
        drafted_at=now(),
    )
    add_touchpoints(model, touchpoints.touchpoints)
    return model


@action("service.change_draft")
def change_draft(
    *,
    actor: Actor,
    service_model: ServiceModel,
    touchpoints: ModelSpec | None = None,
    version: int | None = None,
    **values: Any,
) -> ServiceModel:
    """Change a draft: `name`, `tiers`, `for_new`, `why`, and its touchpoints, which are written anew.

    `version` is the one that was read: Conflict when somebody else wrote the draft since. Raises InvalidTransition for
    what is no draft any more.
    """
    _require_draft(service_model)
    if version is not None and version != service_model.version:
        raise Conflict(theirs=service_model, yours=values)
    if "name" in values:
        values["name"] = _named(values["name"])
    if "tiers" in values:
        values["tiers"] = _in_order(values["tiers"])
    if touchpoints is not None:
        require_sound(touchpoints)
        service_model.touchpoints.all().delete()
        add_touchpoints(service_model, touchpoints.touchpoints)
    return service_model.change(**values, drafted_by=staff_of(actor), drafted_at=now())


@action("service.discard_draft")
def discard_draft(*, actor: Actor, service_model: ServiceModel) -> ServiceModel:
    """Throw a draft away. Raises InvalidTransition for what is no draft."""
    _require_draft(service_model)
    current_recording().tell(rows=1, key=service_model.key, number=service_model.number)
    Touchpoint.objects.filter(model=service_model).delete()
    ServiceModel.objects.filter(pk=service_model.pk).delete()
    return service_model


@action("service.activate_model", undone_by="service.put_back_model")
def activate_model(*, actor: Actor, service_model: ServiceModel, from_day: date, reason: str = "") -> ServiceModel:
    """Switch a draft on from a day: the version before it serves until then, and the night of that day goes over.

    What was promised and is not due by then is replaced, what was kept counts, what was agreed with a client after its
    own wishes, or chosen for it, runs to its end. Raises Invalid for a day that has passed, or on which the version
    before it has not begun.
    """
    _require_draft(service_model)
    before = predecessor(service_model)
    if from_day < today():
        raise Invalid(fields={"from_day": [_("That day has passed: choose today or a later one.")]})
    if before is not None and before.active_from is not None and from_day <= before.active_from:
        words = _("Version %(number)s begins on %(day)s: choose a later day, or put that one back first.") % {
            "number": before.number,
            "day": f"{before.active_from:%d/%m/%Y}",
        }
        raise Invalid(fields={"from_day": [words]})
    if not (service_model.tiers or service_model.for_new):
        raise Invalid(fields={"tiers": [_("Say whom it serves: a tier, or new clients.")]})
    if before is not None:
        before.change(active_until=from_day)
    return service_model.change(
        active_from=from_day,
        why=reason or service_model.why,
        activated_by=staff_of(actor),
        activated_at=now(),
    )


@action("service.put_back_model")
def put_back_model(
    *, actor: Actor, service_model: ServiceModel, reason: str = "", undoes: Happening | None = None
) -> ServiceModel:
    """Undo a switch while nothing was kept under it: the version before serves again, from the next night on.

    A version after which no agreement was made yet is a draft again; another one ends today, and stays readable.
    Raises InvalidTransition once something was kept, or for a version that is not the last one.
    """
    if service_model.active_from is None or service_model.active_until is not None:
        raise InvalidTransition(_("Only the version that was switched on last can be put back."))
    if was_kept_under(service_model):
        raise InvalidTransition(_("Something was kept under it already: switch on another version instead."))
    before = ServiceModel.objects.filter(key=service_model.key, active_until=service_model.active_from)
    before = before.exclude(pk=service_model.pk).order_by("-number")
    if Agreement.objects.filter(model=service_model).exists():
        service_model.change(active_until=max(today(), service_model.active_from))
    else:
        service_model.change(active_from=None, activated_by=None, activated_at=None)
    for earlier in before[:1]:
        earlier.change(active_until=None)
    return service_model


@action("service.try_model")
def try_model(*, actor: Actor, service_model: ServiceModel, cells: Cells | None = None) -> Trial:
    """Note what a version would ask of the team, as `cartera.service.trial.cells_of` counts it; None while it is counted."""
    values = {"of_version": service_model.version, "asked_at": now(), "cells": cells or [], "done": cells is not None}
    there = Trial.objects.filter(model=service_model).first()
    return there.change(**values) if there else Trial.add(model=service_model, **values)


def predecessor(model: ServiceModel) -> ServiceModel | None:
    """The version that a draft would follow: the one that was switched on last."""
    return ServiceModel.objects.last().filter(key=model.key).exclude(pk=model.pk).first()


def was_kept_under(model: ServiceModel) -> bool:
    """Whether something was kept that an agreement on this version promised."""
    if model.active_from is None:
        return False
    served = Agreement.objects.filter(model=model)
    begin = planning.begins_at(model.active_from, zone())
    kept = Promise.objects.filter(state__in=(State.KEPT, State.LATE), due_at__gte=begin, origin=Origin.MODEL)
    keys = kept.filter(client__in=served.values("client")).values_list("origin_key", flat=True)
    return any(served.filter(pk=planning.agreement_in(key)).exists() for key in keys.iterator())


def _require_draft(model: ServiceModel) -> None:
    if not model.is_draft:
        raise InvalidTransition(_("This version is no draft any more: write the next one."))


def _named(name: str) -> str:
    if not name.strip():
        raise Invalid(fields={"name": [_("Give the model a name.")]})
    return name.strip()


def _in_order(tiers: Iterable[str]) -> str:
    """The letters of tiers in their order, each once. Raises Invalid for one that is no tier."""
    letters = set(tiers)
    if letters - set(Tier.values):
        raise Invalid(fields={"tiers": [_("The tiers are A, B, C and D.")]})
    return "".join(sorted(letters))


def _free_key(name: str) -> str:
    """A key of the name that no model has yet."""
    base = slugify(name)[:LONGEST_KEY] or "model"
    taken = set(ServiceModel.objects.filter(key__startswith=base).values_list("key", flat=True))
    numbers = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(key for key in numbers if key not in taken)
