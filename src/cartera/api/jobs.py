"""What workers do for the API: get messages out, once a minute."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from cartera.api import actions_of_delivery as post
from cartera.api.models import Delivery, Webhook
from cartera.kernel.alone import alone
from cartera.kernel.errors import AlreadyRunning
from cartera.kernel.jobs import job

LONGEST = 40.0
"""Seconds that one round may take: a worker has other things to do, and the next round goes on."""


@job("webhooks.sweep")
def sweep() -> int:
    """Hand out what happened and send what is due; returns how many messages were sent.

    A system that does not listen is asked once a round, so that it holds up nobody else.
    """
    try:
        with alone("webhooks"):
            return _round()
    except AlreadyRunning:
        return 0


@job("webhooks.deliver")
def deliver(*, delivery_id: int) -> None:
    """Send one message at once, for somebody who waits for it at the screen."""
    waiting = Delivery.objects.select_related("happening", "webhook").filter(pk=delivery_id)
    for delivery in waiting.filter(state=Delivery.State.WAITING):
        post.attempt(delivery=delivery, now=datetime.now(UTC))


def _round() -> int:
    ends, sent = time.monotonic() + LONGEST, 0
    for webhook in Webhook.objects.exclude(state=Webhook.State.DISABLED).order_by("id"):
        now = datetime.now(UTC)
        post.hand_out(webhook=webhook, now=now)
        if webhook.state != Webhook.State.ACTIVE:
            continue
        for delivery in post.due(webhook=webhook, now=now):
            if time.monotonic() > ends or not post.attempt(delivery=delivery, now=datetime.now(UTC)):
                break
            sent += 1
    return sent
