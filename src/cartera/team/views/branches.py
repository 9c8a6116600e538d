"""Agencias: the tree of places, each with its hours, its zone and the holidays that it keeps."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clock.queries import institution, today
from cartera.desk.editing import edit
from cartera.desk.fields import tell
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.kernel.errors import Invalid
from cartera.kernel.pages import page_of
from cartera.team import lists
from cartera.team.actions import branches as acting
from cartera.team.calendars import place_of
from cartera.team.forms import BranchForm, NewBranchForm
from cartera.team.models import Branch
from cartera.team.views.people import hours_of


@screen(may="team.view")
def branches(request: StaffRequest) -> HttpResponse:
    """The tree of branches, in its order."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    page = page_of(
        lists.branches(actor=request.actor, text=text), order=lists.BY_PATH, cursor=request.GET.get("cursor")
    )
    top = min((branch.path.count("/") for branch in page.items), default=0)
    rows = [(branch, min(5, branch.path.count("/") - top), place_of(branch, institution())) for branch in page.items]
    return render(request, "team/branches.html", {"rows": rows, "page": page, "text": text, "bank": institution()})


@screen(may="team.open_branch")
def open_branch(request: StaffRequest) -> HttpResponse:
    form = NewBranchForm(request.POST or None, actor=request.actor)
    if form.is_valid():
        try:
            branch = acting.open_branch(actor=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            tell(form, refusal)
        else:
            return redirect_with_toast(request, _("%(name)s is open.") % {"name": branch.name}, to=_page_of(branch))
    return render(request, "team/open_branch.html", {"form": form}, status=422 if form.errors else 200)


@screen(may="team.view")
def branch(request: StaffRequest, branch_id: int) -> HttpResponse:
    """One branch: its name and place; its hours stand beside."""
    found = find_or_404(Branch, branch_id, actor=request.actor)
    changeable = request.actor.may("team.change_branch")
    if request.method == "POST" and not changeable:
        return redirect(_page_of(found))
    shown = {
        "branch": found,
        "changeable": changeable,
        "place": place_of(found, institution()),
        "bank": institution(),
        "year": today().year,
    }
    return edit(
        request,
        record=found,
        begun=BranchForm.begun,
        make=lambda typed, initial: BranchForm(typed, initial=dict(initial)),
        act=lambda form: acting.change_branch(
            actor=request.actor, branch=found, version=form.cleaned_data["version"], **form.edits
        ),
        template="team/branch.html",
        shown=shown,
        said=_("%(name)s: saved.") % {"name": found.name},
        to=_page_of(found),
    )


@require_POST
@screen(may="team.close_branch")
def close_branch(request: StaffRequest, branch_id: int) -> HttpResponse:
    found = find_or_404(Branch, branch_id, actor=request.actor)
    closed = acting.close_branch(actor=request.actor, branch=found)
    told = _("%(name)s is closed.") % {"name": found.name}
    return redirect_with_toast(request, told, to=reverse("team:branches"), done=closed)


@require_POST
@screen(may="team.reopen_branch")
def reopen_branch(request: StaffRequest, branch_id: int) -> HttpResponse:
    found = acting.reopen_branch(actor=request.actor, branch=find_or_404(Branch, branch_id, actor=request.actor))
    return redirect_with_toast(request, _("%(name)s is open.") % {"name": found.name}, to=_page_of(found))


@screen(may="team.set_hours")
def hours(request: StaffRequest, branch_id: int) -> HttpResponse:
    """When a branch works."""
    found = find_or_404(Branch, branch_id, actor=request.actor)
    return hours_of(request, found, to=_page_of(found))


def _page_of(found: Branch) -> str:
    return reverse("team:branch", args=[found.pk])
