"""Door: plans in the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import AwareDatetime, Field

from cartera.agenda import actions_on_policy
from cartera.agenda.models import AgendaPolicy
from cartera.agenda.queries import plan_json
from cartera.agenda.queries import policies as versions
from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, answer, created, find, page, told
from cartera.api.auth import ApiRequest
from cartera.kernel.errors import NotFound, NotPermitted
from cartera.team.models import Staff
from cartera.team.queries import staff_of

router = Router(tags=["agenda"])
policies = Router(tags=["agenda"])

POLICY = {
    "id": "id",
    "number": "number",
    "effective_from": "effective_from",
    "priors": "priors",
    "reason": "reason",
    "taken_back": "taken_back",
    "version": "version",
}


class Reason(Schema):
    kind: str
    id: int
    text: str
    cost: int = Field(description="What one more day of waiting would cost, in minor units.")


class Item(Schema):
    client: str = Field(description="The client's key.")
    channel: str
    start: AwareDatetime
    minutes: int
    value: int
    reasons: list[Reason]


class Day(Schema):
    date: date
    minutes_available: int
    minutes_planned: int
    items: list[Item]


class LeftOut(Schema):
    client: str
    minutes: int
    cost: int
    repair: dict[str, Any]
    reasons: list[Reason]


class Plan(Schema):
    """Whom to serve, when and why. `gap` is the share of the best value possible that this plan may lack at most."""

    person: str
    gap: float
    days: list[Day]
    unplaced: list[LeftOut]


@router.get("", response={200: Plan, **REFUSED}, summary="Somebody's plan of the next days")
def plan(
    request: ApiRequest,
    user: Annotated[str | None, Query(description="A user name; the token's own when it is left out.")] = None,
    date: Annotated[date | None, Query(description="The days from this one on.")] = None,
) -> HttpResponse:
    """The plan as it stands, values in minor units; what did not fit is listed with its cost and a repair."""
    visible = Staff.objects.visible_to(request.auth).select_related("sign_in")
    person = visible.filter(sign_in__username__iexact=user).first() if user else staff_of(request.auth)
    if person is None:
        raise NotFound()
    return answer(plan_json(actor=request.auth, staff=person, since=date))


class AgendaPolicyOne(Schema):
    """A version of what the agenda believes. Shares are parts per million; the names are those of the documentation."""

    id: int
    number: int
    effective_from: date
    priors: dict[str, Any]
    reason: str
    taken_back: bool
    version: int


class AgendaPolicyPage(Schema):
    items: list[AgendaPolicyOne]
    next: str | None


class NewAgendaPolicy(Schema):
    """What is left out of `priors` is as the house has it. `after` is the last version that you knew of."""

    priors: dict[str, Any]
    effective_from: date
    reason: str = Field(max_length=300)
    after: int | None = None


@policies.get("", response={200: AgendaPolicyPage, **REFUSED}, summary="Versions of what the agenda believes")
def list_agenda_policies(request: ApiRequest, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    """Every version there was, the latest first."""
    if not request.auth.may("plan.set_policy"):
        raise NotPermitted(action="plan.set_policy")
    return page(request, versions(actor=request.auth), POLICY, order=("-number",), cursor=cursor, limit=limit)


@policies.post("", response={201: AgendaPolicyOne, **REFUSED_TO_CHANGE}, summary="Set what the agenda believes")
def set_agenda_policy(request: ApiRequest, asked: NewAgendaPolicy) -> HttpResponse:
    """A new version, in force from a day on; the earlier ones stay."""
    made = actions_on_policy.set_agenda_policy(actor=request.auth, **asked.model_dump())
    return created(told(made, POLICY), "/api/v1/agenda-policies")


@policies.post(
    "/{int:policy_id}/take-back", response={200: AgendaPolicyOne, **REFUSED_TO_CHANGE}, summary="Take a version back"
)
def take_back_agenda_policy(request: ApiRequest, policy_id: Annotated[int, Path()]) -> HttpResponse:
    """Before its day only; it was never in force then."""
    found = find(AgendaPolicy.objects.visible_to(request.auth), policy_id)
    return answer(told(actions_on_policy.take_back_policy(actor=request.auth, agenda_policy=found), POLICY))
