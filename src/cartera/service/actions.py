"""What people do with service models and agreements. Many at once: `actions_in_bulk`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cartera.clients.actions.wishes import record_wishes
from cartera.clients.models import Client, Wishes
from cartera.clock.queries import now, today
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid
from cartera.promises import actions as promises
from cartera.promises.models import Origin, Promise
from cartera.service import planning, rules
from cartera.service.founding import built_in
from cartera.service.models import Agreement, ServiceModel, Touchpoint
from cartera.service.planning import Offer, Shelf, Standing
from cartera.service.rules import Flaw, ModelSpec, Period, TouchpointSpec
from cartera.team.calendars import calendar_of

SINCE_EVER = date(1900, 1, 1)
"""The built-in models serve the nights of past years too."""

PLANNER = Actor.system("service agreements", "client.view", "promise.make", "promise.withdraw")

WORDS: dict[Flaw, LazyText] = {
    Flaw.EMPTY: _("A model promises at least one contact."),
    Flaw.NEVER: _("“%(where)s” happens at least once a year."),
    Flaw.NO_TIME: _("“%(where)s” takes at least a minute."),
    Flaw.NESTED_MORE_OFTEN: _("%(found)s contacts are nested in “%(where)s”, of which there are only %(most)s a year."),
    Flaw.TOO_MANY: _("The model promises %(found)s contacts a year; there are working days for %(most)s."),
}


@action("service.add_model")
def add_model(
    *,
    actor: Actor,
    key: str,
    name: str,
    touchpoints: ModelSpec,
    tiers: str = "",
    for_new: bool = False,
    active_from: date | None = None,
) -> ServiceModel:
    """Add a service model with its touchpoints. Raises Invalid, in words, for one that could not be kept."""
    flaws = rules.problems(touchpoints)
    if flaws:
        raise Invalid(fields={"touchpoints": [_in_words(problem) for problem in flaws]})
    model = ServiceModel.add(key=key, name=name, tiers=tiers, for_new=for_new, active_from=active_from or today())
    _add_touchpoints(model, touchpoints.touchpoints, None)
    return model


@action("service.found_models")
def found_models(*, actor: Actor, active_from: date = SINCE_EVER) -> list[ServiceModel]:
    """Add the built-in models that are not there yet; returns those added. Models that people changed stay as they are."""
    there = set(ServiceModel.objects.values_list("key", flat=True))
    has_one_for_new = ServiceModel.objects.filter(for_new=True, active_until__isnull=True).exists()
    return [
        add_model(
            actor=actor,
            key=model.key,
            name=model.name,
            touchpoints=model.spec,
            tiers=model.tiers,
            for_new=model.for_new and not has_one_for_new,
            active_from=active_from,
        )
        for model in built_in()
        if model.key not in there
    ]


@action("service.change_model")
def change_model(*, actor: Actor, client: Client, model: ServiceModel, reason: str) -> Agreement:
    """Put a client on a model of somebody's choice for a year; what it asked for still changes it.

    What was to come of the running agreement is withdrawn, and the new one's year is promised at once.
    """
    offer = _offered(client, chosen=model)
    if offer is None:
        raise Invalid(fields={"model": [_("No service model serves this client.")]})
    return _agree(client, offer, reason)


@action("wish.agree")
def agree_wishes(
    *, actor: Actor, client: Client, said_on: date | None = None, reason: str = "", **wishes: Any
) -> Wishes:
    """Write down what a client asked for, as `record_wishes` takes it, and plan its year again after it, at once."""
    said = record_wishes(actor=actor, client=client, said_on=said_on or today(), **wishes)
    running = Agreement.objects.open().filter(client=client).select_related("model").first()
    chosen = running.model if running and running.basis == Agreement.Basis.CHOSEN else None
    offer = _offered(client, chosen=chosen)
    if offer is not None:
        _agree(client, offer, reason)
    return said


def _offered(client: Client, *, chosen: ServiceModel | None) -> Offer | None:
    wishes = Wishes.objects.filter(client=client).first()
    standing = Standing.of(tier=client.tier, since=client.since, wishes=wishes, on=today())
    return Shelf.on(today()).offer(standing, chosen=chosen.pk if chosen else None)


def _agree(client: Client, offer: Offer, reason: str) -> Agreement:
    """Let the client's running agreement give way to the offer, unless it says the same already."""
    running = Agreement.objects.open().filter(client=client).first()
    same = running is not None and running.terms == offer.terms
    if running is not None and same:
        return running.change(basis=offer.ground)
    before = Period(running.from_day, running.until_day) if running else None
    period = rules.next_period(before, today(), same_terms=False)
    assert period is not None
    last = Agreement.objects.filter(client=client).order_by("-number").first()
    if running is not None:
        running.change(ended_on=period.from_day)
        _withdraw_from(running, period.from_day, reason or _now("Its agreement gave way to another."))
    agreement = Agreement.add(
        client=client,
        number=last.number + 1 if last else 1,
        model_id=offer.model_id,
        basis=offer.ground,
        terms=offer.terms,
        turn=rules.turn_after_talking(offer.spec),
        from_day=period.from_day,
        until_day=period.until_day,
        planned_on=today(),
    )
    _promise(agreement, offer)
    return agreement


def _withdraw_from(agreement: Agreement, day: date, reason: str) -> None:
    """Withdraw what an agreement promised for a day and after it, if it is not due yet."""
    zone = calendar_of(agreement.client.branch, day.year, day.year).zone
    begin = max(planning.begins_at(day, zone), now())
    ours = Promise.objects.open().filter(client=agreement.client_id, origin=Origin.MODEL, due_at__gte=begin)
    for promise in ours.filter(origin_key__startswith=planning.origin_key(agreement.pk, "")):
        promises.withdraw(actor=PLANNER, promise=promise, reason=reason)


def _promise(agreement: Agreement, offer: Offer) -> None:
    calendar = calendar_of(agreement.client.branch, agreement.from_day.year - 1, agreement.until_day.year + 1)
    period = Period(agreement.from_day, agreement.until_day)
    year = planning.touches_in(offer, period, turn=agreement.turn, calendar=calendar)
    for n, planned in enumerate(year):
        opens_at, due_at, latest_at = planning.window_of(planned, calendar.zone)
        if due_at > now():
            promises.make(
                actor=PLANNER,
                client=agreement.client,
                what=planned.touch.name,
                channel=planned.touch.channel,
                purpose=planned.touch.purpose,  # type: ignore[arg-type]
                minutes=planned.touch.minutes,
                opens_at=opens_at,
                due_at=due_at,
                latest_at=latest_at,
                origin=Origin.MODEL,
                origin_key=planning.origin_key(agreement.pk, n),
            )


def _add_touchpoints(model: ServiceModel, specs: Iterable[TouchpointSpec], parent: Touchpoint | None) -> None:
    for spec in specs:
        touchpoint = Touchpoint.add(
            model=model,
            parent=parent,
            name=spec.touch.name,
            channel=spec.touch.channel,
            purpose=spec.touch.purpose,
            minutes=spec.touch.minutes,
            times_a_year=spec.times_a_year,
        )
        _add_touchpoints(model, spec.nested, touchpoint)


def _in_words(problem: rules.Problem) -> str:
    return str(WORDS[problem.flaw]) % {"where": problem.where, "found": problem.found, "most": problem.most}
