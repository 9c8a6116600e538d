"""From columns to a plan that explains itself: starts, why each contact stands where it does, what did not fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from cartera.agenda.rules import (
    MILLION,
    Candidate,
    Item,
    Line,
    Pinned,
    Place,
    Plan,
    Price,
    Repair,
    RepairKind,
    Unplaced,
    WhyNot,
)
from cartera.agenda.solver.diary import Diary
from cartera.agenda.solver.layout import first_start, settle
from cartera.agenda.solver.problem import Column, Option, Problem, options

HOUR = 60
NEAR_THE_BEST_HOUR = 30


def tell(
    diary: Diary, *, bound: int, linear_bound: int, minute_prices: tuple[float, ...], announced: Mapping[int, int]
) -> Plan:
    """The plan of a diary. `announced` are starts by column that people know: they are kept when they can be."""
    problem = diary.problem
    _settle_starts(diary, announced)
    chosen = [
        _item(problem.columns[index], diary.start_of(index), minute_prices[problem.columns[index].room])
        for index in diary.columns
    ]
    items = [*chosen, *(_pinned_item(pinned, len(problem.book.days)) for pinned in problem.pinned)]
    order = {(part.day, part.name): index for index, part in enumerate(problem.book.parts)}
    items.sort(key=lambda item: (item.place.day, order.get(item.place[:2], -1), item.start or 0, item.client))
    return Plan(
        days=problem.book.days,
        items=tuple(items),
        unplaced=tuple(_unplaced(diary)),
        value=diary.value,
        bound=bound,
        linear_bound=linear_bound,
        prices=tuple(
            Price(room.part.day, room.part.name, round(price * HOUR))
            for room, price in zip(problem.rooms, minute_prices, strict=True)
        ),
    )


def _settle_starts(diary: Diary, announced: Mapping[int, int]) -> None:
    for number, page in enumerate(diary.pages):
        visits = [diary.problem.columns[index].visit for index in page.columns]
        known = [announced.get(index) for index in page.columns]
        starts = settle(diary.problem.rooms[number].spans, visits, known, page.starts)
        diary.move_to(number, starts)


def _item(column: Column, start: int, minute_price: float) -> Item:
    candidate = column.candidate
    avoided = candidate.avoided(column.place)
    return Item(
        client=candidate.client.id,
        reasons=candidate.reasons,
        place=column.place,
        start=start,
        minutes=column.minutes,
        avoided=avoided,
        left=candidate.stake - avoided,
        value=column.gain,
        line=_line(candidate, column.place, start, round(minute_price * column.minutes)),
    )


def _pinned_item(pinned: Pinned, horizon: int) -> Item:
    line = Line(0, horizon, MILLION, False, 0)
    avoided = stake = 0
    if pinned.reasons:
        candidate = Candidate(pinned.client, pinned.reasons)
        avoided, stake = candidate.avoided(pinned.place), candidate.stake
        line = _line(candidate, pinned.place, pinned.start, 0)
    return Item(
        client=pinned.client.id,
        reasons=pinned.reasons,
        place=pinned.place,
        start=pinned.start,
        minutes=pinned.minutes,
        avoided=avoided,
        left=stake - avoided,
        value=avoided,
        line=line,
        pinned=True,
    )


def _line(candidate: Candidate, place: Place, start: int | None, price: int) -> Line:
    best = candidate.client.best_minute
    return Line(
        cost_of_waiting=candidate.loss(place.day + 1) - candidate.loss(place.day),
        deadline_day=_deadline(candidate, place.day),
        answers=candidate.client.answers_in(place.channel, place.part),
        at_best_hour=best is not None and start is not None and abs(start - best) <= NEAR_THE_BEST_HOUR,
        price_of_its_minutes=price,
    )


def _deadline(candidate: Candidate, day: int) -> int:
    """The last day, from `day` on, before the loss rises most steeply; the horizon's length when it never rises."""
    horizon = len(candidate.reasons[0].loss_by_day) - 1
    losses = [candidate.loss(later) for later in range(day, horizon + 1)]
    rises = [later - sooner for sooner, later in pairwise(losses)]
    steepest = max(rises, default=0)
    return day + rises.index(steepest) if steepest > 0 else horizon


