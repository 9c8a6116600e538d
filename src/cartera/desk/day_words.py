"""The sentences of Mi día: what is going on, why somebody is to be contacted and when they answer. Values in, words out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cartera.agenda.day import Overflow
from cartera.agenda.words import ReasonInWords
from cartera.clients.models import Channel, Wishes
from cartera.clients.models.contact import EVERY_DAY
from cartera.desk import formats
from cartera.desk.standing import Standing, by_when, ends_a_day, standing_of
from cartera.events.models import Event
from cartera.interactions.rules import BestTime, Slot, best_time
from cartera.promises.models import Origin, Promise
from cartera.promises.rules import Danger, State
from cartera.team.calendars import Diary

HOUR = 60


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom, when and in which money words are written; `now` is local."""

    locale: formats.Locale
    now: datetime
    currency: str

    @property
    def today(self) -> date:
        return self.now.date()

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.now.tzinfo)

    def money(self, minor: int) -> str:
        return formats.money(minor, self.currency, self.locale, "never")

    def day(self, when: date) -> str:
        near = self.locale.near_days.get((when - self.today).days)
        return near or formats.day(when, self.today, self.locale)

    def moment(self, instant: datetime) -> str:
        local = self.local(instant)
        return self.day(local.date()) if ends_a_day(local) else formats.moment(local, self.today, self.locale)


def lead(*, fits: int, done: int, left: Overflow, first: str, reader: Reader, on: date) -> str:
    """The day in a sentence or two: what fits, what does not and what that costs, and what comes first."""
    if fits + left.contacts == 0:
        return _nothing_left(done)
    if left.contacts:
        return _too_much(fits, done, left, reader, on)
    told = ngettext(
        "%(day)s your only contact fits.", "%(day)s your %(count)s contacts fit, all of them.", fits + done
    ) % {"day": _that_day(on, reader), "count": fits + done}
    if done:
        told += " " + ngettext("You have made one.", "You have made %(count)s.", done) % {"count": done}
    return (
        f"{told} " + (_("Next: %(first)s.") if done else _("First: %(first)s.")) % {"first": first} if first else told
    )


def why_not_today(diary: Diary, reader: Reader) -> str:
    """Why the page opens on a later day."""
    if reader.today in diary.away:
        return _("Today is a day away; this is the first day back.")
    if not diary.calendar.is_working_day(reader.today):
        return _("Nobody works today; this is the next working day.")
    return _("Today's working hours are over; this is the next working day.")


def _nothing_left(done: int) -> str:
    if done:
        return ngettext(
            "The day is done: you made its only contact.", "The day is done: you made its %(count)s contacts.", done
        ) % {"count": done}
    return _("Nothing is due, and no contact is worth more than its minutes.")


def _too_much(fits: int, done: int, left: Overflow, reader: Reader, on: date) -> str:
    told = ngettext(
        "%(day)s %(fits)s of your %(all)s contacts fits.", "%(day)s %(fits)s of your %(all)s contacts fit.", fits + done
    ) % {"day": _that_day(on, reader), "fits": fits + done, "all": fits + done + left.contacts}
    return f"{told} " + ngettext(
        "The one that does not fit is expected to cost %(cost)s; you can renegotiate it now, before it breaks.",
        "The %(count)s that do not fit are expected to cost %(cost)s; you can renegotiate them now, before they break.",
        left.contacts,
    ) % {"count": left.contacts, "cost": reader.money(left.cost_minor)}


def _that_day(on: date, reader: Reader) -> str:
    return _("On %(day)s") % {"day": reader.day(on)} if on != reader.today else _("Today")


def chip(reasons: Sequence[ReasonInWords], reader: Reader) -> Standing | None:
    """The most urgent of a contact's reasons: a promise by its deadline, then what matures."""
    promises = sorted((reason for reason in reasons if reason.promise), key=lambda reason: reason.due_at or reader.now)
    if promises and promises[0].promise:
        first = promises[0].promise
        if first.state != State.PROMISED or promises[0].danger == Danger.OVERDUE:
            return standing_of(first, reader.now, reader.locale)
        when = by_when(reader.local(first.due_at), reader.now, reader.locale)
        return Standing("due", _("By %(when)s") % {"when": when})
    events = sorted((reason.event for reason in reasons if reason.event), key=lambda event: event.expires_on)
    return Standing("due", _("Matures %(day)s") % {"day": reader.day(events[0].expires_on)}) if events else None


