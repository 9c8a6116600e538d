"""What every page shows around its content: where one is, where one may go, who one is, and what day it is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clock import queries as clock
from cartera.clock.models import Institution
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.team.models import Role
from cartera.team.queries import staff_of


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the menu: its address by name, who may open it, and the pages that count as being there."""

    name: str
    label: LazyText
    icon: str
    may: str
    group: LazyText | str = ""
    within: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the menu as one person sees it. `hot` says that its count cannot wait."""

    label: str
    url: str
    icon: str
    group: str
    current: bool
    count: int | None = None
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Tabs:
    """The telephone's bar: two pages, the button that registers, one page more."""

    before: tuple[NavItem, ...]
    after: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: str


PLACES = (
    Place("desk:my_day", gettext_lazy("My day"), "sun-high", may="plan.view"),
    Place(
        "desk:clients",
        gettext_lazy("Clients"),
        "user-search",
        may="client.search",
        within=frozenset(
            {"desk:client", "desk:new_client", "desk:client_promises", "desk:client_wishes", "desk:client_tier"}
        ),
    ),
    Place("desk:team", gettext_lazy("My team"), "users-group", may="team.view", group=gettext_lazy("Team")),
    Place(
        "desk:imports", gettext_lazy("Imports"), "database-import", may="run.view", group=gettext_lazy("Institution")
    ),
    Place("desk:nights", gettext_lazy("Nights"), "moon-stars", may="run.view", group=gettext_lazy("Institution")),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's context. A view that has counted something for the menu says so in `request.nav_counts` by URL name."""
    institution = institution_or_none()
    now = clock.now().astimezone(clock.zone()) if institution else timezone.now()
    actor: Actor | None = getattr(request, "actor", None)
    nav = nav_for(actor, here(request), getattr(request, "nav_counts", {})) if actor else ()
    theme = request.COOKIES.get("cartera_theme", "")
    return {
        "actor": actor,
        "person": _person(actor) if actor else None,
        "nav": nav,
        "tabs": Tabs(nav[:2], nav[2:3]),
        "home_url": nav[0].url if nav else "/",
        "register_url": address("interactions:register") if actor and actor.may("interaction.register") else "",
        "search_url": address("desk:search") if actor and actor.may("client.search") else "",
        "institution_name": institution.name if institution else _("your institution"),
        "pinned_date": institution.pinned_date if institution else None,
        "now": now,
        "today": now.date(),
        "theme": theme if theme in ("light", "dark") else "",
        "keys": request.COOKIES.get("cartera_keys") != "off",
    }


def _person(actor: Actor) -> Person:
    """Who is at the desk, by the title that the institution gave, and by role and branch where it gave none."""
    staff, role = staff_of(actor), str(Role(actor.role).label)
    return Person(actor.name, staff.title or f"{role}, {staff.branch.name}" if staff else role)


def nav_for(actor: Actor, current: str, counts: dict[str, int]) -> tuple[NavItem, ...]:
    """The menu of one actor: only pages that the role may open and that are installed."""
    return tuple(
        NavItem(
            label=str(place.label),
            url=url,
            icon=place.icon,
            group=str(place.group),
            current=current == place.name or current in place.within,
            count=counts.get(place.name),
        )
        for place in PLACES
        if actor.may(place.may) and (url := address(place.name))
    )


def here(request: HttpRequest) -> str:
    """The name of the page that answers, empty when none does."""
    return request.resolver_match.view_name if request.resolver_match else ""


def address(name: str) -> str:
    """The URL of a page, empty when that page is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def institution_or_none() -> Institution | None:
    """The institution, or None before there is one, when only error pages are drawn."""
    try:
        return clock.institution()
    except NotFound:
        return None
