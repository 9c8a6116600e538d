"""Getting messages out: from what happened to deliveries, from deliveries to the other side, and what came of each attempt.

At least once, in the order of what happened as far as the other side takes it. What can be undone waits until it cannot be
any more; what was undone never leaves, and neither does its undo.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q
from django.utils.translation import gettext as _

from cartera.api import messages
from cartera.api.actions_on_webhooks import PURPOSE, disable_webhook
from cartera.api.models import Attempt, Delivery, Webhook, WebhookSecret
from cartera.api.sealing import unseal
from cartera.kernel.actions import COMPENSATIONS
from cartera.kernel.actor import Actor
from cartera.kernel.errors import CarteraError
from cartera.kernel.models import Happening
from cartera.kernel.outside import Reply, ask
from cartera.rulebook.queries import value_of
from cartera.rulebook.settings import UNDO_MINUTES
from cartera.team.models import Role, Staff

POSTMAN = Actor.system("webhooks", "webhook.*")
SETTLED = timedelta(minutes=10)
"""After this long no transaction writes a happening with an earlier number any more, so nothing is looked for there again."""

MARGIN = timedelta(minutes=1)
MOST_AT_ONCE = 1000
KEPT = timedelta(days=30)
_ANSWER_SHOWN = 1000

log = logging.getLogger(__name__)


def hand_out(*, webhook: Webhook, now: datetime) -> None:
    """Make a delivery of each happening that the webhook hears of and has none of yet."""
    rows = Happening.objects.filter(id__gt=webhook.after_id, name__in=webhook.kinds).select_related("because_of")
    found = list(rows.order_by("id")[:MOST_AT_ONCE])
    made = [_delivery(webhook, one, now) for one in found if not _is_undo(one)]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    settled = Happening.objects.filter(id__gt=webhook.after_id, at__lte=now - SETTLED).order_by("-id")
    after = settled.values_list("id", flat=True).first() or webhook.after_id
    if len(found) == MOST_AT_ONCE:
        after = min(after, found[-1].pk)
    Webhook.objects.filter(pk=webhook.pk, after_id__lt=after).update(after_id=after)


def due(*, webhook: Webhook, now: datetime) -> list[Delivery]:
    """What is to be sent now, in the order of what happened."""
    waiting = Delivery.objects.filter(webhook=webhook, state=Delivery.State.WAITING, next_at__lte=now)
    return list(waiting.select_related("happening", "webhook").order_by("id")[:MOST_AT_ONCE])


def attempt(*, delivery: Delivery, now: datetime) -> bool:
    """Try to deliver once, unless another worker does. Returns whether the webhook is well, as far as this tells.

    The attempt is counted before it is made, so that a worker that dies with it does not try for ever.
    """
    webhook = delivery.webhook
    if webhook.state != Webhook.State.ACTIVE:
        return False
    attempts = delivery.attempts + 1
    pause = messages.pause_after(attempts)
    mine = Delivery.objects.filter(
        pk=delivery.pk, state=Delivery.State.WAITING, attempts=delivery.attempts, next_at__lte=now
    )
    if not mine.update(attempts=attempts, next_at=now + (pause or messages.PAUSES[-1])):
        return True
    if delivery.happening is not None and _was_undone(delivery.happening):
        _end(delivery, Delivery.State.UNDONE, now)
        return True
    made = _sent(delivery, now)
    made.save(force_insert=True)
    if made.status is not None and 200 <= made.status < 300:
        _end(delivery, Delivery.State.DELIVERED, now)
        return True
    if made.status == messages.GONE:
        _end(delivery, Delivery.State.FAILED, now)
        _give_up(webhook, _("It answered 410: it hears nothing any more."))
    elif pause is None:
        _end(delivery, Delivery.State.FAILED, now)
        if not _listened_since(webhook, delivery.made_at):
            _give_up(webhook, _("It has not taken a message for days."))
    return False


def forget_old_deliveries(*, now: datetime) -> int:
    """Drop deliveries that ended a month ago, with their attempts; returns how many."""
    old = Delivery.objects.filter(state__in=Delivery.ENDED, made_at__lt=now - KEPT)
    return old.delete()[1].get(Delivery._meta.label, 0)


def _delivery(webhook: Webhook, happening: Happening, now: datetime) -> Delivery:
    told = messages.Told(
        id=happening.pk,
        kind=happening.name,
        at=happening.at,
        subject_kind=happening.subject_kind,
        subject_id=happening.subject_id,
        client_id=happening.client_id,
        actor_kind=happening.actor_kind,
        actor_id=happening.actor_id,
        because_of=happening.because_of_id,
        rows=happening.rows,
    )
    can_be_undone = any(one.name in COMPENSATIONS for one in _and_its_causes(happening))
    return Delivery(
        webhook=webhook,
        happening=happening,
        message_id=f"msg_{webhook.pk}_{happening.pk}",
        kind=happening.name,
        body=messages.body_of(told),
        made_at=now,
        next_at=happening.at + timedelta(minutes=value_of(UNDO_MINUTES)) + MARGIN if can_be_undone else now,
    )


def _sent(delivery: Delivery, now: datetime) -> Attempt:
    made = Attempt(delivery=delivery, at=now)
    try:
        reply = _post(delivery, now)
    except CarteraError as refusal:
        made.error = str(refusal.detail)[:300]
    else:
        made.status, made.milliseconds = reply.status, reply.milliseconds
        made.answer = reply.body.decode("utf-8", "replace").replace("\0", "")[:_ANSWER_SHOWN]
    return made


def _post(delivery: Delivery, now: datetime) -> Reply:
    known = list(_secrets(delivery.webhook, now))
    if not known:
        raise CarteraError(_("Its secret cannot be read any more: give it a new one."))
    headers = messages.headers_of(delivery.message_id, delivery.body, datetime.now(UTC), known)
    private = settings.CARTERA_WEBHOOKS_TO_PRIVATE
    return ask("POST", delivery.webhook.url, headers=headers, body=delivery.body.encode(), private=private)


def _secrets(webhook: Webhook, now: datetime) -> Iterator[str]:
    valid = WebhookSecret.objects.filter(Q(until__isnull=True) | Q(until__gt=now), webhook=webhook)
    for kept in valid.order_by("-id"):
        opened = unseal(PURPOSE, bytes(kept.sealed))
        if opened is not None:
            yield opened.decode()


def _end(delivery: Delivery, state: Delivery.State, now: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=state, ended_at=now, next_at=None)


def _listened_since(webhook: Webhook, since: datetime) -> bool:
    return webhook.deliveries.filter(state=Delivery.State.DELIVERED, ended_at__gt=since).exists()


def _give_up(webhook: Webhook, why: str) -> None:
    """Disable it and tell the administrators, who find it on its page as well."""
    disable_webhook(actor=POSTMAN, webhook=Webhook.objects.get(pk=webhook.pk), why=why)
    people = Staff.objects.filter(role=Role.ADMIN, active=True, sign_in__is_active=True).exclude(sign_in__email="")
    addresses = list(people.values_list("sign_in__email", flat=True))
    told = {"name": webhook.label, "why": why}
    subject = _("Cartera sends nothing more to %(name)s") % told
    text = _(
        "%(why)s It was disabled. What happens is kept: it is sent when you resume it under Administration, Webhooks."
    )
    try:
        send_mail(subject, text % told, None, addresses)
    except OSError:
        log.exception("nobody could be told that webhook %s is disabled", webhook.pk)


def _is_undo(happening: Happening) -> bool:
    return any(one.undoes_id is not None for one in _and_its_causes(happening))


def _was_undone(happening: Happening) -> bool:
    chain = [one.pk for one in _and_its_causes(happening)]
    return Happening.objects.filter(undoes_id__in=chain).exists()


def _and_its_causes(happening: Happening) -> Iterator[Happening]:
    one: Happening | None = happening
    while one is not None:
        yield one
        one = one.because_of
