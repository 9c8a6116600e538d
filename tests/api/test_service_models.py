"""Service models over the API: drafted, tried, switched on, put back; and events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from cartera.clients.models import Client
from cartera.events.models import Event
from cartera.kernel.actor import Actor
from cartera.service import actions
from cartera.service.models import ServiceModel
from tests.api.conftest import Program, problem_of
from tests.conftest import SET_UP, TODAY, given

CALL = {"name": "Llamada", "channel": "phone", "minutes": 15, "times_a_year": 12}
REVIEW = {"name": "Revisión", "channel": "video", "purpose": "review", "minutes": 40, "times_a_year": 4}
MODEL = {"name": "Notarías", "tiers": "A", "touchpoints": [{**CALL, "nested": [REVIEW]}]}


@pytest.fixture
def models(bank: object) -> dict[str, ServiceModel]:
    return {model.key: model for model in actions.found_models(actor=SET_UP, active_from=date(2020, 1, 1))}


@pytest.fixture
def ada_api(program: Callable[[Actor], Program], ada: Actor) -> Program:
    return program(ada)


@pytest.mark.row("S1", "S2", "Y1")
class TestServiceModels:
    def test_are_listed_with_their_nested_contacts(self, models: dict[str, ServiceModel], ana_api: Program):
        items = ana_api.get("/service-models").json()["items"]  # type: ignore[attr-defined]
        first = next(item for item in items if item["key"] == "12-4-2")
        assert (first["stage"], first["contacts_a_year"], first["minutes_a_year"]) == ("in_force", 12, 320)
        assert first["touchpoints"][0]["nested"][0]["nested"][0]["channel"] == "face_to_face"

    def test_are_drafted_switched_on_and_put_back(self, models: dict[str, ServiceModel], ada_api: Program):
        drafted = ada_api.post("/service-models", **MODEL, key="12-4-2")
        told = drafted.json()  # type: ignore[attr-defined]
        assert (drafted.status_code, told["number"], told["stage"], told["drafted_by"]) == (201, 2, "draft", "ada")
        address = f"/service-models/{told['id']}"
        soon = str(TODAY + timedelta(days=9))
        on = ada_api.post(f"{address}/activate", from_day=soon, reason="Acordado").json()  # type: ignore[attr-defined]
        assert (on["stage"], on["active_from"], on["why"]) == ("ahead", soon, "Acordado")
        versions = ada_api.get(f"{address}/versions").json()["items"]  # type: ignore[attr-defined]
        assert [(one["number"], one["active_until"]) for one in versions] == [(2, None), (1, soon)]
        assert ada_api.post(f"{address}/put-back").json()["stage"] == "draft"  # type: ignore[attr-defined]
        assert ada_api.get(address).json()["stage"] == "draft"  # type: ignore[attr-defined]

    def test_that_could_not_be_kept_are_refused_in_words(self, bank: object, ada_api: Program):
        often = {**REVIEW, "times_a_year": 20}
        refused = ada_api.post("/service-models", **{**MODEL, "touchpoints": [{**CALL, "nested": [often]}]})
        assert "dentro de «Llamada»" in problem_of(refused)["errors"]["touchpoints"][0]
        deep = dict(CALL)
        for n in range(8):
            deep = {**CALL, "name": f"Llamada {n}", "nested": [deep]}
        assert ada_api.post("/service-models", **{**MODEL, "touchpoints": [deep]}).status_code == 422

    def test_say_what_they_would_ask_of_the_team(self, models: dict[str, ServiceModel], rosa: Client, ada_api: Program):
        Client.objects.filter(pk=rosa.pk).update(tier="A", since=date(2015, 1, 1))
        told = ada_api.post("/service-models", **{**MODEL, "touchpoints": [CALL]}, key="12-4-2").json()  # type: ignore[attr-defined]
        preview = ada_api.get(f"/service-models/{told['id']}/preview").json()  # type: ignore[attr-defined]
        [ana] = preview["advisers"]
        assert (ana["adviser"], ana["minutes_now"], ana["minutes_then"], ana["over"]) == ("ana", 320, 180, False)
        assert [tier["tier"] for tier in preview["tiers"]] == ["A"]
        assert preview["all"]["clients"] == 1


@pytest.mark.row("B1", "E4", "Y1")
class TestEvents:
    @pytest.fixture
    def event(self, rosa: Client) -> Event:
        return given(  # type: ignore[no-any-return]
            Event, client=rosa, kind=Event.Kind.SILENCE, cause_key="silence:1", raised_on=TODAY, act_by=TODAY,
            expires_on=TODAY + timedelta(days=90), currency="USD", evidence={"days": 90},
        )  # fmt: skip

    def test_are_listed_with_their_evidence(self, event: Event, ana_api: Program, beto_api: Program):
        [one] = ana_api.get("/events", kind="silence").json()["items"]  # type: ignore[attr-defined]
        assert (one["id"], one["evidence"], one["state"]) == (event.pk, {"days": 90}, "open")
        assert ana_api.get("/events", kind="run_down").json()["items"] == []  # type: ignore[attr-defined]
        assert beto_api.get("/events").json()["items"] == []  # type: ignore[attr-defined]

    def test_are_dismissed_with_a_reason(self, event: Event, ana_api: Program):
        assert ana_api.post(f"/events/{event.pk}/dismiss", reason="").status_code == 422
        told = ana_api.post(f"/events/{event.pk}/dismiss", reason="De viaje").json()  # type: ignore[attr-defined]
        assert told["state"] == "dismissed"
        assert ana_api.get("/events").json()["items"] == []  # type: ignore[attr-defined]
        assert ana_api.post(f"/events/{event.pk}/dismiss", reason="Otra vez").status_code == 409
