"""Ausencias y citas: who is away, who stands in, and which times are fixed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clock.queries import now, today
from cartera.desk.editing import edit
from cartera.desk.fields import tell
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.kernel.errors import Invalid
from cartera.kernel.pages import page_of
from cartera.promises.queries import due_while_away
from cartera.team import lists
from cartera.team.actions import time as acting
from cartera.team.forms import AbsenceForm, AppointmentForm, NewAbsenceForm, NewAppointmentForm
from cartera.team.models import Absence, Appointment
from cartera.team.standing_in import uncovered


def _text(request: StaffRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


@screen(may="absence.plan")
def absences(request: StaffRequest) -> HttpResponse:
    """Who is away now and later; for whom nobody stands in, with what falls due meanwhile."""
    rows = lists.absences(actor=request.actor, since=today(), text=_text(request))
    page = page_of(rows, order=lists.BY_FIRST_DAY, cursor=request.GET.get("cursor"))
    bare = uncovered(page.items, today())
    due = due_while_away(actor=request.actor, absences=[absence for absence in page.items if absence.pk in bare])
    shown = {
        "page": page,
        "rows": [(absence, bare.get(absence.pk, 0), due.get(absence.pk, 0)) for absence in page.items],
        "text": _text(request),
        "bare": sum(1 for days in bare.values() if days),
    }
    return render(request, "team/absences.html", shown)


@screen(may="absence.plan")
def plan_absence(request: StaffRequest) -> HttpResponse:
    form = NewAbsenceForm(request.POST or None, actor=request.actor, initial={"staff": request.GET.get("persona")})
    if form.is_valid():
        try:
            absence = acting.plan_absence(actor=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            tell(form, refusal)
        else:
            told = _("%(name)s: the absence is planned.") % {"name": absence.staff.name}
            return redirect_with_toast(request, told, to=reverse("team:absences"), done=absence)
    return render(request, "team/plan_absence.html", {"form": form}, status=422 if form.errors else 200)


@screen(may="absence.change")
def absence(request: StaffRequest, absence_id: int) -> HttpResponse:
    """Change an absence, or the stand-in."""
    found = find_or_404(Absence, absence_id, actor=request.actor)
    return edit(
        request,
        record=found,
        begun=AbsenceForm.begun,
        make=lambda typed, initial: AbsenceForm(typed, initial=dict(initial), actor=request.actor, staff=found.staff),
        act=lambda form: acting.change_absence(
            actor=request.actor, absence=found, version=form.cleaned_data["version"], **form.edits
        ),
        template="team/absence.html",
        shown={"absence": found},
        said=_("%(name)s: the absence is saved.") % {"name": found.staff.name},
        to=reverse("team:absences"),
    )


@require_POST
@screen(may="absence.cancel")
def cancel_absence(request: StaffRequest, absence_id: int) -> HttpResponse:
    found = find_or_404(Absence, absence_id, actor=request.actor)
    gone = acting.cancel_absence(actor=request.actor, absence=found)
    told = _("%(name)s is not away after all.") % {"name": found.staff.name}
    return redirect_with_toast(request, told, to=reverse("team:absences"), done=gone)


@screen(may="appointment.make")
def appointments(request: StaffRequest) -> HttpResponse:
    """Fixed times to come."""
    rows = lists.appointments(actor=request.actor, since=now(), text=_text(request))
    page = page_of(rows, order=lists.BY_START, cursor=request.GET.get("cursor"))
    return render(request, "team/appointments.html", {"page": page, "text": _text(request)})


@screen(may="appointment.make")
def make_appointment(request: StaffRequest) -> HttpResponse:
    form = NewAppointmentForm(request.POST or None, actor=request.actor)
    if form.is_valid():
        try:
            made = acting.make_appointment(actor=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            tell(form, refusal)
        else:
            told = _("%(title)s is in the day of %(name)s.") % {"title": made.title, "name": made.staff.name}
            return redirect_with_toast(request, told, to=reverse("team:appointments"), done=made)
    return render(request, "team/make_appointment.html", {"form": form}, status=422 if form.errors else 200)


@screen(may="appointment.change")
def appointment(request: StaffRequest, appointment_id: int) -> HttpResponse:
    found = find_or_404(Appointment, appointment_id, actor=request.actor)
    return edit(
        request,
        record=found,
        begun=AppointmentForm.begun,
        make=lambda typed, initial: AppointmentForm(typed, initial=dict(initial)),
        act=lambda form: acting.change_appointment(
            actor=request.actor, appointment=found, version=form.cleaned_data["version"], **form.edits
        ),
        template="team/appointment.html",
        shown={"appointment": found},
        said=_("%(title)s: saved.") % {"title": found.title},
        to=reverse("team:appointments"),
    )


@require_POST
@screen(may="appointment.cancel")
def cancel_appointment(request: StaffRequest, appointment_id: int) -> HttpResponse:
    found = find_or_404(Appointment, appointment_id, actor=request.actor)
    gone = acting.cancel_appointment(actor=request.actor, appointment=found)
    told = _("%(title)s is cancelled.") % {"title": found.title}
    return redirect_with_toast(request, told, to=reverse("team:appointments"), done=gone)
