"""Mi calendario: other calendars that come in, and the addresses at which the own plan is read."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cartera.clock import queries as clock
from cartera.desk.fields import tell
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.desk.templatetags.cartera import reader
from cartera.kernel.errors import Invalid, NotFound
from cartera.kernel.jobs import enqueue
from cartera.team import lists
from cartera.team.actions import calendars as acting
from cartera.team.fetching import MOST_BYTES
from cartera.team.forms import ShareForm, SubscribeForm
from cartera.team.hours import written
from cartera.team.jobs import read_content
from cartera.team.models import Absence, BusyFeed, PlanLink, Staff
from cartera.team.queries import staff_of

FLAWS: dict[str, LazyText] = {
    "address": gettext_lazy("That is no address of the web."),
    "private": gettext_lazy("It is an address inside a private network, which is not read from here."),
    "unreachable": gettext_lazy("Nobody answers at that address."),
    "slow": gettext_lazy("It took too long to answer."),
    "large": gettext_lazy("It is larger than four megabytes."),
    "redirected": gettext_lazy("It sends one on and on."),
    "status": gettext_lazy("The other side refused: look whether the address is still the right one."),
    "form": gettext_lazy("It is not a calendar in iCal format."),
    "many": gettext_lazy("It has more times than anybody has."),
    "repeats": gettext_lazy("It has an event that repeats every hour or more often."),
}
UPCOMING = 20


@screen(may="calendar.view")
def calendar(request: StaffRequest) -> HttpResponse:
    """The own calendar; a POST brings in another one."""
    staff = _me(request)
    form = SubscribeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and request.actor.may("calendar.subscribe") and form.is_valid():
        try:
            return _subscribed(request, staff, form)
        except Invalid as refusal:
            tell(form, refusal)
    return _page(request, staff, form, status=422 if form.errors else 200)


@require_POST
@screen(may="calendar.subscribe")
def read_again(request: StaffRequest, feed_id: int) -> HttpResponse:
    feed = find_or_404(BusyFeed, feed_id, actor=request.actor)
    enqueue("calendars.read_one", feed_id=feed.pk)
    return redirect_with_toast(request, _("It is being read again."), to=reverse("team:calendar"))


@require_POST
@screen(may="calendar.unsubscribe")
def unsubscribe(request: StaffRequest, feed_id: int) -> HttpResponse:
    feed = find_or_404(BusyFeed, feed_id, actor=request.actor)
    acting.unsubscribe(actor=request.actor, busy_feed=feed)
    told = _("%(name)s is removed; its times are free again.") % {"name": feed.name}
    return redirect_with_toast(request, told, to=reverse("team:calendar"))


@require_POST
@screen(may="calendar.share")
def share(request: StaffRequest) -> HttpResponse:
    """Make an address and show it, this once."""
    staff, form = _me(request), ShareForm(request.POST)
    if not form.is_valid():
        raise Invalid()
    try:
        shared = acting.share(actor=request.actor, staff=staff, detail=PlanLink.Detail(form.cleaned_data["detail"]))
    except Invalid as refusal:
        tell(form, refusal)
        return _page(request, staff, SubscribeForm(), share_form=form, status=422)
    address = request.build_absolute_uri(reverse("agenda:plan_ics", args=[shared.secret]))
    return _page(request, staff, SubscribeForm(), new_address=address)


@require_POST
@screen(may="calendar.revoke")
def revoke(request: StaffRequest, link_id: int) -> HttpResponse:
    link = find_or_404(PlanLink, link_id, actor=request.actor)
    acting.revoke(actor=request.actor, plan_link=link)
    return redirect_with_toast(request, _("That address answers nothing any more."), to=reverse("team:calendar"))


def _subscribed(request: StaffRequest, staff: Staff, form: SubscribeForm) -> HttpResponse:
    file = form.cleaned_data.get("file")
    if file and file.size > MOST_BYTES:
        raise Invalid(fields={"file": [FLAWS["large"]]})
    with transaction.atomic():
        name, url = form.cleaned_data["name"], form.cleaned_data["url"]
        feed = acting.subscribe(actor=request.actor, staff=staff, name=name, url=url)
        if file:
            read_content(feed, file.read())
            feed.refresh_from_db()
            if feed.error:
                raise Invalid(fields={"file": [FLAWS[feed.error]]})
        else:
            transaction.on_commit(lambda: enqueue("calendars.read_one", feed_id=feed.pk))
    told = _("%(name)s takes its times in your day.") % {"name": feed.name}
    return redirect_with_toast(request, told, to=reverse("team:calendar"))


def _page(
    request: StaffRequest,
    staff: Staff,
    form: SubscribeForm,
    *,
    share_form: ShareForm | None = None,
    new_address: str = "",
    status: int = 200,
) -> HttpResponse:
    names = reader().weekdays
    week = lists.week_of(staff) or lists.week_of(staff.branch)
    feeds = BusyFeed.objects.visible_to(request.actor).filter(staff=staff, active=True).order_by("id")
    shown = {
        "form": form,
        "share_form": share_form or ShareForm(),
        "new_address": new_address,
        "feeds": [(feed, _why(feed.error)) for feed in feeds],
        "links": PlanLink.objects.visible_to(request.actor).filter(revoked_at__isnull=True).order_by("id"),
        "week": [(names[number], written(stretches)) for number, stretches in sorted(week.items())],
        "absences": Absence.objects.filter(staff=staff, cancelled=False, last_day__gte=clock.today())
        .select_related("stand_in")
        .order_by("first_day", "id")[:UPCOMING],
    }
    return render(request, "team/calendar.html", shown, status=status)


def _why(error: str) -> str:
    if not error:
        return ""
    flaw, _colon, number = error.partition(":")
    return f"{FLAWS.get(flaw, flaw)}{f' ({number})' if number else ''}"


def _me(request: StaffRequest) -> Staff:
    me = staff_of(request.actor)
    if me is None:
        raise NotFound()
    return me
