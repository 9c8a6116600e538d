"""The list of clients as one person asked for it: a view, a text, filters and an order, all of them in its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cartera.clients import queries as clients
from cartera.clients.models import Client, Kind, Tier
from cartera.clients.models.client import ClientQuerySet
from cartera.clients.queries import Counts, Filters, condition
from cartera.clients.rules import search_terms
from cartera.clock import queries as clock
from cartera.desk import formats
from cartera.desk.marking import Piece, marked
from cartera.desk.standing import Standing, standing_of_term
from cartera.kernel.actor import Actor
from cartera.kernel.money import from_minor
from cartera.kernel.pages import Page, page_of

QUIET_AFTER = timedelta(days=60)
MATURING_WITHIN = timedelta(days=30)
LONGEST_TEXT = 100
ROWS = 50


class View(StrEnum):
    """Lists that are asked for every day. The first one is where the page begins."""

    ALL = "todos"
    MINE = "mi-cartera"
    QUIET = "sin-contacto"
    MATURING = "vencen"
    BIRTHDAYS = "cumplen"


class Order(StrEnum):
    """What the list is sorted by; the page's address says it."""

    ASSETS = "activos"
    NAME = "nombre"
    CONTACT = "contacto"
    DUE = "compromiso"


KEYS = {
    Order.ASSETS: clients.BY_ASSETS,
    Order.NAME: clients.BY_SURNAME,
    Order.CONTACT: clients.BY_CONTACT,
    Order.DUE: clients.BY_DUE,
}

