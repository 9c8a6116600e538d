"""The lists that can be taken away as files, each with its columns: `/exportar/NAME.csv` and `/exportar/NAME.xlsx`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cartera.clients.accesses import accesses
from cartera.clients.models import AccessGrant, Client
from cartera.clients.queries import client_of
from cartera.clock.queries import institution
from cartera.desk import audit, clients_list, portfolio_list
from cartera.desk.audit_words import in_one_line, kind_in_words
from cartera.desk.exporting import Column, Listing
from cartera.events.models import Event
from cartera.events.queries import to_act_on
from cartera.interactions.models import Interaction
from cartera.kernel.actor import Actor
from cartera.kernel.models import RefusedRow, Run
from cartera.kernel.money import Money, from_minor
from cartera.promises.models import Promise
from cartera.promises.queries import ledger
from cartera.results.queries import last_night_of_people
from cartera.team.permissions import in_words
from cartera.value.currencies import apart_in
from cartera.value.models import TierOverride
from cartera.value.queries import overrides, overrides_to_review

MONEY_COLUMN = _("Currency")


def _money(name: str) -> Callable[[Any], Money | None]:
    """The amount in minor units that stands under this path, in the institution's currency."""

    def read(row: Any) -> Money | None:
        minor = _follow(row, name)
        return Money(minor, institution().currency) if minor is not None else None

    return read


def _apart(client: Client) -> str:
    """The assets of a client that no rate converts, each in its own currency."""
    value = getattr(client, "value", None)
    told = apart_in(value.foreign) if value else ()
    return ", ".join(f"{currency} {from_minor(minor, currency):f}" for currency, minor in told)


def _at(path: str) -> Callable[[Any], Any]:
    """What stands under a path, None where it breaks off."""
    return lambda row: _follow(row, path)


def _follow(row: Any, path: str) -> Any:
    for step in path.split("."):
        row = getattr(row, step, None)
    return row() if callable(row) else row


def _currency(row: Model) -> str:
    return institution().currency


_CLIENT: tuple[Column[Any], ...] = (
    Column(_("Number"), _at("client.key")),
    Column(_("Client"), _at("client.name")),
)
_STANDING: tuple[Column[Client], ...] = (
    Column(_("Number"), _at("key")),
    Column(_("Client"), _at("name")),
    Column(_("Identifier"), _at("identifier")),
    Column(_("Kind"), _at("get_kind_display")),
    Column(_("Tier"), _at("tier")),
    Column(_("Adviser"), _at("adviser.name")),
    Column(_("Branch"), _at("branch.name")),
    Column(MONEY_COLUMN, _currency),
    Column(_("Assets"), _money("assets_minor")),
    Column(_("Apart, not summed"), _apart),
)


def _clients(actor: Actor, asked: QueryDict) -> QuerySet[Client]:
    rows = clients_list.rows_of(actor, clients_list.Wanted.of(asked))
    picked = [int(text) for text in asked.getlist("client") if text.isdecimal() and len(text) < 19]
    return rows.filter(pk__in=picked) if picked else rows


def _promises(actor: Actor, asked: QueryDict) -> QuerySet[Promise]:
    return _of_client(ledger(actor=actor), actor, asked).order_by("due_at", "id")


def _contacts(actor: Actor, asked: QueryDict) -> QuerySet[Interaction]:
    rows = Interaction.objects.visible_to(actor).filter(retracted_at__isnull=True).select_related("client", "staff")
    return _of_client(rows, actor, asked).order_by("-happened_at", "-id")


def _events(actor: Actor, asked: QueryDict) -> QuerySet[Event]:
    return _of_client(to_act_on(actor=actor), actor, asked)


def _overrides(actor: Actor, asked: QueryDict) -> QuerySet[TierOverride]:
    return overrides(actor=actor) if asked.get("ver") == "todas" else overrides_to_review(actor=actor)


def _accesses(actor: Actor, asked: QueryDict) -> QuerySet[AccessGrant]:
    return accesses(actor=actor, only_in_force=asked.get("ver") == "vigentes")


def _refused(actor: Actor, asked: QueryDict) -> QuerySet[RefusedRow]:
    runs = Run.objects.visible_to(actor).filter(pk=clients_list.number_in(asked, "carga"))
    return RefusedRow.objects.filter(run__in=runs).order_by("id")


def _of_client(rows: QuerySet[Any], actor: Actor, asked: QueryDict) -> QuerySet[Any]:
    number = clients_list.number_in(asked, "client")
    return rows.filter(client=client_of(actor=actor, client_id=number)) if number else rows.filter(Q())


def _state_of(grant: AccessGrant) -> datetime:
    return min(grant.until_at, grant.ended_at or grant.until_at)


