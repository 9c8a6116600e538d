"""Door: a person's plan as a private calendar, for whoever holds its address."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from cartera.agenda.ics import plan_calendar
from cartera.kernel.errors import NotFound
from cartera.team.models import PlanLink
from cartera.team.plan_links import link_of
from cartera.team.queries import actor_for


@require_safe
def plan_ics(request: HttpRequest, token: str) -> HttpResponse:
    """The plan behind an address; 404, always the same, for one that was made up or revoked, or whose person left."""
    link = link_of(token)
    if link is None:
        raise NotFound()
    staff = link.staff
    with override(staff.sign_in.language if staff.sign_in else "es"):
        content = plan_calendar(actor=actor_for(staff), staff=staff, detail=PlanLink.Detail(link.detail))
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    headers["Content-Disposition"] = 'attachment; filename="cartera.ics"'
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