def why(reasons: Iterable[ReasonInWords], reader: Reader) -> str:
    """All the reasons of a contact as sentences, those overdue first."""
    ordered = sorted(reasons, key=lambda reason: reason.danger != Danger.OVERDUE)
    return " ".join(_sentence(reason, reader) for reason in ordered)


def _sentence(reason: ReasonInWords, reader: Reader) -> str:
    if reason.promise is not None:
        return _of_promise(reason.promise, reason.danger, reader)
    return _of_event(reason.event, reader) if reason.event is not None else reason.text


def _of_promise(promise: Promise, danger: Danger, reader: Reader) -> str:
    said = {
        "what": promise.what
        if promise.origin != Origin.CONTACT
        else formats.quoted_within(promise.what, reader.locale),
        "when": reader.moment(promise.due_at),
        "day": reader.day(reader.local(promise.due_at).date()),
    }
    if promise.origin == Origin.CONTACT:
        if danger == Danger.OVERDUE:
            return _("You promised “%(what)s” for %(when)s: begin by apologising.") % said
        return _("You promised “%(what)s” for %(when)s.") % said
    if danger == Danger.OVERDUE:
        return _("%(what)s: it was due %(day)s.") % said
    return _("%(what)s: due %(day)s.") % said


def _of_event(event: Event, reader: Reader) -> str:
    product = event.holding.product.name if event.holding else event.get_kind_display()
    amount = formats.money(event.amount_minor, event.currency or reader.currency, reader.locale, "never")
    return f"{maturing(product, amount if event.amount_minor else '', reader.day(event.expires_on))}."


def maturing(product: str, amount: str, day: str) -> str:
    """What matures, of how much if that is known, and when."""
    if amount:
        return _("%(product)s of %(amount)s matures %(day)s") % {"product": product, "amount": amount, "day": day}
    return _("%(product)s matures %(day)s") % {"product": product, "day": day}


def changes(found: Sequence[Mapping[str, Any]], names: Mapping[int, str], reader: Reader) -> list[str]:
    """What a new plan did to the contacts that a person knew about, one sentence each."""
    return [_change(change, names[change["client"]], reader) for change in found if change["client"] in names]


def _change(change: Mapping[str, Any], name: str, reader: Reader) -> str:
    before, after = (_stands(change[side], reader) for side in ("before", "after"))
    if before is None:
        return _("%(client)s comes in: %(after)s.") % {"client": name, "after": after}
    if after is None:
        return _("%(client)s goes out: %(before)s.") % {"client": name, "before": before}
    return _("%(client)s moves from %(before)s to %(after)s.") % {"client": name, "before": before, "after": after}


def _stands(standing: Mapping[str, Any] | None, reader: Reader) -> str | None:
    if standing is None:
        return None
    day = reader.day(date.fromisoformat(standing["date"]))
    return f"{day} {_clock(standing['start'])}" if standing["start"] is not None else day


def answering(calls: Mapping[int, Sequence[Slot]]) -> Mapping[int, BestTime]:
    """When each client answers best, of those of whom enough calls are known."""
    best = {client_id: best_time(slots) for client_id, slots in calls.items()}
    return {client_id: found for client_id, found in best.items() if found is not None}


def wishes_in_words(wishes: Wishes, locale: formats.Locale) -> str:
    """What a client asked for, shortly: "Prefers a call; Mon to Fri, 10:00 to 11:30"."""
    said = []
    if wishes.preferred:
        said.append(_("Prefers: %(channel)s") % {"channel": Channel(wishes.preferred).label.lower()})
    if wishes.days != EVERY_DAY:
        said.append(", ".join(_runs([n for n in range(7) if wishes.days & (1 << n)], locale)))
    if (wishes.from_minute, wishes.to_minute) != (0, 24 * HOUR):
        said.append(f"{_clock(wishes.from_minute)}–{_clock(wishes.to_minute)}")
    refused = [str(channel.label).lower() for channel in Channel if not wishes.channels & wishes.consent & channel.flag]
    if refused and len(refused) < len(Channel):
        said.append(_("not by %(channels)s") % {"channels": ", ".join(refused)})
    return "; ".join(said)


def _runs(days: Sequence[int], locale: formats.Locale) -> Iterable[str]:
    """Weekdays that follow one another as one stretch: "lun–vie"."""
    names = [name[: locale.short] for name in locale.weekdays]
    for _key, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        stretch = [day for _index, day in run]
        yield names[stretch[0]] if len(stretch) == 1 else f"{names[stretch[0]]}–{names[stretch[-1]]}"


def _clock(minute: int) -> str:
    return f"{minute // HOUR:02d}:{minute % HOUR:02d}"