LISTINGS: Mapping[str, Listing[Any]] = {
    listing.name: listing
    for listing in (
        Listing(
            "clientes",
            _("Clients"),
            "client.search",
            _clients,
            (
                *_STANDING,
                Column(_("Last contact"), _at("last_contact_at")),
                Column(_("Next promise"), _at("next_due_at")),
            ),
        ),
        Listing(
            "cartera",
            _("My book"),
            "portfolio.view",
            portfolio_list.rows_for_export,
            (
                *_STANDING,
                Column(_("Yearly revenue"), _money("revenue_minor")),
                Column(_("Cost to serve"), _money("value.cost_minor")),
                Column(_("Revenue less cost"), _money("margin_minor")),
                Column(_("Minutes in a year"), _at("value.minutes")),
                Column(_("Last contact"), _at("last_contact_at")),
                Column(_("Next promise"), _at("next_due_at")),
            ),
        ),
        Listing(
            "compromisos",
            _("Promises"),
            "promise.view",
            _promises,
            (
                *_CLIENT,
                Column(_("Owed by"), _at("get_owed_by_display")),
                Column(_("Person"), _at("staff.name")),
                Column(_("What"), _at("what")),
                Column(_("Channel"), _at("get_channel_display")),
                Column(_("Minutes"), _at("minutes")),
                Column(_("Made"), _at("made_at")),
                Column(_("Due"), _at("due_at")),
                Column(_("State"), _at("get_state_display")),
                Column(_("Closed"), _at("closed_at")),
            ),
        ),
        Listing(
            "contactos",
            _("Contacts"),
            "interaction.view",
            _contacts,
            (
                *_CLIENT,
                Column(_("When"), _at("happened_at")),
                Column(_("Person"), _at("staff.name")),
                Column(_("Channel"), _at("get_channel_display")),
                Column(_("Direction"), _at("get_direction_display")),
                Column(_("Purpose"), _at("get_purpose_display")),
                Column(_("Outcome"), _at("get_outcome_display")),
                Column(_("Minutes"), _at("minutes")),
                Column(_("Notes"), _at("said")),
            ),
        ),
        Listing(
            "eventos",
            _("Events"),
            "client.view",
            _events,
            (
                *_CLIENT,
                Column(_("Event"), _at("get_kind_display")),
                Column(_("Raised"), _at("raised_on")),
                Column(_("Act by"), _at("act_by")),
                Column(_("Expires"), _at("expires_on")),
                Column(MONEY_COLUMN, _at("currency")),
                Column(_("At stake"), lambda event: Money(event.at_stake_minor, institution().currency)),
            ),
        ),
        Listing(
            "equipo",
            _("My team"),
            "team.view",
            lambda actor, asked: last_night_of_people(actor=actor),
            (
                Column(_("Adviser"), _at("staff.name")),
                Column(_("Branch"), _at("staff.branch.name")),
                Column(_("Tier"), _at("tier")),
                Column(_("90 days to"), _at("on_date")),
                Column(_("Clients"), _at("clients")),
                Column(_("Kept"), _at("kept")),
                Column(_("Kept late"), _at("late")),
                Column(_("Broken"), _at("broken")),
                Column(_("Open and late"), _at("open_late")),
                Column(_("Contacts"), _at("contacts")),
                Column(_("Minutes"), _at("minutes")),
            ),
        ),
        Listing(
            "excepciones",
            _("Exceptions"),
            "tier.override",
            _overrides,
            (
                *_CLIENT,
                Column(_("Tier"), _at("tier")),
                Column(_("Reason"), _at("reason")),
                Column(_("Decided by"), _at("by.name")),
                Column(_("From"), _at("from_day")),
                Column(_("Expires"), _at("expires_on")),
                Column(_("Ended"), _at("ended_on")),
                Column(_("Review"), _at("get_review_display")),
                Column(_("Reviewed"), _at("reviewed_on")),
            ),
        ),
        Listing(
            "accesos",
            _("Accesses with a reason"),
            "client.open",
            _accesses,
            (
                *_CLIENT,
                Column(_("Person"), _at("staff.name")),
                Column(_("Branch"), _at("staff.branch.name")),
                Column(_("Reason"), _at("get_occasion_display")),
                Column(_("What for"), _at("purpose")),
                Column(_("From"), _at("from_at")),
                Column(_("Until"), _state_of),
            ),
        ),
        Listing(
            "auditoria",
            _("Audit"),
            "audit.view",
            audit.rows_for_export,
            (
                Column(_("Number in the audit"), _at("id")),
                Column(_("When"), _at("at")),
                Column(_("Who"), _at("actor_name")),
                Column(_("Kind"), _at("actor_kind")),
                Column(_("What was done"), lambda happening: in_words(happening.name)),
                Column(_("Action"), _at("name")),
                Column(_("What"), lambda happening: kind_in_words(happening.subject_kind)),
                Column(_("Client (number)"), _at("client_id")),
                Column(_("Rows"), _at("rows")),
                Column(_("Reason"), lambda happening: happening.facts.get("reason", "")),
                Column(_("Before and after"), lambda happening: in_one_line(happening.facts)),
                Column(_("Request"), _at("request_id")),
            ),
        ),
        Listing(
            "rechazadas",
            _("Refused rows"),
            "run.view",
            _refused,
            (
                Column(_("File"), _at("file")),
                Column(_("Line"), _at("line")),
                Column(_("What"), _at("entity")),
                Column(_("Column"), _at("column")),
                Column(_("Value"), _at("value")),
                Column(_("Reason"), _at("reason")),
            ),
        ),
    )
}
