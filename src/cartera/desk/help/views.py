"""The guide on screen. Everybody may read it: it says what the public documentation says, and nothing of the institution."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cartera.desk.help import guide

LONGEST_QUESTION = 80


def first(request: HttpRequest) -> HttpResponse:
    """The guide's first page, or what `?q=` finds in all of them."""
    wanted = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    if not wanted:
        return _shown(request, "")
    answer = {"wanted": wanted, "answers": guide.search(wanted), "pages": guide.pages().values(), "current": None}
    return render(request, "help/search.html", answer)


def page(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the guide."""
    return _shown(request, name)


def _shown(request: HttpRequest, name: str) -> HttpResponse:
    current = guide.page(name)
    before, after = guide.beside(current)
    content = guide.content(name)
    headings = [part for part in content.parts if part.level == 2]
    return render(
        request,
        "help/page.html",
        {
            "current": current,
            "content": content,
            "headings": headings if len(headings) > 1 else [],
            "pages": guide.pages().values(),
            "before": before,
            "after": after,
        },
    )
