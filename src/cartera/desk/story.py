"""The history of contacts with a client, month by month: what it said, what was promised and what was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clients.models import Channel, Client
from cartera.clock import queries as clock
from cartera.desk import formats
from cartera.desk.standing import Look, standing_of, upper_first
from cartera.interactions import queries as contacts
from cartera.interactions.models import Direction, Interaction, Outcome, Purpose
from cartera.kernel.actor import Actor
from cartera.kernel.pages import page_of
from cartera.promises.models import Promise, Side
from cartera.promises.queries import told_in
from cartera.promises.rules import State

ENTRIES = 8
LATEST_FIRST = ("-happened_at", "-id")

WE_BEGAN: Mapping[str, LazyText] = {
    Channel.LETTER: gettext_lazy("Letter sent"),
    Channel.EMAIL: gettext_lazy("E-mail sent"),
    Channel.MESSAGE: gettext_lazy("Message sent"),
    Channel.PHONE: gettext_lazy("Call"),
    Channel.VIDEO: gettext_lazy("Video call"),
    Channel.FACE_TO_FACE: gettext_lazy("Meeting"),
}
THEY_BEGAN: Mapping[str, LazyText] = {
    Channel.LETTER: gettext_lazy("Letter received"),
    Channel.EMAIL: gettext_lazy("E-mail received"),
    Channel.MESSAGE: gettext_lazy("Message received"),
    Channel.PHONE: gettext_lazy("Call received"),
    Channel.VIDEO: gettext_lazy("Video call that the client began"),
    Channel.FACE_TO_FACE: gettext_lazy("Visit to the branch"),
}
SAID_BY_ITSELF = (Purpose.TOUCH, Purpose.SERVICE)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was promised or kept in a contact."""

    look: Look
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact. `by` names who made it when it was not the reader."""

    id: int
    at: datetime
    day: str
    channel: str
    title: str
    said: str
    by: str
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Month:
    """`name` is empty where the page before showed it already."""

    key: str
    name: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Story:
    months: Sequence[Month]
    next_cursor: str | None
    only_conversations: bool

    @property
    def last_month(self) -> str:
        return self.months[-1].key if self.months else ""


def story_of(
    *,
    actor: Actor,
    client: Client,
    locale: formats.Locale,
    cursor: str | None = None,
    only_conversations: bool = False,
    after_month: str = "",
) -> Story:
    """A page of the history, the latest first; `after_month` was shown by the page before."""
    rows = contacts.timeline(actor=actor, client=client)
    if only_conversations:
        rows = contacts.conversations(rows)
    page = page_of(rows, order=LATEST_FIRST, cursor=cursor, limit=ENTRIES)
    told = told_in(actor=actor, contacts=page.items)
    now = clock.now().astimezone(clock.zone())
    entries = [_entry(contact, told, actor, now, locale) for contact in page.items]
    months = [
        Month(key, "" if key == after_month else _month_name(key, locale), list(group))
        for key, group in groupby(entries, key=lambda entry: f"{entry.at:%Y-%m}")
    ]
    return Story(months, page.next_cursor, only_conversations)


def title_of(contact: Interaction) -> str:
    """ "Llamada recibida, 9 min"; "Reunión: revisión de cartera, 60 min"; "Llamada sin respuesta"."""
    began = THEY_BEGAN if contact.direction == Direction.IN else WE_BEGAN
    title = str(began[contact.channel])
    if contact.outcome == Outcome.NO_ANSWER:
        return _("%(contact)s without an answer") % {"contact": title}
    if contact.outcome == Outcome.LEFT_MESSAGE:
        return _("%(contact)s, a message was left") % {"contact": title}
    if contact.purpose not in SAID_BY_ITSELF:
        title = f"{title}: {contact.get_purpose_display().lower()}"
    return f"{title}, {formats.minutes(contact.minutes)}" if contact.minutes else title


def _entry(contact: Interaction, told: Sequence[Promise], actor: Actor, now: datetime, locale: formats.Locale) -> Entry:
    at = contact.happened_at.astimezone(now.tzinfo)
    return Entry(
        id=contact.pk,
        at=at,
        day=formats.day(at.date(), at.date(), locale).rsplit(" ", 1)[0],
        channel=contact.channel,
        title=title_of(contact),
        said=contact.said,
        by=contact.staff.name if contact.staff and contact.staff_id != actor.scope.staff_id else "",
        marks=[_mark(promise, contact, now, locale) for promise in told if contact.pk in _contacts_of(promise)],
    )


def _contacts_of(promise: Promise) -> tuple[int | None, int | None]:
    return promise.made_in_id, promise.kept_by_id


def _mark(promise: Promise, contact: Interaction, now: datetime, locale: formats.Locale) -> Mark:
    what = {"what": promise.what}
    if promise.kept_by_id == contact.pk:
        return Mark("late" if promise.state == State.LATE else "kept", _("Kept: %(what)s") % what)
    look = standing_of(promise, now, locale).look
    if promise.owed_by == Side.CLIENT:
        return Mark(look, _("The client promised: %(what)s") % what)
    return Mark(look, _("Promised: %(what)s") % what)


def _month_name(key: str, locale: formats.Locale) -> str:
    year, month = key.split("-")
    return upper_first(formats.month(date(int(year), int(month), 1), locale))
