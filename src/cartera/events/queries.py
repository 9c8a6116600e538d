"""Questions about events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet

from cartera.clients.models import Client
from cartera.clock.queries import today
from cartera.events.models import Event, LeadTime
from cartera.events.rules import PRIORS, Lead
from cartera.kernel.actor import Actor


def leads() -> Mapping[str, Lead]:
    """How long ahead each line's maturities are raised: what the institution set, else the priors."""
    told = {row.line: Lead(row.days_ahead, row.days_to_settle) for row in LeadTime.objects.all()}
    return {**PRIORS, **told}


def open_for(*, actor: Actor, client: Client) -> QuerySet[Event]:
    """A client's open events, the first to act on first."""
    return _open(actor).filter(client=client)


def to_act_on(*, actor: Actor, until: date | None = None) -> QuerySet[Event]:
    """Open events of the actor's clients to act on by a day, the most at stake first."""
    rows = _open(actor) if until is None else _open(actor).filter(act_by__lte=until)
    return rows.order_by("-at_stake_minor", "act_by", "id")


def history_of(*, actor: Actor, client: Client) -> QuerySet[Event]:
    """What became of a client's events, the latest first."""
    rows = Event.objects.visible_to(actor).filter(client=client).exclude(state=Event.State.OPEN)
    return rows.select_related("promise", "holding__product").order_by("-expires_on", "-id")


def _open(actor: Actor) -> QuerySet[Event]:
    rows = Event.objects.visible_to(actor).filter(state=Event.State.OPEN, expires_on__gte=today())
    return rows.select_related("client", "holding__product").order_by("act_by", "id")
