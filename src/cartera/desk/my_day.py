"""Mi día, put together from what the rooms know: whom to serve, why, what fits and what does not. No query, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cartera.agenda.day import Account, Day, Overflow
from cartera.agenda.models import PlanItem, Unplaced
from cartera.agenda.rules import RepairKind, WhyNot
from cartera.agenda.words import ReasonInWords
from cartera.clients.models import Channel, ContactPoint, Holding
from cartera.desk import day_words as words
from cartera.desk import formats
from cartera.desk.answering import best_in_words
from cartera.desk.day_words import Reader
from cartera.desk.reach import Reach, reach
from cartera.desk.search import client_url
from cartera.desk.standing import Standing, upper_first
from cartera.interactions.models import REACHED, WRITTEN, Interaction, Outcome, Purpose
from cartera.interactions.rules import BestTime
from cartera.promises.models import Origin, Promise, Side
from cartera.promises.rules import State

NOTE_LENGTH = 220


class Order(StrEnum):
    """How the list is ordered: as planned, by deadline, by what each contact is expected to save."""

    PLAN = "plan"
    DEADLINE = "plazo"
    VALUE = "valor"


@dataclass(frozen=True, slots=True)
class Line:
    """One contact of the day as the page shows it."""

    item: PlanItem
    url: str
    begun: Mapping[str, Any]
    starts: datetime
    chip: Standing | None
    why: str
    meta: tuple[str, ...]
    reach: Reach
    deadline: datetime | date | None

    @property
    def register_url(self) -> str:
        """The form that registers this contact, begun with what is known of it."""
        return register_url(self.item, self.begun)


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of an explanation; `tone` is a colour of the text or nothing."""

    name: str
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the open line says beside the rest: why it stands there, and what to have at hand."""

    line: Line
    facts: tuple[Fact, ...]
    at_hand: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A contact that has no place, with its cheapest repair: an address to go to, or to send to when it `acts` at once."""

    unplaced: Unplaced
    url: str
    chip: Standing | None
    why: str
    because: str
    repair: str
    repair_url: str
    acts: bool


