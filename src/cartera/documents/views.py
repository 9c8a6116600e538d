"""Screens of papers: those of a client, one to save, its first page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from cartera.clients.models import Client
from cartera.clients.queries import client_of
from cartera.desk.fields import tell
from cartera.desk.navigation import go_back, next_page
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.documents import actions, queries
from cartera.documents.actions import Offered
from cartera.documents.forms import PapersForm
from cartera.documents.models import Document
from cartera.documents.queries import LATEST_FIRST, paper_of, papers_of
from cartera.documents.rules import MOST_AT_ONCE
from cartera.documents.serving import as_file, as_picture
from cartera.documents.settings import MEGABYTES
from cartera.interactions.models import Interaction
from cartera.kernel.errors import CarteraError, NotFound
from cartera.kernel.pages import page_of
from cartera.promises.models import Promise
from cartera.rulebook.queries import value_of

SHOWN = 24
OVERHEAD = 1024 * 1024
"""What a multipart request has beside its files, at most."""


def most_bytes() -> int:
    """How large the files of one request may be together."""
    return MOST_AT_ONCE * value_of(MEGABYTES) * 1024**2


def _not_too_large(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse by its announced length before a byte of it is read: that is, before the form's token is looked for."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if int(request.META.get("CONTENT_LENGTH") or 0) > most_bytes() + OVERHEAD:
            words = _("Together they are too large: bring fewer at once.")
            return JsonResponse({"errors": [words]}, status=413)
        settings.FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o750, parents=True, exist_ok=True)
        return csrf_protect(view)(request, *args, **kwargs)

    return answer


@csrf_exempt
@screen(may="document.view")
@_not_too_large
def of_client(request: StaffRequest, client_id: int) -> HttpResponse:
    """A client's papers, page by page; by POST, more of them. `?contact=` and `?promise=` name what they hang on."""
    client = client_of(actor=request.actor, client_id=client_id)
    hangs_on = _hangs_on(request, client)
    form = PapersForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        try:
            brought = actions.file_away(
                actor=request.actor, client=client, offered=_offered(form.cleaned_data["files"]), **hangs_on
            )
        except CarteraError as refusal:
            tell(form, refusal)
        else:
            return _went_well(request, brought, next_page(request, reverse("desk:client", args=[client.pk])))
    if request.method == "POST" and _by_script(request):
        return JsonResponse({"errors": [str(one) for each in form.errors.values() for one in each]}, status=422)
    rows = papers_of(actor=request.actor, client=client)
    shown = {
        **uploading(),
        **hangs_on,
        "client": client,
        "form": form,
        "next": next_page(request, reverse("desk:client", args=[client.pk])),
        "page": page_of(rows, order=LATEST_FIRST, cursor=request.GET.get("cursor"), limit=SHOWN),
    }
    return render(request, "documents/of_client.html", shown, status=422 if form.errors else 200)


@screen(may="document.view")
def content(request: StaffRequest, document_id: int) -> HttpResponseBase:
    """The file itself, to be saved."""
    return as_file(paper_of(actor=request.actor, document_id=document_id))


@screen(may="document.view")
def preview(request: StaffRequest, document_id: int) -> HttpResponseBase:
    """Its first page; 404 while it is being drawn, and where nothing can be drawn."""
    paper = paper_of(actor=request.actor, document_id=document_id)
    if paper.preview != Document.Preview.DRAWN:
        raise NotFound()
    return as_picture(paper)


@require_POST
@screen(may="document.remove")
def remove(request: StaffRequest, document_id: int) -> HttpResponse:
    """Show a paper no more, with undo."""
    paper = queries.paper_of(actor=request.actor, document_id=document_id)
    gone = actions.remove(actor=request.actor, document=paper)
    return go_back(request, _("Removed: %(name)s.") % {"name": gone.name}, done=gone)


def uploading() -> dict[str, Any]:
    """What the form of papers says of itself."""
    return {
        "most_bytes": most_bytes(),
        "most_megabytes": value_of(MEGABYTES),
        "most_files": MOST_AT_ONCE,
    }


def _hangs_on(request: StaffRequest, client: Client) -> dict[str, Any]:
    """The contact or the promise that the address names. NotFound when it is not this client's."""
    found: dict[str, Any] = {}
    if contact := request.GET.get("contact"):
        found["interaction"] = find_or_404(Interaction, _number(contact), actor=request.actor)
    elif promise := request.GET.get("promise"):
        found["promise"] = find_or_404(Promise, _number(promise), actor=request.actor)
    if any(one.client_id != client.pk for one in found.values()):
        raise NotFound()
    return found


def _offered(files: list[Any]) -> list[Offered]:
    return [Offered(file.name, file.size, file) for file in files]


def _went_well(request: StaffRequest, brought: list[Document], to: str) -> HttpResponse:
    alone = len(brought) == 1
    words = _("Kept: %(name)s.") % {"name": brought[0].name} if alone else _("%(n)s papers kept.") % {"n": len(brought)}
    response = redirect_with_toast(request, words, to=to, done=brought[0] if alone else None)
    return HttpResponse(status=201, headers={"Location": to}) if _by_script(request) else response


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise NotFound()
    return int(text)
