"""The audit as somebody searches it: whose doings, what, about which client, when, in which request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from cartera.clients.models import Client
from cartera.clock import queries as clock
from cartera.desk.audit_forms import AuditForm
from cartera.kernel.actor import Actor, ActorKind
from cartera.kernel.errors import Invalid
from cartera.kernel.happenings import clients_sealed_in, unsealed
from cartera.kernel.models import Happening
from cartera.team.lists import PeopleWanted, people
from cartera.team.models import Staff

MOST_PEOPLE = 200
"""Whom a name finds at most: further letters narrow it."""


class Doer(StrEnum):
    """Who can do something, as the address of the page says it."""

    PERSON = "personas"
    PROGRAM = "programas"
    SYSTEM = "sistema"


_KIND = {Doer.PERSON: ActorKind.STAFF, Doer.PROGRAM: ActorKind.TOKEN, Doer.SYSTEM: ActorKind.SYSTEM}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search is narrowed to; what is empty narrows nothing. Days are whole ones of the institution."""

    who: str = ""
    doer: str = ""
    name: str = ""
    client_key: str = ""
    request_id: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def order(self) -> tuple[str, ...]:
        """The latest first, along the index that what is asked for has."""
        narrow = self.who or self.doer or self.name or self.client_key or self.request_id
        return ("-id",) if narrow else ("-at", "-id")

    @property
    def is_narrowed(self) -> bool:
        return self != Wanted()


def wanted_in(asked: QueryDict) -> Wanted:
    """What an address asks for. Raises Invalid, by field, for what is no day or no action."""
    form = AuditForm(asked)
    if not form.is_valid():
        raise Invalid(fields={name: [str(error) for error in errors] for name, errors in form.errors.items()})
    return wanted_of(form)


def wanted_of(form: AuditForm) -> Wanted:
    """What a form that is valid asks for."""
    data = form.cleaned_data
    return Wanted(
        who=data["quien"],
        doer=data["por"],
        name=data["que"],
        client_key=data["cliente"],
        request_id=data["peticion"],
        since=data["desde"],
        until=data["hasta"],
    )


def visible_happenings(actor: Actor) -> QuerySet[Happening]:
    """What the actor may know of: everything, or what concerns its clients and what its people did that concerns none."""
    rows = Happening.objects.all()
    if not actor.may("audit.view"):
        return rows.none()
    if actor.scope.everything:
        return rows
    team = Staff.objects.visible_to(actor).values("pk")
    own = Q(client_id__isnull=True, actor_kind=ActorKind.STAFF, actor_id__in=team)
    return rows.filter(own | Q(client_id__in=Client.objects.visible_to(actor).values("pk")))


def found(*, actor: Actor, wanted: Wanted) -> QuerySet[Happening]:
    """The happenings that are asked for. Page them by `wanted.order`."""
    rows = visible_happenings(actor).filter(_when(wanted))
    if wanted.doer:
        rows = rows.filter(actor_kind=_KIND[Doer(wanted.doer)])
    if wanted.who:
        rows = rows.filter(_by_name(actor, wanted.who))
    if wanted.name:
        rows = rows.filter(name=wanted.name)
    if wanted.client_key:
        client = Client.objects.visible_to(actor).filter(key=wanted.client_key).first()
        rows = rows.filter(client_id=client.pk) if client else rows.none()
    return rows.filter(request_id=wanted.request_id) if wanted.request_id else rows


def rows_for_export(actor: Actor, asked: QueryDict) -> QuerySet[Happening]:
    wanted = wanted_in(asked)
    return found(actor=actor, wanted=wanted).order_by(*wanted.order)


def opened(happening: Happening, *, actor: Actor) -> dict[str, Any]:
    """The personal content of a happening: of the clients whom the actor sees, as far as their keys are there."""
    inside = clients_sealed_in(happening)
    seen = Client.objects.visible_to(actor).filter(pk__in=inside).values_list("pk", flat=True) if inside else ()
    return unsealed(happening, of=set(seen))


def _when(wanted: Wanted) -> Q:
    since = Q(at__gte=_midnight(wanted.since)) if wanted.since else Q()
    return since & Q(at__lt=_midnight(wanted.until + timedelta(days=1))) if wanted.until else since


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.here())


def _by_name(actor: Actor, text: str) -> Q:
    """People by their name or user, whether they work here still or not; programs and parts of the system by their name."""
    ids = [
        person
        for gone in (False, True)
        for person in people(actor=actor, wanted=PeopleWanted(text=text, gone=gone)).values_list("pk", flat=True)[
            :MOST_PEOPLE
        ]
    ]
    others = Q(actor_kind__in=(ActorKind.TOKEN, ActorKind.SYSTEM), actor_name__icontains=text)
    return Q(actor_kind=ActorKind.STAFF, actor_id__in=ids) | others
