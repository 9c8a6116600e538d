"""A book in order of value, as an address asks for it: whose, by what, narrowed to whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from cartera.clients.models import Tier
from cartera.clients.models.client import ClientQuerySet
from cartera.clients.queries import Filters, condition, find
from cartera.clock import queries as clock
from cartera.desk.clients_list import LONGEST_TEXT, number_in
from cartera.desk.models import SavedView
from cartera.desk.settings import quiet_after
from cartera.kernel.actor import Actor
from cartera.value.queries import Measure, overrides_in_force, portfolio

ROWS = 25


class By(StrEnum):
    """What the book is ranked by; the page's address says it."""

    ASSETS = "activos"
    REVENUE = "ingreso"
    MARGIN = "deja"


KEYS: dict[By, tuple[str, str]] = {
    By.ASSETS: ("-assets_minor", "-id"),
    By.REVENUE: ("-revenue_minor", "-id"),
    By.MARGIN: ("margin_minor", "id"),
}
FLAGS = ("cuesta", "atrasado", "callado", "excepcion")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked of a book. `whose` is an adviser's number, 0 for the whole reach; `flags` narrow it."""

    whose: int = 0
    text: str = ""
    tiers: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    by: By = By.ASSETS
    turned: bool = False

    @classmethod
    def of(cls, asked: QueryDict) -> Self:
        """What an address asks for; what it says that means nothing here is left out."""
        order = asked.get("orden", "")
        return cls(
            whose=number_in(asked, "de"),
            text=asked.get("q", "").replace("\0", "").strip()[:LONGEST_TEXT],
            tiers=tuple(tier for tier in Tier.values if tier in asked.getlist("nivel")),
            flags=frozenset(flag for flag in FLAGS if asked.get(flag) == "1"),
            by=By(order.removeprefix("-")) if order.removeprefix("-") in set(By) else By.ASSETS,
            turned=order.startswith("-"),
        )

    @property
    def key(self) -> tuple[str, str]:
        """The fields of the order, as pages go by them. The margin begins with those who leave least."""
        amount, tie = KEYS[self.by]
        if not self.turned:
            return amount, tie
        return (amount[1:], tie[1:]) if amount.startswith("-") else (f"-{amount}", f"-{tie}")

    @property
    def measure(self) -> Measure:
        """What shares and the distribution are told of."""
        return "revenue_minor" if self.by == By.REVENUE else "assets_minor"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.tiers or self.flags)

    def query(self) -> str:
        """The part of an address after its question mark, empty for the book as it begins."""
        said = [("de", str(self.whose))] if self.whose else []
        said += [("q", self.text)] if self.text else []
        said += [("nivel", tier) for tier in self.tiers]
        said += [(flag, "1") for flag in FLAGS if flag in self.flags]
        sorting = f"-{self.by}" if self.turned else str(self.by)
        said += [("orden", sorting)] if sorting != By.ASSETS else []
        return urlencode(said)

    def url(self) -> str:
        query = self.query()
        return f"{reverse('desk:portfolio')}?{query}" if query else reverse("desk:portfolio")

    def sorted_by(self, by: By) -> Wanted:
        return replace(self, by=by, turned=by == self.by and not self.turned)

    def is_saved_as(self, view: SavedView) -> bool:
        return bool(view.query) and self.query() == view.query


def book_of(actor: Actor, wanted: Wanted) -> ClientQuerySet:
    """The whole book that is asked for, before it is narrowed."""
    return portfolio(actor=actor, adviser_id=wanted.whose or None)


def rows_of(actor: Actor, wanted: Wanted) -> ClientQuerySet:
    """The clients of the book that are asked for, in their order."""
    now = clock.now()
    asked = condition(
        Filters(
            tiers=wanted.tiers,
            due_before=now if "atrasado" in wanted.flags else None,
            not_contacted_since=now - quiet_after() if "callado" in wanted.flags else None,
        )
    )
    if "cuesta" in wanted.flags:
        asked &= Q(margin_minor__lt=0)
    if "excepcion" in wanted.flags:
        asked &= Q(pk__in=overrides_in_force(actor=actor).order_by().values("client_id"))
    rows = book_of(actor, wanted).filter(asked)
    found: ClientQuerySet = (find(rows, wanted.text) if wanted.text else rows).order_by(*wanted.key)
    return found.select_related("adviser", "branch", "value")


def rows_for_export(actor: Actor, asked: QueryDict) -> ClientQuerySet:
    return rows_of(actor, Wanted.of(asked))