def _unplaced(diary: Diary) -> Iterable[Unplaced]:
    """What is left out, one entry for each contact, the most costly first."""
    problem = diary.problem
    could_pay = {covered for column in problem.columns for covered in column.covers}
    days: dict[str, list[int]] = defaultdict(list)
    for index in diary.columns:
        days[problem.columns[index].candidate.client.id].append(problem.columns[index].place.day)
    roomiest = max((page.minutes_left for page in diary.pages), default=0)
    left_out = []
    for number, candidate in enumerate(problem.candidates):
        if number in diary.taken:
            continue
        payable = number in could_pay
        shortest = min((candidate.minutes(channel) for channel in candidate.channels), default=0)
        ways = [] if payable and shortest > roomiest else list(options(problem.book, problem.rooms, candidate))
        open_ways = [way for way in ways if _has_room(diary, way) and _keeps_distance(problem, days, candidate, way)]
        left_out.append(
            Unplaced(
                client=candidate.client.id,
                reasons=candidate.reasons,
                minutes=shortest,
                cost=candidate.stake,
                why=_why_not(candidate, ways, payable, len(problem.book.days)),
                repair=_repair(diary, candidate, open_ways),
            )
        )
    return sorted(left_out, key=lambda unplaced: (-unplaced.cost, unplaced.client, unplaced.reasons[0].key))


def _why_not(candidate: Candidate, ways: list[Option], payable: bool, horizon: int) -> WhyNot:
    if payable:
        return WhyNot.NO_ROOM
    if not candidate.channels:
        return WhyNot.NO_WAY_TO_REACH
    if candidate.earliest_day >= horizon:
        return WhyNot.TOO_LATE_IN_THE_HORIZON
    return WhyNot.NOT_WORTH_ITS_MINUTES if ways else WhyNot.NO_ROOM


def _repair(diary: Diary, candidate: Candidate, open_ways: list[Option]) -> Repair:
    """Another day that the plan did not use, or a new term for the promises: whichever saves more."""
    repairs = [Repair(RepairKind.NONE)]
    if open_ways:
        best = max(open_ways, key=lambda way: (way.gain, -way.room))
        repairs.append(Repair(RepairKind.ANOTHER_DAY, candidate.avoided(best.place), best.place))
    can_wait = sum(reason.stake for reason in candidate.reasons if reason.renegotiable)
    if can_wait:
        repairs.append(Repair(RepairKind.RENEGOTIATE, can_wait, _first_place_with_room(diary, candidate)))
    return max(repairs, key=lambda repair: repair.saves)


def _first_place_with_room(diary: Diary, candidate: Candidate) -> Place | None:
    """The first place with room if the client agreed to any day and hour; None when only after the horizon."""
    face_to_face = diary.problem.book.face_to_face
    for room, page in zip(diary.problem.rooms, diary.pages, strict=True):
        for channel in candidate.channels:
            minutes = candidate.minutes(channel)
            crowded = channel in face_to_face and page.face_to_face_left < 1
            longest = max((span.length for span in page.free), default=0)
            if room.part.day >= candidate.earliest_day and minutes <= min(page.minutes_left, longest) and not crowded:
                return Place(room.part.day, room.part.name, channel)
    return None


def _has_room(diary: Diary, way: Option) -> bool:
    page = diary.pages[way.room]
    return (
        way.minutes <= page.minutes_left
        and way.face_to_face <= page.face_to_face_left
        and first_start(way.visit, page.free) is not None
    )


def _keeps_distance(problem: Problem, days: Mapping[str, list[int]], candidate: Candidate, way: Option) -> bool:
    return all(abs(way.place.day - day) >= problem.book.spacing_days for day in days.get(candidate.client.id, ()))
