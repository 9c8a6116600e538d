"""Door: service models in the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Router, Schema
from pydantic import Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, answer, created, find
from cartera.api.auth import ApiRequest
from cartera.clients.models import Channel
from cartera.clock import queries as clock
from cartera.interactions.models import Purpose
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, NotPermitted
from cartera.service import actions_on_models as actions
from cartera.service import queries_of_models as queries
from cartera.service import trial as trials
from cartera.service.models import ServiceModel, Touchpoint
from cartera.service.planning import specs_of
from cartera.service.rules import ModelSpec, Touch, TouchpointSpec
from cartera.service.versions import Stage

router = Router(tags=["service models"])

DEEPEST = 6


class TouchpointOne(Schema):
    """So many contacts a year; those nested are among them: of 12 contacts 4 are reviews, of those 2 meetings."""

    name: str = Field(min_length=1, max_length=200)
    channel: Channel
    purpose: Purpose = Purpose.TOUCH
    minutes: int = Field(ge=1, le=480)
    times_a_year: int = Field(ge=1, le=200)
    nested: list[TouchpointOne] = []


class VersionOne(Schema):
    """One version of a service model. A draft has no `active_from`."""

    id: int
    key: str
    number: int
    name: str
    stage: Stage
    tiers: str
    for_new: bool
    active_from: date | None
    active_until: date | None
    why: str
    drafted_by: str | None
    activated_by: str | None
    contacts_a_year: int
    minutes_a_year: int
    touchpoints: list[TouchpointOne]
    version: int


class VersionList(Schema):
    items: list[VersionOne]


class NewVersion(Schema):
    name: str = Field(min_length=1, max_length=200)
    touchpoints: list[TouchpointOne] = Field(min_length=1, max_length=20)
    key: str = Field("", max_length=32, description="Of the model whose next version this is; empty for a new model.")
    tiers: str = Field("", max_length=4, description="The letters of the tiers that it serves.")
    for_new: bool = False
    why: str = Field("", max_length=300)


class Activation(Schema):
    from_day: date
    reason: str = Field("", max_length=300)


class AsksOne(Schema):
    clients: int
    own_plans: int = Field(description="Those who stay on what they agreed themselves until their year ends.")
    contacts_now: int
    minutes_now: int
    contacts_then: int
    minutes_then: int


class TierAsks(AsksOne):
    tier: str


class AdviserAsks(AsksOne):
    adviser: str
    minutes_available: int
    over: bool


class Preview(Schema):
    """What a version would ask in a year beside what is agreed today, of the clients and people whom the token sees."""

    all: AsksOne
    tiers: list[TierAsks]
    advisers: list[AdviserAsks]


@router.get("", response={200: VersionList, **REFUSED}, summary="Service models")
def list_service_models(request: ApiRequest) -> HttpResponse:
    """Of each model the version in force, or else its latest."""
    found = queries.models_by_key(actor=_reader(request.auth))
    return answer({"items": [_told(one.model, one.spec) for one in found]})


@router.post("", response={201: VersionOne, **REFUSED_TO_CHANGE}, summary="Draft a version")
def draft_service_model(request: ApiRequest, asked: NewVersion) -> HttpResponse:
    """The next version of a model, or the first of a new one. It serves nobody until it is activated."""
    model = actions.draft_model(
        actor=request.auth,
        **asked.dict(exclude={"touchpoints"}),
        touchpoints=ModelSpec(_specs(asked.touchpoints)),
    )
    return created(_one(request.auth, model.pk), f"/api/v1/service-models/{model.pk}")


@router.get("/{int:model_id}", response={200: VersionOne, **REFUSED}, summary="One version")
def one_service_model(request: ApiRequest, model_id: Annotated[int, Path()]) -> HttpResponse:
    return answer(_one(request.auth, model_id))


@router.get("/{int:model_id}/versions", response={200: VersionList, **REFUSED}, summary="All versions of its model")
def versions_of_service_model(request: ApiRequest, model_id: Annotated[int, Path()]) -> HttpResponse:
    """The latest first; those that gave way stay as they were."""
    actor = _reader(request.auth)
    versions = queries.versions_of(actor=actor, key=queries.version_of(actor=actor, model_id=model_id).key)
    specs = specs_of(Touchpoint.objects.filter(model__in=versions).order_by("id"))
    return answer({"items": [_told(version, specs.get(version.pk, ModelSpec(()))) for version in versions]})


@router.get("/{int:model_id}/preview", response={200: Preview, **REFUSED}, summary="What it would ask of the team")
def preview_service_model(request: ApiRequest, model_id: Annotated[int, Path()]) -> HttpResponse:
    """Counted at once: contacts and minutes a year by tier and by adviser, beside today's and the minutes there are."""
    if not request.auth.may("service.try_model"):
        raise NotPermitted(action="service.try_model")
    version = queries.version_of(actor=request.auth, model_id=model_id)
    day = max(version.active_from or clock.today(), clock.today())
    found = trials.told(actor=request.auth, cells=trials.cells_of(version, day), day=day)
    return answer(
        {
            "all": _asks(found.all),
            "tiers": [{"tier": tier, **_asks(one)} for tier, one in found.tiers],
            "advisers": [
                {
                    "adviser": person.staff.key,
                    "minutes_available": person.available,
                    "over": person.over,
                    **_asks(person.sum),
                }
                for person in found.people
            ],
        }
    )


