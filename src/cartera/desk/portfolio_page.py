"""Mi cartera: a book in order of value, how it is spread, and where the top tier would begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clients.models import Client, Tier
from cartera.clients.rules import search_terms
from cartera.clock import queries as clock
from cartera.desk import formats, portfolio_words
from cartera.desk.clients_list import Column, Tab
from cartera.desk.marking import Piece, marked
from cartera.desk.models import SavedView, Screen
from cartera.desk.portfolio_list import ROWS, By, Wanted, book_of, rows_of
from cartera.desk.ranking import Curve, curve
from cartera.desk.saved_views import saved_views
from cartera.desk.settings import QUIET_DAYS, quiet_after
from cartera.desk.spread_chart import SpreadChart, spread_chart, thresholds
from cartera.desk.standing import Standing, standing_of_term
from cartera.kernel.actor import Actor
from cartera.kernel.pages import Page, page_of
from cartera.rulebook.queries import value_of
from cartera.team.models import Staff
from cartera.team.queries import advisers
from cartera.value.currencies import Apart, apart_of
from cartera.value.distribution import Proposal, Spread, top_tier
from cartera.value.models import TierOverride, TierPolicy
from cartera.value.queries import (
    Totals,
    before,
    overrides_in_force,
    overrides_to_review,
    policy_in_force,
    spread_of,
    totals_of,
)

FLAG_NAMES: Mapping[str, LazyText] = {
    "cuesta": gettext_lazy("Cost more than they bring"),
    "atrasado": gettext_lazy("With an overdue promise"),
    "callado": gettext_lazy("Without contact in %(days)s days"),
    "excepcion": gettext_lazy("With an exception"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that can be ticked."""

    field: str
    value: str
    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A client in the ranking: its place in the list, its share of the whole book (`bar` beside the greatest one's), and
    that of all down to it.
    """

    client: Client
    place: int
    name: tuple[Piece, ...]
    cost_minor: int | None
    share: float
    bar: float
    so_far: float | None
    quiet: bool
    due: Standing | None
    override: TierOverride | None

    @property
    def popover(self) -> str:
        """The id of what says why the client is in its tier."""
        return f"tier-{self.client.pk}"


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the book is spread, and where its top tier would begin."""

    drawn: SpreadChart
    proposal: Proposal | None
    curve: Curve
    says: portfolio_words.Says
    firsts: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    """All that the page shows. `to_review` counts exceptions, None for whoever has no authority over them."""

    wanted: Wanted
    whose: Staff | None
    people: Sequence[Staff]
    currency: str
    lead: str
    totals: Totals
    apart: Sequence[Apart]
    distribution: Distribution
    policy: TierPolicy | None
    tabs: Sequence[Tab]
    saved: SavedView | None
    chips: Sequence[Chip]
    columns: Mapping[str, Column]
    rows: Sequence[Row]
    page: Page[Client]
    found: int
    to_review: int | None


def page_for(actor: Actor, wanted: Wanted, cursor: str | None, locale: formats.Locale) -> PortfolioPage:
    """The page of a book, in a fixed number of queries however many clients are in it."""
    currency = clock.institution().currency
    book, rows = book_of(actor, wanted), rows_of(actor, wanted)
    totals, found = totals_of(book), spread_of(book, wanted.measure)
    page = page_of(rows, order=wanted.key, cursor=cursor, limit=ROWS)
    people = list(advisers(actor=actor)) if actor.may("team.view") else []
    policy = policy_in_force(clock.today())
    lists = list(saved_views(actor=actor, screen=Screen.PORTFOLIO))
    saved = next((view for view in lists if wanted.is_saved_as(view)), None)
    distribution = _distribution(found, wanted, policy, currency, locale)
    may_review = actor.may("tier.renew_override")
    return PortfolioPage(
        wanted=wanted,
        whose=next((person for person in people if person.pk == wanted.whose), None),
        people=people,
        currency=currency,
        lead=portfolio_words.lead(totals, found, currency, locale),
        totals=totals,
        apart=apart_of(book),
        distribution=distribution,
        policy=policy,
        tabs=[
            Tab(_("The whole book"), Wanted(whose=wanted.whose).url(), saved is None and not wanted.is_narrowed, None),
            *(Tab(view.name, f"{Wanted().url()}?{view.query}", view == saved, None) for view in lists),
        ],
        saved=saved,
        chips=_chips(wanted),
        columns={by.name.lower(): _column(by, wanted) for by in By},
        rows=_rows(actor, rows, page, wanted, found, locale),
        page=page,
        found=rows.order_by().count() if wanted.is_narrowed else totals.clients,
        to_review=overrides_to_review(actor=actor).count() if may_review else None,
    )


def _rows(
    actor: Actor, rows: object, page: Page[Client], wanted: Wanted, found: Spread, locale: formats.Locale
) -> list[Row]:
    if not page.items:
        return []
    earlier, so_far = before(rows, wanted.key, page.items[0]) if page.previous_cursor else (0, 0)  # type: ignore[arg-type]
    given = {
        override.client_id: override
        for override in overrides_in_force(actor=actor).filter(client__in=[client.pk for client in page.items])
    }
    now = clock.now().astimezone(clock.here())
    terms, whole = search_terms(wanted.text), found.total_minor
    greatest = max(found.bands[0].each_minor, 1)
    shown = []
    for place, client in enumerate(page.items, start=earlier + 1):
        amount = getattr(client, wanted.measure)
        so_far += amount
        value = getattr(client, "value", None)
        shown.append(
            Row(
                client=client,
                place=place,
                name=marked(client.name, terms),
                cost_minor=value.cost_minor if value else None,
                share=amount / whole if whole > 0 else 0.0,
                bar=amount / greatest,
                so_far=so_far / whole if whole > 0 and wanted.by != By.MARGIN else None,
                quiet=client.last_contact_at is None or client.last_contact_at < now - quiet_after(),
                due=standing_of_term(client.next_due_at, now, locale) if client.next_due_at else None,
                override=given.get(client.pk),
            )
        )
    return shown


def _distribution(
    found: Spread, wanted: Wanted, policy: TierPolicy | None, currency: str, locale: formats.Locale
) -> Distribution:
    proposal = top_tier(found)
    drawn = spread_chart(found, wanted.measure, policy, currency, locale)
    from_a = thresholds(policy, wanted.measure).get("A")
    return Distribution(
        drawn=drawn,
        proposal=proposal,
        curve=curve(found, proposal.clients if proposal else None),
        says=portfolio_words.says(proposal, found, policy, from_a, wanted.measure, currency, locale),
        firsts=[(formats.percent(share, locale, 0), found.held_by_first(share)) for share in (0.1, 0.2, 0.5)],
    )


def _chips(wanted: Wanted) -> list[Chip]:
    tiers = [Chip("nivel", tier, _("Tier %(tier)s") % {"tier": tier}, tier in wanted.tiers) for tier in Tier.values]
    return tiers + [
        Chip(flag, "1", str(name) % {"days": value_of(QUIET_DAYS)}, flag in wanted.flags)
        for flag, name in FLAG_NAMES.items()
    ]


def _column(by: By, wanted: Wanted) -> Column:
    labels = {By.ASSETS: _("Assets"), By.REVENUE: _("Yearly revenue"), By.MARGIN: _("Leaves")}
    descending = wanted.key[0].startswith("-")
    direction = ("descending" if descending else "ascending") if by == wanted.by else ""
    return Column(labels[by], wanted.sorted_by(by).url(), direction)
