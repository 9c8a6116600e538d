"""What the institution decides on the priors of the agenda: a version from a day on, taken back before it begins, tried first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from cartera.agenda.models import AgendaPolicy, PolicyTrial
from cartera.agenda.priors import Priors
from cartera.clock.queries import now, today
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, TooLate
from cartera.kernel.jobs import enqueue
from cartera.kernel.models import Happening

FAULTS: Mapping[str, LazyText] = {
    "worse with a contact": _("With a contact it cannot go worse than without one."),
    "worse before than after": _("Before it is due a promise loses no more than a day after."),
    "no time at all": _("It is at least one."),
}


@action("plan.set_policy", undone_by="plan.take_back_policy")
def set_agenda_policy(
    *, actor: Actor, priors: Mapping[str, Any], effective_from: date, reason: str, after: int | None = None
) -> AgendaPolicy:
    """Make a new version of the priors: plans that are made from its day on go by it.

    `after` is the number of the last version that the actor knew of: Conflict when there is a later one. Raises Invalid
    for priors that make no sense, a day that has passed, or no reason.
    """
    last = AgendaPolicy.objects.order_by("-number").first()
    if last is not None and after is not None and last.number > after:
        raise Conflict(theirs=last, yours={"priors": dict(priors)})
    wrong = {"effective_from": _("A policy takes effect today or later.")} if effective_from < today() else {}
    if not reason.strip():
        wrong["reason"] = _("Say why, for those who come after.")
    whole, flaws = checked(priors)
    if wrong or flaws:
        raise Invalid(fields={name: [words] for name, words in {**flaws, **wrong}.items()})
    number = (AgendaPolicy.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    return AgendaPolicy.add(number=number, effective_from=effective_from, priors=whole.to_data(), reason=reason.strip())


@action("plan.take_back_policy")
def take_back_policy(*, actor: Actor, agenda_policy: AgendaPolicy, undoes: Happening | None = None) -> AgendaPolicy:
    """Take a version back before it begins; as an undo, also one that was set just now. TooLate once it is in force."""
    if agenda_policy.taken_back:
        raise InvalidTransition(_("It was taken back already."))
    if undoes is None and agenda_policy.effective_from <= today():
        raise TooLate(_("It is in force already: make another version from today on."))
    return agenda_policy.change(taken_back=True)


@action("plan.try_policy")
def try_policy(*, actor: Actor, priors: Mapping[str, Any]) -> PolicyTrial:
    """Ask a worker what these priors would change. Raises Invalid for priors that make no sense."""
    whole, flaws = checked(priors)
    if flaws:
        raise Invalid(fields={name: [words] for name, words in flaws.items()})
    trial = PolicyTrial.add(priors=whole.to_data(), asked_at=now())
    transaction.on_commit(lambda: enqueue("agenda.try_policy", trial_id=trial.pk))
    return trial


def tell_trial(*, trial_id: int, done: int, of: int, told: Mapping[str, Any] | None = None, error: str = "") -> None:
    """How far a trial is. Told like a standing column: no edit, no happening."""
    PolicyTrial._base_manager.filter(pk=trial_id).update(done=done, of=of, told=told or {}, error=error)


def checked(priors: Mapping[str, Any]) -> tuple[Priors, dict[str, LazyText]]:
    """Priors of the data, and what makes no sense in them by where it stands. Raises Invalid for what are none."""
    try:
        whole = Priors.from_data(priors)
    except (TypeError, ValueError) as error:
        raise Invalid(fields={"priors": [str(error)]}) from error
    return whole, {where: FAULTS[code] for where, code in whole.flaws()}
