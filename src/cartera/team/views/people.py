"""Personas y accesos: who works here, hiring, inviting, changing and saying goodbye."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clients.models import Client
from cartera.clock.queries import institution
from cartera.desk.editing import EditForm, edit
from cartera.desk.fields import tell
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.desk.templatetags.cartera import reader
from cartera.desk.toasts import toast
from cartera.kernel.errors import Invalid, InvalidTransition
from cartera.kernel.pages import page_of
from cartera.kernel.records import Record
from cartera.team import lists
from cartera.team.actions import invitations as inviting
from cartera.team.actions import people as acting
from cartera.team.actions.time import set_hours
from cartera.team.forms import HireForm, HoursForm, InviteForm, LeaveForm, PersonForm, in_the_ledger, open_branches
from cartera.team.hours import written
from cartera.team.invitations import token_of
from cartera.team.models import Branch, Invitation, Role, Staff

NOT_SENT = "sin-correo"
log = logging.getLogger(__name__)


@screen(may="team.view")
def people(request: StaffRequest) -> HttpResponse:
    """Everybody whom the reader sees; those who left when asked for."""
    asked, branch = request.GET, request.GET.get("agencia", "")
    wanted = lists.PeopleWanted(
        text=asked.get("q", "").replace("\0", "").strip()[:100],
        role=asked.get("rol", "") if asked.get("rol") in Role.values else "",
        branch_id=int(branch) if branch.isdecimal() else None,
        gone=asked.get("ver") == "inactivas",
    )
    rows = lists.people(actor=request.actor, wanted=wanted)
    shown = {
        "page": page_of(rows, order=lists.BY_NAME, cursor=asked.get("cursor")),
        "wanted": wanted,
        "roles": Role.choices,
        "branches": open_branches(request.actor),
        "found": rows.count(),
    }
    return render(request, "team/people.html", shown)


@screen(may="team.hire")
def hire(request: StaffRequest) -> HttpResponse:
    """Take somebody on, and invite them."""
    form = HireForm(request.POST or None, actor=request.actor)
    if form.is_valid():
        said = in_the_ledger({**form.cleaned_data, "role": Role(form.cleaned_data["role"])})
        email = said.pop("email")
        try:
            staff = acting.hire(actor=request.actor, **said)
        except Invalid as refusal:
            tell(form, refusal)
        else:
            page = _invited(request, staff, email) if request.actor.may("team.invite") else _page_of(staff)
            return redirect_with_toast(request, _("%(name)s works here now.") % {"name": staff.name}, to=page)
    return render(request, "team/hire.html", {"form": form}, status=422 if form.errors else 200)


@screen(may="team.view")
def person(request: StaffRequest, staff_id: int) -> HttpResponse:
    """One person: what they are, how they sign in, their hours, their absences. Who may not change them only reads."""
    staff = find_or_404(Staff, staff_id, actor=request.actor)
    invitation = lists.open_invitation(staff) if request.actor.may("team.invite") else None
    shown = {
        "staff": staff,
        "clients": Client.objects.filter(adviser=staff, until__isnull=True).count(),
        "invitation": invitation,
        "link": _link(request, invitation) if invitation else "",
        "invite_form": InviteForm(initial={"email": invitation.email if invitation else ""}),
        "week": _week(lists.week_of(staff)),
        "changeable": request.actor.may("team.change_person"),
        "not_sent": NOT_SENT in request.GET,
    }
    if request.method == "POST" and not shown["changeable"]:
        return redirect(_page_of(staff))
    return edit(
        request,
        record=staff,
        begun=PersonForm.begun,
        make=lambda typed, initial: PersonForm(typed, initial=dict(initial), actor=request.actor),
        act=lambda form: _changed(request, staff, form),
        template="team/person.html",
        shown=shown,
        said=_("%(name)s: saved.") % {"name": staff.name},
        to=_page_of(staff),
    )


def _changed(request: StaffRequest, staff: Staff, form: EditForm) -> Record:
    said = in_the_ledger(form.edits)
    return acting.change_person(actor=request.actor, staff=staff, version=form.cleaned_data["version"], **said)


@screen(may="team.deactivate")
def deactivate(request: StaffRequest, staff_id: int) -> HttpResponse:
    """Say goodbye to somebody: who takes over, and what stops."""
    staff = find_or_404(Staff, staff_id, actor=request.actor)
    form = LeaveForm(request.POST or None, actor=request.actor, staff=staff)
    if form.is_valid():
        try:
            gone = acting.deactivate(actor=request.actor, staff=staff, **form.cleaned_data)
        except (Invalid, InvalidTransition) as refusal:
            tell(form, refusal)
        else:
            told = _("%(name)s does not work here any more.") % {"name": staff.name}
            return redirect_with_toast(request, told, to=reverse("team:people"), done=gone)
    shown = {
        "staff": staff,
        "form": form,
        "clients": Client.objects.filter(adviser=staff).count(),
    }
    return render(request, "team/deactivate.html", shown, status=422 if form.errors else 200)


@require_POST
@screen(may="team.reactivate")
def reactivate(request: StaffRequest, staff_id: int) -> HttpResponse:
    staff = find_or_404(Staff, staff_id, actor=request.actor)
    back = acting.reactivate(actor=request.actor, staff=staff)
    return redirect_with_toast(request, _("%(name)s works here again.") % {"name": back.name}, to=_page_of(back))


@require_POST
@screen(may="team.invite")
def invite(request: StaffRequest, staff_id: int) -> HttpResponse:
    """Send an invitation, or send it again with a new link: the old one stops working."""
    staff = find_or_404(Staff, staff_id, actor=request.actor)
    form = InviteForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={"email": [str(error) for error in form.errors.get("email", ())]})
    return redirect(_invited(request, staff, form.cleaned_data["email"]))


@require_POST
@screen(may="team.withdraw_invitation")
def withdraw_invitation(request: StaffRequest, invitation_id: int) -> HttpResponse:
    invitation = find_or_404(Invitation, invitation_id, actor=request.actor)
    inviting.withdraw_invitation(actor=request.actor, invitation=invitation)
    return redirect_with_toast(request, _("The link does not work any more."), to=_page_of(invitation.staff))


@screen(may="team.set_hours")
def hours(request: StaffRequest, staff_id: int) -> HttpResponse:
    """When one person works."""
    staff = find_or_404(Staff, staff_id, actor=request.actor)
    return hours_of(request, staff, to=_page_of(staff))


def hours_of(request: StaffRequest, owner: Staff | Branch, *, to: str) -> HttpResponse:
    """The week of a person or a branch, shown or saved."""
    week = lists.week_of(owner)
    begun = {"own": bool(week), **{f"day_{number}": written(stretches) for number, stretches in week.items()}}
    form = HoursForm(request.POST if request.method == "POST" else None, weekdays=reader().weekdays, initial=begun)
    if form.is_valid():
        kept = form.cleaned_data["week"] if form.cleaned_data["own"] else []
        whose = {"staff": owner} if isinstance(owner, Staff) else {"branch": owner}
        set_hours(actor=request.actor, hours=kept, **whose)
        return redirect_with_toast(request, _("The hours of %(name)s are saved.") % {"name": owner.name}, to=to)
    shown = {"form": form, "owner": owner, "back": to, "is_branch": isinstance(owner, Branch)}
    return render(request, "team/hours.html", shown, status=422 if form.errors else 200)


def _week(week: Any) -> list[tuple[str, str]]:
    names = reader().weekdays
    return [(names[number], written(stretches)) for number, stretches in sorted(week.items())]


def _invited(request: StaffRequest, staff: Staff, email: str) -> str:
    """Make the invitation, send it where there is an address; returns the page that says how it went and shows the link."""
    invitation = inviting.invite(actor=request.actor, staff=staff, email=email)
    if not email:
        return _page_of(staff)
    told = {"staff": staff, "link": _link(request, invitation), "institution": institution().name}
    try:
        send_mail(
            subject=_("%(institution)s invites you to Cartera") % told,
            message=render_to_string("team/invitation.txt", {**told, "expires_at": invitation.expires_at}),
            from_email=None,
            recipient_list=[email],
        )
    except (SMTPException, OSError) as error:
        log.warning("an invitation could not be sent: %s", type(error).__name__)
        return f"{_page_of(staff)}?{NOT_SENT}"
    if settings.EMAIL_BACKEND == settings.MAIL_TO_FILES:
        toast(request, _("This server sends no mail: give them the link yourself."))
    else:
        toast(request, _("The invitation went to %(email)s.") % {"email": email})
    return _page_of(staff)


def _link(request: HttpRequest, invitation: Invitation) -> str:
    return request.build_absolute_uri(reverse("team:accept_invitation", args=[token_of(invitation)]))


def _page_of(staff: Staff) -> str:
    return reverse("team:person", args=[staff.pk])
