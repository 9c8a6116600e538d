"""What every screen does first: know who asks, and whether the role may; and last: say what was done."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from cartera.desk.toasts import toast
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound, NotPermitted
from cartera.kernel.records import Record, VisibleQuerySet

P = ParamSpec("P")
R = TypeVar("R", bound=Record)


class StaffRequest(HttpRequest):
    """A request by somebody who is known: `actor` is never None, `nav_counts` is what a view counted for the menu."""

    actor: Actor
    nav_counts: dict[str, int]


View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
StaffView = Callable[Concatenate["StaffRequest", P], HttpResponseBase]


def screen(may: str) -> Callable[[StaffView[P]], View[P]]:
    """A page or a form for people who are signed in and whose role may do this; others sign in first, or are refused."""

    def decorate(view: StaffView[P]) -> View[P]:
        @wraps(view)
        def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = getattr(request, "actor", None)
            if actor is None:
                return redirect_to_login(request.get_full_path())
            if not actor.may(may):
                raise NotPermitted(action=may)
            known: StaffRequest = request  # type: ignore[assignment]
            known.nav_counts = {}
            return view(known, *args, **kwargs)

        answer.may = may  # type: ignore[attr-defined]
        return cast(View[P], answer)

    return decorate


def find_or_404(model: type[R], id: int, *, actor: Actor, verb: str = "view") -> R:
    """The record, if the actor may see it; NotFound otherwise, whether it exists or not."""
    rows = model._default_manager.all()
    assert isinstance(rows, VisibleQuerySet)
    found: R | None = rows.visible_to(actor, verb).filter(pk=id).first()
    if found is None:
        raise NotFound()
    return found


def redirect_with_toast(request: HttpRequest, text: str, *, to: str, done: Record | None = None) -> HttpResponse:
    """Go on to a page that says what was done; `done` is what the action returned, to offer its undo."""
    happening = getattr(done, "happening", None)
    toast(request, text, undo_url=reverse("desk:undo", args=[happening.pk]) if happening else "")
    return redirect(to)
