"""The words of the agenda: what a contact carries, takes and is worth."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cartera.agenda.rules import Candidate, Client, Part, Place, Plan, Span, gather

from .books import ALL, candidate, reason

pytestmark = pytest.mark.row("Z1")


class TestReason:
    def test_a_loss_never_falls_as_days_pass(self):
        with pytest.raises(ValueError, match="never falls"):
            reason("ana", losses=(0, 500, 400, 1000))

    def test_a_contact_takes_at_least_a_minute(self):
        with pytest.raises(ValueError, match="at least a minute"):
            reason("ana", minutes={"call": 0})


class TestCandidate:
    def test_several_reasons_are_one_contact_of_the_longest_and_a_little_for_each_other(self):
        both = candidate("ana", reason("ana", 0, minutes={"call": 20}), reason("ana", 1, minutes={"call": 12}))
        assert both.minutes("call") == 23

    def test_the_most_demanding_reason_chooses_the_channel(self):
        review = reason("ana", 0, minutes={"visit": 60}, demand=2)
        greeting = reason("ana", 1, minutes={"call": 5, "message": 3})
        assert candidate("ana", greeting, review).channels == ("visit",)

    def test_no_channel_without_consent(self):
        assert candidate("ana", reason("ana", minutes={"call": 5}), channels=frozenset({"message"})).channels == ()

    def test_avoids_what_waiting_to_the_end_would_lose_as_often_as_the_client_answers(self):
        ana = candidate("ana", reason("ana", losses=(100, 400, 900, 1000)), answers={("call", "morning"): 500_000})
        assert ana.avoided(Place(0, "morning", "call")) == 450
        assert ana.avoided(Place(2, "morning", "call")) == 50

    def test_carries_reasons_of_its_own_client_only(self):
        with pytest.raises(ValueError, match="own client"):
            Candidate(Client("ana", ALL), (reason("luis"),))


class TestGathering:
    def test_what_can_be_said_from_the_same_day_on_is_one_contact(self):
        given = [reason("ana", 0), reason("ana", 1), reason("ana", 2, earliest=2), reason("luis", 3)]
        contacts = gather(given, {"ana": Client("ana", ALL), "luis": Client("luis", ALL)})
        assert [[r.id for r in contact.reasons] for contact in contacts] == [["ana-1", "ana-0"], ["ana-2"], ["luis-3"]]

    def test_a_reason_without_an_allowed_channel_holds_nothing_else_back(self):
        visit, call = reason("ana", 0, minutes={"visit": 60}, demand=2), reason("ana", 1, minutes={"call": 5})
        contacts = gather([visit, call], {"ana": Client("ana", frozenset({"call"}))})
        assert [contact.channels for contact in contacts] == [(), ("call",)]


class TestPart:
    def test_promises_all_that_is_free_unless_told_otherwise(self):
        assert Part(0, "morning", (Span(540, 600), Span(630, 720))).minutes == 150

    def test_cannot_promise_more_than_is_free(self):
        with pytest.raises(ValueError, match="more minutes than are free"):
            Part(0, "morning", (Span(540, 600),), minutes=61)

    def test_free_spans_do_not_overlap(self):
        with pytest.raises(ValueError, match="overlap"):
            Part(0, "morning", (Span(540, 600), Span(590, 720)))


def test_hours_are_those_that_the_client_and_the_part_share():
    client = Client("ana", ALL, hours=(Span(600, 660), Span(900, 960)))
    assert client.hours_within((Span(540, 630), Span(640, 720))) == (Span(600, 630), Span(640, 660))


def test_a_plan_with_nothing_to_gain_has_no_gap():
    assert Plan((), (), (), value=0, bound=0, linear_bound=0, prices=()).gap == 0


def test_the_words_are_read_without_the_solver():
    probe = "import sys, cartera.agenda.rules; sys.exit('ortools' in sys.modules or 'numpy' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", probe], check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode
        == 0
    )
