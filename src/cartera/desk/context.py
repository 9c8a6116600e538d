"""What every page shows around its content: where one is, where one may go, who one is, and what day it is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clock import queries as clock
from cartera.clock.models import Institution
from cartera.desk.addresses import address
from cartera.desk.help.topics import help_for
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.team.models import Role
from cartera.team.queries import staff_of


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the menu: its address by name, who may open it, and the pages, or the rooms, that count as being there."""

    name: str
    label: LazyText
    icon: str
    may: str
    group: LazyText | str = ""
    within: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()

    def holds(self, page: str) -> bool:
        return page == self.name or page in self.within or (page.partition(":")[0] in self.rooms and page not in OWN)


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


OWN = frozenset({"team:calendar", "team:share", "api_screens:tokens"})
"""Pages about oneself: reached from the account, in no place of the menu."""

PLACES = (
    Place("desk:my_day", gettext_lazy("My day"), "sun-high", may="plan.view"),
    Place(
        "desk:clients",
        gettext_lazy("Clients"),
        "user-search",
        may="client.search",
        within=frozenset(
            {
                *("desk:client", "desk:new_client", "desk:client_promises", "desk:client_wishes", "desk:client_tier"),
                *("desk:access", "desk:accesses", "desk:hand_over", "desk:list_add"),
            }
        ),
    ),
    Place(
        "desk:portfolio",
        gettext_lazy("My book"),
        "briefcase",
        may="portfolio.view",
        within=frozenset({"desk:tier_policy", "desk:portfolio_tier", "desk:overrides", "desk:override_renew"}),
    ),
    Place("events:events", gettext_lazy("Events"), "bolt", may="event.act"),
    Place("desk:team", gettext_lazy("My team"), "users-group", may="team.view", group=gettext_lazy("Team")),
    Place(
        "service:models",
        gettext_lazy("Service models"),
        "calendar-repeat",
        may="service.view",
        group=gettext_lazy("Team"),
        within=frozenset({"service:model", "service:new", "service:edit", "service:activate"}),
    ),
    Place(
        "clients:duplicates",
        gettext_lazy("Duplicates"),
        "users",
        may="duplicate.view",
        group=gettext_lazy("Institution"),
        within=frozenset({"clients:duplicates_of", "clients:merge"}),
    ),
    Place(
        "intake:imports",
        gettext_lazy("Imports"),
        "database-import",
        may="run.view",
        group=gettext_lazy("Institution"),
        within=frozenset({"intake:run", "intake:new", "intake:upload", "intake:mend"}),
    ),
    Place("desk:nights", gettext_lazy("Nights"), "moon-stars", may="run.view", group=gettext_lazy("Institution")),
    Place(
        "desk:administration",
        gettext_lazy("Administration"),
        "settings",
        may="administration.view",
        group=gettext_lazy("Institution"),
        within=frozenset(
            {
                *("desk:tiers", "desk:audit", "desk:audit_one", "desk:agenda_policy", "desk:jobs", "desk:job"),
                "desk:deployment",
            }
        ),
        rooms=frozenset({"team", "clock", "products", "rulebook", "api_screens"}),
    ),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's context. A view that has counted something for the menu says so in `request.nav_counts` by URL name."""
    institution = institution_or_none()
    now = clock.now().astimezone(clock.here()) if institution else timezone.now()
    actor: Actor | None = getattr(request, "actor", None)
    nav = nav_for(actor, here(request), getattr(request, "nav_counts", {})) if actor else ()
    theme = request.COOKIES.get("cartera_theme", "")
    return {
        "actor": actor,
        "person": _person(actor) if actor else None,
        "person_id": actor.id if actor and actor.may("interaction.register") else None,
        "nav": nav,
        "tabs": Tabs(nav[:2], nav[2:3]),
        "home_url": nav[0].url if nav else "/",
        "register_url": address("interactions:register") if actor and actor.may("interaction.register") else "",
        "search_url": address("desk:search") if actor and actor.may("client.search") else "",
        "calendar_url": address("team:calendar") if actor and actor.may("calendar.view") else "",
        "tokens_url": address("api_screens:tokens") if actor and actor.may("token.issue_own") else "",
        "help_url": help_for(here(request)) if address("desk:help") else "",
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
            current=place.holds(current),
            count=counts.get(place.name),
        )
        for place in PLACES
        if actor.may(place.may) and (url := address(place.name))
    )


def here(request: HttpRequest) -> str:
    """The name of the page that answers, empty when none does."""
    return request.resolver_match.view_name if request.resolver_match else ""


def institution_or_none() -> Institution | None:
    """The institution, or None before there is one, when only error pages are drawn."""
    try:
        return clock.institution()
    except NotFound:
        return None