@router.post("/{int:model_id}/activate", response={200: VersionOne, **REFUSED_TO_CHANGE}, summary="Switch it on")
def activate_service_model(request: ApiRequest, model_id: Annotated[int, Path()], asked: Activation) -> HttpResponse:
    """From a day on; the night of that day goes over to it."""
    draft = find(ServiceModel.objects.visible_to(request.auth), model_id)
    actions.activate_model(actor=request.auth, service_model=draft, **asked.dict())
    return answer(_one(request.auth, model_id))


@router.post("/{int:model_id}/put-back", response={200: VersionOne, **REFUSED_TO_CHANGE}, summary="Take it back")
def put_back_service_model(request: ApiRequest, model_id: Annotated[int, Path()]) -> HttpResponse:
    """While nothing was kept under it: the version before it serves again."""
    version = find(ServiceModel.objects.visible_to(request.auth), model_id)
    actions.put_back_model(actor=request.auth, service_model=version)
    return answer(_one(request.auth, model_id))


def _reader(actor: Actor) -> Actor:
    if not actor.may("service.view"):
        raise NotPermitted(action="service.view")
    return actor


def _one(actor: Actor, model_id: int) -> dict[str, Any]:
    model = queries.version_of(actor=_reader(actor), model_id=model_id)
    return _told(model, queries.spec_of(model))


def _told(model: ServiceModel, spec: ModelSpec) -> dict[str, Any]:
    return {
        "id": model.pk,
        "key": model.key,
        "number": model.number,
        "name": model.name,
        "stage": model.stage_on(clock.today()),
        "tiers": model.tiers,
        "for_new": model.for_new,
        "active_from": model.active_from,
        "active_until": model.active_until,
        "why": model.why,
        "drafted_by": model.drafted_by.key if model.drafted_by else None,
        "activated_by": model.activated_by.key if model.activated_by else None,
        "contacts_a_year": spec.contacts_a_year,
        "minutes_a_year": spec.minutes_a_year,
        "touchpoints": [_touchpoint(one) for one in spec.touchpoints],
        "version": model.version,
    }


def _touchpoint(spec: TouchpointSpec) -> dict[str, Any]:
    touch = spec.touch
    told = {"name": touch.name, "channel": touch.channel, "purpose": touch.purpose, "minutes": touch.minutes}
    return {**told, "times_a_year": spec.times_a_year, "nested": [_touchpoint(one) for one in spec.nested]}


def _specs(touchpoints: list[TouchpointOne], depth: int = 1) -> tuple[TouchpointSpec, ...]:
    if depth > DEEPEST and touchpoints:
        raise Invalid(fields={"touchpoints": [f"nested more than {DEEPEST} deep"]})
    return tuple(
        TouchpointSpec(
            Touch(one.name, one.channel, one.purpose, one.minutes), one.times_a_year, _specs(one.nested, depth + 1)
        )
        for one in touchpoints
    )


def _asks(one: trials.Sum) -> dict[str, int]:
    return {
        "clients": one.clients,
        "own_plans": one.own_plans,
        "contacts_now": one.now.contacts,
        "minutes_now": one.now.minutes,
        "contacts_then": one.then.contacts,
        "minutes_then": one.then.minutes,
    }
