"""The screen of events: why to contact whom now, by kind and age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.clock.queries import institution, today
from cartera.desk.screens import StaffRequest, screen
from cartera.events import queries
from cartera.events.models import Event
from cartera.kernel.pages import page_of

BY_ACT = ("act_by", "id")
SHOWN = 25
AGES = (0, 7, 30)


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter of the list, with what it would show."""

    name: str
    url: str
    current: bool
    count: int | None = None


@screen(may="event.act")
def events(request: StaffRequest) -> HttpResponse:
    """Open events of the actor's clients, the first to act on first."""
    kind = request.GET.get("tipo", "")
    kind = kind if kind in Event.Kind.values else ""
    typed = request.GET.get("edad", "")
    age = int(typed) if typed.isdecimal() and int(typed) in AGES else 0
    before = today() - timedelta(days=age) if age else None
    counts = queries.counts_by_kind(actor=request.actor, raised_before=before)
    rows = queries.listed(actor=request.actor, kind=kind, raised_before=before).select_related("client__adviser")
    page = page_of(rows, order=BY_ACT, cursor=request.GET.get("cursor"), limit=SHOWN)
    shown = {
        "page": page,
        "lead": _lead(sum(counts.values()), age),
        "kinds": [_choice(_("All"), sum(counts.values()), kind, "", age)]
        + [_choice(str(one.label), counts.get(one, 0), kind, one.value, age) for one in Event.Kind],
        "ages": [Choice(_age(one), _url(kind, one), one == age) for one in AGES],
        "narrowed": bool(kind or age),
        "currency": institution().currency,
    }
    return render(request, "events/events.html", shown)


def _choice(name: str, count: int, chosen: str, kind: str, age: int) -> Choice:
    return Choice(name, _url(kind, age), chosen == kind, count)


def _url(kind: str, age: int) -> str:
    asked = {name: value for name, value in (("tipo", kind), ("edad", age)) if value}
    return f"?{urlencode(asked)}" if asked else "?"


def _age(days: int) -> str:
    return _("Of any age") if not days else _("Open for %(days)s days or more") % {"days": days}


def _lead(count: int, age: int) -> str:
    if not count:
        return _("Nothing is open: no client gives a reason to call beyond what was promised.")
    told = ngettext(
        "%(count)s event is open: act on it, or say why nothing needs to be done.",
        "%(count)s events are open: act on them, or say why nothing needs to be done.",
        count,
    )
    return told % {"count": count}
