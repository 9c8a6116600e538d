"""Door: the institution in the API."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, answer, find, told
from cartera.api.auth import ApiRequest
from cartera.clock import actions
from cartera.clock.models import Institution

router = Router(tags=["institution"])

SHAPE = {name: name for name in ("name", "country", "region", "currency", "zone", "language", "pinned_date", "version")}


class InstitutionOne(Schema):
    """Who this installation serves. `version` goes back with a change."""

    name: str
    country: str
    region: str
    currency: str
    zone: str
    language: str
    pinned_date: date | None
    version: int


class InstitutionChange(Schema):
    """What changes; what is left out stays. Country and currency are refused once there are clients."""

    version: int
    reason: str = Field(max_length=300)
    name: str | None = Field(None, max_length=200)
    country: str | None = Field(None, max_length=2)
    region: str | None = Field(None, max_length=8)
    currency: str | None = Field(None, max_length=3)
    zone: str | None = Field(None, max_length=64)
    language: str | None = Field(None, max_length=2)


@router.get("", response={200: InstitutionOne, **REFUSED}, summary="The institution")
def the_institution(request: ApiRequest) -> HttpResponse:
    """Its name, place, currency, zone and language."""
    return answer(told(find(Institution.objects.visible_to(request.auth), 1), SHAPE))


@router.patch("", response={200: InstitutionOne, **REFUSED_TO_CHANGE}, summary="Change the institution")
def change_institution(request: ApiRequest, asked: InstitutionChange) -> HttpResponse:
    """409 when somebody else changed it since `version`."""
    changed = {name: value for name, value in asked.dict(exclude={"version", "reason"}).items() if value is not None}
    found = find(Institution.objects.visible_to(request.auth), 1)
    done = actions.change_institution(
        actor=request.auth, institution=found, version=asked.version, reason=asked.reason, **changed
    )
    return answer(told(done, SHAPE))
