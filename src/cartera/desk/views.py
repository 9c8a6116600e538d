"""Small doors of the desk: where one lands, and undo."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.desk.context import PLACES, address
from cartera.desk.screens import StaffRequest, redirect_with_toast, screen
from cartera.kernel.undo import undo


@screen(may="client.view")
def home(request: StaffRequest) -> HttpResponse:
    """The first page of the menu that this role has."""
    return redirect(
        next(address(place.name) for place in PLACES if request.actor.may(place.may) and address(place.name))
    )


@require_POST
@screen(may="client.view")
def undo_happening(request: StaffRequest, happening_id: int) -> HttpResponse:
    """Take back what this person just did, and go back to the page."""
    undo(actor=request.actor, happening_id=happening_id)
    return redirect_with_toast(request, _("Undone."), to=came_from(request))


def came_from(request: HttpRequest) -> str:
    """The page that the request came from, if it is one of ours; the first page otherwise."""
    page = request.META.get("HTTP_REFERER", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if safe else reverse("desk:home")
