"""Screens of an upload: bring files, match columns, try them dry, load them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from cartera.desk.fields import tell
from cartera.desk.navigation import by_htmx
from cartera.desk.runs import name_of
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.intake.entities import Entity
from cartera.intake.models import SavedRecipe, Upload
from cartera.intake.proposals.proposal import Proposal
from cartera.intake.settings import UNDO_DAYS
from cartera.intake.uploads import actions, queries, storage
from cartera.intake.uploads.forms import NewUploadForm, RecipeNameForm
from cartera.intake.uploads.matching import cards, corrected
from cartera.intake.uploads.rules import AT_WORK, MOST_BYTES, SUFFIXES
from cartera.kernel.errors import CarteraError, InvalidTransition
from cartera.rulebook.queries import value_of
from cartera.team.models import Staff
from cartera.team.queries import staff_of

State = Upload.State
OVERHEAD = 1024 * 1024
"""What a multipart request has beside its files, at most."""


def _not_too_large(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse by its announced length before a byte of it is read: that is, before the form's token is looked for."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > MOST_BYTES + OVERHEAD or not storage.has_room(length):
            words = _("That is more than {n} GB, or more than the server's disk can take: bring it in parts.")
            return JsonResponse({"errors": [words.format(n=MOST_BYTES // 1024**3)]}, status=413)
        storage.make_ready()
        return csrf_protect(view)(request, *args, **kwargs)

    return answer


@csrf_exempt
@screen(may="import.upload")
@_not_too_large
def new(request: StaffRequest) -> HttpResponse:
    """Bring files: dropped or chosen, one by one or together."""
    recipes = queries.saved_recipes(actor=request.actor)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewUploadForm(*sent, recipes=recipes)
    if form.is_valid():
        try:
            upload = actions.receive(
                actor=request.actor,
                by=_staff(request),
                files=form.cleaned_data["files"],
                now=datetime.now(UTC),
                recipe=form.cleaned_data["recipe"],
            )
        except CarteraError as refusal:
            tell(form, refusal)
        else:
            return _went_well(request, reverse("intake:upload", args=[upload.pk]))
    if request.method == "POST" and _by_script(request):
        return JsonResponse({"errors": [str(one) for each in form.errors.values() for one in each]}, status=422)
    context = {"form": form, "recipes": recipes, "most": MOST_BYTES, "suffixes": " ".join(SUFFIXES)}
    return render(request, "intake/new.html", context, status=422 if form.errors else 200)


@screen(may="import.upload")
def upload(request: StaffRequest, upload_id: int) -> HttpResponse:
    """An upload at whichever step it is; `?step=match` goes back to the columns."""
    return _shown(request, _found(request, upload_id))


@require_POST
@screen(may="import.upload")
def match(request: StaffRequest, upload_id: int) -> HttpResponse:
    """Keep what was said of files and columns; with `do=try`, try it dry."""
    found = _found(request, upload_id)
    if not found.proposal:
        raise InvalidTransition()
    said = {name: str(value) for name, value in request.POST.items()}
    proposal, turned = corrected(Proposal.from_json(found.proposal), said)
    if said.get("do") != "try" or turned:
        found = actions.correct(actor=request.actor, upload=found, proposal=proposal)
        return _shown(request, found) if by_htmx(request) else _back(found)
    try:
        found = actions.match(actor=request.actor, upload=found, proposal=proposal)
    except CarteraError as refusal:
        found.proposal = proposal.as_json()
        return _shown(request, found, error=str(refusal.detail), matching=True, status=422)
    return _back(found)


@require_POST
@screen(may="import.upload")
def follow(request: StaffRequest, upload_id: int) -> HttpResponse:
    """Try the upload with a saved recipe."""
    recipe = find_or_404(SavedRecipe, _number(request.POST.get("recipe")), actor=request.actor)
    return _back(actions.follow(actor=request.actor, upload=_found(request, upload_id), recipe=recipe))


@require_POST
@screen(may="import.upload")
def load(request: StaffRequest, upload_id: int) -> HttpResponse:
    """Load what was tried, or go on with what stopped."""
    return _back(actions.begin(actor=request.actor, upload=_found(request, upload_id)))


@require_POST
@screen(may="import.upload")
def stop(request: StaffRequest, upload_id: int) -> HttpResponse:
    return _back(actions.stop(actor=request.actor, upload=_found(request, upload_id)))


@require_POST
@screen(may="import.upload")
def discard(request: StaffRequest, upload_id: int) -> HttpResponse:
    found = actions.discard(actor=request.actor, upload=_found(request, upload_id))
    words = _("Discarded: %(files)s. Nothing of it was loaded.") if found.run_id is None else _("Discarded: %(files)s.")
    return redirect_with_toast(request, words % {"files": found}, to="intake:imports")


@require_POST
@screen(may="import.upload")
def save_recipe(request: StaffRequest, upload_id: int) -> HttpResponse:
    """Keep how these files are read under a name, for those that come next time."""
    found = _found(request, upload_id)
    form = RecipeNameForm(request.POST)
    if form.is_valid():
        try:
            recipe = actions.save_recipe(
                actor=request.actor, by=_staff(request), name=form.cleaned_data["name"], text=found.recipe_text
            )
        except CarteraError as refusal:
            tell(form, refusal)
        else:
            words = _("Saved: %(name)s, version %(number)s. Choose it next time.")
            said = words % {"name": recipe.name, "number": recipe.number}
            return redirect_with_toast(request, said, to=reverse("intake:upload", args=[found.pk]))
    return _shown(request, found, recipe_form=form, status=422)


def _shown(
    request: StaffRequest,
    found: Upload,
    *,
    error: str = "",
    matching: bool = False,
    recipe_form: RecipeNameForm | None = None,
    status: int = 200,
) -> HttpResponse:
    if found.state == State.LOADED and found.run_id:
        to = reverse("intake:run", args=[found.run_id])
        return HttpResponse(headers={"HX-Redirect": to}) if by_htmx(request) else redirect(to)
    matching = matching or found.state == State.RECOGNISED or request.GET.get("step") == "match"
    matching = matching and found.state not in AT_WORK and bool(found.proposal)
    shown = cards(Proposal.from_json(found.proposal)) if found.proposal else []
    context: dict[str, Any] = {
        "upload": found,
        "error": error or found.error,
        "at_work": found.state in AT_WORK,
        "matching": matching,
        "cards": shown,
        "entities": [(str(entity), name_of(entity)) for entity in Entity],
        "recipes": queries.saved_recipes(actor=request.actor),
        "recipe_form": recipe_form or RecipeNameForm(),
        "steps": _steps(found, shown, matching=matching),
        "trial": _trial(found),
        "progress": _progress(found),
        "undo_days": value_of(UNDO_DAYS),
    }
    template = "intake/_upload.html" if by_htmx(request) else "intake/upload.html"
    return render(request, template, context, status=status)


def _steps(found: Upload, shown: list[Any], *, matching: bool) -> list[dict[str, Any]]:
    """The four steps: which are done, and which one this is."""
    at = {State.RECEIVED: 1, State.TRYING: 3, State.TRIED: 3}.get(State(found.state), 4)
    at = 2 if matching or found.state == State.RECOGNISED else at
    columns = sum(len(card.columns) for card in shown)
    matched = sum(card.matched for card in shown)
    small = (
        ngettext("%(n)s file, %(size)s", "%(n)s files, %(size)s", len(found.files))
        % {"n": len(found.files), "size": filesizeformat(found.size)},
        _("%(matched)s of %(columns)s columns") % {"matched": matched, "columns": columns}
        if columns and not found.recipe_id
        else str(found.recipe or _("what each column means")),
        _("look at what would happen"),
        _("can be undone for 7 days"),
    )
    names = (_("1. Files"), _("2. Matching"), _("3. Dry run"), _("4. Load"))
    return [
        {"name": name, "small": words, "done": number < at, "current": number == at}
        for number, (name, words) in enumerate(zip(names, small, strict=True), start=1)
    ]


def _trial(found: Upload) -> dict[str, Any]:
    if not found.trial:
        return {}
    counted = found.trial["entities"]
    entities = [{"name": name_of(entity), **counted[entity]} for entity in Entity if entity in counted]
    totals = {key: sum(one[key] for one in entities) for key in ("read", "created", "updated", "unchanged", "refused")}
    refused = [{**kind, "name": name_of(kind["entity"])} for kind in found.trial["refused"]]
    return {**found.trial, "entities": entities, "totals": totals, "refused": refused}


def _progress(found: Upload) -> dict[str, Any]:
    told = found.progress or {}
    total = told.get("total") or 0
    share = told["done"] / total if total else 0.0
    return {"name": name_of(told["entity"]) if told.get("entity") else "", "share": share, **told}


def _found(request: StaffRequest, upload_id: int) -> Upload:
    return find_or_404(Upload, upload_id, actor=request.actor)


def _staff(request: StaffRequest) -> Staff:
    staff = staff_of(request.actor)
    assert staff is not None
    return staff


def _back(found: Upload) -> HttpResponseRedirect:
    return redirect("intake:upload", found.pk)


def _went_well(request: HttpRequest, to: str) -> HttpResponse:
    """A form goes on to the page; the script that sent the files is told where to go."""
    if _by_script(request):
        return HttpResponse(
            json.dumps({"to": to}), status=201, content_type="application/json", headers={"Location": to}
        )
    return redirect(to)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
