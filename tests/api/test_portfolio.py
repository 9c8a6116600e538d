"""Books, exceptions, saved views and accesses through the API: what they tell, and what comes of changing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from cartera.clients.actions.registration import correct_client
from cartera.clients.models import Client
from cartera.kernel.actor import Actor
from cartera.value.models import ClientValue, TierOverride, TierPolicy
from tests.api.conftest import Program, problem_of
from tests.conftest import NOW, TODAY, given


@pytest.fixture
def valued(rosa: Client) -> Client:
    Client.objects.filter(pk=rosa.pk).update(tier="A", assets_minor=500, revenue_minor=90, margin_minor=-10)
    figures = {"assets_minor": 500, "liabilities_minor": 0, "revenue_minor": 90, "cost_minor": 100, "minutes": 30}
    given(ClientValue, client=rosa, on_date=TODAY, frequency=1, **figures)
    tiers = {tier: {"assets_minor": 100} for tier in "ABC"}
    given(TierPolicy, number=1, effective_from=TODAY, thresholds=tiers, reason="test")
    return rosa


@pytest.mark.row("V5", "Y6")
class TestTheBook:
    def test_tells_figures_in_the_order_asked(self, ana_api: Program, valued: Client):
        (row,) = ana_api.get("/portfolio", order="margin").json()["items"]
        assert {name: row[name] for name in ("key", "tier", "cost_minor", "margin_minor", "minutes", "currency")} == {
            "key": "C-1", "tier": "A", "cost_minor": 100, "margin_minor": -10, "minutes": 30, "currency": "USD",
        }  # fmt: skip

    def test_tells_the_distribution_and_the_proposal(self, ana_api: Program, valued: Client, ana_staff):
        for number in range(3):
            base = {"kind": "person", "name": "x", "search": "x", "branch": ana_staff.branch, "since": TODAY}
            given(Client, key=f"D-{number}", adviser=ana_staff, tier="D", assets_minor=10, **base)
        told = ana_api.get("/portfolio/distribution").json()
        assert (told["clients"], told["total_minor"]) == (4, 530)
        assert told["tiers"][0] == {"tier": "A", "clients": 1, "total_minor": 500}
        assert told["curve"][-1] == {"clients": 4, "total_minor": 530}
        assert (told["top_tier"]["threshold_minor"], told["top_tier"]["clients"]) == (500, 1)

    def test_of_nobody_proposes_nothing(self, beto_api: Program, valued: Client):
        told = beto_api.get("/portfolio/distribution", by="revenue").json()
        assert (told["clients"], told["top_tier"]) == (0, None)


@pytest.mark.row("V8", "Y6")
class TestExceptions:
    def test_are_made_listed_and_ended(self, program: Callable[[Actor], Program], mara: Actor, valued: Client):
        mara_api = program(mara)
        asked = {"client": valued.pk, "tier": "B", "reason": "Trae a su gremio", "expires_on": "2026-07-01"}
        made = mara_api.post("/overrides", **asked)
        assert (made.status_code, made["Location"]) == (201, f"/api/v1/overrides/{made.json()['id']}")
        assert [row["tier"] for row in mara_api.get("/overrides", to_review="true").json()["items"]] == ["B"]
        ended = mara_api.delete(f"/overrides/{made.json()['id']}").json()
        assert (ended["ended_on"], ended["review"]) == (str(TODAY), "let_end")
        assert mara_api.get("/overrides", to_review="true").json()["items"] == []
        assert problem_of(mara_api.delete(f"/overrides/{made.json()['id']}"))["status"] == 409

    def test_with_an_expiry_that_has_passed_are_refused(self, program, mara: Actor, valued: Client):
        asked = {"client": valued.pk, "tier": "B", "reason": "x", "expires_on": str(TODAY)}
        assert list(problem_of(program(mara).post("/overrides", **asked))["errors"]) == ["expires_on"]
        assert not TierOverride.objects.exists()


@pytest.mark.row("Y6", "Y9")
class TestSavedViews:
    def test_are_kept_renamed_and_removed(self, ana_api: Program, rosa: Client):
        kept = ana_api.post("/saved-views", screen="clients", name="Feria", clients=[rosa.pk]).json()
        assert (kept["holds_clients"], kept["clients"]) == (True, [rosa.pk])
        assert ana_api.patch(f"/saved-views/{kept['id']}", name="Feria 2026").json()["name"] == "Feria 2026"
        assert [view["name"] for view in ana_api.get("/saved-views", screen="clients").json()["items"]] == [
            "Feria 2026"
        ]
        assert ana_api.delete(f"/saved-views/{kept['id']}").status_code == 200
        assert problem_of(ana_api.get(f"/saved-views/{kept['id']}"))["status"] == 404

    def test_hold_nobody_out_of_sight(self, beto_api: Program, rosa: Client):
        asked = {"screen": "clients", "name": "Feria", "clients": [rosa.pk]}
        assert problem_of(beto_api.post("/saved-views", **asked))["status"] == 404


@pytest.mark.row("K1", "Y5", "Y6")
class TestAccesses:
    def test_find_mask_open_and_end(self, beto_api: Program, rosa: Client):
        (found,) = beto_api.get("/access-grants/search", search="cordero").json()["items"]
        assert (found["id"], found["identifier"], found["adviser"]) == (rosa.pk, "01•• ••• •56", "ana")
        asked = {"client": rosa.pk, "occasion": "called", "purpose": "Pide un certificado"}
        grant = beto_api.post("/access-grants", **asked, until_at=(NOW + timedelta(hours=2)).isoformat()).json()
        assert beto_api.get(f"/clients/{rosa.pk}").json()["identifier"] == rosa.identifier
        assert beto_api.post(f"/access-grants/{grant['id']}/end").json()["ended_at"] is not None
        assert problem_of(beto_api.get(f"/clients/{rosa.pk}"))["status"] == 404

    def test_longer_than_a_week_are_refused(self, beto_api: Program, rosa: Client):
        asked = {"client": rosa.pk, "occasion": "called", "purpose": "x"}
        refused = beto_api.post("/access-grants", **asked, until_at=(NOW + timedelta(days=8)).isoformat())
        assert list(problem_of(refused)["errors"]) == ["until_at"]


@pytest.mark.row("V7", "Y6")
class TestTheAudit:
    def test_tells_who_did_what_without_what_is_a_clients_own(self, program, ada: Actor, ana: Actor, rosa: Client):
        ada_api = program(ada)
        correct_client(actor=ana, client=rosa, surname="Vera")
        (told,) = ada_api.get("/audit", action="client.correct", client="C-1").json()["items"]
        assert (told["actor"], told["client"], told["subject_kind"]) == ("Ana Andrade", rosa.pk, "clients.client")
        assert "Vera" not in str(told)
        assert ada_api.get(f"/audit/{told['id']}").json()["action"] == "client.correct"

    def test_says_at_which_field_a_day_is_wrong(self, program, ada: Actor):
        answer = program(ada).get("/audit", since="yesterday")
        assert (answer.status_code, list(problem_of(answer)["errors"])) == (422, ["since"])


@pytest.mark.row("V8", "Y6")
class TestTierPolicies:
    def test_are_set_once_for_what_the_program_knew(self, program, ada: Actor):
        ada_api = program(ada)
        wanted = {"thresholds": {tier: {"assets_minor": 900} for tier in "ABC"}, "reason": "test", "after": 0}
        asked = {**wanted, "effective_from": TODAY.isoformat()}
        assert ada_api.post("/tier-policies", **asked).status_code == 201
        assert ada_api.post("/tier-policies", **asked).status_code == 409
        (told,) = ada_api.get("/tier-policies").json()["items"]
        assert told["thresholds"]["A"] == {"assets_minor": 900, "revenue_minor": None}
