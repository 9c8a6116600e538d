"""Administración: what the agenda believes. First what the plans save today, then the figures, a trial of them, and versions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.agenda import actions_on_policy, queries
from cartera.agenda.models import AgendaPolicy, PolicyTrial
from cartera.agenda.priors import Priors
from cartera.clock import queries as clock
from cartera.desk import formats
from cartera.desk.agenda_forms import PolicyForm, as_written, names, written
from cartera.desk.editing import CrossedField, Crossing
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.desk.templatetags.cartera import reader
from cartera.kernel.errors import Conflict, Invalid
from cartera.kernel.queries import last_change_of, made_of

SHOWN = 30


@screen(may="plan.set_policy")
def policy(request: StaffRequest) -> HttpResponse:
    """The priors in force, to be written anew; `?desde=3` begins with an earlier version, `?prueba=5` with what was tried."""
    versions = list(queries.policies(actor=request.actor)[:SHOWN])
    in_force = queries.policy_in_force(clock.today())
    again = next((one for one in versions if str(one.number) == request.GET.get("desde")), None)
    tried = _tried(request)
    data = tried.priors if tried else again.priors if again else in_force.priors if in_force else {}
    trying = request.method == "POST" and request.POST.get("do") == "try"
    form = PolicyForm(
        request.POST if request.method == "POST" else None,
        initial=written(Priors.from_data(data), versions[0].number if versions else 0),
        needs_reason=not trying,
    )
    crossing = None
    if form.is_valid():
        try:
            if trying:
                asked = actions_on_policy.try_policy(actor=request.actor, priors=form.priors)
                return redirect(f"{reverse('desk:agenda_policy')}?prueba={asked.pk}#trial")
            made = actions_on_policy.set_agenda_policy(
                actor=request.actor,
                priors=form.priors,
                effective_from=form.cleaned_data["effective_from"],
                reason=form.cleaned_data["reason"],
                after=form.cleaned_data["after"],
            )
        except Invalid as refusal:
            form.add_refusal(refusal)
        except Conflict as conflict:
            form, crossing = _both(form, conflict, request.POST)
        else:
            said = _("Version %(number)d is kept. Plans that are made from its day on go by it.")
            to = reverse("desk:agenda_policy")
            return redirect_with_toast(request, said % {"number": made.number}, to=to, done=made)
    authors = made_of(kind=AgendaPolicy._meta.label_lower, ids=[one.pk for one in versions])
    shown = {
        "form": form,
        "crossing": crossing,
        "expected": queries.expected(actor=request.actor),
        "versions": [(one, authors.get(one.pk)) for one in versions],
        "in_force": in_force,
        "again": again,
        "day": clock.today(),
        "currency": clock.institution().currency,
        "trial": tried,
        **(_told(tried) if tried else {}),
    }
    status = 409 if crossing else 422 if form.errors else 200
    return render(request, "desk/agenda_policy.html", shown, status=status)


@screen(may="plan.set_policy")
def trial(request: StaffRequest, trial_id: int) -> HttpResponse:
    """How far a trial is, and what it found."""
    found = find_or_404(PolicyTrial, trial_id, actor=request.actor)
    shown = {"trial": found, "currency": clock.institution().currency, **_told(found)}
    return render(request, "desk/_agenda_trial.html", shown)


@require_POST
@screen(may="plan.take_back_policy")
def take_back(request: StaffRequest, policy_id: int) -> HttpResponse:
    found = find_or_404(AgendaPolicy, policy_id, actor=request.actor, verb="change")
    actions_on_policy.take_back_policy(actor=request.actor, agenda_policy=found)
    said = _("Version %(number)d was taken back: plans stay as they are.") % {"number": found.number}
    return redirect_with_toast(request, said, to=reverse("desk:agenda_policy"))


def _tried(request: StaffRequest) -> PolicyTrial | None:
    asked = request.GET.get("prueba", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    return PolicyTrial.objects.visible_to(request.actor).filter(pk=int(asked)).first()


def _told(tried: PolicyTrial) -> dict[str, Any]:
    """What a trial found, for the page: what is at stake by kind, now and then."""
    told = tried.told
    now, then = told.get("now", {}), told.get("then", {})
    kinds = (("promise", _("Promises")), ("event", _("Events")))
    return {
        "counting": not told and not tried.error,
        "share": tried.done / tried.of if tried.of else 0.0,
        "stakes": [(label, now.get(kind, 0), then.get(kind, 0)) for kind, label in kinds] if told else [],
        "plans": told.get("plans", []),
        "people": told.get("people", 0),
    }


def _both(form: PolicyForm, conflict: Conflict, typed: QueryDict) -> tuple[PolicyForm, Crossing]:
    """The figures that somebody else set meanwhile beside what was typed; saving again decides."""
    theirs: AgendaPolicy = conflict.context["theirs"]
    seen = AgendaPolicy.objects.filter(number=form.cleaned_data["after"]).first()
    before, mine = Priors.from_data(seen.priors if seen else {}).to_data(), form.priors
    then = Priors.from_data(theirs.priors).to_data()
    fields = []
    for name, column in names():
        was, is_now, typed_in = (as_written(data, name, column) for data in (before, then, mine))
        if was != is_now or was != typed_in:
            kept = "mine" if was != typed_in else "theirs"
            bound = form[name]
            fields.append(CrossedField(str(bound.label), str(bound.id_for_label), was, is_now, typed_in, kept))
    again = typed.copy()
    again["after"] = str(theirs.number)
    for field in (one for one in fields if one.kept == "theirs"):
        name = next(name for name, _column in names() if str(form[name].id_for_label) == field.id)
        again[name] = field.theirs
    day = formats.long_day(theirs.effective_from, reader())
    fields.append(
        CrossedField(
            label=str(form["effective_from"].label),
            id=str(form["effective_from"].id_for_label),
            before=formats.long_day(seen.effective_from, reader()) if seen else "–",
            theirs=day,
            mine=formats.long_day(form.cleaned_data["effective_from"], reader()),
            kept="mine",
        )
    )
    return PolicyForm(again), Crossing(fields, last_change_of(theirs))
