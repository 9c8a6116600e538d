"""Questions about results: a person's, a team's, the institution's, at the end of a night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Max, QuerySet

from cartera.kernel.actor import Actor
from cartera.results.models import PersonResult
from cartera.results.rules import Figures, total
from cartera.team.models import Branch, Staff


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """One person's figures, all tiers together and each apart."""

    staff: Staff
    all: Figures
    by_tier: Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class Results:
    """Figures at the end of a day for the people that one may see: together, by tier, and person by person."""

    on_date: date | None
    all: Figures
    by_tier: Mapping[str, Figures]
    people: Sequence[PersonFigures]


def results(
    *, actor: Actor, on: date | None = None, branch: Branch | None = None, staff: Staff | None = None
) -> Results:
    """The results of the last night up to a day, for everybody whom the actor sees, a branch with those below it, or a person."""
    rows = _rows(actor)
    if branch is not None:
        rows = rows.filter(staff__branch__path__startswith=branch.path)
    if staff is not None:
        rows = rows.filter(staff=staff)
    day = _last_night(rows, on)
    if day is None:
        return Results(None, Figures(), {}, [])
    people = [
        PersonFigures(person, total(tiers.values()), tiers)
        for person, tiers in _by_person(rows.filter(on_date=day).select_related("staff__branch")).items()
    ]
    by_tier: dict[str, Figures] = defaultdict(Figures)
    for one in people:
        for tier, figures in one.by_tier.items():
            by_tier[tier] += figures
    return Results(day, total(by_tier.values()), dict(sorted(by_tier.items())), people)


def kept_rates(*, actor: Actor, staff: Staff | None = None, nights: int = 30) -> list[tuple[date, float | None]]:
    """The kept rate at the end of each of the last nights, the earliest first."""
    rows = _rows(actor) if staff is None else _rows(actor).filter(staff=staff)
    days = sorted(rows.order_by("-on_date").values_list("on_date", flat=True).distinct()[:nights])
    figures: dict[date, Figures] = defaultdict(Figures)
    for row in rows.filter(on_date__in=days):
        figures[row.on_date] += _figures(row)
    return [(day, figures[day].kept_rate) for day in days]


def _rows(actor: Actor) -> QuerySet[PersonResult]:
    return PersonResult.objects.visible_to(actor)


def _last_night(rows: QuerySet[PersonResult], on: date | None) -> date | None:
    until = rows if on is None else rows.filter(on_date__lte=on)
    found: date | None = until.aggregate(day=Max("on_date"))["day"]
    return found


def _by_person(rows: QuerySet[PersonResult]) -> dict[Staff, dict[str, Figures]]:
    people: dict[Staff, dict[str, Figures]] = defaultdict(dict)
    for row in rows.order_by("staff__name", "staff_id", "tier"):
        people[row.staff][row.tier] = _figures(row)
    return people


def _figures(row: PersonResult) -> Figures:
    return Figures(**{field.name: getattr(row, field.name) for field in fields(Figures)})
