"""Questions about contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from cartera.clients.models import Channel, Client
from cartera.interactions.models import REACHED, Direction, Interaction, InteractionQuerySet, Outcome
from cartera.interactions.rules import Slot
from cartera.kernel.actor import Actor
from cartera.team.models import Staff

SPOKEN = (Channel.PHONE, Channel.VIDEO, Channel.FACE_TO_FACE)


def timeline(*, actor: Actor, client: Client) -> InteractionQuerySet:
    """A client's contacts that stand, the latest first."""
    rows = _standing(actor).filter(client=client)
    return rows.select_related("staff").order_by("-happened_at", "-id")


def made_by_staff_since(*, actor: Actor, instant: datetime) -> Mapping[int, int]:
    """How many contacts were registered as made since an instant, by who made them."""
    rows = Interaction.objects.visible_to(actor).filter(retracted_at__isnull=True, happened_at__gte=instant)
    counts = rows.order_by().values_list("staff").annotate(n=Count("id"))
    return {staff_id: count for staff_id, count in counts if staff_id is not None}


def called(*, actor: Actor, key: str) -> Interaction | None:
    """The contact that another system, or a form, calls by this key."""
    return _standing(actor).select_related("client").filter(key=key).first()


def made_by(*, actor: Actor, staff: Staff, since: datetime, until: datetime) -> InteractionQuerySet:
    """A person's contacts between two instants, the first first."""
    rows = _standing(actor).filter(staff=staff, happened_at__gte=since, happened_at__lt=until)
    return rows.select_related("client").order_by("happened_at", "id")


def conversations(rows: InteractionQuerySet) -> InteractionQuerySet:
    """Those in which somebody talked with the client, and not only wrote or tried."""
    return rows.filter(channel__in=SPOKEN, outcome=Outcome.TALKED)


def slots_of(
    *, actor: Actor, client_ids: Collection[int], since: datetime, zone: ZoneInfo
) -> Mapping[int, Sequence[Slot]]:
    """How our calls to these clients went, by weekday and hour of the zone's clock; one query."""
    rows = (
        _standing(actor)
        .filter(client__in=client_ids, channel=Channel.PHONE, direction=Direction.OUT, happened_at__gte=since)
        .annotate(weekday=ExtractIsoWeekDay("happened_at", tzinfo=zone), hour=ExtractHour("happened_at", tzinfo=zone))
        .values_list("client", "weekday", "hour")
        .annotate(tried=Count("id"), reached=Count("id", filter=Q(outcome__in=REACHED)))
    )
    slots: dict[int, list[Slot]] = defaultdict(list)
    for client_id, weekday, hour, tried, reached in rows.order_by():
        slots[client_id].append(Slot(weekday - 1, hour, tried, reached))
    return slots


def _standing(actor: Actor) -> InteractionQuerySet:
    rows = Interaction.objects.visible_to(actor)
    assert isinstance(rows, InteractionQuerySet)
    return rows.standing()
