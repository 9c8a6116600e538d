"""Screens of contacts: the form that registers one, from wherever the person is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clients.models import Client
from cartera.clients.queries import client_of
from cartera.clock import queries as clock
from cartera.clock.rules import WorkingCalendar
from cartera.desk.fields import tell
from cartera.desk.navigation import by_htmx, go_back, next_page
from cartera.desk.screens import StaffRequest, screen
from cartera.desk.search import found
from cartera.interactions.forms import RegisterForm
from cartera.interactions.models import WRITTEN, Interaction, Outcome
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, NotFound
from cartera.promises import actions, queries
from cartera.promises.rules import usual_terms
from cartera.service.queries import year_of
from cartera.team.calendars import calendar_around
from cartera.team.queries import staff_of

TYPED = (
    "token", "channel", "direction", "outcome", "purpose", "minutes",
    "said", "then", "then_what", "owed_by", "by", "by_other",
)  # fmt: skip
ASKED = ("channel", "direction", "outcome", "purpose", "minutes")


@screen(may="interaction.register")
def register(request: StaffRequest) -> HttpResponse:
    """Show the form, about `?client=` if the address names one, and register what it says."""
    whom = _client(request.actor, request.POST.get("client") or request.GET.get("client"))
    form = form_about(request.actor, whom, data=request.POST or None, initial=_begun(request.GET))
    if not form.is_valid() or whom is None:
        return _shown(request, form)
    key = f"form:{request.actor.id}:{form.cleaned_data['token']}"
    try:
        contact = actions.record_contact_once(actor=request.actor, key=key, client=whom, **form.contact)
    except Invalid as refusal:
        tell(form, refusal)
        return _shown(request, form)
    return go_back(request, _in_words(contact), done=contact)


@require_POST
@screen(may="interaction.register")
def choose(request: StaffRequest) -> HttpResponse:
    """The same form about the client that was picked, with all that was typed already."""
    typed = {name: request.POST[name] for name in TYPED if name in request.POST}
    whom = _client(request.actor, request.POST.get("choose"))
    return _shown(request, form_about(request.actor, whom, initial=typed))


@screen(may="interaction.register")
def kept_by_it(request: StaffRequest) -> HttpResponse:
    """What a contact like this would keep by itself: asked again whenever the form changes."""
    whom = _client(request.actor, request.GET.get("client"))
    form = form_about(request.actor, whom, initial=_begun(request.GET))
    return render(request, "interactions/_kept_by_it.html", {"form": form, "asked": True})


def form_about(
    actor: Actor,
    whom: Client | None,
    *,
    data: QueryDict | None = None,
    initial: dict[str, Any] | None = None,
    calendar: WorkingCalendar | None = None,
    with_year: bool = True,
) -> RegisterForm:
    """The form with what it needs to know of a client: its open promises, its year, and the working days of its branch.

    A page that is full already leaves the year out: the card asks for it by itself.
    """
    now = clock.now()
    return RegisterForm(
        data,
        whom=whom,
        open_promises=list(queries.owed_to(actor=actor, client=whom)) if whom else [],
        year=year_of(actor=actor, client=whom) if whom and with_year and data is None else None,
        terms=lambda: usual_terms(now, calendar or _calendar(actor, whom)),
        now=now,
        initial=initial or {},
    )


def _shown(request: StaffRequest, form: RegisterForm) -> HttpResponse:
    template = "interactions/_register.html" if by_htmx(request) else "interactions/register.html"
    looked_for = request.POST.get("q", "") if form.whom is None else ""
    picks = found(request.actor, looked_for) if looked_for else []
    shown = {"form": form, "next": next_page(request), "found": picks, "looked_for": looked_for}
    return render(request, template, shown, status=422 if form.is_bound and form.errors else 200)


def _client(actor: Actor, number: str | None) -> Client | None:
    """The client of that number, None when none is named."""
    if not number:
        return None
    if not number.isdecimal():
        raise NotFound()
    return client_of(actor=actor, client_id=int(number))


def _calendar(actor: Actor, whom: Client | None) -> WorkingCalendar:
    at = whom or staff_of(actor)
    if at is None:
        raise NotFound()
    return calendar_around(at.branch, clock.now())


def _begun(asked: QueryDict) -> dict[str, Any]:
    """How the form begins when the page that led to it knows something: what is written is sent, not talked about."""
    begun = {name: asked[name] for name in ASKED if name in asked}
    if begun.get("channel") in WRITTEN:
        begun.setdefault("outcome", Outcome.SENT)
    return begun


def _in_words(contact: Interaction) -> str:
    """What was registered, what it kept and what was promised in it."""
    told = [
        _("Registered: %(channel)s, %(client)s.")
        % {"channel": contact.get_channel_display().lower(), "client": contact.client.name}
    ]
    told += [_("Kept: %(what)s.") % {"what": kept.what} for kept in contact.promises_kept.all()]
    told += [_("Promised: %(what)s.") % {"what": made.what} for made in contact.promises_made.all()]
    return " ".join(told)
