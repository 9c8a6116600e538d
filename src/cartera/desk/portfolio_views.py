"""Mi cartera, the tier policy to read, and the exceptions that wait for their review."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clients.models import Tier
from cartera.clients.queries import client_of
from cartera.clock import queries as clock
from cartera.desk.client_forms import TierForm
from cartera.desk.client_page import tier_of_client
from cartera.desk.fields import tell
from cartera.desk.navigation import by_htmx, go_back, next_page
from cartera.desk.portfolio_forms import RenewForm
from cartera.desk.portfolio_list import Wanted
from cartera.desk.portfolio_page import page_for
from cartera.desk.screens import StaffRequest, find_or_404, screen
from cartera.desk.templatetags.cartera import reader
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotPermitted
from cartera.kernel.pages import page_of
from cartera.rulebook.queries import value_of
from cartera.value import actions, queries
from cartera.value.models import TierOverride
from cartera.value.settings import REVIEW_DAYS

SHOWN = 50


@screen(may="portfolio.view")
def portfolio(request: StaffRequest) -> HttpResponse:
    """The own book, or one in reach, in order of value; htmx keeps the address in step."""
    wanted = Wanted.of(request.GET)
    found = page_for(request.actor, wanted, request.GET.get("cursor"), reader())
    answer = render(request, "desk/portfolio.html", {"list": found, "currency": found.currency})
    if by_htmx(request):
        answer["HX-Replace-Url"] = wanted.url()
    return answer


@screen(may="portfolio.view")
def tier(request: StaffRequest, client_id: int) -> HttpResponse:
    """Why a client is in its tier, and beside it the form that puts it in another, for whoever may."""
    whose = client_of(actor=request.actor, client_id=client_id)
    may_override = request.actor.may("tier.override")
    form = TierForm(request.POST or None, initial={"tier": whose.tier}) if may_override else None
    if request.method == "POST" and form is None:
        raise NotPermitted(action="tier.override")
    if form is not None and form.is_valid():
        try:
            data = {**form.cleaned_data, "tier": Tier(form.cleaned_data["tier"])}
            given = actions.override_tier(actor=request.actor, client=whose, **data)
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            told = _("%(name)s is in tier %(tier)s now.") % {"name": whose.name, "tier": given.tier}
            return go_back(request, told, done=given, otherwise=reverse("desk:portfolio"))
    shown = {
        "client": whose,
        "form": form,
        "tier": tier_of_client(request.actor, whose, reader()),
        "next": next_page(request, reverse("desk:portfolio")),
        "frame": "desk/_bare.html" if by_htmx(request) else "base.html",
    }
    return render(request, "desk/portfolio_tier.html", shown, status=422 if form and form.errors else 200)


@screen(may="portfolio.view")
def policy(request: StaffRequest) -> HttpResponse:
    """Every version of the tier policy, to be read."""
    shown = {
        "policies": list(queries.policies(actor=request.actor)[:SHOWN]),
        "in_force": queries.policy_in_force(clock.today()),
        "currency": clock.institution().currency,
    }
    return render(request, "desk/tier_policy.html", shown)


@screen(may="tier.override")
def overrides(request: StaffRequest) -> HttpResponse:
    """Exceptions to review: those that expire soon and those that the night ended; `?ver=todas` shows every one."""
    everything = request.GET.get("ver") == "todas"
    rows = queries.overrides(actor=request.actor) if everything else queries.overrides_to_review(actor=request.actor)
    order = ("-expires_on", "-id") if everything else ("expires_on", "id")
    page = page_of(rows, order=order, cursor=request.GET.get("cursor"), limit=SHOWN)
    waiting = queries.overrides_to_review(actor=request.actor).count()
    shown = {
        "page": page,
        "everything": everything,
        "waiting": waiting,
        "day": clock.today(),
        "days": value_of(REVIEW_DAYS),
    }
    return render(request, "desk/overrides.html", shown)


@screen(may="tier.renew_override")
def renew(request: StaffRequest, override_id: int) -> HttpResponse:
    """Decide again: the same tier or another, why, and until when."""
    override = find_or_404(TierOverride, override_id, actor=request.actor)
    form = RenewForm(request.POST or None, initial={"tier": override.tier})
    shown: dict[str, Any] = {"override": override, "client": override.client, "form": form}
    if form.is_valid():
        try:
            renewed = actions.renew_override(
                actor=request.actor,
                tier_override=override,
                **{**form.cleaned_data, "tier": Tier(form.cleaned_data["tier"])},
            )
        except (Invalid, InvalidTransition, Conflict) as refusal:
            tell(form, refusal)
        else:
            told = _("Renewed: %(name)s stays in tier %(tier)s.") % {
                "name": override.client.name,
                "tier": renewed.tier,
            }
            return go_back(request, told, done=renewed, otherwise=reverse("desk:overrides"))
    shown["next"] = next_page(request, reverse("desk:overrides"))
    return render(request, "desk/override_renew.html", shown, status=422 if form.errors else 200)


@require_POST
@screen(may="tier.let_override_end")
def let_end(request: StaffRequest, override_id: int) -> HttpResponse:
    """Reviewed: the policy decides from the exception's last day on."""
    override = find_or_404(TierOverride, override_id, actor=request.actor)
    done = actions.let_override_end(actor=request.actor, tier_override=override)
    return go_back(request, _("Reviewed: the policy decides."), done=done, otherwise=reverse("desk:overrides"))
