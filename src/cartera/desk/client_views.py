"""Cliente 360: everything about one client on one page, and what is done from it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clients.models import Client, Tier, Wishes
from cartera.clients.queries import client_of, wishes_of
from cartera.clock import queries as clock
from cartera.desk.client_forms import ActForm, TierForm, WishesForm
from cartera.desk.client_page import page_of_client, tier_of_client
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.desk.story import story_of
from cartera.desk.templatetags.cartera import reader
from cartera.desk.wishes_words import wishes_in_words
from cartera.events import actions as events
from cartera.events.models import Event
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, NotFound
from cartera.kernel.pages import page_of
from cartera.promises.queries import closed_with, owed_to
from cartera.promises.rules import usual_terms
from cartera.service.actions import agree_wishes
from cartera.team.calendars import calendar_around
from cartera.value.actions import end_override as end_tier_override
from cartera.value.actions import override_tier
from cartera.value.queries import worth_of

CONVERSATIONS = "conversaciones"
CLOSED_SHOWN = 25


@screen(may="client.view")
def client(request: StaffRequest, client_id: int) -> HttpResponse:
    """The page; `?historia=` goes on with older contacts and `?ver=` narrows them where there is no JavaScript."""
    page = page_of_client(
        request.actor,
        client_id,
        reader(),
        cursor=request.GET.get("historia"),
        only_conversations=request.GET.get("ver") == CONVERSATIONS,
    )
    return render(request, "desk/client.html", {"page": page})


@screen(may="client.view")
def story(request: StaffRequest, client_id: int) -> HttpResponse:
    """The card of the history, or its next entries."""
    whose = client_of(actor=request.actor, client_id=client_id)
    cursor, month = request.GET.get("historia"), request.GET.get("mes", "")
    found = story_of(
        actor=request.actor,
        client=whose,
        locale=reader(),
        cursor=cursor,
        only_conversations=request.GET.get("ver") == CONVERSATIONS,
        after_month=month,
    )
    template = "desk/client/_story.html" if cursor else "desk/client/_story_card.html"
    return render(request, template, {"client": whose, "story": found, "after_month": month})


@screen(may="promise.view")
def promises(request: StaffRequest, client_id: int) -> HttpResponse:
    """Every promise with a client: the open ones, and what became of the others, page by page."""
    whose = client_of(actor=request.actor, client_id=client_id)
    closed = closed_with(actor=request.actor, client=whose)
    shown = {
        "client": whose,
        "open_promises": list(owed_to(actor=request.actor, client=whose)),
        "page": page_of(closed, order=("-closed_at", "-id"), cursor=request.GET.get("cursor"), limit=CLOSED_SHOWN),
    }
    return render(request, "desk/client_promises.html", shown)


@screen(may="wish.agree")
def wishes(request: StaffRequest, client_id: int) -> HttpResponse:
    """Write down how the client wants to be served; its year is planned again at once."""
    whose = client_of(actor=request.actor, client_id=client_id)
    before = wishes_of(whose)
    form = _wishes_form(request.POST if request.method == "POST" else None, before)
    shown: dict[str, Any] = {"client": whose, "form": form}
    if form.is_valid():
        try:
            said = agree_wishes(actor=request.actor, client=whose, **form.wishes)
        except Invalid as refusal:
            form.add_refusal(refusal)
        except Conflict as conflict:
            return _both_versions(request, whose, conflict)
        else:
            return redirect_with_toast(
                request, _("Written down; its year is planned again."), to=_page(whose), done=said
            )
    return render(request, "desk/client_wishes.html", shown, status=422 if form.errors else 200)


@screen(may="tier.override")
def tier(request: StaffRequest, client_id: int) -> HttpResponse:
    """Put a client in another tier than the policy's, with a reason and until a day."""
    whose = client_of(actor=request.actor, client_id=client_id)
    form = TierForm(request.POST or None, initial={"tier": whose.tier})
    if form.is_valid():
        try:
            given = override_tier(
                actor=request.actor, client=whose, **{**form.cleaned_data, "tier": Tier(form.cleaned_data["tier"])}
            )
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            told = _("%(name)s is in tier %(tier)s now.") % {"name": whose.name, "tier": given.tier}
            return redirect_with_toast(request, told, to=_page(whose), done=given)
    shown = {"client": whose, "form": form, "tier": tier_of_client(request.actor, whose, reader())}
    return render(request, "desk/client_tier.html", shown, status=422 if form.errors else 200)


@require_POST
@screen(may="tier.end_override")
def end_override(request: StaffRequest, client_id: int) -> HttpResponse:
    """Give the client back the tier that the policy says."""
    whose = client_of(actor=request.actor, client_id=client_id)
    override = worth_of(actor=request.actor, client=whose).override
    if override is None:
        raise NotFound()
    ended = end_tier_override(actor=request.actor, tier_override=override)
    return redirect_with_toast(request, _("The policy decides again."), to=_page(whose), done=ended)


@screen(may="event.act")
def act_on_event(request: StaffRequest, client_id: int, event_id: int) -> HttpResponse:
    """Promise the client a contact about an event."""
    whose, event = _event(request.actor, client_id, event_id)
    now = clock.now()
    form = ActForm(request.POST or None, terms=lambda: usual_terms(now, calendar_around(whose.branch, now)), now=now)
    if form.is_valid():
        acted = events.act(actor=request.actor, event=event, **form.promise)
        promised = acted.promise.what if acted.promise else ""
        return redirect_with_toast(request, _("Promised: %(what)s.") % {"what": promised}, to=_page(whose), done=acted)
    shown = {"client": whose, "event": event, "form": form}
    return render(request, "desk/client_event.html", shown, status=422 if form.errors else 200)


@require_POST
@screen(may="event.dismiss")
def dismiss_event(request: StaffRequest, client_id: int, event_id: int) -> HttpResponse:
    """Close an event with the reason why nothing needs to be done."""
    whose, event = _event(request.actor, client_id, event_id)
    dismissed = events.dismiss(actor=request.actor, event=event, reason=request.POST.get("reason", ""))
    return redirect_with_toast(request, _("The event is dismissed."), to=_page(whose), done=dismissed)


def _wishes_form(typed: QueryDict | None, before: Wishes | None) -> WishesForm:
    today = clock.today()
    return WishesForm(typed, weekdays=reader().weekdays, today=today, initial=WishesForm.begun_with(before, today))


def _both_versions(request: StaffRequest, whose: Client, conflict: Conflict) -> HttpResponse:
    """What was typed stays in the form, beside what somebody wrote meanwhile; saving again decides for the former."""
    theirs: Wishes | None = conflict.context["theirs"]
    typed = request.POST.copy()
    typed["version"] = str(theirs.version if theirs else 0)
    shown = {
        "client": whose,
        "form": _wishes_form(typed, theirs),
        "theirs": wishes_in_words(theirs, reader()) if theirs else None,
        "conflict": conflict,
    }
    return render(request, "desk/client_wishes.html", shown, status=409)


def _event(actor: Actor, client_id: int, event_id: int) -> tuple[Client, Event]:
    """An event of this client. NotFound for anybody else's."""
    whose = client_of(actor=actor, client_id=client_id)
    event = find_or_404(Event, event_id, actor=actor)
    if event.client_id != whose.pk:
        raise NotFound()
    return whose, event


def _page(whose: Client) -> str:
    return reverse("desk:client", args=[whose.pk])
