"""What people do with promises: make, keep, renegotiate, withdraw. Many at once: `actions_in_bulk`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from cartera.clients.actions import standing
from cartera.clients.models import Channel, Client
from cartera.clock.queries import now
from cartera.interactions import actions as interactions
from cartera.interactions.models import Interaction, Purpose
from cartera.interactions.queries import called
from cartera.interactions.rules import EARLIEST
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, InvalidTransition
from cartera.kernel.happenings import happening_of
from cartera.kernel.models import Happening
from cartera.promises.models import Origin, Promise, Side
from cartera.promises.rules import FARTHEST, State, kept_state
from cartera.team.queries import staff_of


class PromiseAlreadyDue(InvalidTransition):
    code = "promise-already-due"
    title = _("It is too late to renegotiate: the promise was due already.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A promise as a person words it in a contact."""

    what: str
    due_at: datetime
    owed_by: Side = Side.US
    channel: Channel | str = ""
    minutes: int = 10


@action("promise.make", undone_by="promise.withdraw")
def make(
    *,
    actor: Actor,
    client: Client,
    what: str,
    due_at: datetime,
    owed_by: Side = Side.US,
    channel: Channel | str = "",
    purpose: Purpose = Purpose.SERVICE,
    minutes: int = 10,
    opens_at: datetime | None = None,
    latest_at: datetime | None = None,
    made_in: Interaction | None = None,
    origin: Origin = Origin.CONTACT,
    origin_key: str | None = None,
    at_stake_minor: int = 0,
) -> Promise:
    """Promise something to a client, or note what the client owes us, by an instant.

    It can be kept at once unless `opens_at` says otherwise, and breaks when it is due unless `latest_at` is later.
    Raises Invalid when it would be due in the past, or in more than ten years.
    """
    made_at = now()
    if due_at <= made_at:
        raise Invalid(
            fields={
                "due_at": [
                    _("%(day)s has passed. Choose an instant from now on.") % {"day": f"{due_at:%d/%m/%Y %H:%M}"}
                ]
            }
        )
    _check_is_near(made_at, due_at=due_at)
    promise = Promise.add(
        client=client,
        staff=client.adviser or staff_of(actor),
        owed_by=owed_by,
        what=what,
        channel=channel,
        purpose=purpose,
        minutes=minutes,
        made_at=made_at,
        opens_at=opens_at or made_at,
        due_at=due_at,
        latest_at=latest_at or due_at,
        origin=origin,
        origin_key=origin_key,
        made_in=made_in,
        at_stake_minor=at_stake_minor,
    )
    _tell_next_due(client.pk)
    return promise


@action("promise.keep", undone_by="promise.reopen")
def keep(*, actor: Actor, promise: Promise, kept_by: Interaction | None = None, at: datetime | None = None) -> Promise:
    """Report a promise kept, by a contact or without one. After it was due it counts as kept late.

    Raises Invalid for a contact with another client, for an instant that has not come and for one that is no date of ours.
    """
    if kept_by is not None and kept_by.client_id != promise.client_id:
        raise Invalid(fields={"kept_by": [_("That contact was with another client.")]})
    when = at or (kept_by.happened_at if kept_by else now())
    if when > now():
        raise Invalid(fields={"at": [_("A promise is reported kept after it was.")]})
    if when < EARLIEST:
        raise Invalid(fields={"at": [_("No promise is that old.")]})
    return _move(promise, kept_state(when, promise.due_at), closed_at=when, kept_by=kept_by)


@action("promise.renegotiate", undone_by="promise.reopen")
def renegotiate(
    *, actor: Actor, promise: Promise, new_due_at: datetime, reason: str, client_agreed: bool = True
) -> Promise:
    """Replace a promise by a later one before it is due; the old one keeps its history.

    Without the client's consent the old one counts as broken. Raises PromiseAlreadyDue when it is too late to
    renegotiate: then it is late, and says so. Returns the new promise.
    """
    if now() >= promise.due_at:
        raise PromiseAlreadyDue()
    if new_due_at <= promise.due_at:
        raise Invalid(fields={"new_due_at": [_("Renegotiating moves a promise to a later day.")]})
    _check_is_near(now(), new_due_at=new_due_at)
    _move(promise, State.RENEGOTIATED if client_agreed else State.BROKEN, why_closed=reason)
    later = Promise.add(
        client=promise.client,
        staff=promise.staff,
        owed_by=promise.owed_by,
        what=promise.what,
        channel=promise.channel,
        purpose=promise.purpose,
        minutes=promise.minutes,
        made_at=now(),
        opens_at=min(promise.opens_at, new_due_at),
        due_at=new_due_at,
        latest_at=new_due_at + (promise.latest_at - promise.due_at),
        origin=promise.origin,
        origin_key=_key_of_follower(promise),
        at_stake_minor=promise.at_stake_minor,
        follows=promise,
    )
    _tell_next_due(promise.client_id)
    return later


