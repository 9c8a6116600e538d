"""Screens of the API: one's own tokens, and the webhooks of the institution."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cartera.api import actions, queries
from cartera.api import actions_on_webhooks as webhooks
from cartera.api.forms import RevokeForm, TokenForm, WebhookForm
from cartera.api.kinds import words_of
from cartera.api.models import Delivery, Token, Webhook
from cartera.desk.fields import tell
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotFound
from cartera.kernel.pages import page_of
from cartera.kernel.records import Record

NEWEST = ("-id",)


@never_cache
@screen(may="token.issue_own")
def tokens(request: StaffRequest) -> HttpResponse:
    """One's own tokens, and a new one, whose secret this page alone shows."""
    form = TokenForm(request.POST or None)
    issued = None
    if form.is_valid():
        try:
            issued = actions.issue_own_token(actor=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            tell(form, refusal)
        else:
            form = TokenForm()
    page = page_of(Token.objects.own(request.actor), order=NEWEST, cursor=request.GET.get("cursor"), limit=25)
    lines = [queries.token_line(token) for token in page.items]
    shown = {"form": form, "issued": issued, "page": page, "lines": lines}
    return render(request, "api/tokens.html", shown, status=422 if form.errors else 200)


@require_POST
@screen(may="token.revoke_own")
def revoke_token(request: StaffRequest, token_id: int) -> HttpResponse:
    token = Token.objects.own(request.actor).filter(pk=token_id).first()
    if token is None:
        raise NotFound()
    actions.revoke_own_token(actor=request.actor, token=token)
    said = _("“%(label)s” opens nothing any more.") % {"label": token.label}
    return redirect_with_toast(request, said, to=reverse("api_screens:tokens"))


@screen(may="token.view")
def all_tokens(request: StaffRequest) -> HttpResponse:
    """Everybody's tokens: whose, for what, last used, until when."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    state = request.GET.get("estado", queries.IN_USE)
    rows = queries.all_tokens(actor=request.actor, state="" if state == "todos" else state, text=text)
    page = page_of(rows, order=NEWEST, cursor=request.GET.get("cursor"), limit=50)
    states = ((queries.IN_USE, _("In use")), (queries.ENDED, _("Ended")), ("todos", _("All")))
    tabs = [queries.Tab(str(label), value, value == state) for value, label in states]
    lines = [queries.token_line(token) for token in page.items]
    shown = {"page": page, "lines": lines, "tabs": tabs, "text": text, "state": state, "form": RevokeForm()}
    return render(request, "api/all_tokens.html", shown)


@screen(may="token.revoke")
def revoke_any_token(request: StaffRequest, token_id: int) -> HttpResponse:
    """Revoke somebody's token, and say why."""
    token = find_or_404(Token, token_id, actor=request.actor)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        try:
            actions.revoke_token(actor=request.actor, token=token, reason=form.cleaned_data["reason"])
        except InvalidTransition as refusal:
            tell(form, refusal)
        else:
            said = _("“%(label)s” opens nothing any more.") % {"label": token.label}
            return redirect_with_toast(request, said, to=reverse("api_screens:all_tokens"))
    shown = {"form": form, "line": queries.token_line(token)}
    return render(request, "api/revoke_token.html", shown, status=422 if form.errors else 200)


@screen(may="webhook.view")
def all_webhooks(request: StaffRequest) -> HttpResponse:
    """The systems that hear from us, and how they listen."""
    rows = queries.webhooks(actor=request.actor)
    page = page_of(rows, order=NEWEST, cursor=request.GET.get("cursor"), limit=25)
    return render(request, "api/webhooks.html", {"page": page, "lead": queries.lead_of_webhooks(page.items)})


@never_cache
@screen(may="webhook.add")
def new_webhook(request: StaffRequest) -> HttpResponse:
    """Tell another system; its secret is shown on the page that answers, and never again."""
    form = WebhookForm(request.POST or None)
    if form.is_valid():
        try:
            shown = webhooks.add_webhook(actor=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            tell(form, refusal)
        else:
            return _with_secret(request, shown)
    return render(request, "api/webhook_form.html", {"form": form}, status=422 if form.errors else 200)


@screen(may="webhook.view")
def one_webhook(request: StaffRequest, webhook_id: int) -> HttpResponse:
    """What it hears of, and what was sent to it."""
    webhook = find_or_404(Webhook, webhook_id, actor=request.actor)
    state = request.GET.get("estado", "")
    rows = queries.deliveries(webhook=webhook, state=state)
    page = page_of(rows, order=NEWEST, cursor=request.GET.get("cursor"), limit=50)
    return render(
        request,
        "api/webhook.html",
        {
            "webhook": webhook,
            "kinds": [(kind, words_of(kind)) for kind in webhook.kinds],
            "page": page,
            "tabs": queries.tabs_of(webhook, state),
            "overlap_until": queries.overlap_until(webhook),
        },
    )


@screen(may="webhook.change")
def change_webhook(request: StaffRequest, webhook_id: int) -> HttpResponse:
    """Tell it elsewhere, or of something else. A change that crosses somebody's keeps what was typed."""
    webhook = find_or_404(Webhook, webhook_id, actor=request.actor)
    form = WebhookForm(
        request.POST or None, initial={name: getattr(webhook, name) for name in ("label", "url", "kinds")}
    )
    crossed: Record | None = None
    if form.is_valid():
        sent = request.POST.get("version", "")
        version = int(sent) if sent.isdecimal() else None
        try:
            webhooks.change_webhook(actor=request.actor, webhook=webhook, version=version, **form.cleaned_data)
        except Invalid as refusal:
            tell(form, refusal)
        except Conflict as conflict:
            crossed = conflict.context.get("theirs")
        else:
            said = _("“%(label)s” was changed.") % {"label": webhook.label}
            return redirect_with_toast(request, said, to=_page_of(webhook))
    shown = {"form": form, "webhook": webhook, "crossed": crossed}
    return render(request, "api/webhook_form.html", shown, status=422 if form.errors else 409 if crossed else 200)


@require_POST
@screen(may="webhook.pause")
def pause_webhook(request: StaffRequest, webhook_id: int) -> HttpResponse:
    webhook = webhooks.pause_webhook(actor=request.actor, webhook=find_or_404(Webhook, webhook_id, actor=request.actor))
    return redirect_with_toast(request, _("Nothing is sent for now: what happens waits."), to=_page_of(webhook))


@require_POST
@screen(may="webhook.resume")
def resume_webhook(request: StaffRequest, webhook_id: int) -> HttpResponse:
    webhook = webhooks.resume_webhook(
        actor=request.actor, webhook=find_or_404(Webhook, webhook_id, actor=request.actor)
    )
    return redirect_with_toast(request, _("It hears from us again, what waited first."), to=_page_of(webhook))


@never_cache
@require_POST
@screen(may="webhook.rotate")
def rotate_secret(request: StaffRequest, webhook_id: int) -> HttpResponse:
    webhook = find_or_404(Webhook, webhook_id, actor=request.actor)
    return _with_secret(request, webhooks.rotate_secret(actor=request.actor, webhook=webhook), rotated=True)


@require_POST
@screen(may="webhook.test")
def try_webhook(request: StaffRequest, webhook_id: int) -> HttpResponse:
    webhook = find_or_404(Webhook, webhook_id, actor=request.actor)
    try:
        delivery = webhooks.try_webhook(actor=request.actor, webhook=webhook)
    except InvalidTransition as refusal:
        return redirect_with_toast(request, str(refusal.detail), to=_page_of(webhook))
    return redirect("api_screens:delivery", webhook.pk, delivery.pk)


@screen(may="webhook.view")
def one_delivery(request: StaffRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    """One message: what was sent, and what was answered to each attempt."""
    delivery = _delivery(request, webhook_id, delivery_id)
    shown: dict[str, Any] = {
        "webhook": delivery.webhook,
        "delivery": delivery,
        "body": queries.readable(delivery.body),
        "tries": list(delivery.tries.order_by("-id")[:50]),
        "words": words_of(delivery.kind),
    }
    return render(request, "api/delivery.html", shown)


@require_POST
@screen(may="webhook.replay")
def replay(request: StaffRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    delivery = _delivery(request, webhook_id, delivery_id)
    webhooks.replay(actor=request.actor, webhook=delivery.webhook, delivery=delivery)
    to = reverse("api_screens:delivery", args=[webhook_id, delivery_id])
    return redirect_with_toast(request, _("It is being sent again."), to=to)


def _delivery(request: StaffRequest, webhook_id: int, delivery_id: int) -> Delivery:
    webhook = find_or_404(Webhook, webhook_id, actor=request.actor)
    found = webhook.deliveries.select_related("webhook", "happening").filter(pk=delivery_id).first()
    if found is None:
        raise NotFound()
    return found


def _with_secret(request: StaffRequest, shown: webhooks.Shown, *, rotated: bool = False) -> HttpResponse:
    told = {"webhook": shown.webhook, "secret": shown.secret, "rotated": rotated}
    return render(request, "api/webhook_secret.html", told)


def _page_of(webhook: Webhook) -> str:
    return reverse("api_screens:webhook", args=[webhook.pk])
