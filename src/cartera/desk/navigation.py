"""Where a form goes on to: back where the person was, with a word about what was done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from cartera.desk.screens import redirect_with_toast
from cartera.kernel.records import Record

NEXT = "next"


def next_page(request: HttpRequest, otherwise: str = "") -> str:
    """The page to go on to: what the form or the address names, or the page that one came from; never another site."""
    asked = request.POST.get(NEXT) or request.GET.get(NEXT) or request.META.get("HTTP_REFERER", "")
    here = request.build_absolute_uri(request.path)
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe and asked.partition("?")[0] != here else otherwise or reverse("desk:home")


def by_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page was asked for, not a whole one."""
    return request.headers.get("HX-Request") == "true"


def go_back(request: HttpRequest, text: str, *, done: Record | None = None, otherwise: str = "") -> HttpResponse:
    """Go on to where the person was, saying what was done and offering its undo, in a whole page or by htmx."""
    page = next_page(request, otherwise)
    answer = redirect_with_toast(request, text, to=page, done=done)
    if by_htmx(request):
        answer = HttpResponse(headers={"HX-Redirect": page})
    return answer
