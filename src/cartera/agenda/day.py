"""One day of a person's plan, read at once for the page that shows it, and the rows that its buttons name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TypeVar

from django.db.models import Count, Model, QuerySet, Sum, Window
from django.utils.translation import gettext_lazy as _

from cartera.agenda.book import NOON, priors_on
from cartera.agenda.models import Plan, PlanItem, Unplaced
from cartera.agenda.priors import Priors
from cartera.agenda.queries import set_aside, without_room
from cartera.agenda.words import Key, ReasonInWords, in_words
from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.clock.intervals import Interval
from cartera.interactions.queries import slots_of
from cartera.interactions.rules import LOOK_BACK, Slot
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, NotFound
from cartera.team.calendars import diaries
from cartera.team.models import Staff

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Overflow:
    """What falls due on a day and did not fit: how many contacts, their minutes and what they are expected to cost."""

    contacts: int = 0
    minutes: int = 0
    cost_minor: int = 0

    def __add__(self, other: Overflow) -> Overflow:
        return Overflow(
            self.contacts + other.contacts, self.minutes + other.minutes, self.cost_minor + other.cost_minor
        )


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a person: the plan as it stands, its contacts in order, and the first of what did not fit, the most costly first.

    `aside` are the first of those that more hours would not help, of `aside_contacts` in all. `words` holds every
    reason of them by kind and id, `calls` how our calls to each client went.
    """

    staff: Staff
    plan: Plan | None
    on: date
    items: Sequence[PlanItem] = ()
    unplaced: Sequence[Unplaced] = ()
    aside: Sequence[Unplaced] = ()
    aside_contacts: int = 0
    left_out: Mapping[date, Overflow] = field(default_factory=dict)
    words: Mapping[Key, ReasonInWords] = field(default_factory=dict)
    calls: Mapping[int, Sequence[Slot]] = field(default_factory=dict)


SHOWN_UNPLACED = 6


def planner(*, actor: Actor, staff_id: int | None) -> Staff:
    """A person with their branch and plan. NotFound for somebody whom the actor may not see."""
    return _found(Staff.objects.visible_to(actor).select_related("branch", "plan").filter(pk=staff_id or 0))


def day_of(*, actor: Actor, staff: Staff, day: date) -> Day:
    """A day of a person, as `planner` found them, in seven queries, however full it is."""
    plan: Plan | None = getattr(staff, "plan", None)
    if plan is None:
        return Day(staff, None, day)
    rows = PlanItem.objects.visible_to(actor).filter(plan=plan, day=day).select_related("client__wishes")
    items = list(rows.order_by("place"))
    waiting = without_room(actor=actor).filter(plan=plan)
    due = waiting.values_list("due_on").order_by("due_on")
    totals = due.annotate(contacts=Count("id"), took=Sum("minutes"), cost=Sum("cost_minor"))
    left = {due_on: Overflow(contacts, took, cost) for due_on, contacts, took, cost in totals if due_on}
    unplaced = _costliest(waiting.filter(due_on__lte=day))
    beside = set_aside(actor=actor).filter(plan=plan, due_on__lte=day)
    aside = _costliest(beside.annotate(of=Window(Count("id"))))
    shown = chain[PlanItem | Unplaced](items, unplaced, aside)
    now = clock.now()
    return Day(
        staff=staff,
        plan=plan,
        on=day,
        items=items,
        unplaced=unplaced,
        aside=aside,
        aside_contacts=max((getattr(row, "of", 0) for row in aside), default=0),
        left_out=left,
        words=in_words(actor=actor, reasons=[reason for row in shown for reason in row.reasons], now=now),
        calls=slots_of(
            actor=actor, client_ids=[item.client_id for item in items], since=now - LOOK_BACK, zone=clock.zone()
        ),
    )


def _costliest(rows: QuerySet[Unplaced]) -> list[Unplaced]:
    return list(rows.select_related("client").order_by("-cost_minor", "id")[:SHOWN_UNPLACED])


def own_item(*, actor: Actor, item_id: int) -> PlanItem:
    """A contact of the actor's own plan. NotFound for anybody else's, and for one that a new plan took elsewhere."""
    rows = PlanItem.objects.visible_to(actor).filter(plan__staff_id=actor.scope.staff_id or 0, pk=item_id)
    return _found(rows.select_related("client", "plan__staff"))


def own_unplaced(*, actor: Actor, unplaced_id: int) -> Unplaced:
    """What did not fit in the actor's own plan. NotFound for anybody else's, and once a new plan has settled it."""
    rows = Unplaced.objects.visible_to(actor).filter(plan__staff_id=actor.scope.staff_id or 0, pk=unplaced_id)
    return _found(rows.select_related("client", "plan__staff"))


@dataclass(frozen=True, slots=True)
class Account:
    """What the worth of a contact was computed from: its reasons in words, the days of its plan, the priors in force."""

    item: PlanItem
    words: Mapping[Key, ReasonInWords]
    days: Sequence[date]
    priors: Priors

    def losses_on(self, day: date) -> int:
        """What is expected to be lost when the contact is made on a day of the plan."""
        return sum(reason["losses"][self.days.index(day)] for reason in self.item.reasons)


def account_of(*, actor: Actor, item_id: int) -> Account:
    """The account of a contact of a plan that the actor may see."""
    rows = PlanItem.objects.visible_to(actor).filter(plan__in=Plan.objects.visible_to(actor), pk=item_id)
    item = _found(rows.select_related("client", "plan__staff"))
    return Account(
        item=item,
        words=in_words(actor=actor, reasons=item.reasons, now=clock.now()),
        days=[date.fromisoformat(name) for name in sorted(item.plan.capacity)],
        priors=priors_on(item.plan.from_day),
    )


def first_gap(unplaced: Unplaced) -> datetime:
    """The first instant of its repair's half day from which a contact would fit. Raises Invalid when there is none any more."""
    plan, day = unplaced.plan, date.fromisoformat(unplaced.repair["day"])
    diary = diaries([plan.staff], day, day)[plan.staff_id]
    planned = [
        Interval(item.starts_at, item.starts_at + timedelta(minutes=item.minutes))
        for item in PlanItem.objects.filter(plan=plan, day=day)
    ]
    passed = Interval(_start_of(day), max(_start_of(day), clock.now()))
    parts = diary.calendar.split_at(day, NOON, [*diary.taken, *planned, passed])
    gaps = parts.morning if unplaced.repair["part"] == PlanItem.Part.MORNING else parts.afternoon
    needed = timedelta(minutes=unplaced.minutes)
    found = next((gap.start for gap in gaps if gap.end - gap.start >= needed), None)
    if found is None:
        raise Invalid(_("No gap of that half day is long enough any more."))
    return found


def names_in_changes(*, actor: Actor, plan: Plan) -> Mapping[int, str]:
    """The names of the clients whose place the last plan changed, as far as the actor may see them."""
    ids = [change["client"] for change in plan.changes]
    return dict(Client.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "name"))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=clock.zone())


def _found(rows: QuerySet[M]) -> M:
    found = rows.first()
    if found is None:
        raise NotFound()
    return found
