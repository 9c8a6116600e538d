"""Mi día as a page: asks each room once, and puts the answers together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.agenda.day import Day, day_of, planner
from cartera.agenda.models import Plan
from cartera.clients import queries as clients
from cartera.clock import queries as clock
from cartera.desk import day_capacity, day_words
from cartera.desk.day_capacity import Capacity, DayAhead, Word
from cartera.desk.day_words import Reader
from cartera.desk.my_day import Known, Line, MyDay, Opened, Order, explained, first_in_words, my_day, opened
from cartera.desk.team_page import GOAL
from cartera.desk.templatetags.cartera import reader as locale_of_reader
from cartera.interactions import queries as interactions
from cartera.interactions.forms import RegisterForm
from cartera.interactions.views import form_about
from cartera.kernel.actor import Actor
from cartera.kernel.money import PPM
from cartera.promises import queries as promises
from cartera.team.calendars import Diary, diaries
from cartera.team.models import Staff

LOOKS_AHEAD = timedelta(weeks=6)
"""How far the page looks for a day to open on once there is nothing left of today."""
MATURES_WITHIN = timedelta(days=60)
CONTACTS_KNOWN = 12
ORDERS: Mapping[Order, LazyText] = {
    Order.PLAN: gettext_lazy("Best plan"),
    Order.DEADLINE: gettext_lazy("By deadline"),
    Order.VALUE: gettext_lazy("By value"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of Mi día: whose day, which, in which order, with which line open; empty is the usual."""

    staff_id: int | None = None
    on: date | None = None
    order: Order = Order.PLAN
    item_id: int | None = None


@dataclass(frozen=True, slots=True)
class DayPage:
    """All that the page shows. `form` is None for who only reads."""

    staff: Staff
    plan: Plan | None
    on: date
    is_today: bool
    read_only: bool
    works: bool
    away: bool
    lead: str
    order: Order
    day: MyDay
    open: Opened | None
    capacity: Capacity | None
    ahead: Sequence[DayAhead]
    price: int
    word: Word
    form: RegisterForm | None
    currency: str
    month: str
    behind: int
    goal: float = GOAL

    @property
    def gap(self) -> float:
        """The share of the proved bound that the plan may be missing."""
        return self.plan.gap_ppm / PPM if self.plan else 0.0

    @property
    def more_missing(self) -> int:
        """How many of what does not fit are not listed."""
        return self.day.left.contacts - len(self.day.missing)

    @property
    def more_aside(self) -> int:
        """How many of those set aside are not listed."""
        return self.day.aside_contacts - len(self.day.aside)

    @property
    def orders(self) -> Mapping[Order, LazyText]:
        return ORDERS

    @property
    def lacking(self) -> DayAhead | None:
        """The first of the next days on which minutes are lacking."""
        return next((day for day in self.ahead if day.lacking), None)


def reader_now() -> Reader:
    """Who reads now: the language, the institution's instant and its money."""
    return Reader(locale_of_reader(), clock.now().astimezone(clock.zone()), clock.institution().currency)


def day_page(*, actor: Actor, asked: Asked, reader: Reader, with_form: bool = True) -> DayPage:
    """The page of a day, in a fixed number of queries: of the one asked for, else of the first with something left to work.

    NotFound for the day of somebody whom the actor may not see.
    """
    mine = actor.scope.staff_id
    staff = planner(actor=actor, staff_id=asked.staff_id or mine)
    first = asked.on or reader.today
    diary = diaries([staff], first, first if asked.on else first + LOOKS_AHEAD)[staff.pk]
    on = asked.on or diary.first_open(reader.now, first + LOOKS_AHEAD) or first
    day = day_of(actor=actor, staff=staff, day=on)
    shown = _shown(actor, day, asked.order, reader)
    line = opened(shown, asked.item_id)
    read_only = day.staff.pk != mine
    form = _form(actor, line, diary) if with_form and not read_only and actor.may("interaction.register") else None
    return DayPage(
        staff=day.staff,
        plan=day.plan,
        on=day.on,
        is_today=day.on == reader.today,
        read_only=read_only,
        works=diary.works_on(day.on),
        away=day.on in diary.away,
        lead=_lead(day, shown, diary, reader, opened_by_itself=asked.on is None),
        order=asked.order,
        day=shown,
        open=_opened(actor, line, shown, form, reader) if line else None,
        capacity=day_capacity.capacity(day, shown, diary, reader),
        ahead=day_capacity.days_ahead(day.plan, day.left_out, day.on),
        price=day_capacity.price_of_an_hour(day.plan, day.on),
        word=_word(actor, day.staff, reader),
        form=form,
        currency=reader.currency,
        behind=shown.behind(reader.now) if day.on == reader.today and not read_only else 0,
        month=reader.locale.months[reader.now.month - 1],
    )


def _shown(actor: Actor, day: Day, order: Order, reader: Reader) -> MyDay:
    midnight = datetime.combine(day.on, datetime.min.time(), tzinfo=reader.now.tzinfo)
    made = interactions.made_by(actor=actor, staff=day.staff, since=midnight, until=midnight + timedelta(days=1))
    points = clients.contact_points(actor=actor, client_ids=[item.client_id for item in day.items])
    return my_day(day, list(made), points, order, reader)


def _opened(actor: Actor, line: Line, shown: MyDay, form: RegisterForm | None, reader: Reader) -> Opened:
    client = line.item.client
    known = Known(
        contacts=list(interactions.timeline(actor=actor, client=client)[:CONTACTS_KNOWN]),
        promises=form.open_promises if form else list(promises.owed_to(actor=actor, client=client)),
        holdings=clients.maturing(actor=actor, client=client, until=reader.today + MATURES_WITHIN),
    )
    return explained(line, shown.answering.get(client.pk), known, reader)


def _form(actor: Actor, line: Line | None, diary: Diary) -> RegisterForm:
    """The card that registers a contact, begun with the client of the open line."""
    begun = line.begun if line else {}
    return form_about(
        actor, line.item.client if line else None, initial=dict(begun), calendar=diary.calendar, with_year=False
    )


def _lead(day: Day, shown: MyDay, diary: Diary, reader: Reader, *, opened_by_itself: bool) -> str:
    told = _of_the_day(day, shown, diary, reader)
    if not opened_by_itself or day.on == reader.today:
        return told
    return f"{day_words.why_not_today(diary, reader)} {told}"


def _of_the_day(day: Day, shown: MyDay, diary: Diary, reader: Reader) -> str:
    if day.plan is None:
        return _("There is no plan yet: it is made every night, and you can ask for it now.")
    if day.on in diary.away:
        return _("You are away on this day: nothing is planned for it.")
    if not diary.works_on(day.on):
        return _("Nobody works on this day: nothing is planned for it.")
    return day_words.lead(
        fits=len(shown.to_do),
        done=len(shown.done),
        left=shown.left,
        first=first_in_words(shown),
        reader=reader,
        on=day.on,
    )


def _word(actor: Actor, staff: Staff, reader: Reader) -> Word:
    """The promises of the month so far."""
    first = reader.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return day_capacity.word(promises.settled_counts(actor=actor, staff=staff, since=first, until=reader.now))
