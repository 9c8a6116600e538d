"""Questions about events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Count, QuerySet

from cartera.clients.models import Client
from cartera.clock.queries import today
from cartera.events.models import Event
from cartera.events.rules import Lead
from cartera.events.settings import LEADS, MINUTES, RUN_DOWN, SILENCE
from cartera.events.signals import RunDownRule, SilenceRule
from cartera.kernel.actor import Actor
from cartera.kernel.records import columns
from cartera.rulebook.queries import value_of


def leads(on: date) -> Mapping[str, Lead]:
    """How long ahead each line's maturities are raised, as it was in force on a day."""
    return {line: Lead(value_of(lead.ahead, on), value_of(lead.to_settle, on)) for line, lead in LEADS.items()}


def run_down_rule(on: date) -> RunDownRule:
    """What counted as running down on a day."""
    return RunDownRule(**{name: value_of(setting, on) for name, setting in RUN_DOWN.items()})


def silence_rule(on: date) -> SilenceRule:
    """What counted as silence on a day."""
    return SilenceRule(**{name: value_of(setting, on) for name, setting in SILENCE.items()})


def minutes_of(kind: str, on: date | None = None) -> int:
    """How long a contact about a kind of event takes."""
    return value_of(MINUTES[kind], on)


def open_for(*, actor: Actor, client: Client) -> QuerySet[Event]:
    """A client's open events, the first to act on first."""
    rows = _open(actor).filter(client=client).select_related(None).select_related("holding__product")
    return rows.only(*columns(Event), "holding__product__name")


def to_act_on(*, actor: Actor, until: date | None = None) -> QuerySet[Event]:
    """Open events of the actor's clients to act on by a day, the most at stake first."""
    rows = _open(actor) if until is None else _open(actor).filter(act_by__lte=until)
    return rows.order_by("-at_stake_minor", "act_by", "id")


def listed(*, actor: Actor, kind: str = "", raised_before: date | None = None) -> QuerySet[Event]:
    """Open events of the actor's clients, of a kind and as old as asked; the first to act on first."""
    rows = _open(actor).filter(**{"kind": kind} if kind else {})
    return rows.filter(raised_on__lte=raised_before) if raised_before else rows


def counts_by_kind(*, actor: Actor, raised_before: date | None = None) -> Mapping[str, int]:
    """How many of those there are of each kind."""
    rows = listed(actor=actor, raised_before=raised_before).order_by()
    return dict(rows.values_list("kind").annotate(n=Count("pk")))


def history_of(*, actor: Actor, client: Client) -> QuerySet[Event]:
    """What became of a client's events, the latest first."""
    rows = Event.objects.visible_to(actor).filter(client=client).exclude(state=Event.State.OPEN)
    return rows.select_related("promise", "holding__product").order_by("-expires_on", "-id")


def _open(actor: Actor) -> QuerySet[Event]:
    rows = Event.objects.visible_to(actor).filter(state=Event.State.OPEN, expires_on__gte=today())
    return rows.select_related("client", "holding__product").order_by("act_by", "id")
