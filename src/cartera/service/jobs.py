"""The night's service step: every client on its agreement, every agreement's promises made, overdue ones broken.

It works from what stands in the tables, so that a second run changes nothing and an interrupted one goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from django.db.models import F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from cartera.clients.models import Client
from cartera.clients.models.contact import EVERY_DAY, Channels
from cartera.clock import queries as clock
from cartera.clock.rules import WorkingCalendar
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.kernel.runs import StepResult
from cartera.promises import actions_in_bulk as promises
from cartera.promises.models import Origin, Promise, Side
from cartera.service import actions, actions_in_bulk, planning, rules
from cartera.service.models import Agreement, ServiceModel
from cartera.service.planning import Offer, Shelf, Standing
from cartera.service.rules import Ground, Period
from cartera.team.calendars import calendar_of
from cartera.team.models import Branch

NIGHT = Actor.system("service of the night", "client.view", "promise.*", "service.*")
SLICE = 20_000

INSTANT = pl.Datetime("us", "UTC")
AGREEMENT = {
    "client_id": pl.Int64,
    "number": pl.Int64,
    "model_id": pl.Int64,
    "basis": pl.String,
    "terms": pl.String,
    "turn": pl.Int64,
    "from_day": pl.Date,
    "until_day": pl.Date,
    "ended_on": pl.Date,
    "planned_on": pl.Date,
}
STANDING = ("tier", "is_new", "was_asked", "channels", "consent", "preferred", "contacts_a_year", "days")
TOUCH = {
    "n": pl.Int64,
    "what": pl.String,
    "channel": pl.String,
    "purpose": pl.String,
    "minutes": pl.Int64,
    "opens_at": INSTANT,
    "due_at": INSTANT,
    "latest_at": INSTANT,
}


def service_step(day: date, run: Run, replay: bool) -> StepResult:
    """Settle the agreements of a day and make what they promise. A replay looks and changes nothing.

    An institution that has no service model yet starts with the built-in ones.
    """
    clients = _clients(day)
    if replay:
        return StepResult(rows=clients.height)
    if not ServiceModel.objects.exists():
        actions.found_models(actor=NIGHT)
    dawn = planning.begins_at(day, clock.zone())
    broken = promises.break_overdue(actor=NIGHT, now=dawn)
    clients, offers = _offered(clients, day)
    settled = _settle(clients, day)
    withdrawn = promises.withdraw_many(
        actor=NIGHT, ids=_left_over(day, dawn), now=dawn, why=_("Its agreement gave way to another.")
    )
    made = _promise(clients, offers, day, dawn)
    handed = promises.follow_advisers(actor=NIGHT)
    promises.tell_next_due(actor=NIGHT)
    counts = {"agreements": settled, "made": made, "withdrawn": withdrawn, "broken": broken, "handed_over": handed}
    return StepResult(rows=clients.height, changed=sum(counts.values()), summary=counts)


def _clients(day: date) -> pl.DataFrame:
    """The clients of a day, with what they asked for, the agreement that stands and the number of the last one."""
    clients = _frame(
        Client.objects.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day).order_by("id"),
        id=("id", pl.Int64),
        tier=("tier", pl.String),
        since=("since", pl.Date),
        adviser_id=("adviser_id", pl.Int64),
        branch_id=("branch_id", pl.Int64),
        channels=("wishes__channels", pl.Int64),
        consent=("wishes__consent", pl.Int64),
        preferred=("wishes__preferred", pl.String),
        contacts_a_year=("wishes__contacts_a_year", pl.Int64),
        days=("wishes__days", pl.Int64),
        said_on=("wishes__said_on", pl.Date),
    ).with_columns(
        pl.col("channels", "consent").fill_null(int(Channels.ALL)),
        pl.col("preferred").fill_null(""),
        pl.col("days").fill_null(EVERY_DAY),
        (pl.col("said_on") <= day).fill_null(False).alias("was_asked"),
    )
    standing = _frame(Agreement.objects.open(), **{name: (name, kind) for name, kind in AGREEMENT.items()})
    numbers = Agreement.objects.values("client_id").annotate(last=Max("number"))
    last = _frame(numbers, id=("client_id", pl.Int64), last=("last", pl.Int64))
    return clients.join(standing, left_on="id", right_on="client_id", how="left").join(last, on="id", how="left")


def _offered(clients: pl.DataFrame, day: date) -> tuple[pl.DataFrame, list[Offer]]:
    """Each client with the place of its offer in the list; those whom no model serves are left out."""
    shelf, offers = Shelf.on(day), list[Offer]()

    def is_new(since: date, was_asked: bool) -> tuple[bool]:
        return (rules.is_new(since, was_asked=was_asked, on=day),)

    def offer(chosen: int | None, *standing: Any) -> tuple[int | None, int | None, str | None, str | None]:
        found = shelf.offer(Standing(*standing), chosen=chosen)
        if found is None:
            return None, None, None, None
        offers.append(found)
        return len(offers) - 1, found.model_id, found.ground, found.terms

    still_chosen = (pl.col("basis") == Ground.CHOSEN) & (pl.col("until_day") > day + rules.RENEWED_AHEAD)
    clients = _derived(clients, ("since", "was_asked"), {"is_new": pl.Boolean}, is_new)
    clients = clients.with_columns(pl.when(still_chosen).then("model_id").alias("chosen"))
    kinds = {"offer": pl.Int64, "offered_model": pl.Int64, "ground": pl.String, "offered_terms": pl.String}
    return _derived(clients, ("chosen", *STANDING), kinds, offer).drop_nulls("offer"), offers


def _settle(clients: pl.DataFrame, day: date) -> int:
    """End the agreements that give way, begin those that follow; returns how many rows were written."""

    def succession(since: date | None, until: date | None, same: bool | None) -> tuple[date | None, date | None]:
        running = Period(since, until) if since and until else None
        following = rules.next_period(running, day, same_terms=bool(same))
        return (following.from_day, following.until_day) if following else (None, None)

    clients = clients.with_columns((pl.col("terms") == pl.col("offered_terms")).alias("same"))
    kinds = {"next_from": pl.Date, "next_until": pl.Date}
    clients = _derived(clients, ("from_day", "until_day", "same"), kinds, succession)
    has_one, changes = pl.col("number").is_not_null(), pl.col("next_from").is_not_null()
    following = clients.filter(has_one & changes)
    pairs = [_standing(following.with_columns(ended_on="next_from")), _next(following)]
    regrounded = clients.filter(has_one & ~changes & (pl.col("basis") != pl.col("ground")))
    others = [
        _next(_with_turns(clients).filter(~has_one)),
        _standing(regrounded.with_columns(basis="ground")),
        _of_those_who_left(day),
    ]
    written = actions_in_bulk.settle_many(
        actor=NIGHT, succeeded=pl.concat(pairs).sort("client_id", "number"), others=pl.concat(others)
    )
    return written.changed


def _standing(clients: pl.DataFrame) -> pl.DataFrame:
    """The agreements that stand, as rows of their table."""
    return clients.rename({"id": "client_id"}).select(*AGREEMENT)


def _next(clients: pl.DataFrame) -> pl.DataFrame:
    """The agreements that follow, as rows of their table."""
    return clients.select(
        pl.col("id").alias("client_id"),
        (pl.col("last").fill_null(0) + 1).alias("number"),
        pl.col("offered_model").alias("model_id"),
        pl.col("ground").alias("basis"),
        pl.col("offered_terms").alias("terms"),
        "turn",
        pl.col("next_from").alias("from_day"),
        pl.col("next_until").alias("until_day"),
        pl.lit(None, pl.Date).alias("ended_on"),
        pl.lit(None, pl.Date).alias("planned_on"),
    )


def _with_turns(clients: pl.DataFrame) -> pl.DataFrame:
    """Clients without an agreement, in order, take the next turns of those on the same model in the same book."""
    of_a_book = ("adviser_id", "offered_model")
    newcomers_last = clients.sort(pl.col("number").is_null(), "id")
    ranked = newcomers_last.with_columns(pl.int_range(pl.len()).over(of_a_book).alias("rank"))
    return _derived(
        ranked.filter(pl.col("number").is_null()).drop("turn"),
        ("rank",),
        {"turn": pl.Int64},
        lambda rank: (rules.turn_of(rank),),
    )


def _of_those_who_left(day: date) -> pl.DataFrame:
    columns = {name: (name, kind) for name, kind in AGREEMENT.items()}
    return _frame(
        Agreement.objects.open().filter(client__until__lte=day), **columns | {"ended_on": ("client__until", pl.Date)}
    )


def _left_over(day: date, dawn: datetime) -> list[int]:
    """Open promises of agreements that ended early, due after they did and not before now."""
    ended_early = Agreement.objects.filter(ended_on__lt=F("until_day"), until_day__gt=day)
    ends = {pk: planning.begins_at(end, clock.zone()) for pk, end in ended_early.values_list("id", "ended_on") if end}
    promised = Promise.objects.open().filter(
        origin=Origin.MODEL, due_at__gte=dawn, client__in=ended_early.values("client")
    )
    return [
        pk
        for pk, key, due_at in promised.order_by("id").values_list("id", "origin_key", "due_at")
        if (end := ends.get(planning.agreement_in(key))) is not None and due_at >= end
    ]


def _promise(clients: pl.DataFrame, offers: Sequence[Offer], day: date, dawn: datetime) -> int:
    """Make the promises of the agreements that have none yet; returns how many."""
    calendars, of_branch = _calendars(clients["branch_id"].unique(), day)
    by_terms = {offer.terms: offer for offer in offers}
    columns = {name: (name, kind) for name, kind in AGREEMENT.items()}
    unplanned = _frame(
        Agreement.objects.open().filter(planned_on__isnull=True).order_by("id"),
        agreement_id=("id", pl.Int64),
        **columns,
    ).join(clients.select("id", "adviser_id", "branch_id"), left_on="client_id", right_on="id")
    unplanned = unplanned.filter(pl.col("terms").is_in(list(by_terms))).join(of_branch, on="branch_id")

    def touches(terms: str, since: date, until: date, turn: int, place: int) -> Iterable[tuple[Any, ...]]:
        calendar = calendars[place]
        year = planning.touches_in(by_terms[terms], Period(since, until), turn=turn, calendar=calendar)
        for n, planned in enumerate(year):
            touch = planned.touch
            window = planning.window_of(planned, calendar.zone)
            yield n, touch.name, touch.channel, touch.purpose, touch.minutes, *window

    made = 0
    for part in unplanned.iter_slices(SLICE):
        rows = _exploded(part, ("terms", "from_day", "until_day", "turn", "calendar"), TOUCH, touches)
        made += promises.make_many(actor=NIGHT, promises=_rows(rows, dawn)).created
        actions_in_bulk.note_planned(actor=NIGHT, agreement_ids=part["agreement_id"].to_list(), on=day)
    return made


def _rows(touches: pl.DataFrame, made_at: datetime) -> pl.DataFrame:
    """Touches of agreements as rows of the ledger."""
    return touches.select(
        "client_id",
        pl.col("adviser_id").alias("staff_id"),
        pl.lit(Side.US.value).alias("owed_by"),
        "what",
        "channel",
        "purpose",
        "minutes",
        pl.lit(made_at.astimezone(UTC)).cast(INSTANT).alias("made_at"),
        "opens_at",
        "due_at",
        "latest_at",
        pl.lit(Origin.MODEL.value).alias("origin"),
        pl.format("model:{}:{}", "agreement_id", "n").alias("origin_key"),
    )


def _calendars(branch_ids: Iterable[int], day: date) -> tuple[list[WorkingCalendar], pl.DataFrame]:
    """The different working calendars of these branches over the coming years, and the place of each branch's."""
    places: dict[WorkingCalendar, int] = {}
    found = [
        (branch.pk, places.setdefault(calendar_of(branch, day.year - 1, day.year + 3), len(places)))
        for branch in Branch.objects.filter(pk__in=list(branch_ids))
    ]
    return list(places), pl.DataFrame(found, schema={"branch_id": pl.Int64, "calendar": pl.Int64}, orient="row")


