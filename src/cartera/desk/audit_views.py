"""The audit: what everybody did, and one happening with what it changed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from cartera.clients.models import Client
from cartera.desk import audit as trail
from cartera.desk.audit_forms import AuditForm
from cartera.desk.audit_words import changes_of, further_facts, kind_in_words
from cartera.desk.screens import StaffRequest, screen
from cartera.kernel.actor import ActorKind
from cartera.kernel.errors import NotFound
from cartera.kernel.happenings import clients_sealed_in
from cartera.kernel.pages import page_of
from cartera.team.permissions import in_words

SHOWN = 50
CONSEQUENCES = 50


@screen(may="audit.view")
def audit(request: StaffRequest) -> HttpResponse:
    """What was done, the latest first, as the address narrows it."""
    form = AuditForm(request.GET)
    if not form.is_valid():
        return render(request, "desk/audit.html", {"form": form}, status=422)
    wanted = trail.wanted_of(form)
    rows = trail.found(actor=request.actor, wanted=wanted).select_related("because_of").defer("sealed")
    page = page_of(rows, order=wanted.order, cursor=request.GET.get("cursor"), limit=SHOWN)
    ids = {happening.client_id for happening in page.items if happening.client_id}
    clients = Client.objects.visible_to(request.actor).filter(pk__in=ids).in_bulk() if ids else {}
    told = [
        {
            "happening": happening,
            "words": in_words(happening.name),
            "kind": kind_in_words(happening.subject_kind) if happening.subject_kind else "",
            "client": clients.get(happening.client_id or 0),
            "by_system": happening.actor_kind == ActorKind.SYSTEM,
        }
        for happening in page.items
    ]
    asked = request.GET.copy()
    asked.pop("cursor", None)
    shown = {"form": form, "page": page, "told": told, "narrowed": wanted.is_narrowed, "query": asked.urlencode()}
    return render(request, "desk/audit.html", shown)


@screen(may="audit.view")
def one(request: StaffRequest, happening_id: int) -> HttpResponse:
    """One happening: before and after, why, in which request, what it followed and what followed from it."""
    rows = trail.visible_happenings(request.actor)
    happening = rows.select_related("because_of", "undoes").filter(pk=happening_id).first()
    if happening is None:
        raise NotFound()
    personal = trail.opened(happening, actor=request.actor)
    beside = rows.filter(because_of=happening).order_by("id").defer("sealed")[:CONSEQUENCES]
    inside = clients_sealed_in(happening)
    seen = Client.objects.visible_to(request.actor).filter(pk__in=inside | {happening.client_id or 0}).in_bulk()
    shown = {
        "happening": happening,
        "words": in_words(happening.name),
        "client": seen.get(happening.client_id or 0),
        "reason": happening.facts.get("reason") or personal.get("reason", ""),
        "changes": changes_of(happening.facts, personal),
        "further": further_facts(happening.facts),
        "kept_shut": bool(inside) and not personal,
        "followed": [(other, in_words(other.name)) for other in (happening.because_of, happening.undoes) if other],
        "consequences": [(other, in_words(other.name)) for other in beside],
    }
    return render(request, "desk/audit_one.html", shown)
