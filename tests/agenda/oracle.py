"""What the solver is checked against: the same model written again from the book, by enumeration and by CP-SAT.

Nothing here knows columns, domination or prices. A contact is a client, reasons, a day, a part and a channel.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

from ortools.sat.python import cp_model

from cartera.agenda.rules import Book, Candidate, Part


class Contact(NamedTuple):
    client: str
    fulfils: frozenset[int]
    day: int
    part: str
    minutes: int
    face_to_face: bool
    value: int


def contacts(book: Book) -> list[Contact]:
    """Every contact that the book's rules allow, worth having or not."""
    found = []
    by_client = defaultdict(list)
    for index, candidate in enumerate(book.candidates):
        by_client[candidate.client.id].append((candidate.earliest_day, candidate.reasons[0].weight, index))
    for client, own in by_client.items():
        order = [index for *_, index in sorted(own) if book.candidates[index].channels]
        for first, last in combinations(range(len(order) + 1), 2):
            found += _contacts_for(book, client, order[first:last])
    return found


def _contacts_for(book: Book, client: str, indices: list[int]) -> list[Contact]:
    reasons = [reason for index in indices for reason in book.candidates[index].reasons]
    leader = max(reasons, key=lambda reason: reason.weight)
    wishes = book.candidates[indices[0]].client
    extra = book.candidates[indices[0]].minutes_for_each_other * (len(reasons) - 1)
    found = []
    for part in book.parts:
        for channel in set(leader.minutes_by_channel) & wishes.channels:
            if not wishes.accepts(part.day) or any(reason.earliest_day > part.day for reason in reasons):
                continue
            minutes = max(reason.minutes_by_channel.get(channel, 0) for reason in reasons) + extra
            if minutes > max((span.length for span in wishes.hours_within(part.spans)), default=0):
                continue
            saved = sum(reason.loss_by_day[-1] - reason.loss_by_day[part.day] for reason in reasons)
            value = saved * wishes.answers_in(channel, part.name) // 1_000_000 - minutes * book.cost_of_minute
            face_to_face = channel in book.face_to_face
            found.append(Contact(client, frozenset(indices), part.day, part.name, minutes, face_to_face, value))
    return found


def conflict(book: Book, one: Contact, other: Contact) -> bool:
    return one.client == other.client and (
        bool(one.fulfils & other.fulfils) or abs(one.day - other.day) < book.spacing_days
    )


def best_by_enumeration(book: Book) -> int:
    """The value of the best plan, minutes alone deciding what fits a part."""
    worth_having = sorted((c for c in contacts(book) if c.value > 0), key=lambda c: -c.value)
    minutes = {(part.day, part.name): part.minutes for part in book.parts}
    visits = dict.fromkeys(minutes, book.max_face_to_face)
    most_of_client = defaultdict(int)

    def best(remaining: list[Contact]) -> int:
        while remaining:
            first, *rest = remaining
            here = first.day, first.part
            if first.minutes <= minutes[here] and first.face_to_face <= visits[here]:
                break
            remaining = rest
        else:
            return 0
        minutes[here] -= first.minutes
        visits[here] -= first.face_to_face
        with_it = first.value + best([other for other in rest if not conflict(book, first, other)])
        minutes[here] += first.minutes
        visits[here] += first.face_to_face
        most_of_client.clear()
        for other in rest:
            for index in other.fulfils:
                most_of_client[index] = max(most_of_client[index], other.value)
        if sum(most_of_client.values()) <= with_it:
            return with_it
        return max(with_it, best(rest))

    return best(worth_having)


def best_by_cp_sat(book: Book, *, laid_out: bool = False, seconds: float = 10) -> tuple[int, int]:
    """The value of the best plan found, and a bound on all.

    Minutes alone decide what fits a part, or, when `laid_out`, also that each contact has a start in a free span and
    the client's hours, and no two are at once.
    """
    model = cp_model.CpModel()
    chosen = [(contact, model.new_bool_var("")) for contact in contacts(book) if contact.value > 0]
    for index in range(len(book.candidates)):
        model.add_at_most_one(chosen_if for contact, chosen_if in chosen if index in contact.fulfils)
    for client in {candidate.client.id for candidate in book.candidates}:
        own = [pair for pair in chosen if pair[0].client == client]
        for (one, one_if), (other, other_if) in combinations(own, 2):
            if conflict(book, one, other):
                model.add_at_most_one(one_if, other_if)
    for part in book.parts:
        here = [pair for pair in chosen if (pair[0].day, pair[0].part) == (part.day, part.name)]
        model.add(sum(contact.minutes * chosen_if for contact, chosen_if in here) <= part.minutes)
        visits = [chosen_if for contact, chosen_if in here if contact.face_to_face]
        model.add(sum(visits) <= book.max_face_to_face)
        if laid_out:
            model.add_no_overlap([_interval(model, book, part, *pair) for pair in here])
    model.maximize(sum(contact.value * chosen_if for contact, chosen_if in chosen))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    solver.solve(model)
    return round(solver.objective_value), round(solver.best_objective_bound)


def _interval(
    model: cp_model.CpModel, book: Book, part: Part, contact: Contact, chosen_if: cp_model.IntVar
) -> cp_model.IntervalVar:
    (client,) = {each.client.id: each.client for each in book.candidates if each.client.id == contact.client}.values()
    windows = client.hours_within(part.spans)
    starts = [[each.start, each.end - contact.minutes] for each in windows if each.length >= contact.minutes]
    start = model.new_int_var_from_domain(cp_model.Domain.from_intervals(starts), "")
    return model.new_optional_fixed_size_interval_var(start, contact.minutes, chosen_if, "")


def reasons_of(candidates: tuple[Candidate, ...]) -> set[tuple[str, str]]:
    return {reason.key for candidate in candidates for reason in candidate.reasons}
