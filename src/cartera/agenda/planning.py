"""From a person's desk to a solved plan and back to rows. Imports the solver: for workers and commands only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cartera.agenda import models
from cartera.agenda.book import PARTS, Desk, book_of, digest, keys_of
from cartera.agenda.rules import MILLION, Book, Change, Item, Line, Place, Plan, Reason, Unplaced
from cartera.agenda.solver import replan, solve


@dataclass(frozen=True, slots=True)
class Solved:
    """A person's new plan as rows to store; None of `plan` when nothing that it depends on had changed."""

    staff_id: int
    plan: dict[str, Any] | None
    items: Sequence[dict[str, Any]] = ()
    unplaced: Sequence[dict[str, Any]] = ()
    rows: int = 0


def solved(desk: Desk) -> Solved:
    """Solve a person's book, from the plan that stands when there is one, so that people's days move little."""
    book = book_of(desk)
    inputs = digest(book)
    standing = models.Plan.objects.filter(staff=desk.staff).first()
    if standing is not None and (standing.inputs, standing.from_day) == (inputs, desk.horizon.days[0]):
        return Solved(desk.staff.pk, None, rows=len(book.candidates))
    old = _remembered(standing, book) if standing is not None else None
    no_changes: tuple[Change, ...] = ()
    if old is None or standing is None or standing.until_day < desk.horizon.days[0]:
        plan, changes = solve(book), no_changes
    else:
        renewed = replan(book, old)
        plan, changes = renewed.plan, renewed.changes
    names = dict(enumerate(plan.days))
    started = _started(standing)
    items = [_item_row(item, place, desk, started) for item, place in _placed(plan)]
    return Solved(
        staff_id=desk.staff.pk,
        plan=_plan_row(plan, book, desk, inputs, changes),
        items=items,
        unplaced=[_unplaced_row(left, names, desk) for left in plan.unplaced],
        rows=len(book.candidates),
    )


def _plan_row(plan: Plan, book: Book, desk: Desk, inputs: str, changes: Iterable[Change]) -> dict[str, Any]:
    return {
        "from_day": plan.days[0],
        "until_day": plan.days[-1],
        "value_minor": plan.value,
        "bound_minor": plan.bound,
        "gap_ppm": round(plan.gap * MILLION),
        "capacity": _capacity(plan, book, desk),
        "prices": {f"{plan.days[price.day]} {price.part}": price.hour for price in plan.prices},
        "changes": [_change(change) for change in changes],
        "inputs": inputs,
    }


def _capacity(plan: Plan, book: Book, desk: Desk) -> dict[str, Any]:
    """For each day: minutes of work, minutes that may be promised, minutes planned, and what is taken."""
    capacity = {}
    for index, day in enumerate(plan.days):
        parts = [part for part in book.parts if part.day == index]
        capacity[str(day)] = {
            "working": desk.diary.calendar.minutes_available(day),
            "free": sum(span.length for part in parts for span in part.spans),
            "available": sum(part.minutes for part in parts),
            "planned": sum(item.minutes for item in plan.items if item.place.day == index),
        }
    return capacity


def _change(change: Change) -> dict[str, Any]:
    def told(standing: Any) -> dict[str, Any] | None:
        return None if standing is None else {**standing._asdict(), "date": str(standing.date)}

    return {"client": int(change.client), "before": told(change.before), "after": told(change.after)}


def _placed(plan: Plan) -> Iterable[tuple[Item, int]]:
    """Items with their place in the day, in order of start."""
    count: dict[int, int] = {}
    for item in sorted(plan.items, key=lambda item: (item.place.day, item.start or 0, item.client)):
        count[item.place.day] = count.get(item.place.day, 0) + 1
        yield item, count[item.place.day]


