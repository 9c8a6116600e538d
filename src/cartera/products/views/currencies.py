"""Monedas: the currencies in use, their rates over time, and files of rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cartera.clock.queries import institution, today
from cartera.desk.drawing import stairs
from cartera.desk.editing import edit
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.kernel.errors import Invalid, NotFound
from cartera.kernel.models import Happening
from cartera.kernel.pages import page_of
from cartera.kernel.queries import happenings_of, made_of
from cartera.products import actions, queries
from cartera.products.forms import CorrectRateForm, RateForm, RatesFileForm
from cartera.products.models import CurrencyRate
from cartera.products.rates_file import MOST_LINES, NotAFile, Read, Refusal, read
from cartera.products.rules import as_said, is_currency
from cartera.value.currencies import in_use

MOST_BYTES = 1_000_000
DRAWN = timedelta(days=730)

REASONS = {
    "short": gettext_lazy("The line has fewer columns than the first one."),
    "day": gettext_lazy("“%(text)s” is no day: write it like 2026-06-16 or 16/06/2026."),
    "currency": gettext_lazy("“%(text)s” is no currency: give its ISO 4217 code, like EUR."),
    "own": gettext_lazy("%(text)s is the institution's own currency: it needs no rate."),
    "rate": gettext_lazy("“%(text)s” is no rate: write a number that is more than nothing."),
    "twice": gettext_lazy("%(text)s has another rate for that day further up."),
}
FAULTS = {
    "empty": gettext_lazy("There is nothing in that file."),
    "unreadable": gettext_lazy("That is no file of separated values."),
    "no headings": gettext_lazy("The first line has to name the columns: date, currency, rate."),
    "too long": gettext_lazy("It has more than %(most)s lines: bring it in parts."),
    "too large": gettext_lazy("It is larger than 1 MB: bring it in parts."),
}


@dataclass(frozen=True, slots=True)
class Version:
    """What a rate was, since when, by whom and why."""

    rate: Decimal
    by: Happening
    reason: str


@screen(may="rate.view")
def currencies(request: StaffRequest) -> HttpResponse:
    """The currencies in use with the rate in force; what has none stands apart."""
    rows = in_use(actor=request.actor, on=today())
    apart = [row for row in rows if row.stands_apart]
    return render(request, "products/currencies.html", {"rows": rows, "apart": apart, "own": institution().currency})


@screen(may="rate.view")
def currency(request: StaffRequest, code: str) -> HttpResponse:
    """One currency: its rate over two years as a drawing, and every rate that was given."""
    own = institution().currency
    rows = queries.rates_of(actor=request.actor, currency=code)
    if not is_currency(code) or code == own:
        raise NotFound()
    page = page_of(rows, order=queries.BY_DAY, cursor=request.GET.get("cursor"))
    authors = made_of(kind=CurrencyRate._meta.label_lower, ids=[rate.pk for rate in page.items])
    day = today()
    drawn = list(queries.rates_drawn(actor=request.actor, currency=code, since=day - DRAWN, until=day))
    in_force = drawn[-1] if drawn else None
    shown = {
        "code": code,
        "own": own,
        "day": day,
        "rows": [(rate, authors.get(rate.pk)) for rate in page.items],
        "page": page,
        "in_force": in_force,
        "use": next((row for row in in_use(actor=request.actor, on=day) if row.currency == code), None),
        "plot": stairs([(rate.from_day, float(rate.rate)) for rate in drawn], day) if len(drawn) > 1 else None,
        "drawn": drawn,
        "least": min((rate.rate for rate in drawn), default=None),
        "most": max((rate.rate for rate in drawn), default=None),
    }
    return render(request, "products/currency.html", shown)


@screen(may="rate.set")
def set_rate(request: StaffRequest) -> HttpResponse:
    """A rate from a day on; `?moneda=EUR` begins with a currency."""
    begun = {"currency": request.GET.get("moneda", "")[:3].upper(), "from_day": today()}
    form = RateForm(request.POST or None, initial=begun)
    if form.is_valid():
        try:
            made = actions.set_rate(actor=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            told = _("%(currency)s has a rate. The night of its day converts with it.")
            return redirect_with_toast(request, told % {"currency": made.currency}, to=_page_of(made.currency))
    shown = {"form": form, "own": institution().currency}
    return render(request, "products/set_rate.html", shown, status=422 if form.errors else 200)


@screen(may="rate.correct")
def rate(request: StaffRequest, rate_id: int) -> HttpResponse:
    """Correct a rate: what it was before stays in its history."""
    found = find_or_404(CurrencyRate, rate_id, actor=request.actor)
    return edit(
        request,
        record=found,
        begun=CorrectRateForm.begun,
        make=lambda typed, initial: CorrectRateForm(typed, initial=dict(initial)),
        act=lambda form: actions.correct_rate(
            actor=request.actor,
            currency_rate=found,
            version=form.cleaned_data["version"],
            rate=form.cleaned_data["rate"],
            reason=form.cleaned_data["reason"],
        ),
        template="products/rate.html",
        shown={"rate": found, "versions": _versions(found)},
        said=_("The rate is corrected."),
        to=_page_of(found.currency),
    )


@screen(may="rate.load")
def load_rates(request: StaffRequest) -> HttpResponse:
    """Rates of a file: those that can be read are kept, the others say their line and why."""
    form = RatesFileForm(request.POST or None, request.FILES or None)
    shown: dict[str, object] = {"form": form, "own": institution().currency}
    if form.is_valid():
        brought = form.cleaned_data["file"]
        try:
            found = _read(brought.read(MOST_BYTES + 1))
            loaded = actions.load_rates(actor=request.actor, lines=found.lines, reason=brought.name[:200])
        except NotAFile as fault:
            form.add_error("file", FAULTS[fault.code] % {"most": MOST_LINES})
        else:
            if not found.refused:
                return redirect_with_toast(request, _kept(loaded), to=reverse("products:currencies"))
            shown |= {"kept": _kept(loaded), "refused": [(one, in_words(one)) for one in found.refused]}
    return render(request, "products/load_rates.html", shown, status=422 if form.errors else 200)


def in_words(refusal: Refusal) -> str:
    return str(REASONS[refusal.code]) % {"text": refusal.text}


def _read(content: bytes) -> Read:
    if len(content) > MOST_BYTES:
        raise NotAFile("too large")
    return read(content, institution().currency)


def _kept(loaded: actions.Loaded) -> str:
    told = [ngettext("%(n)s rate added", "%(n)s rates added", loaded.added) % {"n": loaded.added}]
    told += [ngettext("%(n)s corrected", "%(n)s corrected", loaded.corrected) % {"n": loaded.corrected}]
    told += [ngettext("%(n)s as it was", "%(n)s as they were", loaded.unchanged) % {"n": loaded.unchanged}]
    return ", ".join(told) + "."


def _versions(rate: CurrencyRate) -> list[Version]:
    """Every version of a rate, the present one first: what each happening left of it."""
    stood: dict[str, int] = {"rate_ppm": rate.rate_ppm, "units": 1}
    found = []
    for happening in happenings_of(rate):
        for change in happening.facts.get("changes", ()):
            if change.get("kind") == rate._meta.label_lower and change.get("id") == rate.pk:
                stood |= {name: int(value) for name, value in change["after"].items() if name in stood}
        found.append(Version(as_said(**stood), happening, str(happening.facts.get("reason", ""))))
    return found[::-1]


def _page_of(code: str) -> str:
    return reverse("products:currency", args=[code])