@dataclass(frozen=True, slots=True)
class MyDay:
    """The list of the day: what is to be done, what was, what does not fit, and what more hours would not help.

    `left` counts all that does not fit, `aside_contacts` all that is set aside: of both, the costliest are listed.
    """

    to_do: tuple[Line, ...]
    done: tuple[Interaction, ...]
    missing: tuple[Missing, ...]
    aside: tuple[Missing, ...]
    left: Overflow
    aside_contacts: int
    answering: Mapping[int, BestTime]

    def behind(self, now: datetime) -> int:
        """How many contacts have passed their hour without being begun."""
        ended = (line.starts + timedelta(minutes=line.item.minutes) for line in self.to_do if not line.item.started_at)
        return sum(end < now for end in ended)

    @property
    def minutes_to_do(self) -> int:
        return sum(line.item.minutes for line in self.to_do)

    @property
    def minutes_done(self) -> int:
        return sum(contact.minutes for contact in self.done)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the client of the open line: contacts, the latest first, open promises, what matures."""

    contacts: Sequence[Interaction]
    promises: Sequence[Promise]
    holdings: Sequence[Holding]


def my_day(
    day: Day, made: Sequence[Interaction], points: Mapping[int, list[ContactPoint]], order: Order, reader: Reader
) -> MyDay:
    """The list of a day, less the contacts that were made already."""
    reached = {contact.client_id for contact in made if contact.outcome in REACHED}
    answering = words.answering(day.calls)
    lines = [
        _line(item, _reasons(item, day), answering.get(item.client_id), points.get(item.client_id, []), reader)
        for item in day.items
        if not _settled(item, day, reached, reader)
    ]
    left = sum((left for due_on, left in day.left_out.items() if due_on <= day.on), Overflow())
    return MyDay(
        to_do=tuple(_ordered(lines, order)),
        done=tuple(made),
        missing=tuple(_missing(row, _reasons(row, day), reader) for row in day.unplaced),
        aside=tuple(_missing(row, _reasons(row, day), reader) for row in day.aside),
        left=left,
        aside_contacts=day.aside_contacts,
        answering=answering,
    )


def opened(day: MyDay, item_id: int | None) -> Line | None:
    """The line that is open: the one asked for, else the one under way, else the first."""
    asked = next((line for line in day.to_do if line.item.pk == item_id), None)
    under_way = next((line for line in day.to_do if line.item.started_at), None)
    return asked or under_way or next(iter(day.to_do), None)


def explained(line: Line, answering: BestTime | None, known: Known, reader: Reader) -> Opened:
    """Why a line stands where it does, and what its client wants, said and holds."""
    return Opened(line, tuple(_facts(line, answering, known, reader)), tuple(_at_hand(line, known, reader)))


def choices(account: Account, reader: Reader) -> dict[str, Any]:
    """What may be done with a contact beside making it: registered, moved to a later day, held where it is or let go."""
    item, reasons = account.item, list(account.words.values())
    return {
        "item": item,
        "register_url": register_url(item, _begun(item, reasons)),
        "renegotiable": [reason.promise for reason in reasons if reason.promise and reason.promise.due_at > reader.now],
        "held": item.pinned or item.started_at is not None,
    }


def first_in_words(day: MyDay) -> str:
    line = next(iter(day.to_do), None)
    return f"{line.item.client.name}, {line.starts:%H:%M}" if line else ""


def _line(
    item: PlanItem,
    reasons: Sequence[ReasonInWords],
    answers: BestTime | None,
    points: Iterable[ContactPoint],
    reader: Reader,
) -> Line:
    link = reach(item.channel, points)
    return Line(
        item=item,
        url=client_url(item.client),
        begun=_begun(item, reasons),
        starts=reader.local(item.starts_at),
        chip=words.chip(reasons, reader),
        why=words.why(reasons, reader),
        meta=tuple(_meta(item, answers, link, reader)),
        reach=link,
        deadline=_deadline(reasons),
    )


def _meta(item: PlanItem, answers: BestTime | None, link: Reach, reader: Reader) -> Iterable[str]:
    if item.started_at is not None:
        yield _("Under way since %(hour)s") % {"hour": f"{reader.local(item.started_at):%H:%M}"}
    if item.pinned:
        yield _("Fixed at its hour")
    if answers is not None:
        yield _("Answers best: %(when)s") % {"when": best_in_words(answers, reader.locale)}
    wishes = getattr(item.client, "wishes", None)
    if wishes is not None and (said := words.wishes_in_words(wishes, reader.locale)):
        yield said
    if link.address:
        yield link.address


def _facts(line: Line, answers: BestTime | None, known: Known, reader: Reader) -> Iterable[Fact]:
    if line.deadline is not None:
        when = line.deadline
        yield Fact(_("Deadline"), reader.moment(when) if isinstance(when, datetime) else reader.day(when))
    if answers is not None:
        told = {"reached": answers.reached, "tried": answers.tried, "when": best_in_words(answers, reader.locale)}
        yield Fact(_("When they answer"), _("%(reached)s of %(tried)s, %(when)s") % told)
    waits = line.item.waits_minor
    if waits > 0:
        yield Fact(_("Leaving it for tomorrow costs"), _("%(cost)s expected") % {"cost": reader.money(waits)}, "broken")
    else:
        yield Fact(_("Leaving it for tomorrow costs"), _("Nothing yet"))
    month = [at for contact in known.contacts if _same_month(at := reader.local(contact.happened_at), reader.now)]
    yield Fact(_("Contacts this month"), str(len(month)))


def _at_hand(line: Line, known: Known, reader: Reader) -> Iterable[str]:
    wishes = getattr(line.item.client, "wishes", None)
    if wishes is not None and wishes.words:
        yield _("Asked for: %(words)s") % {"words": wishes.words}
    noted = next((contact for contact in known.contacts if contact.said), None)
    if noted is not None:
        said = noted.said if len(noted.said) <= NOTE_LENGTH else f"{noted.said[:NOTE_LENGTH].rstrip()}…"
        on = reader.day(reader.local(noted.happened_at).date())
        yield _("%(day)s: “%(said)s”") % {"day": upper_first(on), "said": formats.quoted_within(said, reader.locale)}
    for promise in known.promises:
        if promise.owed_by == Side.CLIENT:
            yield _("The client owes: %(what)s, by %(when)s") % {
                "what": promise.what,
                "when": reader.moment(promise.due_at),
            }
    for holding in known.holdings[:3]:
        amount = formats.money(holding.balance_minor, holding.currency, reader.locale, "never")
        on = reader.day(holding.matures_on) if holding.matures_on else ""
        yield words.maturing(holding.product.name, amount if holding.balance_minor else "", on)


def _missing(row: Unplaced, reasons: Sequence[ReasonInWords], reader: Reader) -> Missing:
    repair, url, acts = _repair(row, reasons, reader)
    return Missing(
        unplaced=row,
        url=client_url(row.client),
        chip=words.chip(reasons, reader),
        why=words.why(reasons, reader),
        because=_BECAUSE[row.repair["why"]](),
        repair=repair,
        repair_url=url,
        acts=acts,
    )


def _repair(row: Unplaced, reasons: Sequence[ReasonInWords], reader: Reader) -> tuple[str, str, bool]:
    """The words of the cheapest repair, its address, and whether a tap is all it takes."""
    day = date.fromisoformat(row.repair["day"]) if row.repair.get("day") else None
    if row.repair["kind"] == RepairKind.ANOTHER_DAY and day is not None:
        return _("Make it fit %(day)s") % {"day": reader.day(day)}, reverse("desk:place", args=[row.pk]), True
    promise = _renegotiable(reasons, reader)
    if row.repair["kind"] == RepairKind.RENEGOTIATE and promise is not None:
        later = day if day is not None and day > reader.local(promise.due_at).date() else None
        address = reverse("promises:renegotiate", args=[promise.pk])
        if later is None:
            return _("Renegotiate"), address, False
        return _("Renegotiate to %(day)s") % {"day": reader.day(later)}, f"{address}?day={later}", False
    return "", "", False


_BECAUSE = {
    WhyNot.NO_ROOM: lambda: _("There are no minutes left for it."),
    WhyNot.NOT_WORTH_ITS_MINUTES: lambda: _("It is worth less than the minutes that it takes."),
    WhyNot.NO_WAY_TO_REACH: lambda: _("The client accepts no channel that would do."),
    WhyNot.TOO_LATE_IN_THE_HORIZON: lambda: _("Its time has not come yet."),
}


def _reasons(row: PlanItem | Unplaced, day: Day) -> list[ReasonInWords]:
    keys = ((reason["kind"], int(reason["id"])) for reason in row.reasons)
    return [day.words[key] for key in keys if key in day.words]


def _settled(item: PlanItem, day: Day, reached: Collection[int], reader: Reader) -> bool:
    """Nothing is left to do: what the contact was for is closed, or the client was reached and the rest can wait."""
    left = [reason for reason in _reasons(item, day) if not reason.promise or reason.promise.state == State.PROMISED]
    if item.client_id in reached:
        left = [reason for reason in left if reason.promise and _cannot_wait(reason.promise, day.on, reader)]
    return not left


def _cannot_wait(promise: Promise, on: date, reader: Reader) -> bool:
    """Somebody gave their word for this day, or for an earlier one."""
    return promise.origin == Origin.CONTACT and reader.local(promise.due_at).date() <= on


def _deadline(reasons: Sequence[ReasonInWords]) -> datetime | date | None:
    promised = [reason.due_at for reason in reasons if reason.due_at]
    if promised:
        return min(promised)
    return min((reason.event.expires_on for reason in reasons if reason.event), default=None)


def _renegotiable(reasons: Sequence[ReasonInWords], reader: Reader) -> Promise | None:
    """The first promise that it is not too late to renegotiate."""
    promises = [reason.promise for reason in reasons if reason.promise and reason.promise.due_at > reader.now]
    return min(promises, key=lambda promise: promise.due_at, default=None)


def _ordered(lines: Sequence[Line], order: Order) -> Sequence[Line]:
    if order == Order.VALUE:
        return sorted(lines, key=lambda line: -line.item.value_minor)
    if order == Order.DEADLINE:
        return sorted(lines, key=_by_deadline)
    return lines


def _by_deadline(line: Line) -> tuple[bool, str]:
    return line.deadline is None, str(line.deadline)


def register_url(item: PlanItem, begun: Mapping[str, Any]) -> str:
    """The form that registers a contact of the plan, begun with what is known of it."""
    return f"{reverse('interactions:register')}?{urlencode({'client': item.client_id, **begun})}"


def _begun(item: PlanItem, reasons: Sequence[ReasonInWords]) -> dict[str, Any]:
    """How the form of this contact begins: its channel, its minutes, and the purpose of what it is for."""
    purpose = next((reason.promise.purpose for reason in reasons if reason.promise), Purpose.RENEWAL)
    outcome = Outcome.SENT if Channel(item.channel) in WRITTEN else Outcome.TALKED
    return {"channel": item.channel, "purpose": str(purpose), "outcome": outcome.value, "minutes": item.minutes}


def _same_month(at: datetime, now: datetime) -> bool:
    return (at.year, at.month) == (now.year, now.month)
