"""Questions about tokens and webhooks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import models
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.api.models import Attempt, Delivery, Token, Webhook
from cartera.api.rules import digest_of
from cartera.clients.accesses import is_let_in
from cartera.kernel.actor import Actor
from cartera.team.models import Branch, Staff

_OF_STAFF = ("id", "key", "name", "role", "branch_id", "active")  # in the order of the table, as `from_db` reads them
_OF_BRANCH = ("id", "key", "path")
_ASKED = (
    *("id", "label", "scopes", "last_used_at", "expires_at", "revoked_at", "staff__sign_in__is_active"),
    *(f"staff__{name}" for name in _OF_STAFF),
    *(f"staff__branch__{name}" for name in _OF_BRANCH),
)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A good token and the person that it stands for, as far as an actor needs to know.

    `let_in` says whether they were given access to a client of another book.
    """

    token_id: int
    label: str
    scopes: tuple[str, ...]
    last_used_at: datetime | None
    let_in: bool
    staff: Staff


def bearer_of(secret: str) -> Bearer | None:
    """Who bears this secret, if the token may still be used by somebody who still works here.

    Every request asks, so it is one query for plain columns: records would cost as much as the rest of a short answer.
    What is not asked for here, the rows fetch when somebody reads it.
    Its time runs by the real clock, in a demonstration with a pinned date too.
    """
    for row in Token.objects.filter(digest=digest_of(secret)).values_list(is_let_in("staff"), *_ASKED):
        let_in, token_id, label, scopes, last_used_at, expires_at, revoked_at, may_sign_in, *columns = row
        staff = Staff.from_db(None, _OF_STAFF, columns[: len(_OF_STAFF)])
        ended = revoked_at is not None or (expires_at is not None and expires_at <= datetime.now(UTC))
        if ended or not staff.active or may_sign_in is False:
            return None
        staff.branch = Branch.from_db(None, _OF_BRANCH, columns[len(_OF_STAFF) :])
        return Bearer(token_id, label, tuple(scopes), last_used_at, let_in, staff)
    return None


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as its owner sees it. `state` is one of active, expired, revoked."""

    token: Token
    state: str
    may: str


def token_line(token: Token) -> TokenLine:
    ended = token.expires_at is not None and token.expires_at <= datetime.now(UTC)
    state = "revoked" if token.revoked_at else "expired" if ended else "active"
    return TokenLine(token, state, ", ".join(token.scopes))


def all_tokens(*, actor: Actor, state: str = "", text: str = "") -> models.QuerySet[Token]:
    """Everybody's tokens, as far as the actor sees people: those in use, those that ended, or all; by whose they are."""
    rows = Token.objects.visible_to(actor) if actor.may("token.view") else Token.objects.none()
    rows = rows.select_related("staff__branch")
    if state:
        rows = rows.filter(_running()) if state == IN_USE else rows.exclude(_running())
    return rows.filter(Q(staff__name__icontains=text) | Q(label__icontains=text)) if text else rows


IN_USE, ENDED = "en-uso", "terminados"


def _running() -> Q:
    lasts = Q(expires_at__isnull=True) | Q(expires_at__gt=datetime.now(UTC))
    return lasts & Q(revoked_at__isnull=True)


def webhooks(*, actor: Actor) -> models.QuerySet[Webhook]:
    """Webhooks with how many messages wait for each and when one was last taken."""
    waiting = Count("deliveries", filter=Q(deliveries__state=Delivery.State.WAITING))
    last = Max("deliveries__ended_at", filter=Q(deliveries__state=Delivery.State.DELIVERED))
    return Webhook.objects.visible_to(actor).annotate(waiting=waiting, last=last)


def lead_of_webhooks(found: Sequence[Webhook]) -> str:
    """The sentence before the list: whether somebody has to look."""
    disabled = sum(webhook.state == Webhook.State.DISABLED for webhook in found)
    if disabled:
        return ngettext(
            "%(n)d system did not listen for days and hears nothing any more: see why, and resume it.",
            "%(n)d systems did not listen for days and hear nothing any more: see why, and resume them.",
            disabled,
        ) % {"n": disabled}
    return _("Other systems hear by themselves of what happens here, signed and at least once.")


def deliveries(*, webhook: Webhook, state: str = "") -> models.QuerySet[Delivery]:
    """What was sent to a webhook or waits for it, with the status of the last answer."""
    last = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-id")
    rows = webhook.deliveries.annotate(
        answered=Subquery(last.values("status")[:1]), failed=Subquery(last.values("error")[:1])
    )
    return rows.filter(state=state) if state in Delivery.State.values else rows


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    state: str
    current: bool


def tabs_of(webhook: Webhook, state: str) -> list[Tab]:
    """All deliveries, or those of one state."""
    tabs = [(str(_("All")), ""), *((str(one.label), one.value) for one in Delivery.State)]
    return [Tab(name, value, value == state) for name, value in tabs]


def overlap_until(webhook: Webhook) -> datetime | None:
    """Until when the secret that was replaced still signs; None when there is but one."""
    running = webhook.secrets.filter(until__gt=datetime.now(UTC))
    return running.order_by("-until").values_list("until", flat=True).first()


def readable(body: str) -> str:
    """A message as a person reads it."""
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
