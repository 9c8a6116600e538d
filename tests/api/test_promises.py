"""Promises, contacts and plans in the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cartera.agenda import api as agenda_door
from cartera.agenda.models import Plan
from cartera.clients.models import Client
from cartera.interactions import api as interactions_door
from cartera.interactions.models import Interaction
from cartera.kernel.actor import Actor
from cartera.promises import actions
from cartera.promises import api as promises_door
from cartera.promises.models import Promise
from cartera.promises.rules import State
from cartera.team.models import Staff
from cartera.team.queries import actor_for
from tests.api.conftest import Program, problem_of
from tests.conftest import NOW, given

FRIDAY = NOW + timedelta(days=3)
MONDAY = NOW + timedelta(days=6)


@pytest.fixture
def promise(ana: Actor, rosa: Client) -> Promise:
    return actions.make(actor=ana, client=rosa, what="Propuesta escrita", due_at=FRIDAY)


@pytest.mark.row("Y6", "M1")
class TestPromises:
    def test_are_made_and_listed_the_first_due_first(self, ana_api: Program, rosa: Client, promise: Promise):
        response = ana_api.post("/promises", client=rosa.pk, what="Llamar", due_at=NOW + timedelta(days=1))
        assert response.status_code == 201
        made = response.json()  # type: ignore[attr-defined]
        assert ana_api.http.get(response["Location"]).json() == made  # type: ignore[attr-defined]
        told = ana_api.get("/promises", client=rosa.pk, state="promised").json()  # type: ignore[attr-defined]
        assert promises_door.PromisePage.model_validate(told)
        assert [one["id"] for one in told["items"]] == [made["id"], promise.pk]
        assert set(made) == set(promises_door.PromiseOne.model_fields)

    def test_are_narrowed_and_paged(self, ana_api: Program, rosa: Client, promise: Promise):
        for day in range(4, 8):
            actions.make(actor=_actor(promise), client=rosa, what=f"{day}", due_at=NOW + timedelta(days=day))
        first = ana_api.get("/promises", limit=2, owed_by="us", staff="ana").json()  # type: ignore[attr-defined]
        rest = ana_api.get("/promises", limit=9, cursor=first["next"]).json()  # type: ignore[attr-defined]
        assert [one["what"] for one in (*first["items"], *rest["items"])] == ["Propuesta escrita", "4", "5", "6", "7"]
        asked = {"due_before": FRIDAY.isoformat()}
        assert ana_api.get("/promises", **asked).json()["items"] == []  # type: ignore[attr-defined]

    def test_in_the_past_are_refused_in_words(self, ana_api: Program, rosa: Client):
        told = problem_of(ana_api.post("/promises", client=rosa.pk, what="Llamar", due_at=NOW - timedelta(days=1)))
        assert list(told["errors"]) == ["due_at"]

    def test_are_kept_once(self, ana_api: Program, promise: Promise):
        assert ana_api.post(f"/promises/{promise.pk}/keep").json()["state"] == State.KEPT  # type: ignore[attr-defined]
        told = problem_of(ana_api.post(f"/promises/{promise.pk}/keep"))
        assert told["type"] == "urn:cartera:problem:invalid-transition"
        assert told["status"] == 409

    def test_kept_after_they_were_due_are_late(self, ana_api: Program, promise: Promise, at: Any):
        at(FRIDAY + timedelta(hours=2))
        kept = ana_api.post(f"/promises/{promise.pk}/keep", at=(FRIDAY + timedelta(hours=1)).isoformat())
        assert kept.json()["state"] == State.LATE  # type: ignore[attr-defined]

    def test_are_renegotiated_before_they_are_due(self, ana_api: Program, promise: Promise, at: Any):
        response = ana_api.post(f"/promises/{promise.pk}/renegotiate", new_due_at=MONDAY, reason="Viaja")
        later = response.json()  # type: ignore[attr-defined]
        assert (response.status_code, later["follows"], later["state"]) == (201, promise.pk, "promised")
        at(MONDAY)
        told = problem_of(
            ana_api.post(f"/promises/{later['id']}/renegotiate", new_due_at="2026-07-01T15:00:00Z", reason="x")
        )
        assert told["type"] == "urn:cartera:problem:promise-already-due"

    def test_are_withdrawn(self, ana_api: Program, promise: Promise):
        told = ana_api.post(f"/promises/{promise.pk}/withdraw", reason="No la quiere").json()  # type: ignore[attr-defined]
        assert (told["state"], told["closed_at"]) == ("withdrawn", NOW.isoformat())

    @pytest.mark.parametrize("verb", ["keep", "renegotiate", "withdraw"])
    def test_of_another_branch_are_not_found(self, beto_api: Program, promise: Promise, verb: str):
        body = {"new_due_at": MONDAY, "reason": "x"} if verb == "renegotiate" else {}
        assert problem_of(beto_api.post(f"/promises/{promise.pk}/{verb}", **body))["status"] == 404
        assert problem_of(beto_api.get(f"/promises/{promise.pk}"))["status"] == 404
        assert beto_api.get("/promises").json()["items"] == []  # type: ignore[attr-defined]
        promise.refresh_from_db()
        assert promise.state == State.PROMISED

    def test_to_a_client_of_another_branch_are_not_found(self, beto_api: Program, rosa: Client):
        assert problem_of(beto_api.post("/promises", client=rosa.pk, what="Llamar", due_at=FRIDAY))["status"] == 404

    def test_cost_the_same_for_few_and_many(self, ana_api: Program, promise: Promise, django_assert_num_queries: Any):
        with django_assert_num_queries(2):
            ana_api.get("/promises")


@pytest.mark.row("Y6", "K1")
class TestContacts:
    def test_are_registered_with_what_they_kept_and_what_comes_next(
        self, ana_api: Program, rosa: Client, promise: Promise
    ):
        response = ana_api.post(
            "/interactions",
            client=rosa.pk,
            channel="phone",
            said="Quiere renovar",
            minutes=12,
            keeps=[promise.pk],
            next_promise={"what": "Volver a llamar", "due_at": MONDAY},
        )
        told = response.json()  # type: ignore[attr-defined]
        assert response.status_code == 201
        assert interactions_door.Registered.model_validate(told)
        assert told["kept"] == [promise.pk]
        assert Promise.objects.get(pk=told["promised"][0]).what == "Volver a llamar"
        listed = ana_api.http.get(response["Location"]).json()  # type: ignore[attr-defined]
        assert interactions_door.ContactPage.model_validate(listed)
        assert [one["id"] for one in listed["items"]] == [told["id"]]

    def test_refused_half_way_write_nothing(self, ana_api: Program, rosa: Client, promise: Promise):
        past = {"what": "Ayer", "due_at": NOW - timedelta(days=1)}
        body = {"client": rosa.pk, "channel": "phone", "keeps": [promise.pk], "next_promise": past}
        assert problem_of(ana_api.post("/interactions", **body))["status"] == 422
        assert not Interaction.objects.exists()
        promise.refresh_from_db()
        assert promise.state == State.PROMISED

    def test_keep_no_promise_of_another_client(self, ana_api: Program, promise: Promise, rosa: Client, ana: Actor):
        other = given(
            Client,
            **{name: getattr(rosa, name) for name in ("kind", "name", "search", "branch", "adviser", "since")},
            key="C-9",
        )
        body = {"client": other.pk, "channel": "phone", "keeps": [promise.pk]}
        assert problem_of(ana_api.post("/interactions", **body))["status"] == 404

    def test_in_the_future_are_refused(self, ana_api: Program, rosa: Client):
        told = problem_of(ana_api.post("/interactions", client=rosa.pk, channel="phone", happened_at=FRIDAY))
        assert list(told["errors"]) == ["happened_at"]

    def test_of_another_branch_are_neither_seen_nor_made(self, ana_api: Program, beto_api: Program, rosa: Client):
        ana_api.post("/interactions", client=rosa.pk, channel="phone")
        assert beto_api.get("/interactions").json()["items"] == []  # type: ignore[attr-defined]
        assert problem_of(beto_api.post("/interactions", client=rosa.pk, channel="phone"))["status"] == 404

    def test_cost_the_same_for_few_and_many(self, ana_api: Program, rosa: Client, django_assert_num_queries: Any):
        ana_api.post("/interactions", client=rosa.pk, channel="phone")
        with django_assert_num_queries(2):
            ana_api.get("/interactions", client=rosa.pk)


@pytest.mark.row("Y6", "Z1")
class TestPlans:
    @pytest.fixture
    def plan(self, ana_staff: Staff) -> Plan:
        capacity = {"2026-06-16": {"available": 240, "planned": 0}, "2026-06-17": {"available": 200, "planned": 0}}
        return given(  # type: ignore[no-any-return]
            Plan,
            staff=ana_staff,
            from_day=NOW.date(),
            until_day=NOW.date() + timedelta(days=1),
            solved_at=NOW,
            value_minor=0,
            bound_minor=0,
            gap_ppm=4000,
            capacity=capacity,
        )

    def test_are_ones_own_or_of_whom_one_sees(self, ana_api: Program, beto_api: Program, plan: Plan):
        told = ana_api.get("/agenda").json()  # type: ignore[attr-defined]
        assert agenda_door.Plan.model_validate(told)
        assert (told["person"], told["gap"], len(told["days"])) == ("ana", 0.004, 2)
        day = ana_api.get("/agenda", user="ana", date="2026-06-17").json()  # type: ignore[attr-defined]
        assert [one["minutes_available"] for one in day["days"]] == [200]
        whole = ana_api.get("/agenda", date="2026-06-15").json()  # type: ignore[attr-defined]
        assert whole == told
        assert problem_of(beto_api.get("/agenda", user="ana"))["status"] == 404

    def test_are_not_found_before_the_first_night(self, ana_api: Program):
        problem = problem_of(ana_api.get("/agenda"))
        assert (problem["status"], problem["type"]) == (404, "urn:cartera:problem:no-plan-yet")


def _actor(promise: Promise) -> Actor:
    assert promise.staff is not None
    return actor_for(promise.staff)
