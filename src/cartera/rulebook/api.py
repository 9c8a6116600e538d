"""Door: the rulebook in the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Router, Schema
from pydantic import Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, answer, find, page, told
from cartera.api.auth import ApiRequest
from cartera.api.preconditions import hold_version
from cartera.clock.queries import today
from cartera.desk.rulebook import BY_NAME, TOPIC_OF, TOPICS
from cartera.kernel.errors import NotFound, NotPermitted
from cartera.rulebook import actions, queries
from cartera.rulebook.models import Ruling
from cartera.rulebook.queries import Standing

router = Router(tags=["settings"])

RULING = {
    "id": "id",
    "name": "name",
    "number": "number",
    "value": "value",
    "effective_from": "effective_from",
    "reason": "reason",
    "taken_back": "taken_back",
    "version": "version",
}

Name = Annotated[str, Path(max_length=64, description="The name of a figure, as the list tells it.")]


class RulingOne(Schema):
    """A figure as somebody set it. `number` counts those of one name."""

    id: int
    name: str
    number: int
    value: int
    effective_from: date
    reason: str
    taken_back: bool
    version: int


class RulingPage(Schema):
    items: list[RulingOne]
    next: str | None


class Coming(Schema):
    value: int
    effective_from: date


class SettingOne(Schema):
    """A figure that the institution sets. Shares and multiples are parts per million, money is minor units.

    `version` is how often it was set: sent back as `If-Match`, a change that crosses another is refused.
    """

    name: str
    topic: str
    label: str
    unit: str
    usual: int
    least: int
    most: int
    guards: bool
    value: int
    since: date | None
    reason: str
    coming: list[Coming]
    version: int


class SettingList(Schema):
    items: list[SettingOne]


class NewValue(Schema):
    value: int = Field(description="In the unit of the figure.")
    effective_from: date | None = Field(None, description="Today when it is left out.")
    reason: str = Field(max_length=300)


@router.get("", response={200: SettingList, **REFUSED}, summary="The rulebook")
def list_settings(request: ApiRequest) -> HttpResponse:
    """Every figure as it stands today, topic by topic."""
    _require_view(request)
    names = [setting for topic in TOPICS for setting in topic.settings]
    return answer({"items": [_told(one) for one in queries.standings(actor=request.auth, settings=names)]})


@router.get("/{str:name}", response={200: SettingOne, **REFUSED}, summary="One figure")
def one_setting(request: ApiRequest, name: Name) -> HttpResponse:
    """As it stands today, and what is set for later."""
    return answer(_told(_standing(request, name)))


@router.get("/{str:name}/history", response={200: RulingPage, **REFUSED}, summary="Every time that a figure was set")
def setting_history(request: ApiRequest, name: Name, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    """The latest first; what was taken back was never in force."""
    standing = _standing(request, name)
    rows = queries.history(actor=request.auth, setting=standing.setting)
    return page(request, rows, RULING, order=("-number",), cursor=cursor, limit=limit)


@router.patch("/{str:name}", response={200: SettingOne, **REFUSED_TO_CHANGE}, summary="Set a figure")
def change_setting(request: ApiRequest, name: Name, asked: NewValue) -> HttpResponse:
    """From a day on; what was in force before stays so for the days before."""
    standing = _standing(request, name)
    hold_version(name, standing.number, {"value": standing.value})
    actions.change_setting(
        actor=request.auth,
        setting=standing.setting,
        value=asked.value,
        effective_from=asked.effective_from or today(),
        reason=asked.reason,
        after=standing.number,
    )
    return answer(_told(_standing(request, name)))


@router.post(
    "/rulings/{int:ruling_id}/take-back",
    response={200: RulingOne, **REFUSED_TO_CHANGE},
    summary="Take back what was set for a later day",
)
def take_back(request: ApiRequest, ruling_id: Annotated[int, Path()]) -> HttpResponse:
    """It was never in force then. Refused once its day has come."""
    found = find(Ruling.objects.visible_to(request.auth), ruling_id)
    return answer(told(actions.take_back(actor=request.auth, ruling=found), RULING))


def _standing(request: ApiRequest, name: str) -> Standing:
    _require_view(request)
    setting = BY_NAME.get(name)
    if setting is None:
        raise NotFound()
    [standing] = queries.standings(actor=request.auth, settings=[setting])
    return standing


def _require_view(request: ApiRequest) -> None:
    if not request.auth.may("setting.view"):
        raise NotPermitted(action="setting.view")


def _told(one: Standing) -> dict[str, Any]:
    setting = one.setting
    return {
        "name": setting.name,
        "topic": TOPIC_OF[setting.name].slug,
        "label": str(setting.label),
        "unit": str(setting.unit),
        "usual": setting.default,
        "least": setting.least,
        "most": setting.most,
        "guards": setting.guards,
        "value": one.value,
        "since": one.in_force.effective_from if one.in_force else None,
        "reason": one.in_force.reason if one.in_force else "",
        "coming": [{"value": ruling.value, "effective_from": ruling.effective_from} for ruling in one.coming],
        "version": one.number,
    }
