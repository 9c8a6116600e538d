"""Every component of the screens with its states, for whoever builds them and for the tests that look at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clock import queries as clock
from cartera.desk import drawing
from cartera.desk.toasts import Toast
from cartera.kernel.actor import Actor
from cartera.kernel.pages import Page

HOUR = 60


class PromiseSample(forms.Form):
    """A form that can be wrong in every way a form can."""

    what = forms.CharField(label=gettext_lazy("What you promise"))
    by = forms.DateField(
        label=gettext_lazy("By when"),
        error_messages={"invalid": gettext_lazy("That is not a date. Write it like 14/06/2026.")},
    )
    amount = forms.IntegerField(
        label=gettext_lazy("Amount in USD"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Without cents."),
        error_messages={"invalid": gettext_lazy("Write figures only, for example 420000.")},
    )
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=[(letter, letter) for letter in "ABCD"])
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        widget=forms.RadioSelect,
        choices=[
            ("call", gettext_lazy("Call")),
            ("message", gettext_lazy("Message")),
            ("video", gettext_lazy("Video")),
        ],
    )
    note = forms.CharField(
        label=gettext_lazy("What the client said"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    agreed = forms.BooleanField(label=gettext_lazy("The client agreed"), required=False)


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the search palette."""

    url: str
    name: str
    detail: str
    tier: str
    icon: str


def components(request: HttpRequest) -> HttpResponse:
    """Open to administrators, and to everybody where the installation is for building (`CARTERA_DEBUG=1`)."""
    actor: Actor | None = getattr(request, "actor", None)
    if not (settings.DEBUG or (actor is not None and actor.may("*"))):
        raise Http404
    return render(request, "desk/components.html", samples())


def samples() -> dict[str, Any]:
    wrong = {
        "what": _("Send the renewal proposal"),
        "by": "31/02/2026",
        "amount": "420k",
        "tier": "A",
        "channel": "call",
    }
    return {
        "form": PromiseSample(wrong),
        "clean_form": PromiseSample(initial={"channel": "message"}, auto_id="ok_%s", prefix="ok"),
        "strip": day_sample(),
        "spans": drawing.stacked([(412, "a"), (205, "b"), (96, "c")], 900),
        "week": tuple(zip(WEEK, drawing.week(WEEK), strict=True)),
        "loads": tuple(drawing.load(promised, available, 1920) for promised, available in LOADS),
        "arcs": drawing.ring(["kept"] * 5 + ["warn"] + ["track"] * 6),
        "line": drawing.sparkline([4, 6, 5, 8, 7, 11, 10, 14]),
        "heat": drawing.heat([[0, 1, 3, 5, 2, 0, 1], [1, 4, 8, 6, 2, 1, 0], [0, 3, 7, 8, 4, 1, 1]]),
        "weekdays": ("lun", "mar", "mié"),
        "revenue": drawing.columns([38, 36, 37, 40, 39, 41, 42, 40, 43, 44, 43, 45]),
        "cost": drawing.columns([3, 4, 3, 5, 3, 9, 3, 4, 4, 6, 5, 9], most=45, tone="ink"),
        "page": Page(items=(), next_cursor="next", previous_cursor=None),
        "toast_samples": [Toast(_("Contact saved in 12 s. You promised a proposal by 12:00."), "/")],
        "found": [Found("#", "Rosa Elvira Cordero Malo", "0102334456 · 099 412 7703", "A", "user")],
        "earlier": clock.now() - timedelta(days=6),
    }


WEEK = ((324, 270), (246, 270), (180, 270), (156, 270), (114, 270))
LOADS = ((31 * HOUR, 25 * HOUR), (23 * HOUR, 24 * HOUR), (8 * HOUR, 0))


def day_sample() -> drawing.DayStrip:
    blocks = [
        drawing.Block(9 * HOUR + 20, 20, "due"),
        drawing.Block(9 * HOUR + 45, 15, "due"),
        drawing.Block(10 * HOUR + 27, 33, "work"),
        drawing.Block(11 * HOUR, 60, "ink"),
        drawing.Block(12 * HOUR + 15, 30, "due"),
        drawing.Block(15 * HOUR, 60, "work"),
        drawing.Block(16 * HOUR, 45, "ink"),
    ]
    return drawing.day_strip(opens=510, closes=1050, blocks=blocks, overflow=95, now=552)
