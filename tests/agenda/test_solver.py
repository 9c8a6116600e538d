"""What must be true of every plan, whatever the book."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartera.agenda.rules import Item, Part, Pinned, Place, RepairKind, Span, WhyNot
from cartera.agenda.solver import Effort, replan, solve
from cartera.agenda.solver.packing import pack_parts
from cartera.agenda.solver.problem import pose
from cartera.agenda.solver.relaxation import relax

from .books import book, books, books_with_pins, candidate, chunky, mornings, reason
from .oracle import best_by_cp_sat, best_by_enumeration, reasons_of

pytestmark = pytest.mark.row("Z1")
some = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
UTMOST = Effort(good_enough=0, exact_gap=0, deterministic_time=2.0)


def minutes_by_part(items: tuple[Item, ...]) -> dict[tuple[int, str], int]:
    used: dict[tuple[int, str], int] = defaultdict(int)
    for item in items:
        used[item.place.day, item.place.part] += item.minutes
    return used


def span_of(item: Item) -> Span:
    assert item.start is not None
    return Span(item.start, item.start + item.minutes)


class TestEveryPlan:
    @some
    @given(books_with_pins())
    def test_fills_no_part_over_its_minutes(self, given_book):
        plan = solve(given_book)
        pinned = minutes_by_part(tuple(item for item in plan.items if item.pinned))
        for here, used in minutes_by_part(plan.items).items():
            (part,) = (part for part in given_book.parts if (part.day, part.name) == here)
            assert used <= max(part.minutes, pinned.get(here, 0))

    @some
    @given(books_with_pins())
    def test_makes_no_more_face_to_face_contacts_in_a_part_than_allowed(self, given_book):
        visits: dict[tuple[int, str], list[bool]] = defaultdict(list)
        for item in solve(given_book).items:
            if item.place.channel in given_book.face_to_face:
                visits[item.place.day, item.place.part].append(item.pinned)
        assert all(len(pinned) <= given_book.max_face_to_face or all(pinned) for pinned in visits.values())

    @some
    @given(books())
    def test_goes_against_no_consent_and_no_wish(self, given_book):
        clients = {candidate.client.id: candidate.client for candidate in given_book.candidates}
        for item in solve(given_book).items:
            client = clients[item.client]
            assert item.place.channel in client.channels
            assert client.accepts(item.place.day)
            within = client.hours or (Span(0, 1440),)
            assert any(hours.start <= span_of(item).start and span_of(item).end <= hours.end for hours in within)

    @some
    @given(books())
    def test_plans_nothing_before_its_earliest_day(self, given_book):
        for item in solve(given_book).items:
            assert all(reason.earliest_day <= item.place.day for reason in item.reasons)

    @some
    @given(books_with_pins())
    def test_keeps_contacts_of_a_client_apart(self, given_book):
        for one, other in combinations(solve(given_book).items, 2):
            if one.client == other.client and not (one.pinned and other.pinned):
                assert abs(one.place.day - other.place.day) >= given_book.spacing_days

    @some
    @given(books_with_pins())
    def test_moves_nothing_that_is_pinned(self, given_book):
        kept = [item for item in solve(given_book).items if item.pinned]
        assert sorted((item.client, item.place, item.minutes) for item in kept) == sorted(
            (pinned.client.id, pinned.place, pinned.minutes) for pinned in given_book.pinned
        )
        told = {(item.client, item.start) for item in kept}
        assert all((pin.client.id, pin.start) in told for pin in given_book.pinned if pin.start is not None)

    @some
    @given(books_with_pins())
    def test_lays_each_contact_in_a_free_span_and_no_two_at_once(self, given_book):
        items = solve(given_book).items
        for part in given_book.parts:
            here = [item for item in items if (item.place.day, item.place.part) == (part.day, part.name)]
            chosen = [span_of(item) for item in here if not item.pinned]
            assert all(any(free.start <= s.start and s.end <= free.end for free in part.spans) for s in chosen)
            starts = sorted((span_of(item), item.pinned) for item in here if item.start is not None)
            assert all(one.end <= other.start for (one, pin), (other, pin2) in pairwise(starts) if not (pin and pin2))

    @some
    @given(books_with_pins())
    def test_accounts_for_every_reason_given(self, given_book):
        plan = solve(given_book)
        told = [reason.key for part in (plan.items, plan.unplaced) for each in part for reason in each.reasons]
        pinned = {reason.key for pin in given_book.pinned for reason in pin.reasons}
        assert len(told) == len(set(told))
        assert set(told) == reasons_of(given_book.candidates) | pinned
        stakes = {reason.key: reason.stake for each in given_book.candidates for reason in each.reasons}
        stakes |= {reason.key: reason.stake for pin in given_book.pinned for reason in pin.reasons}
        counted = sum(item.avoided + item.left for item in plan.items) + sum(left.cost for left in plan.unplaced)
        assert counted == sum(stakes.values())

    @some
    @given(books())
    def test_is_worth_what_its_contacts_are_and_no_more_than_its_bound(self, given_book):
        plan = solve(given_book)
        assert plan.value == sum(item.avoided - item.minutes * given_book.cost_of_minute for item in plan.items)
        assert 0 <= plan.value <= plan.bound <= plan.linear_bound

    @some
    @given(books_with_pins(), st.randoms(use_true_random=False))
    def test_depends_on_the_book_alone_and_not_on_the_order_it_was_told_in(self, given_book, chance):
        shuffled = list(given_book.candidates)
        chance.shuffle(shuffled)
        assert solve(given_book) == solve(replace(given_book, candidates=tuple(shuffled)))


class TestTheBestPlan:
    @settings(max_examples=40, deadline=None)
    @given(books(max_clients=4, max_horizon=2, plain=True))
    def test_is_found_for_a_few_clients(self, given_book):
        given_book = replace(given_book, moved_penalty=0)
        plan = solve(given_book, effort=UTMOST)
        assert plan.value == best_by_enumeration(given_book) == plan.bound

    @settings(max_examples=8, deadline=None)
    @given(books(max_clients=12, max_horizon=4, plain=True))
    def test_is_the_one_that_cp_sat_finds(self, given_book):
        plan = solve(given_book)
        best, bound = best_by_cp_sat(given_book)
        assert plan.value <= bound
        assert best <= plan.bound
        assert best - plan.value <= plan.gap * plan.bound + 1
        assert plan.gap <= 0.03

    @pytest.mark.parametrize("seed", range(6))
    def test_is_proved_best_where_contacts_fill_short_parts_badly(self, seed):
        hard = chunky(seed)
        plan = solve(hard, effort=UTMOST)
        best, bound = best_by_cp_sat(hard)
        assert plan.value == best == bound == plan.bound

    @settings(max_examples=40, deadline=None)
    @given(books(max_clients=8, max_horizon=2))
    def test_is_bounded_even_where_hours_and_breaks_decide(self, given_book):
        plan = solve(given_book, effort=UTMOST)
        best, _ = best_by_cp_sat(given_book, laid_out=True)
        assert plan.value <= best <= plan.bound
        assert best - plan.value <= 0.05 * best

    def test_knows_that_two_clients_cannot_both_be_called_at_ten(self):
        names = ("ana", "luis", "rosa")
        at_ten = [candidate(name, reason(name, losses=(0, 1000), minutes={"call": 20})) for name in names]
        wishing = [replace(each, client=replace(each.client, hours=(Span(600, 630),))) for each in at_ten]
        plan = solve(book(*wishing, parts=mornings(1)))
        assert (plan.value, plan.bound) == (980, 980)

    @pytest.mark.parametrize("seed", range(6))
    def test_is_bounded_by_packing_each_part_exactly(self, seed):
        problem = pose(chunky(seed))
        relaxation = relax(problem)
        packed = pack_parts(problem, relaxation, range(len(problem.columns)), floor=0, work=4_000)
        best = solve(chunky(seed), effort=UTMOST)
        assert best.value <= packed.bound <= relaxation.bound
        chosen = {(item.client, item.place, item.minutes) for item in best.items}
        for index, column in enumerate(problem.columns):
            if (column.candidate.client.id, column.place, column.minutes) in chosen:
                assert packed.potential[index] >= best.value - 1

    def test_leaves_free_what_a_part_keeps_back(self):
        calls = [candidate(name, reason(name, minutes={"call": 30})) for name in ("ana", "luis", "rosa")]
        half = Part(0, "morning", (Span(540, 660),), minutes=60)
        assert len(solve(book(*calls, parts=(half,))).items) == 2

    def test_prefers_the_dear_to_the_long(self):
        review = candidate("ana", reason("ana", losses=(0, 0, 0, 900), minutes={"call": 60}))
        calls = [
            candidate(name, reason(name, losses=(0, 0, 0, 500), minutes={"call": 30})) for name in ("luis", "rosa")
        ]
        plan = solve(book(review, *calls, parts=mornings(1, 60)), effort=UTMOST)
        assert [item.client for item in plan.items] == ["luis", "rosa"]
        assert [left.client for left in plan.unplaced] == ["ana"]

    def test_calls_a_client_twice_when_the_second_reason_comes_later(self):
        now, later = reason("ana", 0, losses=(0, 800, 900, 900)), reason("ana", 1, losses=(0, 0, 0, 700), earliest=2)
        two = [candidate("ana", now), candidate("ana", later)]
        assert [item.place.day for item in solve(book(*two, spacing_days=2)).items] == [0, 2]
        assert len(solve(book(*two, spacing_days=3)).items) == 1

    def test_one_contact_carries_what_comes_due_while_the_first_waits(self):
        now, later = reason("ana", 0, losses=(0, 0, 0, 700)), reason("ana", 1, losses=(0, 0, 0, 700), earliest=2)
        no_time_before = (Part(0, "morning", ()), Part(1, "morning", ()), *mornings(3)[2:])
        plan = solve(book(candidate("ana", now), candidate("ana", later), parts=no_time_before))
        assert [len(item.reasons) for item in plan.items] == [2]


class TestMoreTimeAndFewerReasons:
    @some
    @given(books(), st.data())
    def test_another_hour_lowers_neither_the_bound_nor_a_plan_offered_as_a_start(self, given_book, data):
        chosen = data.draw(st.integers(0, len(given_book.parts) - 1))
        part = given_book.parts[chosen]
        ends = part.spans[-1].end if part.spans else 540
        longer = Part(part.day, part.name, (*part.spans, Span(ends + 15, ends + 75)))
        parts = (*given_book.parts[:chosen], longer, *given_book.parts[chosen + 1 :])
        roomier = replace(given_book, parts=parts)
        before = solve(given_book)
        assert solve(roomier).linear_bound >= before.linear_bound - 1
        after = replan(roomier, before).plan
        assert after.value >= before.value

    @settings(max_examples=30, deadline=None)
    @given(books(max_clients=3, max_horizon=2, plain=True), st.data())
    def test_another_hour_lowers_no_bound_that_is_proved_to_the_end(self, given_book, data):
        chosen = data.draw(st.integers(0, len(given_book.parts) - 1))
        part = given_book.parts[chosen]
        longer = Part(part.day, part.name, (Span(part.spans[0].start, part.spans[0].end + 60),))
        parts = (*given_book.parts[:chosen], longer, *given_book.parts[chosen + 1 :])
        before, after = solve(given_book, effort=UTMOST), solve(replace(given_book, parts=parts), effort=UTMOST)
        assert after.bound >= before.bound

    @some
    @given(books(), st.data())
    def test_removing_a_contacts_reasons_never_raises_the_bound(self, given_book, data):
        if not given_book.candidates:
            return
        removed = data.draw(st.integers(0, len(given_book.candidates) - 1))
        client = given_book.candidates[removed].client.id
        rest = tuple(each for each in given_book.candidates if each.client.id != client)
        assert solve(replace(given_book, candidates=rest)).linear_bound <= solve(given_book).linear_bound + 1

    @some
    @given(books(), st.data())
    def test_a_reason_that_no_longer_loses_anything_never_raises_the_bound(self, given_book, data):
        if not given_book.candidates:
            return
        changed = data.draw(st.integers(0, len(given_book.candidates) - 1))
        first, *others = given_book.candidates[changed].reasons
        quiet = replace(first, loss_by_day=(0,) * len(first.loss_by_day))
        candidates = list(given_book.candidates)
        candidates[changed] = replace(candidates[changed], reasons=(quiet, *others))
        calmer = replace(given_book, candidates=tuple(candidates))
        assert solve(calmer).linear_bound <= solve(given_book).linear_bound + 1


class TestReplanning:
    @some
    @given(books(), st.data())
    def test_what_was_pinned_stays_whatever_else_changes(self, given_book, data):
        old = solve(given_book)
        if not old.items:
            return
        started = data.draw(st.sampled_from(old.items))
        clients = {candidate.client.id: candidate.client for candidate in given_book.candidates}
        pin = Pinned(clients[started.client], started.place, started.minutes, started.reasons, started.start)
        urgent = candidate("urgent", reason("urgent", losses=(0, *[90_000] * len(given_book.days))))
        changed = replace(given_book, candidates=(*given_book.candidates, urgent), pinned=(pin,))
        after = replan(changed, old)
        (kept,) = (item for item in after.plan.items if item.pinned)
        assert (kept.client, kept.place, kept.start) == (started.client, started.place, started.start)

    @some
    @given(books())
    def test_nothing_changes_when_nothing_did(self, given_book):
        given_book = replace(given_book, moved_penalty=10)
        old = solve(given_book, effort=UTMOST)
        assert replan(given_book, old, effort=UTMOST).changes == ()

    def test_says_what_came_what_moved_and_what_no_longer_fits(self):
        ana = candidate("ana", reason("ana", losses=(0, 50, 100, 1000), minutes={"call": 60}))
        luis = candidate("luis", reason("luis", losses=(0, 10, 20, 200), minutes={"call": 60}))
        day_before = book(ana, luis, parts=mornings(2, 60)[:2])
        old = solve(day_before)
        assert [(item.client, item.place.day) for item in old.items] == [("ana", 0), ("luis", 1)]
        urgent = candidate("rosa", reason("rosa", losses=(0, 9000, 9000, 9000), minutes={"call": 60}))
        changes = {
            change.client: change for change in replan(replace(day_before, candidates=(ana, luis, urgent)), old).changes
        }
        assert changes["rosa"].before is None
        assert changes["rosa"].after.date == day_before.days[0]
        assert (changes["ana"].before.date, changes["ana"].after.date) == day_before.days[:2]
        assert changes["luis"].after is None

    def test_moving_must_pay_more_than_the_penalty(self):
        ana = candidate("ana", reason("ana", losses=(0, 10, 20, 1000)))
        late = book(ana, parts=mornings(3)[1:], moved_penalty=50)
        old = solve(late)
        assert replan(replace(late, parts=mornings(3)), old).plan.items[0].place.day == 1
        assert replan(replace(late, parts=mornings(3), moved_penalty=5), old).plan.items[0].place.day == 0

    def test_keeps_the_times_that_people_know(self):
        ana, luis = candidate("ana", best_minute=600), candidate("luis", best_minute=600)
        old = solve(book(ana))
        new = replan(book(ana, luis), old).plan
        starts = {item.client: item.start for item in new.items}
        assert starts["ana"] == 600
        assert starts["luis"] != 600


class TestExplaining:
    def test_says_what_waiting_costs_and_until_when_it_costs_little(self):
        (item,) = solve(book(candidate("ana", reason("ana", losses=(100, 150, 900, 1000))))).items
        assert (item.line.cost_of_waiting, item.line.deadline_day) == (50, 1)

    def test_starts_at_the_best_hour_when_it_is_free(self):
        (item,) = solve(book(candidate("ana", best_minute=630))).items
        assert (item.start, item.line.at_best_hour) == (630, True)

    def test_the_price_of_an_hour_is_what_one_more_would_bring(self):
        hours = [candidate(f"c{n}", reason(f"c{n}", losses=(0, 1000 * n), minutes={"call": 60})) for n in (1, 2, 3)]
        plan = solve(book(*hours, parts=mornings(1, 150)))
        (price,) = plan.prices
        assert price.hour == 1000 - 60

    @pytest.mark.parametrize(
        ("left_out", "why"),
        [
            (candidate("ana", channels=frozenset()), WhyNot.NO_WAY_TO_REACH),
            (candidate("ana", reason("ana", losses=(0, 0, 0, 5))), WhyNot.NOT_WORTH_ITS_MINUTES),
            (candidate("ana", reason("ana", earliest=3)), WhyNot.TOO_LATE_IN_THE_HORIZON),
            (candidate("ana", reason("ana", minutes={"call": 400})), WhyNot.NO_ROOM),
        ],
    )
    def test_says_why_a_contact_is_left_out(self, left_out, why):
        (unplaced,) = solve(book(left_out)).unplaced
        assert unplaced.why == why

    def test_offers_to_renegotiate_what_does_not_fit_to_the_first_day_with_room(self):
        sure = candidate("luis", reason("luis", losses=(0, 5000, 5000, 5000), minutes={"call": 60}))
        only_today = candidate("ana", reason("ana", minutes={"call": 60}, renegotiable=True), days=frozenset({0}))
        (left,) = solve(book(sure, only_today, parts=mornings(2, 60)[:2])).unplaced
        assert (left.client, left.cost) == ("ana", 1000)
        assert (left.repair.kind, left.repair.place, left.repair.saves) == (
            RepairKind.RENEGOTIATE,
            Place(1, "morning", "call"),
            1000,
        )

    def test_offers_a_day_with_room_when_the_contact_does_not_pay_for_itself(self):
        (left,) = solve(book(candidate("ana", reason("ana", losses=(0, 0, 0, 10))))).unplaced
        assert (left.repair.kind, left.repair.saves) == (RepairKind.ANOTHER_DAY, 10)


def test_an_empty_book_has_an_empty_plan():
    plan = solve(book())
    assert (plan.items, plan.value, plan.bound, plan.gap) == ((), 0, 0, 0)


def test_the_same_book_gives_the_same_plan_in_any_process():
    probe = (
        "from benchmarks.books import Recipe, make_book; from cartera.agenda.solver import solve;"
        "plan = solve(make_book(Recipe(60, 0.6, 1)));"
        "print([(i.client, i.place, i.start, [r.id for r in i.reasons]) for i in plan.items], plan.value, plan.bound)"
    )
    path = ":".join(["src", ".", *sys.path])
    said = {
        subprocess.run(
            [sys.executable, "-c", probe],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert b"c00" in said.pop()


def test_a_hundred_clients_are_planned_within_one_per_cent_of_the_bound():
    names = [f"c{number:03}" for number in range(100)]
    many = []
    for number, name in enumerate(names):
        stake, minutes = 500 + 37 * (number * 53 % 97), 5 + 5 * (number * 31 % 8)
        many.append(candidate(name, reason(name, losses=(0, stake // 3, stake // 2, stake), minutes={"call": minutes})))
    plan = solve(book(*many, parts=mornings(3, 240)))
    assert plan.gap <= 0.01
