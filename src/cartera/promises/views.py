"""Screens of promises: to make, keep, renegotiate and withdraw. Each is a small page, and a dialogue for htmx."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.clock.rules import WorkingCalendar
from cartera.desk import formats
from cartera.desk.fields import OTHER, tell
from cartera.desk.navigation import by_htmx, go_back, next_page
from cartera.desk.screens import StaffRequest, find_or_404, screen
from cartera.desk.templatetags.cartera import reader
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotFound
from cartera.promises import actions, queries
from cartera.promises.forms import KeepForm, MakeForm, RenegotiateForm, WithdrawForm
from cartera.promises.models import Promise
from cartera.promises.rules import closing_of, usual_terms
from cartera.team.calendars import calendar_around


@screen(may="promise.make")
def make(request: StaffRequest) -> HttpResponse:
    """Promise something to the client that `?client=` names, or note what it owes us."""
    client = find_or_404(Client, _number(request.GET.get("client")), actor=request.actor)
    now = clock.now()
    form = MakeForm(request.POST or None, terms=lambda: usual_terms(now, _calendar(client, now)), now=now)
    return _answer(
        request,
        form,
        {"template": "promises/make.html", "client": client, "title": _("Promise something")},
        act=lambda: actions.make(actor=request.actor, client=client, **form.promise),
        say=lambda made: _("Promised: %(what)s, %(moment)s.") % _words(made),
    )


@screen(may="promise.keep")
def keep(request: StaffRequest, promise_id: int) -> HttpResponse:
    """Say that a promise was kept, now or when it was."""
    promise = queries.promise_of(actor=request.actor, promise_id=promise_id)
    form = KeepForm(request.POST if request.method == "POST" else None)
    return _answer(
        request,
        form,
        _page(promise, "promises/keep.html", _("It was kept")),
        act=lambda: actions.keep(actor=request.actor, promise=promise, at=form.cleaned_data["at"]),
        say=lambda kept: f"{kept.get_state_display()}: {kept.what}.",
    )


@screen(may="promise.renegotiate")
def renegotiate(request: StaffRequest, promise_id: int) -> HttpResponse:
    """Move a promise to a later day before it is due; `?day=` proposes one."""
    promise = queries.promise_of(actor=request.actor, promise_id=promise_id)
    now = clock.now()
    calendar = _calendar(promise.client, now)
    form = RenegotiateForm(
        request.POST or None,
        terms=lambda: [term for term in usual_terms(now, calendar) if term.due_at > promise.due_at],
        now=now,
        initial=_proposal(request.GET.get("day"), calendar),
    )
    return _answer(
        request,
        form,
        {**_page(promise, "promises/renegotiate.html", _("Renegotiate")), "too_late": now >= promise.due_at},
        act=lambda: actions.renegotiate(actor=request.actor, promise=promise, **form.agreement),
        say=lambda later: _("Renegotiated: %(what)s, %(moment)s.") % _words(later),
    )


@screen(may="promise.withdraw")
def withdraw(request: StaffRequest, promise_id: int) -> HttpResponse:
    """Close a promise that need not be kept any more."""
    promise = queries.promise_of(actor=request.actor, promise_id=promise_id)
    form = WithdrawForm(request.POST or None)
    return _answer(
        request,
        form,
        _page(promise, "promises/withdraw.html", _("Withdraw")),
        act=lambda: actions.withdraw(actor=request.actor, promise=promise, reason=form.cleaned_data["reason"]),
        say=lambda gone: _("Withdrawn: %(what)s.") % {"what": gone.what},
    )


def _answer(
    request: StaffRequest,
    form: Form,
    page: dict[str, Any],
    *,
    act: Callable[[], Promise],
    say: Callable[[Promise], str],
) -> HttpResponse:
    """Do it if the form is well, and go back; otherwise show the form with what was typed and what is wrong."""
    if form.is_valid():
        try:
            done = act()
        except (Invalid, InvalidTransition, Conflict) as refusal:
            tell(form, refusal)
        else:
            return go_back(request, say(done), done=done)
    dialogue = by_htmx(request)
    frame = "promises/_dialogue.html" if dialogue else "base.html"
    shown = {**page, "form": form, "next": next_page(request), "dialogue": dialogue, "frame": frame}
    return render(request, page["template"], shown, status=422 if form.errors else 200)


def _page(promise: Promise, template: str, title: str) -> dict[str, Any]:
    return {"template": template, "promise": promise, "client": promise.client, "title": title}


def _calendar(client: Client, now: datetime) -> WorkingCalendar:
    return calendar_around(client.branch, now)


def _proposal(asked: str | None, calendar: WorkingCalendar) -> dict[str, Any]:
    """The day that the address proposes, as the form begins with it; nothing when nobody works on it."""
    try:
        day: date | None = parse_date(asked or "")
        due_at = closing_of(day, calendar) if day else None
    except ValueError:
        return {}
    return {"by": OTHER, "by_other": due_at} if due_at else {}


def _number(text: str | None) -> int:
    if not (text or "").isdecimal():
        raise NotFound()
    return int(text or "")


def _words(promise: Promise) -> dict[str, str]:
    here = clock.zone()
    moment = formats.moment(promise.due_at.astimezone(here), clock.today(), reader())
    return {"what": promise.what, "moment": moment}
