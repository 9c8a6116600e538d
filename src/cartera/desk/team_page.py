"""What a manager sees of the team: words kept, hours promised and there, the price of an hour, what does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.agenda.models import Plan, Unplaced
from cartera.agenda.queries import (
    LeftOut,
    costliest_left_out,
    left_out_by_plan,
    plans_of_team,
    set_aside_by_reason,
)
from cartera.agenda.rules import WhyNot
from cartera.agenda.words import ReasonInWords, in_words
from cartera.clock import queries as clock
from cartera.desk.drawing import Load, load
from cartera.interactions.queries import made_by_staff_since
from cartera.kernel.actor import Actor
from cartera.promises.queries import kept_by_staff_since, overdue_by_staff
from cartera.results.queries import results
from cartera.results.rules import Figures
from cartera.team.models import Absence, Staff
from cartera.team.queries import absences_ahead, advisers

GOAL = 0.96
AHEAD = timedelta(weeks=6)
SHOWN_WEEKS = 3


@dataclass(frozen=True, slots=True)
class Week:
    """Minutes planned and there in one calendar week of a plan; `load` draws them."""

    monday: date
    planned: int
    available: int
    load: Load


@dataclass(frozen=True, slots=True)
class Row:
    """One adviser. `weeks` stand under the page's Mondays, None where there is nothing planned or there.

    `spare` are the minutes of the horizon that the plan leaves free: on other days than what does not fit is due.
    """

    staff: Staff
    figures: Figures
    overdue: int
    made_today: int
    kept_today: int
    price_minor: int
    weeks: Sequence[Week | None]
    left_out: LeftOut
    spare: int
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Something that does not fit, with its reasons in words."""

    row: Unplaced
    words: Sequence[ReasonInWords]


@dataclass(frozen=True, slots=True)
class TeamPage:
    lead: str
    rows: Sequence[Row]
    all: Figures
    results_on: date | None
    overdue: int
    planned: int
    available: int
    left_out: LeftOut
    made_today: int
    at_risk: Sequence[AtRisk]
    not_worth_it: int
    out_of_reach: int
    absences: Sequence[Absence]
    mondays: Sequence[date]


def team_page(*, actor: Actor) -> TeamPage:
    """The page of whoever runs people, for everybody whom the actor sees."""
    now, today = clock.now(), clock.today()
    midnight = datetime.combine(today, datetime.min.time(), tzinfo=clock.zone())
    people, plans = advisers(actor=actor), plans_of_team(actor=actor)
    found = results(actor=actor)
    figures = {one.staff.pk: one.all for one in found.people}
    late, left = overdue_by_staff(actor=actor), left_out_by_plan(actor=actor)
    made, kept = made_by_staff_since(actor=actor, instant=midnight), kept_by_staff_since(actor=actor, instant=midnight)
    weeks = _weeks({staff_id: _minutes_by_week(plan) for staff_id, plan in plans.items()})
    rows = [_row(person, plans.get(person.pk), figures, late, made, kept, left, weeks) for person in people]
    risks, aside = costliest_left_out(actor=actor), set_aside_by_reason(actor=actor)
    words = in_words(actor=actor, reasons=[reason for risk in risks for reason in risk.reasons], now=now)
    this_week = [week for row in rows for week in row.weeks[:1] if week]
    return TeamPage(
        lead=_lead(rows),
        rows=rows,
        all=found.all,
        results_on=found.on_date,
        overdue=sum(row.overdue for row in rows),
        planned=sum(week.planned for week in this_week),
        available=sum(week.available for week in this_week),
        left_out=LeftOut(sum(row.left_out.minutes for row in rows), sum(row.left_out.cost_minor for row in rows)),
        made_today=sum(row.made_today for row in rows),
        at_risk=[
            AtRisk(
                risk, [words[key] for reason in risk.reasons if (key := (reason["kind"], int(reason["id"]))) in words]
            )
            for risk in risks
        ],
        not_worth_it=aside.get(WhyNot.NOT_WORTH_ITS_MINUTES, 0),
        out_of_reach=aside.get(WhyNot.NO_WAY_TO_REACH, 0),
        absences=absences_ahead(actor=actor, day=today, until=today + AHEAD),
        mondays=weeks.mondays,
    )


def _row(
    staff: Staff,
    plan: Plan | None,
    figures: Mapping[int, Figures],
    late: Mapping[int, int],
    made: Mapping[int, int],
    kept: Mapping[int, int],
    left: Mapping[int, LeftOut],
    weeks: Weeks,
) -> Row:
    left_out = left.get(plan.pk, LeftOut(0, 0)) if plan else LeftOut(0, 0)
    free = sum(available - planned for planned, available in _minutes_by_week(plan).values()) if plan else 0
    return Row(
        staff=staff,
        figures=figures.get(staff.pk, Figures()),
        overdue=late.get(staff.pk, 0),
        made_today=made.get(staff.pk, 0),
        kept_today=kept.get(staff.pk, 0),
        price_minor=max(plan.prices.values(), default=0) if plan else 0,
        weeks=weeks.of(staff.pk),
        left_out=left_out,
        spare=max(0, free),
        plan=plan,
    )


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks that the page shows, and everybody's (planned, available) minutes in them, drawn on one scale."""

    mondays: Sequence[date]
    minutes: Mapping[int, Mapping[date, tuple[int, int]]]
    scale: int

    def of(self, staff_id: int) -> list[Week | None]:
        """One entry for each Monday of the page, so that every week stands under its own."""
        found = self.minutes.get(staff_id, {})
        return [Week(day, *found[day], load(*found[day], self.scale)) if day in found else None for day in self.mondays]


def _weeks(minutes: Mapping[int, Mapping[date, tuple[int, int]]]) -> Weeks:
    mondays = sorted({monday for weeks in minutes.values() for monday in weeks})[:SHOWN_WEEKS]
    shown = (max(weeks[monday]) for weeks in minutes.values() for monday in mondays if monday in weeks)
    return Weeks(mondays, minutes, max(shown, default=1) or 1)


def _minutes_by_week(plan: Plan) -> dict[date, tuple[int, int]]:
    """Minutes planned and available, by the Monday of each week."""
    weeks: dict[date, tuple[int, int]] = {}
    for name, minutes in sorted(plan.capacity.items()):
        day = date.fromisoformat(name)
        monday = day - timedelta(days=day.weekday())
        planned, available = weeks.get(monday, (0, 0))
        weeks[monday] = planned + minutes["planned"], available + minutes["available"]
    return weeks


def _lead(rows: Sequence[Row]) -> str:
    """Who is over, who has room: the sentence before the figures."""
    over = [row for row in rows if row.left_out.minutes]
    room = [row for row in rows if row.spare and not row.left_out.minutes]
    if not rows:
        return _("You have no advisers yet.")
    if not any(row.plan for row in rows):
        return _("No plan has been made yet: the night makes one for each person.")
    if not over:
        return _("The hours are enough: what was promised fits in the next ten working days.")
    names = ", ".join(row.staff.name for row in sorted(over, key=lambda row: -row.left_out.minutes)[:3])
    if room:
        return ngettext(
            "The hours are badly shared: %(names)s has more than fits, and %(n)s person has room.",
            "The hours are badly shared: %(names)s has more than fits, and %(n)s people have room.",
            len(room),
        ) % {"names": names, "n": len(room)}
    if any(row.spare for row in over):
        return _("Not all of it fits when it is due: look at %(names)s. Other days have room.") % {"names": names}
    return _("More was promised than there are hours: %(names)s has more than fits, and nobody has room.") % {
        "names": names
    }
