"""The door of an invitation: whoever holds the link chooses a name, a user and a password."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from cartera.desk.fields import tell
from cartera.kernel.errors import Conflict, Invalid, NotFound
from cartera.team import actions_at_the_gate as gate
from cartera.team.actions.invitations import accept
from cartera.team.forms import AcceptForm
from cartera.team.invitations import invitation_of
from cartera.team.models import SignIn


@never_cache
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The same answer for every link that is not good (any more): it tells nobody who was invited."""
    try:
        invitation = invitation_of(token)
    except NotFound:
        return render(request, "gate/invitation_gone.html", status=404)
    form = AcceptForm(request.POST or None, initial={"name": invitation.staff.name})
    if form.is_valid() and not _too_often(request, form):
        chosen = {name: form.cleaned_data[name] for name in ("name", "username", "password")}
        try:
            sign_in = accept(token=token, **chosen)
        except (NotFound, Conflict):
            return render(request, "gate/invitation_gone.html", status=404)
        except Invalid as refusal:
            tell(form, refusal)
        else:
            login(request, SignIn.objects.get(pk=sign_in.pk), backend="cartera.team.sign_in.StaffBackend")
            return redirect("desk:home")
    shown = {"form": form, "invitation": invitation}
    return render(request, "gate/invitation.html", shown, status=422 if form.errors else 200)


def _too_often(request: HttpRequest, form: AcceptForm) -> bool:
    """User names that are taken say so: not to somebody who tries them by the dozen."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    standing = gate.try_the_gate("invitation", "", address, now=datetime.now(UTC))
    if standing.refused:
        form.add_error(None, AcceptForm.too_often(standing.wait_minutes))
    return standing.refused
