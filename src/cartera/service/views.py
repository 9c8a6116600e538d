"""Screens of service models: the list, a version, the editor of a draft, and what switches it on and back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clock import queries as clock
from cartera.desk import formats
from cartera.desk.model_page import page_of_model, tried_of, year_of
from cartera.desk.model_words import model_in_words
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.desk.templatetags.cartera import reader
from cartera.kernel import jobs
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition
from cartera.service import actions_on_models as actions
from cartera.service import queries_of_models as queries
from cartera.service import trial as trials
from cartera.service.forms import (
    NEW_ROW,
    ActivateForm,
    ModelForm,
    Sheet,
    refusal_of,
    typed_rows,
    with_row,
    without_row,
)
from cartera.service.models import ServiceModel
from cartera.service.rules import ModelSpec


@screen(may="service.view")
def models(request: StaffRequest) -> HttpResponse:
    """Every model: whom it serves, what it promises, who is on it, what is being written."""
    found = queries.models_by_key(actor=request.actor)
    rows = [(one, model_in_words(one.spec)) for one in found]
    return render(request, "service/models.html", {"rows": rows, "may_draft": request.actor.may("service.draft_model")})


@screen(may="service.view")
def model(request: StaffRequest, model_id: int) -> HttpResponse:
    """One version, readable whatever became of it."""
    return _page(request, model_id, ActivateForm(initial={"from_day": clock.today()}))


@screen(may="service.draft_model")
def new(request: StaffRequest) -> HttpResponse:
    """Write the first version of a new model."""
    return _editor(request, None)


@screen(may="service.change_draft")
def edit(request: StaffRequest, model_id: int) -> HttpResponse:
    """Go on writing a draft."""
    draft = find_or_404(ServiceModel, model_id, actor=request.actor, verb="change")
    return _editor(request, draft) if draft.is_draft else redirect("service:model", model_id)


@require_POST
@screen(may="service.draft_model")
def drawing(request: StaffRequest) -> HttpResponse:
    """The year of what is typed so far: those contacts that are understood."""
    return render(
        request,
        "service/_year.html",
        {"year": year_of(Sheet(typed_rows(request.POST), typed=True).drawn(), reader()), "live": True},
    )


@require_POST
@screen(may="service.draft_model")
def next_version(request: StaffRequest, model_id: int) -> HttpResponse:
    """Begin the next version from this one, or go on with the draft that there is."""
    version = find_or_404(ServiceModel, model_id, actor=request.actor)
    draft = ServiceModel.objects.drafts().filter(key=version.key).first()
    if draft is None:
        draft = actions.draft_model(
            actor=request.actor,
            key=version.key,
            name=version.name,
            tiers=version.tiers,
            for_new=version.for_new,
            touchpoints=queries.spec_of(version),
        )
    return redirect("service:edit", draft.pk)


@screen(may="service.try_model")
def trial(request: StaffRequest, model_id: int) -> HttpResponse:
    """Count what a version would ask of the team, here or in a worker; asked again, say whether it is done."""
    version = find_or_404(ServiceModel, model_id, actor=request.actor, verb="change")
    if request.method == "POST":
        if trials.clients_there() > trials.AT_ONCE:
            actions.try_model(actor=request.actor, service_model=version)
            jobs.enqueue("service.try_model", model_id=version.pk)
        else:
            cells = trials.cells_of(version, version.active_from or clock.today())
            actions.try_model(actor=request.actor, service_model=version, cells=cells)
        return redirect(f"{reverse('service:model', args=[version.pk])}#trial")
    shown = {"model": version, "tried": tried_of(request.actor, version), "may_try": True}
    return render(request, "service/_trial.html", shown)


@screen(may="service.activate_model")
def activate(request: StaffRequest, model_id: int) -> HttpResponse:
    """Switch a draft on from a day."""
    draft = find_or_404(ServiceModel, model_id, actor=request.actor, verb="change")
    form = ActivateForm(request.POST if request.method == "POST" else None, initial={"from_day": clock.today()})
    if form.is_valid():
        try:
            done = actions.activate_model(actor=request.actor, service_model=draft, **form.cleaned_data)
        except (Invalid, InvalidTransition) as refusal:
            form.add_refusal(refusal if isinstance(refusal, Invalid) else Invalid(refusal.detail))
        else:
            day = formats.long_day(form.cleaned_data["from_day"], reader())
            told = _("%(name)s serves from %(day)s on.") % {"name": done.name, "day": day}
            return redirect_with_toast(request, told, to=_address(done), done=done)
    return _page(request, model_id, form)


@require_POST
@screen(may="service.put_back_model")
def put_back(request: StaffRequest, model_id: int) -> HttpResponse:
    """Let the version before it serve again."""
    version = find_or_404(ServiceModel, model_id, actor=request.actor, verb="change")
    actions.put_back_model(actor=request.actor, service_model=version)
    return redirect_with_toast(request, _("The version before it serves again."), to=_address(version))


@require_POST
@screen(may="service.discard_draft")
def discard(request: StaffRequest, model_id: int) -> HttpResponse:
    """Throw a draft away."""
    draft = find_or_404(ServiceModel, model_id, actor=request.actor, verb="change")
    actions.discard_draft(actor=request.actor, service_model=draft)
    return redirect_with_toast(request, _("The draft is gone."), to="service:models")


def _page(request: StaffRequest, model_id: int, form: ActivateForm) -> HttpResponse:
    shown = {
        "page": page_of_model(request.actor, model_id, reader()),
        "form": form,
        "may": {name: request.actor.may(f"service.{name}") for name in _MAY},
    }
    return render(request, "service/model.html", shown, status=422 if form.errors else 200)


_MAY = ("draft_model", "change_draft", "try_model", "activate_model", "discard_draft")


def _editor(request: StaffRequest, draft: ServiceModel | None) -> HttpResponse:
    """The form of a draft. Adding or taking out a contact shows the form again, with everything that was typed."""
    if request.method != "POST":
        spec = queries.spec_of(draft) if draft else ModelSpec(())
        form = ModelForm(initial=ModelForm.begun_with(draft) if draft else {})
        return _show(request, draft, form, Sheet.of(spec) if draft else Sheet([NEW_ROW], typed=False))
    rows, asked = typed_rows(request.POST), request.POST.get("do", "")
    if asked:
        place = asked.removeprefix("remove-")
        rows = without_row(rows, int(place)) if place.isdecimal() else with_row(rows)
        return _show(
            request, draft, ModelForm(initial=_as_typed(request)), Sheet(rows, typed=False), grown=not place.isdecimal()
        )
    form, sheet = ModelForm(request.POST), Sheet(rows, typed=True)
    spec_typed = sheet.model()
    if form.is_valid() and spec_typed is not None:
        try:
            saved = _save(request.actor, draft, form, spec_typed)
        except Invalid as refusal:
            refusal_of(refusal, form, sheet)
        except Conflict as conflict:
            return _both_versions(request, draft, form, sheet, conflict)
        else:
            return redirect_with_toast(
                request, _("The draft is saved: try it before it is switched on."), to=_address(saved)
            )
    return _show(request, draft, form, sheet)


def _save(actor: Actor, draft: ServiceModel | None, form: ModelForm, spec: ModelSpec) -> ServiceModel:
    if draft is None:
        return actions.draft_model(actor=actor, touchpoints=spec, **form.values)
    read = form.cleaned_data["version"]
    return actions.change_draft(actor=actor, service_model=draft, touchpoints=spec, version=read, **form.values)


def _both_versions(
    request: StaffRequest, draft: ServiceModel | None, form: ModelForm, sheet: Sheet, conflict: Conflict
) -> HttpResponse:
    """Somebody else saved the draft: what was typed stays, and saving again writes over theirs."""
    theirs = ServiceModel.objects.select_related("drafted_by").get(pk=conflict.context["theirs"].pk)
    typed = request.POST.copy()
    typed["version"] = str(theirs.version)
    form.data = typed
    who = theirs.drafted_by.name if theirs.drafted_by else _("somebody else")
    form.add_error(
        None, _("%(who)s saved this draft while you were writing. Save again to put yours over it.") % {"who": who}
    )
    return _show(request, draft, form, sheet, status=409)


def _show(
    request: StaffRequest,
    draft: ServiceModel | None,
    form: ModelForm,
    sheet: Sheet,
    *,
    grown: bool = False,
    status: int = 200,
) -> HttpResponse:
    if grown and sheet.forms:
        sheet.forms[-1].fields["name"].widget.attrs["autofocus"] = True
    wrong = [(form[name].id_for_label, str(form[name].label)) for name in form.errors if name in form.fields]
    shown = {
        "draft": draft,
        "form": form,
        "sheet": sheet,
        "wrong": [*wrong, *sheet.wrong],
        "year": year_of(sheet.drawn(), reader()),
        "live": True,
    }
    refused = bool(form.errors) or sheet.errors
    return render(request, "service/edit.html", shown, status=422 if refused and status == 200 else status)


def _as_typed(request: HttpRequest) -> dict[str, Any]:
    typed = request.POST
    return {
        **{name: typed.get(name, "") for name in ("name", "why", "version")},
        "tiers": typed.getlist("tiers"),
        "for_new": "for_new" in typed,
    }


def _address(version: ServiceModel) -> str:
    return reverse("service:model", args=[version.pk])