@action("promise.withdraw", undone_by="promise.reopen")
def withdraw(*, actor: Actor, promise: Promise, reason: str = "", undoes: Happening | None = None) -> Promise:
    """Close a promise that need not be kept any more: the client does not want it, or it was a mistake."""
    return _move(promise, State.WITHDRAWN, why_closed=reason)


@action("promise.reopen")
def reopen(*, actor: Actor, promise: Promise, undoes: Happening | None = None) -> Promise:
    """Undo: what was kept, withdrawn or renegotiated is owed again. Given a later promise, its predecessor is."""
    if promise.follows is not None and promise.state == State.PROMISED:
        earlier = promise.follows
        _move(promise, State.WITHDRAWN)
        promise = earlier
    return _move(promise, State.PROMISED, closed_at=None, kept_by=None, why_closed="")


@action("interaction.record", undone_by="interaction.retract")
def record_contact(
    *,
    actor: Actor,
    client: Client,
    keeps: Sequence[Promise] = (),
    next_promise: Draft | None = None,
    **contact: Any,
) -> Interaction:
    """Register a contact with all that belongs to it: the promises that it kept and the one that was made in it.

    Beside the touchpoint that it fits by itself, a contact keeps the promises that the person names; at most one of
    them may be a touchpoint of the service model (Invalid otherwise).
    """
    if sum(promise.origin == Origin.MODEL for promise in keeps) > 1:
        raise Invalid(fields={"keeps": [_("A contact keeps at most one touchpoint of the service model.")]})
    interaction = interactions.register(actor=actor, client=client, **contact)
    for promise in keeps:
        promise.refresh_from_db()
        if promise.state == State.PROMISED:
            keep(actor=actor, promise=promise, kept_by=interaction)
    if next_promise is not None:
        make(
            actor=actor,
            client=client,
            what=next_promise.what,
            due_at=next_promise.due_at,
            owed_by=next_promise.owed_by,
            channel=next_promise.channel,
            minutes=next_promise.minutes,
            made_in=interaction,
        )
    return interaction


def record_contact_once(*, actor: Actor, key: str, **contact: Any) -> Interaction:
    """Register a contact unless one was registered by this key already: a form that is sent twice registers once.

    Two that arrive together are told apart by the database: the second finds what the first wrote.
    """
    earlier = called(actor=actor, key=key)
    if earlier is None:
        try:
            return record_contact(actor=actor, key=key, **contact)
        except IntegrityError as error:
            earlier = called(actor=actor, key=key)
            if earlier is None and Interaction.objects.filter(key=key).exists():
                raise InvalidTransition(_("This contact was registered and taken back: begin another one.")) from error
            if earlier is None:
                raise
    earlier.happening = happening_of(earlier, "interaction.record")  # type: ignore[attr-defined]
    return earlier


def _check_is_near(since: datetime, **due: datetime) -> None:
    """Raise Invalid, under the name of the field, for an instant that lies too far ahead to be promised."""
    late = {field: [_("A promise is due within ten years.")] for field, at in due.items() if at > since + FARTHEST}
    if late:
        raise Invalid(fields=late)


def _move(promise: Promise, state: State, **values: Any) -> Promise:
    if not promise.may_become(state):
        raise InvalidTransition(
            _("The promise is %(state)s: it cannot become %(next)s.")
            % {"state": promise.get_state_display(), "next": state.value}
        )
    promise.change(state=state, **{"closed_at": now(), **values})
    _tell_next_due(promise.client_id)
    return promise


def _key_of_follower(promise: Promise) -> str | None:
    """Its origin's key before an "@", then the promise that it follows, and the how manieth after it."""
    if not promise.origin_key:
        return None
    return f"{promise.origin_key.partition('@')[0]}@{promise.pk}.{promise.followed_by.count()}"


def _tell_next_due(client_id: int) -> None:
    due = Promise.objects.open().ours().filter(client_id=client_id).aggregate(due=Min("due_at"))["due"]
    standing.set_next_due(client_id=client_id, at=due)
