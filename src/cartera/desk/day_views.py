"""Doors of Mi día: the page, what it asks again while a plan is being made, and what a person does with the plan from it."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.agenda import actions, day
from cartera.clients import queries as clients
from cartera.desk import day_words
from cartera.desk.day_account import told
from cartera.desk.day_page import Asked, day_page, reader_now
from cartera.desk.my_day import Order, choices
from cartera.desk.navigation import by_htmx, go_back, next_page
from cartera.desk.screens import StaffRequest, screen
from cartera.interactions.views import form_about
from cartera.kernel.errors import NotFound
from cartera.team.queries import staff_of

ASKED_AT_MOST = 15
"""A plan that is being made is asked for every two seconds, for half a minute."""


@screen(may="plan.view")
def page(request: StaffRequest) -> HttpResponse:
    """The day of the person who asks, or, for those who lead others, of one of their people, to read."""
    shown = day_page(actor=request.actor, asked=_asked(request.GET), reader=reader_now())
    if not shown.read_only and shown.is_today:
        request.nav_counts["desk:my_day"] = len(shown.day.to_do)
    return render(request, "desk/my_day.html", {"page": shown, "next": request.get_full_path()})


@screen(may="plan.view")
def plan(request: StaffRequest) -> HttpResponse:
    """The parts of the page that a new plan changes, once it is made; until then, the question again."""
    asked_before = _number(request.GET.get("vez")) or 0
    reader = reader_now()
    shown = day_page(actor=request.actor, asked=_asked(request.GET), reader=reader, with_form=False)
    if shown.plan is None or shown.plan.stale:
        waiting = {"page": shown, "times": asked_before + 1, "tired": asked_before >= ASKED_AT_MOST}
        return render(request, "desk/_replanning.html", waiting)
    names = day.names_in_changes(actor=request.actor, plan=shown.plan)
    changes = day_words.changes(shown.plan.changes, names, reader)
    return render(request, "desk/_replanned.html", {"page": shown, "changes": changes, "next": next_page(request)})


@screen(may="plan.view")
def account(request: StaffRequest, item_id: int) -> HttpResponse:
    """Why a contact stands where it does: every number of it, with what it comes from."""
    found = day.account_of(actor=request.actor, item_id=item_id)
    return render(request, "desk/_account.html", {"account": told(found, reader_now())})


@screen(may="plan.view")
def menu(request: StaffRequest, item_id: int) -> HttpResponse:
    """What else may be done with a contact of one's own plan."""
    found = day.account_of(actor=request.actor, item_id=day.own_item(actor=request.actor, item_id=item_id).pk)
    return render(request, "desk/_item_menu.html", {**choices(found, reader_now()), "next": next_page(request)})


@require_POST
@screen(may="plan.start")
def start(request: StaffRequest, item_id: int) -> HttpResponse:
    """Say that a contact is under way, and make ready the form that registers it."""
    item = day.own_item(actor=request.actor, item_id=item_id)
    actions.start_contact(actor=request.actor, plan_item=item)
    if not by_htmx(request):
        return go_back(request, _("Under way: %(client)s.") % {"client": item.client.name}, done=item)
    client = clients.client_of(actor=request.actor, client_id=item.client_id)
    form = form_about(request.actor, client, initial={"channel": item.channel, "minutes": item.minutes})
    return render(request, "interactions/_register.html", {"form": form, "next": next_page(request)})


@require_POST
@screen(may="plan.pin")
def pin(request: StaffRequest, item_id: int) -> HttpResponse:
    """Fix a contact where it is."""
    item = day.own_item(actor=request.actor, item_id=item_id)
    actions.pin(actor=request.actor, plan_item=item)
    return go_back(request, _("Fixed at its hour: %(client)s.") % {"client": item.client.name}, done=item)


@require_POST
@screen(may="plan.put_back")
def release(request: StaffRequest, item_id: int) -> HttpResponse:
    """Let the plan move a contact again."""
    item = day.own_item(actor=request.actor, item_id=item_id)
    actions.put_back(actor=request.actor, plan_item=item)
    return go_back(request, _("The plan may move it again: %(client)s.") % {"client": item.client.name})


@require_POST
@screen(may="plan.place")
def place(request: StaffRequest, unplaced_id: int) -> HttpResponse:
    """Make a contact fit on the day of its repair, in the first gap that is long enough."""
    unplaced = day.own_unplaced(actor=request.actor, unplaced_id=unplaced_id)
    item = actions.place(actor=request.actor, unplaced=unplaced, starts_at=day.first_gap(unplaced))
    when = reader_now().moment(item.starts_at)
    return go_back(request, _("%(client)s: %(when)s.") % {"client": item.client.name, "when": when}, done=item)


@require_POST
@screen(may="plan.ask_again")
def replan(request: StaffRequest) -> HttpResponse:
    """Ask for another plan; the page follows it."""
    staff = staff_of(request.actor)
    if staff is None:
        raise NotFound()
    actions.ask_again(actor=request.actor, staff=staff)
    return go_back(request, _("A new plan is on its way."))


def _asked(address: QueryDict) -> Asked:
    return Asked(
        staff_id=_number(address.get("persona")),
        on=_date(address.get("dia")),
        order=next((order for order in Order if order == address.get("orden")), Order.PLAN),
        item_id=_number(address.get("abierto")),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _date(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None
