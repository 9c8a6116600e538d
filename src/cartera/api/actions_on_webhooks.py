"""What people do with webhooks: add, change, pause, try, give a new secret, send something again."""

from __future__ import annotations

import secrets as chance
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from cartera.api import messages
from cartera.api.kinds import KINDS, TRIAL
from cartera.api.models import Delivery, Webhook, WebhookSecret
from cartera.api.sealing import seal
from cartera.kernel import jobs
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition
from cartera.kernel.models import Happening
from cartera.kernel.outside import NotOutside, checked
from cartera.kernel.recording import current_recording

PURPOSE = "webhook secrets"


@dataclass(frozen=True, slots=True)
class Shown:
    """A webhook and its secret, which is shown at this moment only."""

    webhook: Webhook
    secret: str = field(repr=False)


@action("webhook.add")
def add_webhook(*, actor: Actor, label: str, url: str, kinds: Sequence[str]) -> Shown:
    """Tell another system, from now on, of happenings of these kinds. Raises Invalid for an address that may not be told."""
    latest = Happening.objects.aggregate(id=Max("id"))["id"] or 0
    told = {"label": label, "url": _address(url), "kinds": _kinds(kinds)}
    webhook = Webhook.add(**told, made_at=datetime.now(UTC), after_id=latest)
    return Shown(webhook, _give_secret(webhook))


@action("webhook.change")
def change_webhook(
    *, actor: Actor, webhook: Webhook, label: str, url: str, kinds: Sequence[str], version: int | None = None
) -> Webhook:
    """Tell it elsewhere, or of something else. Raises Conflict when somebody changed it since `version`."""
    changed = {"label": label, "url": _address(url), "kinds": _kinds(kinds)}
    if version is not None and version != webhook.version:
        raise Conflict(theirs=webhook, yours=changed)
    return webhook.change(**changed)


@action("webhook.pause")
def pause_webhook(*, actor: Actor, webhook: Webhook) -> Webhook:
    """Send nothing for now: what happens meanwhile waits."""
    if webhook.state != Webhook.State.ACTIVE:
        raise InvalidTransition(_("It sends nothing already."))
    return webhook.change(state=Webhook.State.PAUSED)


@action("webhook.resume")
def resume_webhook(*, actor: Actor, webhook: Webhook) -> Webhook:
    """Send again, what waited first."""
    if webhook.state == Webhook.State.ACTIVE:
        raise InvalidTransition(_("It is active already."))
    return webhook.change(state=Webhook.State.ACTIVE, why_disabled="")


@action("webhook.disable")
def disable_webhook(*, actor: Actor, webhook: Webhook, why: str) -> Webhook:
    """Give up on a system that has not listened for days, until somebody resumes it."""
    return webhook.change(state=Webhook.State.DISABLED, why_disabled=why[:300])


@action("webhook.rotate")
def rotate_secret(*, actor: Actor, webhook: Webhook) -> Shown:
    """Give it another secret. For a day messages are signed with both, so that nothing is refused meanwhile."""
    now = datetime.now(UTC)
    WebhookSecret.objects.filter(webhook=webhook, until__lte=now).delete()
    WebhookSecret.objects.filter(webhook=webhook, until__isnull=True).update(until=now + messages.OVERLAP)
    secret = _give_secret(webhook)
    return Shown(webhook.change(rotated_at=now), secret)


@action("webhook.replay")
def replay(*, actor: Actor, webhook: Webhook, delivery: Delivery) -> Delivery:
    """Send a message again, whatever became of it; its id stays, so that the other side can tell that it has it."""
    if delivery.webhook_id != webhook.pk or delivery.state == Delivery.State.UNDONE:
        raise InvalidTransition(_("What was undone before it left is not sent."))
    if webhook.state != Webhook.State.ACTIVE:
        raise InvalidTransition(_("It sends nothing now: resume it first."))
    again = {"state": Delivery.State.WAITING, "attempts": 0, "next_at": datetime.now(UTC), "ended_at": None}
    Delivery.objects.filter(pk=delivery.pk).update(**again)
    _tell_who(webhook, delivery)
    _send_soon(delivery)
    return delivery


@action("webhook.test")
def try_webhook(*, actor: Actor, webhook: Webhook) -> Delivery:
    """Send a message that tells nothing, to see whether the other side listens and trusts our signature."""
    if webhook.state != Webhook.State.ACTIVE:
        raise InvalidTransition(_("It sends nothing now: resume it first."))
    now = datetime.now(UTC)
    told = messages.Told(0, TRIAL, now, "", None, None, actor.kind, actor.id, None, 0)
    delivery = Delivery.objects.create(
        webhook=webhook,
        message_id=f"msg_{webhook.pk}_{chance.token_hex(8)}",
        kind=TRIAL,
        body=messages.body_of(told),
        made_at=now,
        next_at=now,
    )
    _tell_who(webhook, delivery)
    _send_soon(delivery)
    return delivery


def _give_secret(webhook: Webhook) -> str:
    secret = messages.new_secret()
    WebhookSecret.objects.create(webhook=webhook, sealed=seal(PURPOSE, secret.encode()), made_at=datetime.now(UTC))
    return secret


def _address(url: str) -> str:
    try:
        checked(url, private=settings.CARTERA_WEBHOOKS_TO_PRIVATE)
    except NotOutside as refusal:
        raise Invalid(fields={"url": [refusal.detail]}) from refusal
    return url.strip()


def _kinds(kinds: Sequence[str]) -> list[str]:
    if unknown := set(kinds) - KINDS.keys():
        raise Invalid(fields={"kinds": [_("Nothing is called %(kind)s.") % {"kind": ", ".join(sorted(unknown))}]})
    if not kinds:
        raise Invalid(fields={"kinds": [_("Choose what it hears of.")]})
    return sorted(set(kinds))


def _tell_who(webhook: Webhook, delivery: Delivery) -> None:
    current_recording().tell(webhook=webhook.pk, message=delivery.message_id)


def _send_soon(delivery: Delivery) -> None:
    transaction.on_commit(lambda: jobs.enqueue("webhooks.deliver", delivery_id=delivery.pk))
