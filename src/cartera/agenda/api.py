"""Door: plans in the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from cartera.agenda.queries import plan_json
from cartera.api.answers import REFUSED, answer
from cartera.api.auth import ApiRequest
from cartera.kernel.errors import NotFound
from cartera.team.models import Staff
from cartera.team.queries import staff_of

router = Router(tags=["agenda"])


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
