"""The night's events step: what matures ahead is raised once, what has passed expires."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from cartera.clients.models import Holding
from cartera.events import actions_in_bulk, queries
from cartera.events.models import Event
from cartera.events.rules import Held, MaturityAhead, maturity_ahead
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.kernel.runs import StepResult

NIGHT = Actor.system("events of the night", "event.*")
BATCH = 20_000

EVENT = {
    "client_id": pl.Int64,
    "holding_id": pl.Int64,
    "kind": pl.String,
    "cause_key": pl.String,
    "raised_on": pl.Date,
    "act_by": pl.Date,
    "expires_on": pl.Date,
    "amount_minor": pl.Int64,
    "at_stake_minor": pl.Int64,
    "currency": pl.String,
    "evidence": pl.String,
    "state": pl.String,
}


def events_step(day: date, run: Run, replay: bool) -> StepResult:
    """Raise and expire the events of a day. A replay looks and changes nothing."""
    leads = queries.leads()
    furthest = max((lead.days_ahead for lead in leads.values()), default=0)
    maturing = Holding.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=day),
        matures_on__range=(day, day + timedelta(days=furthest)),
        opened_on__lte=day,
    )
    looked = maturing.count()
    if replay:
        return StepResult(rows=looked)
    raised = 0
    for holdings in _batches(maturing.select_related("product").order_by("id")):
        found = ((holding, maturity_ahead(_held(holding), day, leads)) for holding in holdings)
        rows = [_row(holding, event, day) for holding, event in found if event is not None]
        events = pl.DataFrame(rows, schema=EVENT, orient="row")
        raised += actions_in_bulk.raise_many(actor=NIGHT, events=events).created
    expired = actions_in_bulk.expire_many(actor=NIGHT, on=day)
    return StepResult(rows=looked, changed=raised + expired, summary={"raised": raised, "expired": expired})


def _batches(holdings: QuerySet[Holding]) -> Iterator[list[Holding]]:
    every = holdings.iterator(chunk_size=BATCH)
    while batch := list(islice(every, BATCH)):
        yield batch


def _row(holding: Holding, event: MaturityAhead, day: date) -> tuple[Any, ...]:
    return (
        holding.client_id,
        holding.pk,
        Event.Kind.MATURITY.value,
        event.cause_key,
        day,
        event.act_by,
        event.expires_on,
        event.amount_minor,
        event.at_stake_minor,
        holding.currency,
        json.dumps({**event.evidence, "product": holding.product.name}, ensure_ascii=False),
        Event.State.OPEN.value,
    )


def _held(holding: Holding) -> Held:
    product = holding.product
    assert holding.matures_on is not None
    return Held(
        key=holding.key,
        line=product.line,
        balance_minor=holding.balance_minor,
        balance_on=holding.balance_on,
        limit_minor=holding.limit_minor,
        opened_on=holding.opened_on,
        matures_on=holding.matures_on,
        closed_on=holding.closed_on,
        margin_ppm=product.margin_ppm,
        fee_minor=product.fee_minor if product.currency == holding.currency else 0,
        rate_ppm=holding.rate_ppm,
    )
