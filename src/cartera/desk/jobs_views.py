"""Administración: the jobs of the workers."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cartera.desk import actions_on_jobs
from cartera.desk.jobs_page import jobs_page, one_job
from cartera.desk.screens import StaffRequest, redirect_with_toast, screen
from cartera.team.models import Role


class GiveUpForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why nobody tries it any more"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why, for those who come after.")},
    )


@screen(may="job.view")
def jobs(request: StaffRequest) -> HttpResponse:
    """What waits, what failed, what was done, what is done by itself, and who does it."""
    return render(request, "desk/jobs.html", {"page": jobs_page(actor=request.actor)})


@screen(may="job.view")
def job(request: StaffRequest, job_id: str) -> HttpResponse:
    """One job with what went wrong."""
    return _shown(request, job_id, GiveUpForm())


@require_POST
@screen(may="job.retry")
def retry(request: StaffRequest, job_id: str) -> HttpResponse:
    actions_on_jobs.retry_job(actor=request.actor, job_id=job_id)
    return redirect_with_toast(request, _("It is tried again now."), to=reverse("desk:jobs"))


@require_POST
@screen(may="job.give_up")
def give_up(request: StaffRequest, job_id: str) -> HttpResponse:
    form = GiveUpForm(request.POST)
    if not form.is_valid():
        return _shown(request, job_id, form)
    actions_on_jobs.give_up_job(actor=request.actor, job_id=job_id, reason=form.cleaned_data["reason"])
    return redirect_with_toast(request, _("Nobody tries it any more."), to=reverse("desk:jobs"))


def _shown(request: StaffRequest, job_id: str, form: GiveUpForm) -> HttpResponse:
    shown = {
        "job": one_job(actor=request.actor, job_id=job_id),
        "form": form,
        "may_see_lines": request.actor.role == Role.ADMIN,
    }
    return render(request, "desk/job.html", shown, status=422 if form.errors else 200)