def _frame(rows: QuerySet[Any, Any], **columns: tuple[str, Any]) -> pl.DataFrame:
    """Columns of a queryset, each from a field or a path of fields, in the given type."""
    values = rows.values_list(*(field for field, _kind in columns.values()))
    return pl.DataFrame(
        list(values.iterator(chunk_size=SLICE)),
        schema={name: kind for name, (_field, kind) in columns.items()},
        orient="row",
    )


def _derived(
    rows: pl.DataFrame, by: Sequence[str], columns: Mapping[str, Any], function: Callable[..., Sequence[Any]]
) -> pl.DataFrame:
    """Add columns that a rule makes of others, asking it once for each combination that occurs."""
    return _exploded(rows, by, columns, lambda *values: [function(*values)])


def _exploded(
    rows: pl.DataFrame, by: Sequence[str], columns: Mapping[str, Any], function: Callable[..., Iterable[Sequence[Any]]]
) -> pl.DataFrame:
    """Each row as often as a rule makes something of some of its columns, asking it once for each combination."""
    combinations = rows.select(by).unique(maintain_order=True)
    made = [(*values, *result) for values in combinations.iter_rows() for result in function(*values)]
    schema = {**combinations.schema, **columns}
    return rows.join(
        pl.DataFrame(made, schema=schema, orient="row"), on=list(by), nulls_equal=True, maintain_order="left"
    )