VIEW_NAMES: Mapping[View, LazyText] = {
    View.ALL: gettext_lazy("All"),
    View.MINE: gettext_lazy("My book"),
    View.QUIET: gettext_lazy("A and B without contact in 60 days"),
    View.MATURING: gettext_lazy("Maturing in 30 days"),
    View.BIRTHDAYS: gettext_lazy("Birthday this week"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter that can be ticked: a field of the address, its value, and what it asks of a client."""

    id: str
    field: str
    value: str
    label: str
    asks: Q


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked of the list. `turned` sorts the other way round."""

    text: str = ""
    view: View = View.ALL
    tiers: tuple[str, ...] = ()
    kind: str = ""
    late: bool = False
    quiet: bool = False
    order: Order = Order.ASSETS
    turned: bool = False

    @classmethod
    def of(cls, asked: QueryDict) -> Self:
        """What an address asks for; what it says that means nothing here is left out."""
        view, kind, order = (asked.get(name, "") for name in ("vista", "tipo", "orden"))
        return cls(
            text=asked.get("q", "").replace("\0", "").strip()[:LONGEST_TEXT],
            view=View(view) if view in set(View) else View.ALL,
            tiers=tuple(tier for tier in Tier.values if tier in asked.getlist("nivel")),
            kind=kind if kind in Kind.values else "",
            late=asked.get("atrasado") == "1",
            quiet=asked.get("callado") == "1",
            order=Order(order.removeprefix("-")) if order.removeprefix("-") in set(Order) else Order.ASSETS,
            turned=order.startswith("-"),
        )

    @property
    def sorting(self) -> str:
        return f"-{self.order}" if self.turned else str(self.order)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.tiers or self.kind or self.late or self.quiet)

    @property
    def key(self) -> tuple[str, ...]:
        """The fields of the order, as pages go by them."""
        key = KEYS[self.order]
        return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in key) if self.turned else key

    def query(self) -> str:
        """The part of an address after its question mark, empty for the list as it begins."""
        said: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        said += [("vista", self.view)] if self.view != View.ALL else []
        said += [("nivel", tier) for tier in self.tiers]
        said += [("tipo", self.kind)] if self.kind else []
        said += [("atrasado", "1")] if self.late else []
        said += [("callado", "1")] if self.quiet else []
        said += [("orden", self.sorting)] if self.sorting != Order.ASSETS else []
        return urlencode(said)

    def url(self, page: str = "desk:clients") -> str:
        query = self.query()
        return f"{reverse(page)}?{query}" if query else reverse(page)

    def ticks(self, choice: Choice) -> bool:
        ticked = {
            "nivel": self.tiers,
            "tipo": (self.kind,),
            "atrasado": ("1",) * self.late,
            "callado": ("1",) * self.quiet,
        }
        return choice.value in ticked[choice.field]

    def sorted_by(self, order: Order) -> Wanted:
        """The same list by another order, or by the same one the other way round."""
        return replace(self, order=order, turned=order == self.order and not self.turned)


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    url: str
    current: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice as it stands. `count` is how many of the rows shown now would be left by it."""

    choice: Choice
    ticked: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class Column:
    """A heading that sorts. `direction` is that of `aria-sort`, empty while another one sorts."""

    label: str
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class Row:
    """A client as a line of the list."""

    client: Client
    name: tuple[Piece, ...]
    identifier: tuple[Piece, ...]
    phone: tuple[Piece, ...]
    quiet: bool
    due: Standing | None


@dataclass(frozen=True, slots=True)
class ClientsPage:
    """All that the page shows."""

    wanted: Wanted
    lead: str
    tabs: Sequence[Tab]
    chips: Sequence[Chip]
    columns: Mapping[str, Column]
    rows: Sequence[Row]
    page: Page[Client]
    found: Counts
    after: str


def page_for(actor: Actor, wanted: Wanted, cursor: str | None, locale: formats.Locale) -> ClientsPage:
    """The page of the list that an address asks for, in four questions to the database and two for a text."""
    now, today = clock.now(), clock.today()
    all_of_them = clients.book(actor=actor)
    narrowed = rows_of(actor, wanted)
    choices = _choices(now)
    many = not _sees_own_book_only(actor)
    found = clients.counts(narrowed, {choice.id: choice.asks for choice in choices}, may_be_many=many)
    views = _views(actor, now, today)
    there = clients.counts(all_of_them, {view.name: asked for view, asked in views.items()}, may_be_many=many)
    page = page_of(narrowed, order=wanted.key, cursor=cursor, limit=ROWS)
    phones = clients.phones_of(actor=actor, clients=page.items)
    local = now.astimezone(clock.zone())
    terms = search_terms(wanted.text)
    return ClientsPage(
        wanted=wanted,
        lead=_lead(wanted, found, locale),
        tabs=[_tab(view, wanted, there) for view in views if not _says_nothing(view, there)],
        chips=[Chip(choice, wanted.ticks(choice), found.of.get(choice.id)) for choice in choices],
        columns={order.name.lower(): _column(order, wanted) for order in Order},
        rows=[_row(client, phones.get(client.pk, ""), terms, local, locale) for client in page.items],
        page=page,
        found=found,
        after=_surname_first(page.items[-1]) if page.items else "",
    )


def rows_of(actor: Actor, wanted: Wanted) -> ClientQuerySet:
    """The clients that are asked for, in their order."""
    now, today = clock.now(), clock.today()
    rows = clients.book(
        actor=actor,
        filters=Filters(
            text=wanted.text,
            counted=True,
            tiers=wanted.tiers,
            kind=wanted.kind,
            due_before=now if wanted.late else None,
            not_contacted_since=now - QUIET_AFTER if wanted.quiet else None,
        ),
    )
    rows = rows.filter(_views(actor, now, today).get(wanted.view, Q()))
    found: ClientQuerySet = clients.ordered(rows, wanted.key).order_by(*wanted.key).select_related("adviser", "branch")
    return found


def _views(actor: Actor, now: datetime, today: date) -> Mapping[View, Q]:
    """What each view narrows to. Who sees only the own book has no view of more."""
    own_book = _sees_own_book_only(actor)
    monday = today - timedelta(days=today.weekday())
    mine = condition(Filters(adviser_id=actor.scope.staff_id or 0))
    return {
        **({} if own_book else {View.ALL: condition(Filters())}),
        View.MINE: mine,
        View.QUIET: condition(Filters(tiers=(Tier.A, Tier.B), not_contacted_since=now - QUIET_AFTER)),
        View.MATURING: condition(Filters(matures_by=today + MATURING_WITHIN)),
        View.BIRTHDAYS: condition(Filters(birthdays=[monday + timedelta(days=n) for n in range(7)])),
    }


def _sees_own_book_only(actor: Actor) -> bool:
    return actor.scope.branch_path is None and not actor.scope.everything


def _choices(now: datetime) -> list[Choice]:
    tiers = [
        Choice(f"tier-{tier}", "nivel", tier, _("Tier %(tier)s") % {"tier": tier}, condition(Filters(tiers=(tier,))))
        for tier in Tier.values
    ]
    silent = condition(Filters(not_contacted_since=now - QUIET_AFTER))
    return [
        *tiers,
        Choice("person", "tipo", Kind.PERSON, _("Persons"), condition(Filters(kind=Kind.PERSON))),
        Choice("company", "tipo", Kind.COMPANY, _("Companies"), condition(Filters(kind=Kind.COMPANY))),
        Choice("late", "atrasado", "1", _("With an overdue promise"), condition(Filters(due_before=now))),
        Choice("quiet", "callado", "1", _("Without contact in 60 days"), silent),
    ]


def _says_nothing(view: View, there: Counts) -> bool:
    """Who sees more than a book and has none of its own needs no view of it."""
    return view == View.MINE and View.ALL.name in there.of and not there.of[view.name]


def _tab(view: View, wanted: Wanted, there: Counts) -> Tab:
    count = there.of.get(view.name)
    current = view == wanted.view or (wanted.view == View.ALL and View.ALL.name not in there.of and view == View.MINE)
    return Tab(str(VIEW_NAMES[view]), Wanted(view=view, order=wanted.order, turned=wanted.turned).url(), current, count)


def _column(order: Order, wanted: Wanted) -> Column:
    labels = {
        Order.NAME: _("Client"),
        Order.ASSETS: _("Assets"),
        Order.CONTACT: _("Last contact"),
        Order.DUE: _("Next promise"),
    }
    descending = wanted.key[0].startswith("-")
    direction = ("descending" if descending else "ascending") if order == wanted.order else ""
    return Column(labels[order], wanted.sorted_by(order).url(), direction)


def _row(client: Client, phone: str, terms: Sequence[str], now: datetime, locale: formats.Locale) -> Row:
    return Row(
        client=client,
        name=marked(client.name, terms),
        identifier=marked(client.identifier, terms),
        phone=marked(phone, terms),
        quiet=client.last_contact_at is None or client.last_contact_at < now - QUIET_AFTER,
        due=standing_of_term(client.next_due_at, now, locale) if client.next_due_at else None,
    )


def _lead(wanted: Wanted, found: Counts, locale: formats.Locale) -> str:
    """The sentence that says how many there are, and what is urgent among them."""
    if not found.all:
        return (
            _("No client contains “%(text)s”.") % {"text": wanted.text} if wanted.text else _("There is nobody here.")
        )
    count = formats.number(found.all, locale)
    if not found.whole:
        count = _("More than %(count)s") % {"count": count}
    if wanted.text:
        sentence = ngettext(
            "%(count)s client contains “%(text)s”.", "%(count)s clients contain “%(text)s”.", found.all
        ) % {"count": count, "text": wanted.text}
    else:
        sentence = ngettext("%(count)s client.", "%(count)s clients.", found.all) % {"count": count}
    late = found.of.get("late", 0)
    if not late or wanted.late:
        return sentence
    urgent = ngettext(
        "To one of them we owe something that is overdue.",
        "To %(late)s of them we owe something that is overdue.",
        late,
    ) % {"late": late}
    return f"{sentence} {urgent}"


def _surname_first(client: Client) -> str:
    surnames = " ".join(filter(None, (client.surname, client.second_surname)))
    return f"{surnames}, {client.given_name}" if surnames and client.given_name else client.name


def lines_of(rows: ClientQuerySet, currency: str) -> Iterator[Sequence[object]]:
    """The list as lines of a sheet, read in portions: it may be long."""
    for client in rows.iterator(chunk_size=2000):
        yield (
            client.key,
            client.name,
            client.identifier,
            client.get_kind_display(),
            client.tier,
            client.adviser.name if client.adviser else "",
            client.branch.name,
            from_minor(client.assets_minor, currency),
            _day(client.last_contact_at),
            _day(client.next_due_at),
        )


def sheet_heading(currency: str) -> Sequence[str]:
    return (
        _("Number"),
        _("Client"),
        _("Identifier"),
        _("Kind"),
        _("Tier"),
        _("Adviser"),
        _("Branch"),
        _("Assets %(currency)s") % {"currency": currency},
        _("Last contact"),
        _("Next promise"),
    )


def _day(instant: datetime | None) -> str:
    return f"{instant.astimezone(clock.zone()):%Y-%m-%d}" if instant else ""