def _item_row(
    item: Item, place: int, desk: Desk, started: Mapping[tuple[int, date], models.PlanItem]
) -> dict[str, Any]:
    day = desk.horizon.days[item.place.day]
    earlier = started.get((int(item.client), day)) if item.pinned else None
    return {
        "client_id": int(item.client),
        "day": day,
        "part": item.place.part,
        "place": place,
        "starts_at": _instant(day, item.start or 0, desk),
        "minutes": item.minutes,
        "channel": item.place.channel,
        "value_minor": item.value,
        "waits_minor": item.line.cost_of_waiting,
        "reasons": [_reason(reason) for reason in item.reasons],
        "why": {"minute": item.start or 0, **_why(item.line, item, desk)},
        "pinned": earlier.pinned if earlier else item.pinned,
        "started_at": earlier.started_at if earlier else None,
    }


def _why(line: Line, item: Item, desk: Desk) -> dict[str, Any]:
    deadline = desk.horizon.days[line.deadline_day] if line.deadline_day < len(desk.horizon.days) else None
    return {
        "deadline": str(deadline) if deadline else None,
        "answers_ppm": line.answers,
        "at_best_hour": line.at_best_hour,
        "minutes_cost": item.minutes * desk.minute_cost_minor,
        "avoided": item.avoided,
        "left": item.left,
        "price_of_minutes": line.price_of_its_minutes,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"kind": reason.kind, "id": int(reason.id), "cost": reason.stake, "losses": list(reason.loss_by_day)}


def _unplaced_row(left: Unplaced, names: Mapping[int, date], desk: Desk) -> dict[str, Any]:
    place = left.repair.place
    channels = sorted({channel for reason in left.reasons for channel in reason.minutes_by_channel})
    return {
        "client_id": int(left.client),
        "minutes": left.minutes,
        "channel": place.channel if place else next(iter(channels), ""),
        "due_on": _due_on(left, desk),
        "cost_minor": left.cost,
        "reasons": [_reason(reason) for reason in left.reasons],
        "repair": {
            "kind": left.repair.kind.value,
            "why": left.why.value,
            "saves": left.repair.saves,
            "day": str(names[place.day]) if place else None,
            "part": place.part if place else None,
        },
    }


def _due_on(left: Unplaced, desk: Desk) -> date | None:
    """The last day on which waiting costs little: when the loss rises most."""
    rises = [
        (sum(r.loss_by_day[d + 1] - r.loss_by_day[d] for r in left.reasons), -d) for d in range(len(desk.horizon.days))
    ]
    steepest, day = max(rises)
    return desk.horizon.days[-day] if steepest > 0 else None


def _instant(day: date, minute: int, desk: Desk) -> datetime:
    midnight = datetime.combine(day, datetime.min.time())
    return (midnight + timedelta(minutes=minute)).replace(tzinfo=desk.zone)


def _started(standing: models.Plan | None) -> dict[tuple[int, date], models.PlanItem]:
    rows = standing.items.all() if standing is not None else ()
    return {(row.client_id, row.day): row for row in rows if row.pinned or row.started_at}


def _remembered(standing: models.Plan, book: Book) -> Plan:
    """The plan that stands, as far as its contacts are still wanted."""
    reasons = {reason.key: reason for candidate in book.candidates for reason in candidate.reasons}
    rows = list(standing.items.order_by("day", "place"))
    days = tuple(sorted({row.day for row in rows} | set(book.days)))
    items = []
    for row in rows:
        kept = tuple(reasons[key] for key in keys_of(row) if key in reasons)
        if kept and row.part in PARTS and not row.pinned and row.started_at is None:
            items.append(_remembered_item(row, kept, days))
    return Plan(days, tuple(items), (), standing.value_minor, standing.bound_minor, standing.bound_minor, ())


def _remembered_item(row: models.PlanItem, reasons: tuple[Reason, ...], days: tuple[date, ...]) -> Item:
    return Item(
        client=str(row.client_id),
        reasons=reasons,
        place=Place(days.index(row.day), row.part, row.channel),
        start=_minute(row),
        minutes=row.minutes,
        avoided=row.why.get("avoided", 0),
        left=row.why.get("left", 0),
        value=row.value_minor,
        line=Line(row.waits_minor, 0, MILLION, False, 0),
    )


def _minute(row: models.PlanItem) -> int:
    return int(row.why["minute"])
