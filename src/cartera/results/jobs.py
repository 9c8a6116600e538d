"""The night's results step: figures per person and tier over the ninety days to a date, from what had happened by then.

A replay writes them too: they are snapshots of their date, and nothing current depends on them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum

from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.interactions.models import Effort, Interaction
from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.kernel.runs import StepResult
from cartera.promises.models import Promise
from cartera.promises.rules import State
from cartera.results import actions_in_bulk
from cartera.results.models import PersonResult
from cartera.results.rules import Figures, term_to

NIGHT = Actor.system("results of the night", "result.*")

Book = tuple[int, str]
"""A person and a tier."""

ROW = {"staff_id": pl.Int64, "tier": pl.String, "on_date": pl.Date} | {
    field.name: pl.Int64 for field in fields(Figures)
}


def results_step(day: date, run: Run, replay: bool) -> StepResult:
    """Write the results of a day. What was written for the day and has no cause any more becomes zero."""
    figures: dict[Book, Figures] = defaultdict(Figures)
    written = PersonResult.objects.filter(on_date=day).values_list("staff_id", "tier")
    for book in written:
        figures[book] = Figures()
    for counts in (_promises(day), _contacts(day), _effort(day), _clients(day)):
        for book, found in counts:
            figures[book] = figures[book] + found
    rows = [
        {"staff_id": staff, "tier": tier, "on_date": day, **asdict(found)} for (staff, tier), found in figures.items()
    ]
    results = pl.DataFrame(rows, schema=ROW).sort("staff_id", "tier")
    counts_written = actions_in_bulk.write_many(actor=NIGHT, results=results)
    return StepResult(rows=results.height, changed=counts_written.changed)


def _promises(day: date) -> Iterable[tuple[Book, Figures]]:
    since, until = _instants(day)
    closed = Q(closed_at__gte=since, closed_at__lt=until)
    still = Q(made_at__lt=until, due_at__lt=until) & (Q(closed_at__isnull=True) | Q(closed_at__gte=until))
    rows = Promise.objects.ours().filter(closed | still, staff__isnull=False)
    return _counted(
        rows,
        "staff_id",
        day,
        kept=Count("pk", filter=closed & Q(state=State.KEPT)),
        late=Count("pk", filter=closed & Q(state=State.LATE)),
        broken=Count("pk", filter=closed & Q(state=State.BROKEN)),
        open_late=Count("pk", filter=still),
    )


def _contacts(day: date) -> Iterable[tuple[Book, Figures]]:
    since, until = _instants(day)
    rows = Interaction.objects.standing().filter(happened_at__gte=since, happened_at__lt=until, staff__isnull=False)
    return _counted(rows, "staff_id", day, contacts=Count("pk"), minutes=Sum("minutes"))


def _effort(day: date) -> Iterable[tuple[Book, Figures]]:
    first, after = term_to(day)
    rows = Effort.objects.filter(spent_on__gte=first, spent_on__lt=after)
    return _counted(rows, "staff_id", day, minutes=Sum("minutes"))


def _clients(day: date) -> Iterable[tuple[Book, Figures]]:
    rows = Client.objects.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day, adviser__isnull=False)
    return _counted(rows, "adviser_id", day, clients=Count("pk"))


def _counted(rows: QuerySet[Any], person: str, day: date, **figures: Any) -> Iterable[tuple[Book, Figures]]:
    """Figures per person and tier that the client had on the day, "" for none."""
    tiers = "tiers" if rows.model is Client else "client__tiers"
    in_force = Q(**{f"{tiers}__from_day__lte": day}) & (
        Q(**{f"{tiers}__until_day__isnull": True}) | Q(**{f"{tiers}__until_day__gte": day})
    )
    grouped = rows.annotate(tier_then=FilteredRelation(tiers, condition=in_force))
    grouped = grouped.values(person=F(person), letter=F("tier_then__tier")).annotate(**figures).order_by()
    for row in grouped:
        yield (row["person"], row["letter"] or ""), replace(Figures(), **{name: row[name] or 0 for name in figures})


def _instants(day: date) -> tuple[datetime, datetime]:
    """The instants at which the term begins and is over, in the institution's zone."""
    first, after = term_to(day)
    return tuple(datetime.combine(bound, datetime.min.time(), tzinfo=clock.zone()) for bound in (first, after))  # type: ignore[return-value]
