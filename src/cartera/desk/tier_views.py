"""Administración: the tier policy. First how clients are spread, then the rule, what it would move, and its versions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clock import queries as clock
from cartera.desk.screens import StaffRequest, redirect_with_toast, screen
from cartera.desk.spread_chart import spread_chart
from cartera.desk.templatetags.cartera import reader
from cartera.desk.tier_forms import PolicyForm, written
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition
from cartera.kernel.queries import made_of
from cartera.value import queries
from cartera.value.actions import FAULTS, set_tier_policy
from cartera.value.models import TierPolicy
from cartera.value.previewing import Preview, preview
from cartera.value.rules import Policy, PolicyFault

SHOWN = 30


@screen(may="tier.set_policy")
def tiers(request: StaffRequest) -> HttpResponse:
    """The policy in force, to be written anew; `?desde=3` begins with an earlier version."""
    versions = list(queries.policies(actor=request.actor)[:SHOWN])
    in_force = queries.policy_in_force(clock.today())
    again = next((one for one in versions if str(one.number) == request.GET.get("desde")), None)
    begun = again or in_force
    form = PolicyForm(
        request.POST if request.method == "POST" else None,
        initial=written(begun, versions[0].number if versions else 0),
    )
    if form.is_valid():
        try:
            made = set_tier_policy(
                actor=request.actor,
                thresholds=form.thresholds(),
                effective_from=form.cleaned_data["effective_from"],
                reason=form.cleaned_data["reason"],
                hysteresis_ppm=form.hysteresis_ppm(),
                adult_age=form.cleaned_data["adult_age"],
                after=form.cleaned_data["after"],
            )
        except Invalid as refusal:
            form.add_refusal(refusal)
        except InvalidTransition as moved:
            form.add_error(None, str(moved.title))
        else:
            said = _("Version %(number)d is kept. The night of its day gives the tiers.") % {"number": made.number}
            return redirect_with_toast(request, said, to=reverse("desk:tiers"))
    currency = clock.institution().currency
    authors = made_of(kind=TierPolicy._meta.label_lower, ids=[one.pk for one in versions])
    shown = {
        "form": form,
        "shares": queries.tier_shares(actor=request.actor),
        "versions": [(one, authors.get(one.pk)) for one in versions],
        "in_force": in_force,
        "again": again,
        "day": clock.today(),
        "currency": currency,
        "drawn": spread_chart(
            queries.spread_of(queries.portfolio(actor=request.actor), "assets_minor"),
            "assets_minor",
            in_force,
            currency,
            reader(),
        ),
        **_tried(request.actor, begun.as_rules() if again and begun else None),
    }
    return render(request, "desk/tiers.html", shown, status=422 if form.errors else 200)


@require_POST
@screen(may="tier.set_policy")
def trial(request: StaffRequest) -> HttpResponse:
    """How many clients what is typed would move, by tier; nothing is kept."""
    form = PolicyForm(request.POST)
    form.is_valid()
    shown: dict[str, Any] = {"currency": clock.institution().currency}
    if {"band", "adult_age"} <= form.cleaned_data.keys():
        try:
            policy = Policy.parse(
                form.thresholds(),
                number=0,
                hysteresis_ppm=form.hysteresis_ppm(),
                adult_age=form.cleaned_data["adult_age"],
            )
        except PolicyFault as fault:
            shown["fault"], shown["at"] = FAULTS[fault.code], fault.tier
        else:
            shown |= _tried(request.actor, policy)
    return render(request, "desk/_tier_moves.html", shown)


def _tried(actor: Actor, policy: Policy | None) -> dict[str, Preview | None]:
    return {"tried": preview(actor=actor, policy=policy, on=clock.today()) if policy else None}
