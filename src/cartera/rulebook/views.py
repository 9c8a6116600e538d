"""Reglas: the topics of the rulebook, the figures of one, and one figure with its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clock.queries import today
from cartera.desk import formats
from cartera.desk.editing import CrossedField, Crossing
from cartera.desk.rulebook import BY_NAME, TOPIC_OF, TOPICS, Topic, in_words, topic_called
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.desk.templatetags.cartera import reader
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, NotFound
from cartera.kernel.models import Happening
from cartera.kernel.pages import page_of
from cartera.kernel.queries import last_change_of, made_of
from cartera.rulebook import actions, queries
from cartera.rulebook.declaring import Setting
from cartera.rulebook.forms import SettingForm
from cartera.rulebook.models import Ruling
from cartera.rulebook.queries import Standing


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in its topic: how it stands, in words, and who set it."""

    standing: Standing
    words: str
    coming: Sequence[tuple[Ruling, str]]
    made: Happening | None


@screen(may="setting.view")
def rulebook(request: StaffRequest) -> HttpResponse:
    """All topics, each with what differs from the usual."""
    found = {one.setting.name: one for one in queries.standings(actor=request.actor, settings=BY_NAME.values())}
    topics = [
        (
            topic,
            sum(not found[setting.name].is_usual for setting in topic.settings),
            sum(bool(found[setting.name].coming) for setting in topic.settings),
        )
        for topic in TOPICS
    ]
    return render(request, "rulebook/rulebook.html", {"topics": topics})


@screen(may="setting.view")
def topic(request: StaffRequest, slug: str) -> HttpResponse:
    """The figures of a topic, as they are and as they will be."""
    known = _topic(slug)
    lines = _lines(request.actor, known.settings)
    return render(request, "rulebook/topic.html", {"topic": known, "lines": lines})


@screen(may="setting.view")
def setting(request: StaffRequest, slug: str, name: str) -> HttpResponse:
    """One figure: as it stands, set anew by whoever may, and every time that it was set."""
    one = BY_NAME.get(name)
    if one is None or TOPIC_OF[name].slug != slug:
        raise NotFound()
    may = request.actor.may("setting.change") and (not one.guards or request.actor.may("setting.guard"))
    typed = request.POST if request.method == "POST" else None
    form, crossing = _form(request.actor, one, typed), None
    if form.is_valid():
        try:
            made = actions.change_setting(actor=request.actor, setting=one, **form.kept)
        except Invalid as refusal:
            form.add_refusal(refusal)
        except Conflict as conflict:
            form, crossing = _both(request.actor, form, conflict, request.POST)
        else:
            said = _("“%(label)s” is set.") % {"label": one.label}
            return redirect_with_toast(request, said, to=_address(one), done=made)
    page = page_of(
        queries.history(actor=request.actor, setting=one), order=("-number",), cursor=request.GET.get("cursor")
    )
    authors = made_of(kind=Ruling._meta.label_lower, ids=[ruling.pk for ruling in page.items])
    [line] = _lines(request.actor, (one,))
    shown = {
        "topic": TOPIC_OF[name],
        "setting": one,
        "line": line,
        "usual": in_words(one, one.default, reader()),
        "form": form,
        "crossing": crossing,
        "may_change": may,
        "page": page,
        "rows": [(ruling, in_words(one, ruling.value, reader()), authors.get(ruling.pk)) for ruling in page.items],
        "day": today(),
    }
    return render(request, "rulebook/setting.html", shown, status=409 if crossing else 422 if form.errors else 200)


@require_POST
@screen(may="setting.take_back")
def take_back(request: StaffRequest, ruling_id: int) -> HttpResponse:
    found = find_or_404(Ruling, ruling_id, actor=request.actor, verb="change")
    actions.take_back(actor=request.actor, ruling=found)
    one = BY_NAME.get(found.name)
    to = _address(one) if one else reverse("rulebook:rulebook")
    return redirect_with_toast(request, _("It was taken back: it stays as it is."), to=to)


def _form(actor: Actor, one: Setting, typed: QueryDict | None) -> SettingForm:
    [standing] = queries.standings(actor=actor, settings=[one])
    return SettingForm(typed, setting=one, value=standing.value, number=standing.number)


def _both(actor: Actor, form: SettingForm, conflict: Conflict, typed: QueryDict) -> tuple[SettingForm, Crossing]:
    """What somebody else set meanwhile beside what was typed; saving again decides."""
    theirs: Ruling = conflict.context["theirs"]
    one, locale = form.setting, reader()
    before = Ruling.objects.visible_to(actor).filter(name=one.name, number=form.cleaned_data["after"]).first()
    fields = [
        CrossedField(
            label=str(form["value"].label),
            id=str(form["value"].id_for_label),
            before=in_words(one, before.value if before else one.default, locale),
            theirs=in_words(one, theirs.value, locale),
            mine=in_words(one, form.kept["value"], locale),
            kept="mine",
        ),
        CrossedField(
            label=str(form["effective_from"].label),
            id=str(form["effective_from"].id_for_label),
            before=formats.long_day(before.effective_from, locale) if before else "–",
            theirs=formats.long_day(theirs.effective_from, locale),
            mine=formats.long_day(form.cleaned_data["effective_from"], locale),
            kept="mine",
        ),
    ]
    again = typed.copy()
    again["after"] = str(theirs.number)
    return _form(actor, one, again), Crossing(fields, last_change_of(theirs))


def _lines(actor: Actor, settings: Sequence[Setting]) -> list[Line]:
    standings, locale = queries.standings(actor=actor, settings=settings), reader()
    ids = [one.in_force.pk for one in standings if one.in_force]
    made: dict[str, Any] = {"kind": Ruling._meta.label_lower, "ids": ids}
    authors = made_of(**made)
    return [
        Line(
            standing=one,
            words=in_words(one.setting, one.value, locale),
            coming=[(ruling, in_words(one.setting, ruling.value, locale)) for ruling in one.coming],
            made=authors.get(one.in_force.pk) if one.in_force else None,
        )
        for one in standings
    ]


def _topic(slug: str) -> Topic:
    found = topic_called(slug)
    if found is None:
        raise NotFound()
    return found


def _address(one: Setting) -> str:
    return reverse("rulebook:setting", args=[TOPIC_OF[one.name].slug, one.name])
