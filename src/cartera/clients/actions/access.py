"""Opening a client of another book with a reason, for a while; and clients that go to another adviser."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cartera.clients.models import AccessGrant, Client, HandOver, Occasion
from cartera.clients.settings import ACCESS_DAYS
from cartera.clock.queries import now, today
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition, NotFound, NotPermitted, Text
from cartera.kernel.models import Happening
from cartera.rulebook.queries import value_of
from cartera.team.models import Staff
from cartera.team.queries import colleagues, staff_of

MOST_AT_ONCE = 200


@action("client.open", undone_by="access.end")
def open_client(*, actor: Actor, client_id: int, occasion: Occasion, purpose: str, until_at: datetime) -> AccessGrant:
    """See a client of another book until an instant, for a purpose; an access that one has already is replaced.

    Raises Invalid without a purpose, for an instant that has passed or further ahead than it may be, and for a client
    whom the actor sees anyway.
    """
    staff, at = _person(actor, "client.open"), now()
    client = Client.objects.beyond_reach_of(actor).filter(pk=client_id).first()
    if client is None:
        if Client.objects.within_reach_of(actor).filter(pk=client_id).exists():
            raise Invalid(_("You see this client already."))
        raise NotFound()
    wrong: dict[str, list[Text]] = {}
    if not purpose.strip():
        wrong["purpose"] = [_("Say what for: it stays on record.")]
    if until_at <= at:
        wrong["until_at"] = [_("It has to end after now.")]
    elif until_at > at + timedelta(days=(days := value_of(ACCESS_DAYS))):
        wrong["until_at"] = [
            ngettext("An access lasts a day at most.", "An access lasts %(n)d days at most.", days) % {"n": days}
        ]
    if wrong:
        raise Invalid(fields=wrong)
    for earlier in AccessGrant.objects.in_force(at).filter(client=client, staff=staff):
        earlier.change(ended_at=at, ended_by=staff)
    return AccessGrant.add(
        client=client, staff=staff, occasion=occasion, purpose=purpose.strip(), from_at=at, until_at=until_at
    )


@action("access.end")
def end_access(*, actor: Actor, access_grant: AccessGrant, undoes: Happening | None = None) -> AccessGrant:
    """End an access now. Raises InvalidTransition when it is over."""
    at = now()
    if access_grant.ended_at is not None or access_grant.until_at <= at:
        raise InvalidTransition(_("This access is over already."))
    return access_grant.change(ended_at=at, ended_by=_person(actor, "access.end"))


@action("client.hand_over", undone_by="client.take_back")
def hand_over(*, actor: Actor, clients: Sequence[Client], to_id: int, reason: str) -> HandOver:
    """Give clients of the own reach to another adviser, and to that adviser's branch; what is owed to them goes along.

    Raises Invalid without a reason, for too many at once, for nobody, and for an adviser who is no colleague.
    """
    by = _person(actor, "client.hand_over")
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why, for those who come after.")]})
    to = colleagues(actor=actor).filter(pk=to_id).first()
    if to is None:
        raise Invalid(fields={"to": [_("Choose an adviser of your branches.")]})
    ids = {client.pk for client in clients}
    going = list(Client.objects.within_reach_of(actor).filter(pk__in=ids, until__isnull=True).order_by("id"))
    if len(going) != len(ids):
        raise NotFound()
    going = [client for client in going if client.adviser_id != to.pk]
    if not going or len(going) > MOST_AT_ONCE:
        raise Invalid(
            _("They are this adviser's already.")
            if not going
            else _("Hand over no more than %(most)s clients at once.") % {"most": MOST_AT_ONCE}
        )
    for client in going:
        client.change(adviser=to, branch=to.branch)
    return HandOver.add(by=by, to=to, on_day=today(), clients=len(going), reason=reason.strip())


@action("client.take_back")
def take_back(*, actor: Actor, hand_over: HandOver, undoes: Happening) -> HandOver:
    """Undo of a handing over: each client goes back, but for those who went on to somebody else since."""
    if hand_over.taken_back:
        raise InvalidTransition(_("They were taken back already."))
    for told in undoes.facts["changes"]:
        if told["kind"] != Client._meta.label_lower:
            continue
        client = Client.objects.filter(pk=told["id"], adviser_id=hand_over.to_id).first()
        if client is not None:
            before = told["before"]
            client.change(
                adviser_id=_number(before["adviser"]), branch_id=_number(before.get("branch")) or client.branch_id
            )
    return hand_over.change(taken_back=True)


def _person(actor: Actor, doing: str) -> Staff:
    staff = staff_of(actor)
    if staff is None:
        raise NotPermitted(action=doing)
    return staff


def _number(text: str | None) -> int | None:
    return int(text) if text else None
