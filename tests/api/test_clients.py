"""Clients in the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cartera.clients import api
from cartera.clients.models import Client, Kind
from cartera.kernel.actor import Actor
from cartera.team.models import Staff
from tests.api.conftest import Program, problem_of
from tests.conftest import Bank, given

LUIS: dict[str, Any] = {
    "given_name": "Luis",
    "surname": "Muñoz",
    "second_surname": "Ñauta",
    "identifier_kind": "cedula",
    "identifier": "171430710-3",
    "birth_date": "1980-02-29",
    "contact_points": [{"kind": "phone", "value": "099 123 4567", "preferred": True}],
}


@pytest.fixture
def many(bank: Bank, ana_staff: Staff) -> list[Client]:
    """Nine clients of Ana's, some of the same wealth."""
    return [
        given(
            Client,
            key=f"M-{number}",
            kind=Kind.PERSON,
            name=f"Mora {number}",
            search=f"mora {number}",
            branch=bank.centro,
            adviser=ana_staff,
            since=date(2020, 1, 1),
            tier="AB"[number % 2],
            assets_minor=1000 * (number // 3),
        )
        for number in range(9)
    ]


@pytest.mark.row("Y6")
class TestListing:
    def test_shows_the_own_book(self, ana_api: Program, beto_api: Program, rosa: Client, yunguilla: Client):
        told = ana_api.get("/clients").json()  # type: ignore[attr-defined]
        assert [one["name"] for one in told["items"]] == ["Rosa Elvira Cordero Malo"]
        assert api.ClientPage.model_validate(told)
        assert set(told["items"][0]) == set(api.ClientRow.model_fields)
        assert [one["id"] for one in beto_api.get("/clients").json()["items"]] == [yunguilla.pk]  # type: ignore[attr-defined]

    @pytest.mark.row("Y14")
    def test_is_searched_and_narrowed(self, ana_api: Program, rosa: Client, many: list[Client]):
        def keys(**asked: Any) -> set[str]:
            return {one["key"] for one in ana_api.get("/clients", **asked).json()["items"]}  # type: ignore[attr-defined]

        assert keys(search="CÓRDERO malo") == {"C-1"}
        assert keys(search="2334") == {"C-1"}
        assert keys(tier="A") == {"M-0", "M-2", "M-4", "M-6", "M-8"}
        assert keys(tier=["A", "B"], search="mora 4") == {"M-4"}
        assert keys(kind="company") == set()

    @pytest.mark.parametrize("order", ["assets", "name"])
    def test_comes_in_pages_that_follow_their_links(self, ana_api: Program, many: list[Client], order: str):
        seen: list[int] = []
        address = f"http://testserver/api/v1/clients?limit=4&order={order}"
        while address:
            response = ana_api.http.get(address.removeprefix("http://testserver"))
            seen += [one["id"] for one in response.json()["items"]]  # type: ignore[attr-defined]
            link = re.search(r'<([^>]+)>; rel="next"', response.get("Link", ""))
            assert bool(link) == bool(response.json()["next"])  # type: ignore[attr-defined]
            address = link.group(1) if link else ""
        assert len(seen) == len(set(seen)) == len(many)

    def test_is_not_shifted_by_who_comes_meanwhile(self, ana_api: Program, many: list[Client]):
        first = ana_api.get("/clients", limit=4).json()  # type: ignore[attr-defined]
        ana_api.post("/clients", given_name="Abel", surname="Abad")
        Client.objects.filter(key="M-8").update(assets_minor=10**9)
        second = ana_api.get("/clients", limit=200, cursor=first["next"]).json()  # type: ignore[attr-defined]
        seen = [one["key"] for one in (*first["items"], *second["items"])]
        assert len(seen) == len(set(seen))
        assert {one.key for one in many} <= set(seen)

    @pytest.mark.parametrize(
        ("asked", "field"),
        [({"limit": 0}, "limit"), ({"limit": 201}, "limit"), ({"tier": "E"}, "tier.0"), ({"cursor": "x"}, "cursor")],
    )
    def test_asked_wrongly_is_a_problem(self, ana_api: Program, asked: dict[str, Any], field: str):
        assert list(problem_of(ana_api.get("/clients", **asked))["errors"]) == [field]

    @pytest.mark.parametrize(("asked", "queries"), [({}, 2), ({"search": "mora"}, 3), ({"tier": "A", "limit": 2}, 2)])
    def test_costs_the_same_for_few_and_many(
        self,
        ana_api: Program,
        many: list[Client],
        asked: dict[str, Any],
        queries: int,
        django_assert_num_queries: Any,
    ):
        ana_api.get("/clients")
        with django_assert_num_queries(queries):
            ana_api.get("/clients", **asked)


@pytest.mark.row("Y6")
class TestOne:
    def test_tells_all_that_is_known(self, ana_api: Program, rosa: Client):
        told = ana_api.get(f"/clients/{rosa.pk}").json()  # type: ignore[attr-defined]
        assert api.ClientOne.model_validate(told)
        assert set(told) == set(api.ClientOne.model_fields)
        assert (told["key"], told["adviser"], told["branch"], told["currency"]) == ("C-1", "ana", "centro", "USD")

    def test_of_another_branch_is_not_found(self, beto_api: Program, rosa: Client):
        assert problem_of(beto_api.get(f"/clients/{rosa.pk}"))["status"] == 404

    def test_costs_three_queries(self, ana_api: Program, rosa: Client, django_assert_num_queries: Any):
        ana_api.get(f"/clients/{rosa.pk}")
        with django_assert_num_queries(3):
            ana_api.get(f"/clients/{rosa.pk}")


@pytest.mark.row("Y6")
class TestRegistering:
    def test_puts_the_client_in_the_own_book(self, ana_api: Program, ana: Actor):
        response = ana_api.post("/clients", **LUIS)
        told = response.json()  # type: ignore[attr-defined]
        assert response.status_code == 201
        assert ana_api.http.get(response["Location"]).json() == told  # type: ignore[attr-defined]
        assert (told["name"], told["identifier"], told["adviser"]) == ("Luis Muñoz Ñauta", "1714307103", "ana")
        assert told["contact_points"] == [{"kind": "phone", "value": "+593 99 123 4567", "preferred": True}]
        assert api.ClientOne.model_validate(told)

    def test_with_a_wrong_identifier_is_refused_in_words(self, ana_api: Program):
        told = problem_of(ana_api.post("/clients", **{**LUIS, "identifier": "1714307104"}))
        assert (told["status"], list(told["errors"])) == (422, ["identifier"])
        assert "1714307104" in told["errors"]["identifier"][0]
        assert not Client.objects.exists()

    def test_twice_is_refused(self, ana_api: Program):
        ana_api.post("/clients", **LUIS)
        assert problem_of(ana_api.post("/clients", **LUIS))["status"] == 422
        assert Client.objects.count() == 1

    def test_into_a_branch_out_of_sight_is_not_found(self, ana_api: Program, bank: Bank, beto_staff: Staff):
        assert problem_of(ana_api.post("/clients", **LUIS, adviser="beto"))["status"] == 404
        assert problem_of(ana_api.post("/clients", **LUIS, branch="costa"))["status"] == 404

    def test_by_an_agent_is_not_allowed(self, program: Callable[[Actor], Program], gina: Actor):
        assert problem_of(program(gina).post("/clients", **LUIS))["status"] == 403

    def test_costs_the_same_each_time(self, ana_api: Program, django_assert_num_queries: Any):
        ana_api.post("/clients", **{**LUIS, "identifier": "", "contact_points": []})
        with django_assert_num_queries(6):  # token, client, happening, contact points; a savepoint, its release
            ana_api.post("/clients", **{**LUIS, "identifier": "", "contact_points": []})


@pytest.mark.row("Y6")
class TestCorrecting:
    def test_changes_what_was_sent_only(self, ana_api: Program, rosa: Client):
        told = ana_api.patch(f"/clients/{rosa.pk}", version=rosa.version, sector="Salud").json()  # type: ignore[attr-defined]
        assert (told["sector"], told["surname"], told["version"]) == ("Salud", "Cordero", rosa.version + 1)

    def test_of_what_somebody_changed_meanwhile_shows_both(self, ana_api: Program, rosa: Client):
        ana_api.patch(f"/clients/{rosa.pk}", version=rosa.version, sector="Salud")
        told = problem_of(ana_api.patch(f"/clients/{rosa.pk}", version=rosa.version, sector="Comercio"))
        assert told["status"] == 409
        assert told["theirs"] == {"version": rosa.version + 1, "sector": "Salud"}
        assert told["yours"] == {"sector": "Comercio"}

    def test_of_another_branch_is_not_found(self, beto_api: Program, rosa: Client):
        assert problem_of(beto_api.patch(f"/clients/{rosa.pk}", version=1, sector="Salud"))["status"] == 404
