"""One person's book as the solver takes it, read from the ledgers in a fixed number of queries."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from cartera.agenda.losses import Horizon, Window, of_maturity, of_promise, whole_of_promise
from cartera.agenda.models import AgendaPolicy, Plan, PlanItem
from cartera.agenda.priors import PPM, Priors
from cartera.agenda.rules import Book, Client, Part, Pinned, Place, Reason, Span, gather
from cartera.clients import models as clients
from cartera.clients.models import Channel, Wishes
from cartera.clock.intervals import Interval
from cartera.events.models import Event
from cartera.interactions.models import REACHED, Direction, Interaction
from cartera.interactions.rules import LOOK_BACK, Slot, best_time
from cartera.promises.models import Origin, Promise
from cartera.team.calendars import Diary, diaries
from cartera.team.models import Staff

NOON = 13 * 60 + 30
PARTS = (PlanItem.Part.MORNING.value, PlanItem.Part.AFTERNOON.value)


@dataclass(frozen=True, slots=True)
class Desk:
    """A person, their diary and their horizon: what a book is made for."""

    staff: Staff
    diary: Diary
    horizon: Horizon
    zone: ZoneInfo
    priors: Priors
    since: datetime | None

    @property
    def minute_cost_minor(self) -> int:
        return self.staff.hour_cost_minor // 60


def priors_on(day: date) -> Priors:
    """The policy in force on a day, or the defaults before there is one."""
    policy = AgendaPolicy.objects.filter(effective_from__lte=day).order_by("-number").first()
    return Priors.from_data(policy.priors) if policy else Priors()


def desks(staff: Iterable[Staff], day: date, *, since: datetime | None = None) -> list[Desk]:
    """The desks of these people from a day on; what passed before `since` cannot be planned any more."""
    people, priors = list(staff), priors_on(day)
    found = diaries(people, day, day + timedelta(days=4 * priors.horizon_days + 14))
    return [_desk(person, found[person.pk], day, priors, since) for person in people]


def _desk(staff: Staff, diary: Diary, day: date, priors: Priors, since: datetime | None) -> Desk:
    days = [known for known in diary.calendar.working_days(day, 3 * priors.horizon_days) if known not in diary.away]
    return Desk(
        staff=staff,
        diary=diary,
        horizon=Horizon(tuple(days[: priors.horizon_days]), days[priors.horizon_days]),
        zone=diary.calendar.zone,
        priors=priors,
        since=since,
    )


def book_of(desk: Desk) -> Book:
    """All that this person could do in the horizon, with what each day of waiting is expected to cost."""
    promises, events = _promises(desk), _events(desk)
    ids = {promise.client_id for promise in promises} | {event.client_id for event in events}
    wishes = {row.client_id: row for row in Wishes.objects.filter(client__in=ids)}
    people = _clients(desk, ids, wishes)
    preferred = {str(client_id): row.preferred for client_id, row in wishes.items()}
    reasons = [
        *(_reason_of_promise(promise, desk, people, preferred) for promise in promises),
        *(_reason_of_event(event, desk, people, preferred) for event in events),
    ]
    rested = _rested(desk, ids)
    said = {("promise", str(promise.pk)) for promise in promises if promise.origin == Origin.CONTACT}
    reasons = [
        reason if reason.key in said else _not_before(reason, rested.get(reason.client, 0)) for reason in reasons
    ]
    pinned = _pinned(desk, people, {reason.key: reason for reason in reasons})
    taken = {reason.key for contact in pinned for reason in contact.reasons}
    return Book(
        days=desk.horizon.days,
        parts=tuple(_parts(desk)),
        candidates=gather(
            [reason for reason in reasons if reason.key not in taken],
            people,
            minutes_for_each_other=desk.priors.minutes_for_each_other,
        ),
        cost_of_minute=desk.minute_cost_minor,
        spacing_days=desk.priors.spacing_days,
        face_to_face=frozenset({Channel.FACE_TO_FACE.value}),
        max_face_to_face=desk.priors.most_face_to_face,
        moved_penalty=desk.priors.moved_minutes * desk.minute_cost_minor,
        pinned=tuple(pinned),
    )


def digest(book: Book) -> str:
    """The same for the same book: a night that finds it unchanged leaves the plan alone."""
    return hashlib.sha256(json.dumps(_plain(replace(book, announced={}))).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Values as JSON holds them, sets and mappings in order: the same in every process."""
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, tuple | list):
        return list(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return [_plain(getattr(value, name)) for name in _names(type(value))]
    if isinstance(value, Mapping):
        return sorted([_plain(key), _plain(item)] for key, item in value.items())
    if isinstance(value, frozenset):
        return sorted(map(_plain, value))
    return str(value) if isinstance(value, date) else value


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _promises(desk: Desk) -> list[Promise]:
    ends = _start_of(desk.horizon.afterwards, desk.zone)
    rows = Promise.objects.open().ours().filter(staff=desk.staff, opens_at__lt=ends)
    return list(rows.select_related("client").order_by("id"))


def _events(desk: Desk) -> list[Event]:
    rows = Event.objects.filter(
        client__adviser=desk.staff, state=Event.State.OPEN, promise__isnull=True, expires_on__gte=desk.horizon.days[0]
    )
    return list(rows.select_related("client", "holding__product").order_by("id"))


def _reason_of_promise(
    promise: Promise, desk: Desk, people: Mapping[str, Client], preferred: Mapping[str, str]
) -> Reason:
    window = Window(
        opens=_local_day(promise.opens_at, desk.zone),
        due=_local_day(promise.due_at, desk.zone),
        latest=_local_day(promise.latest_at, desk.zone),
    )
    client = str(promise.client_id)
    whole = whole_of_promise(
        tier=promise.client.tier,
        revenue_minor=promise.client.revenue_minor,
        minute_cost_minor=desk.minute_cost_minor,
        said=promise.origin == Origin.CONTACT,
        compensation_minor=promise.at_stake_minor,
        priors=desk.priors,
    )
    return Reason(
        kind="promise",
        id=str(promise.pk),
        client=client,
        earliest_day=min(desk.horizon.index_of(window.opens), len(desk.horizon.days) - 1),
        loss_by_day=of_promise(window, desk.horizon, whole_minor=whole, priors=desk.priors),
        minutes_by_channel=minutes_by_channel(
            promise.channel, promise.minutes, people[client].channels, preferred.get(client, "")
        ),
        demand=Channel(promise.channel).demand if promise.channel else 0,
        renegotiable=window.due >= desk.horizon.days[0],
    )


def _reason_of_event(event: Event, desk: Desk, people: Mapping[str, Client], preferred: Mapping[str, str]) -> Reason:
    line = event.holding.product.line if event.holding else "deposit"
    client = str(event.client_id)
    matures = event.expires_on
    return Reason(
        kind="event",
        id=str(event.pk),
        client=client,
        earliest_day=0,
        loss_by_day=of_maturity(
            matures, desk.horizon, stake_minor=event.at_stake_minor, renewal=desk.priors.renewals[line]
        ),
        minutes_by_channel=minutes_by_channel("", 15, people[client].channels, preferred.get(client, "")),
        demand=0,
    )


def minutes_by_channel(channel: str, minutes: int, accepted: frozenset[str], preferred: str = "") -> Mapping[str, int]:
    """How long a contact takes in each channel that will do.

    What was promised in a channel is done in it, or, if the client does not accept it, in one that asks more of us.
    Otherwise the client's preferred channel wins, then any that needs no journey; writing takes half, meeting twenty
    minutes at least.
    """
    if channel:
        more = frozenset(option for option in accepted if Channel(option).demand > Channel(channel).demand)
        options = accepted & {channel} or more
    elif preferred in accepted:
        options = frozenset({preferred})
    else:
        options = accepted - {Channel.FACE_TO_FACE, Channel.LETTER} or accepted
    return {option: _minutes_in(Channel(option), minutes) for option in sorted(options)}


def _minutes_in(channel: Channel, minutes: int) -> int:
    if channel.demand < Channel.PHONE.demand:
        return max(5, minutes // 2)
    return max(minutes, 20) if channel == Channel.FACE_TO_FACE else minutes


def _clients(desk: Desk, ids: set[int], wishes: Mapping[int, Wishes]) -> dict[str, Client]:
    unreachable = _unreachable(ids)
    answers, best = _answers(desk, ids)
    return {
        str(client_id): Client(
            id=str(client_id),
            channels=_channels(wishes.get(client_id)) - unreachable.get(client_id, frozenset()),
            days=_days(wishes.get(client_id), desk.horizon),
            hours=_hours(wishes.get(client_id)),
            answers=answers.get(client_id, {}),
            usual_answers=PPM // 2,
            best_minute=best.get(client_id),
        )
        for client_id in ids
    }


def _channels(wishes: Wishes | None) -> frozenset[str]:
    if wishes is None:
        return frozenset(channel.value for channel in Channel)
    return frozenset(channel.value for channel in Channel if wishes.channels & wishes.consent & channel.flag)


def _days(wishes: Wishes | None, horizon: Horizon) -> frozenset[int] | None:
    if wishes is None:
        return None
    return frozenset(index for index, day in enumerate(horizon.days) if wishes.days & (1 << day.weekday()))


def _hours(wishes: Wishes | None) -> tuple[Span, ...]:
    if wishes is None or (wishes.from_minute, wishes.to_minute) == (0, 1440):
        return ()
    return (Span(wishes.from_minute, wishes.to_minute),)


def _unreachable(ids: set[int]) -> dict[int, frozenset[str]]:
    """Channels for which every address that we know of a client is dead. An address that we do not know forbids nothing."""
    rows = clients.ContactPoint.objects.filter(client__in=ids, kind__in=("phone", "email")).values("client", "kind")
    spoken = (Channel.PHONE.value, Channel.MESSAGE.value)
    dead = rows.annotate(live=Count("id", filter=Q(dead=False))).filter(live=0)
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    for row in dead:
        found[row["client"]] |= frozenset(spoken if row["kind"] == "phone" else (Channel.EMAIL.value,))
    return found


def _answers(desk: Desk, ids: set[int]) -> tuple[dict[int, dict[tuple[str, str], int]], dict[int, int]]:
    """Share of our attempts that each client answered by channel and part, shrunk to the prior, and its best minute."""
    since = _start_of(desk.horizon.days[0], desk.zone) - LOOK_BACK
    rows = (
        Interaction.objects.standing()
        .filter(client__in=ids, direction=Direction.OUT, happened_at__gte=since)
        .annotate(
            weekday=ExtractIsoWeekDay("happened_at", tzinfo=desk.zone),
            hour=ExtractHour("happened_at", tzinfo=desk.zone),
        )
        .values("client", "channel", "weekday", "hour")
        .annotate(tried=Count("id"), reached=Count("id", filter=Q(outcome__in=REACHED)))
        .order_by("client", "channel", "weekday", "hour")
    )
    tried: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
    calls: dict[int, list[Slot]] = defaultdict(list)
    for row in rows:
        part = PARTS[0] if row["hour"] * 60 < NOON else PARTS[1]
        count = tried[row["client"], row["channel"], part]
        count[0] += row["tried"]
        count[1] += row["reached"]
        if row["channel"] == Channel.PHONE:
            calls[row["client"]].append(Slot(row["weekday"] - 1, row["hour"], row["tried"], row["reached"]))
    shares: dict[int, dict[tuple[str, str], int]] = {}
    for client_id in ids:
        shares[client_id] = {
            (channel, part): _share(tried[client_id, channel, part], prior, desk.priors.answers_weight)
            for channel, by_part in desk.priors.answers_ppm.items()
            for part, prior in by_part.items()
        }
    best = {client_id: best_time(slots) for client_id, slots in calls.items()}
    return shares, {client_id: found.middle_minute for client_id, found in best.items() if found is not None}


def _share(counts: Sequence[int], prior_ppm: int, weight: int) -> int:
    return shrunk(counts[0], counts[1], prior_ppm, weight)


def shrunk(tried: int, reached: int, prior_ppm: int, weight: int) -> int:
    """A share in parts per million, pulled towards the prior as if that were `weight` attempts more."""
    return (reached * PPM + weight * prior_ppm) // (tried + weight)


def _rested(desk: Desk, ids: set[int]) -> dict[str, int]:
    """The first day of the horizon on which a client may be contacted again after a contact that reached it."""
    spacing = timedelta(days=desk.priors.spacing_days)
    begin = _start_of(desk.horizon.days[0], desk.zone)
    rows = Interaction.objects.standing().filter(
        client__in=ids, outcome__in=REACHED, happened_at__gte=begin - 2 * spacing - timedelta(days=4)
    )
    last = rows.values("client").annotate(at=F("happened_at")).order_by("happened_at").values_list("client", "at")
    rested = {}
    for client_id, at in last:
        contacted = _local_day(at, desk.zone)
        following = desk.diary.calendar.next_working_day(contacted, desk.priors.spacing_days)
        rested[str(client_id)] = min(desk.horizon.index_of(following), len(desk.horizon.days) - 1)
    return rested


def _not_before(reason: Reason, day: int) -> Reason:
    """Leave a client in peace for some days after a contact; what was promised in it is what the client expects."""
    return replace(reason, earliest_day=max(reason.earliest_day, day))


def _parts(desk: Desk) -> Iterable[Part]:
    less = [*desk.diary.taken, *_passed(desk)]
    for index, day in enumerate(desk.horizon.days):
        split = desk.diary.calendar.split_at(day, NOON, less)
        for name, intervals in zip(PARTS, (split.morning, split.afternoon), strict=True):
            spans = tuple(_span(interval, desk.zone) for interval in intervals)
            spans = tuple(span for span in spans if span.length > 0)
            free = sum(span.length for span in spans)
            yield Part(index, name, spans, free - free * desk.priors.reserve_ppm // PPM)


def _passed(desk: Desk) -> list[Interval]:
    begin = _start_of(desk.horizon.days[0], desk.zone)
    return [Interval(begin, desk.since)] if desk.since is not None and desk.since > begin else []


def _pinned(desk: Desk, people: Mapping[str, Client], reasons: Mapping[tuple[str, str], Reason]) -> list[Pinned]:
    plan = Plan.objects.filter(staff=desk.staff).first()
    if plan is None:
        return []
    made = Interaction.objects.standing().filter(client=OuterRef("client"), happened_at__gte=OuterRef("started_at"))
    under_way = Q(started_at__isnull=False) & ~Exists(made)
    rows = plan.items.filter(Q(pinned=True) | under_way, day__in=desk.horizon.days)
    found = []
    for item in rows.order_by("day", "place"):
        kept = tuple(reasons[key] for key in keys_of(item) if key in reasons)
        if kept:
            local = item.starts_at.astimezone(desk.zone)
            place = Place(desk.horizon.days.index(item.day), item.part, item.channel)
            minute = local.hour * 60 + local.minute
            found.append(Pinned(people[str(item.client_id)], place, item.minutes, kept, minute))
    return found


def keys_of(item: PlanItem) -> list[tuple[str, str]]:
    """The keys of an item's reasons, as the solver knows them."""
    return [(reason["kind"], str(reason["id"])) for reason in item.reasons]


def _span(interval: Interval, zone: ZoneInfo) -> Span:
    start, end = interval.start.astimezone(zone), interval.end.astimezone(zone)
    begins = start.hour * 60 + start.minute + (1 if start.second or start.microsecond else 0)
    return Span(begins, end.hour * 60 + end.minute if end.date() == start.date() else 1440)


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=zone)


def _local_day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
