"""Institución y feriados: who we are, the public holidays of each place, and the institution's own days off."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clients.models import Client
from cartera.clock import actions
from cartera.clock.forms import DayOffForm, InstitutionForm
from cartera.clock.holidays import named_holidays
from cartera.clock.models import DayOff, Institution
from cartera.clock.places import country_name
from cartera.clock.queries import institution, today
from cartera.desk.audit_words import changes_of
from cartera.desk.editing import edit
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.desk.templatetags.cartera import reader
from cartera.kernel.errors import Invalid
from cartera.kernel.pages import page_of
from cartera.kernel.queries import changes_of_record
from cartera.team.permissions import in_words
from cartera.team.queries import places

BY_DAY = ("on", "id")
SHOWN = 20


@screen(may="institution.change")
def the_institution(request: StaffRequest) -> HttpResponse:
    """Who we are, where, in which language, currency and zone; and every change of it."""
    found = find_or_404(Institution, 1, actor=request.actor, verb="change")
    page = page_of(changes_of_record(found), order=("-id",), cursor=request.GET.get("cursor"), limit=SHOWN)
    served = Client.objects.visible_to(request.actor).count()
    return edit(
        request,
        record=found,
        begun=InstitutionForm.begun,
        make=lambda typed, initial: InstitutionForm(typed, initial=dict(initial), clients=served),
        act=lambda form: actions.change_institution(
            actor=request.actor,
            institution=found,
            version=form.cleaned_data["version"],
            **{**form.edits, "reason": form.cleaned_data["reason"]},
        ),
        template="clock/institution.html",
        shown={
            "institution": found,
            "country_name": country_name(found.country, reader().language),
            "page": page,
            "changes": [(one, in_words(one.name), changes_of(one.facts, {})) for one in page.items],
        },
        said=_("The institution is saved."),
        to=reverse("clock:institution"),
    )


@screen(may="holiday.view")
def holidays(request: StaffRequest) -> HttpResponse:
    """The holidays of one place in one year, and the days off that the institution added, from today on."""
    asked_year = request.GET.get("ano", "")
    year = int(asked_year) if asked_year.isdecimal() and MINYEAR < int(asked_year) < MAXYEAR else today().year
    bank, language = institution(), reader().language
    there = places(actor=request.actor)
    asked = tuple(request.GET.get("lugar", "").partition("-")[::2])
    place = next((known for known in there if known == asked), (bank.country, bank.region))
    own = DayOff.objects.visible_to(request.actor).filter(cancelled=False, on__gte=today())
    shown = {
        "places": [(f"{country}-{region}", _place(country, region, language)) for country, region in there],
        "place": f"{place[0]}-{place[1]}",
        "place_name": _place(*place, language),
        "year": year,
        "public": named_holidays(place[0], place[1] or None, year, "en_US" if language == "en" else language),
        "page": page_of(own, order=BY_DAY, cursor=request.GET.get("cursor")),
        "may_change": request.actor.may("holiday.add"),
    }
    return render(request, "clock/holidays.html", shown)


@screen(may="holiday.add")
def add_holiday(request: StaffRequest) -> HttpResponse:
    form = DayOffForm(request.POST or None)
    if form.is_valid():
        try:
            added = actions.add_day_off(actor=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            told = _("%(name)s: nobody works on that day. Plans are made anew tonight.") % {"name": added.name}
            return redirect_with_toast(request, told, to=reverse("clock:holidays"), done=added)
    return render(request, "clock/add_holiday.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@screen(may="holiday.cancel")
def cancel_holiday(request: StaffRequest, day_off_id: int) -> HttpResponse:
    found = find_or_404(DayOff, day_off_id, actor=request.actor)
    gone = actions.cancel_day_off(actor=request.actor, day_off=found)
    told = _("%(name)s is a working day again.") % {"name": found.name}
    return redirect_with_toast(request, told, to=reverse("clock:holidays"), done=gone)


def _place(country: str, region: str, language: str) -> str:
    name = country_name(country, language)
    return f"{name}, {region}" if region else name
