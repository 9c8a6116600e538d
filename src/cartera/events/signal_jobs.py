"""The night's signals: run-downs and silences are raised once per reason, and close by themselves when they are over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from cartera.clients.models import Client, Holding
from cartera.clock import queries as clock
from cartera.engine import snapshot
from cartera.engine.session import Session, open_session
from cartera.events import levels, queries
from cartera.events.models import Event
from cartera.events.rules import cause_of_silence
from cartera.events.signals import RunDown, Talks, recovered, run_down, silence, term_of

SHOWN_MONTHS = 14
BATCH = 500


@dataclass(frozen=True, slots=True)
class Signals:
    """What a night found: rows of events to raise, ids of open ones that are over, how many clients were looked at."""

    rows: list[tuple[Any, ...]]
    over: list[int]
    looked: int


def signals_of(day: date) -> Signals:
    """Read the snapshot of a day for what clients' own past says, beside the events that are open."""
    with open_session(snapshot.find(day)) as session:
        found = [*_run_downs(session, day)] if levels.latest_month(session) else []
        silences = [*_silences(session, day)]
        over = [*_recovered(session, day), *_talked_again(session)]
    clients = _clients([*(row[0] for row in found), *(row[0] for row in silences)])
    rows = [*_rows_of_run_downs(found, clients, day), *_rows_of_silences(silences, clients, day)]
    return Signals(rows, over, len(found) + len(silences))


def _run_downs(session: Session, day: date) -> Iterator[tuple[int, RunDown, list[tuple[date, int]]]]:
    rule = queries.run_down_rule(day)
    quiet_since = day - timedelta(days=rule.quiet_days)
    lately = Event.objects.filter(kind=Event.Kind.RUN_DOWN, raised_on__gt=quiet_since).exclude(state=Event.State.OVER)
    told = set(lately.filter(raised_on__lt=day).values_list("client_id", flat=True))
    months = levels.fallen(session, rule)
    for (client_id,), part in months.group_by("client_id", maintain_order=True):
        series = list(zip(part["month"], part["level_minor"], strict=True))
        found = run_down(series, rule)
        if found is not None and client_id not in told:
            yield int(client_id), found, series[-SHOWN_MONTHS:]


def _silences(session: Session, day: date) -> Iterator[tuple[int, Talks]]:
    rule = queries.silence_rule(day)
    for client_id, *told in levels.quiet(session, rule).iter_rows():
        talks = Talks(*told)
        if silence(talks, day, rule) is not None:
            yield client_id, talks


def _recovered(session: Session, day: date) -> Iterator[int]:
    """Open run-downs whose client is back near the level that was usual."""
    rule = queries.run_down_rule(day)
    rows = dict(_open(Event.Kind.RUN_DOWN).values_list("client_id", "id"))
    usual = dict(_open(Event.Kind.RUN_DOWN).values_list("client_id", "evidence__usual_minor"))
    for client_id, latest in levels.latest_of(session, rows.keys()).items():
        if recovered(usual[client_id], latest, rule):
            yield rows[client_id]


def _talked_again(session: Session) -> Iterator[int]:
    """Open silences whose client has been talked with since."""
    rows = {
        client_id: (pk, since)
        for pk, client_id, since in _open(Event.Kind.SILENCE).values_list("id", "client_id", "evidence__last_on")
    }
    for client_id, last_on in levels.last_talks(session, rows.keys()).items():
        pk, since = rows[client_id]
        if last_on > date.fromisoformat(since):
            yield pk


def _open(kind: Event.Kind):  # type: ignore[no-untyped-def]
    return Event.objects.filter(kind=kind, state=Event.State.OPEN)


def _clients(ids: Iterable[int]) -> dict[int, Client]:
    """Those of them who are still clients and have an adviser to hear of it."""
    wanted = sorted(set(ids))
    found: dict[int, Client] = {}
    for first in range(0, len(wanted), BATCH):
        rows = Client.objects.filter(pk__in=wanted[first : first + BATCH], until__isnull=True, adviser__isnull=False)
        found |= {client.pk: client for client in rows.only("key", "revenue_minor")}
    return found


def _rows_of_run_downs(
    found: Iterable[tuple[int, RunDown, list[tuple[date, int]]]], clients: Mapping[int, Client], day: date
) -> Iterator[tuple[Any, ...]]:
    rule = queries.run_down_rule(day)
    term = term_of(day, rule)
    gone = _what_went(clients, {client_id: fall.since for client_id, fall, _series in found})
    for client_id, fall, series in found:
        client = clients.get(client_id)
        if client is None:
            continue
        evidence = {
            "usual_minor": fall.usual_minor,
            "latest_minor": fall.latest_minor,
            "since": fall.since.isoformat(),
            "months": fall.months,
            "z_ppm": fall.z_ppm,
            "a_year_ago_minor": fall.a_year_ago_minor,
            "series": [[month.isoformat(), level] for month, level in series],
            "closed": gone.get(client_id, []),
        }
        key = f"run_down:{client.key}:{fall.since:%Y-%m}"
        yield _row(client, Event.Kind.RUN_DOWN, key, day, term.act_by, term.expires_on, fall.fell_minor, evidence)


def _rows_of_silences(
    found: Iterable[tuple[int, Talks]], clients: Mapping[int, Client], day: date
) -> Iterator[tuple[Any, ...]]:
    rule = queries.silence_rule(day)
    term = term_of(day, rule)
    for client_id, talks in found:
        client, how_long = clients.get(client_id), silence(talks, day, rule)
        if client is None or how_long is None:
            continue
        evidence = {
            "last_on": talks.last_on.isoformat(),
            "days": how_long.days,
            "limit_days": how_long.limit_days,
            "agreed_days": talks.agreed_days,
            "usual_days": talks.usual_days,
            "talks": talks.count,
            "tried": talks.tried,
        }
        key = cause_of_silence(client.key, talks.last_on)
        yield _row(client, Event.Kind.SILENCE, key, day, term.act_by, term.expires_on, 0, evidence)


def _what_went(clients: Mapping[int, Client], since: Mapping[int, date]) -> dict[int, list[str]]:
    """The products that were closed since the fall began, which is often its cause."""
    closed: dict[int, list[str]] = {}
    for first in range(0, len(ids := sorted(clients)), BATCH):
        rows = Holding.objects.filter(client__in=ids[first : first + BATCH], closed_on__isnull=False)
        for client_id, name, closed_on in rows.values_list("client_id", "product__name", "closed_on"):
            if closed_on is not None and client_id in since and closed_on >= since[client_id] - timedelta(days=31):
                closed.setdefault(client_id, []).append(name)
    return closed


def _row(
    client: Client, kind: Event.Kind, key: str, day: date, act_by: date, expires: date, amount: int, evidence: Any
) -> tuple[Any, ...]:
    return (
        client.pk,
        None,
        kind.value,
        key,
        day,
        act_by,
        expires,
        amount,
        max(client.revenue_minor, 0),
        clock.institution().currency,
        json.dumps(evidence, ensure_ascii=False),
        Event.State.OPEN.value,
    )


def frame(rows: list[tuple[Any, ...]], schema: Mapping[str, Any]) -> pl.DataFrame:
    """The rows as the bulk action takes them, one of each cause."""
    return pl.DataFrame(rows, schema=dict(schema), orient="row").unique("cause_key", keep="first", maintain_order=True)
