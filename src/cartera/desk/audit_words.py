"""What was changed, in words: the kind of thing, its fields, what stood there before and what stands there since."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NOTHING = "–"

KINDS: Mapping[str, LazyText] = {
    "agenda.agendapolicy": gettext_lazy("What the agenda believes"),
    "agenda.plan": gettext_lazy("Plan"),
    "agenda.planitem": gettext_lazy("Contact in a plan"),
    "api.apitoken": gettext_lazy("Token"),
    "api.webhook": gettext_lazy("Webhook"),
    "clients.accessgrant": gettext_lazy("Access with a reason"),
    "clients.client": gettext_lazy("Client"),
    "clients.contactpoint": gettext_lazy("Telephone or address"),
    "clients.wish": gettext_lazy("Wish"),
    "clock.dayoff": gettext_lazy("Day off"),
    "clock.institution": gettext_lazy("Institution"),
    "desk.savedview": gettext_lazy("List"),
    "events.event": gettext_lazy("Event"),
    "intake.upload": gettext_lazy("Import"),
    "interactions.interaction": gettext_lazy("Contact"),
    "products.currencyrate": gettext_lazy("Rate of exchange"),
    "products.product": gettext_lazy("Product"),
    "products.productterms": gettext_lazy("Terms of a product"),
    "promises.promise": gettext_lazy("Promise"),
    "rulebook.ruling": gettext_lazy("Rule"),
    "service.servicemodel": gettext_lazy("Service model"),
    "team.absence": gettext_lazy("Absence"),
    "team.appointment": gettext_lazy("Appointment"),
    "team.branch": gettext_lazy("Branch"),
    "team.invitation": gettext_lazy("Invitation"),
    "team.rolepermission": gettext_lazy("Permission of a role"),
    "team.staff": gettext_lazy("Person of the team"),
    "value.tieroverride": gettext_lazy("Exception from the tier policy"),
    "value.tierperiod": gettext_lazy("Tier over time"),
    "value.tierpolicy": gettext_lazy("Tier policy"),
}

FIELDS: Mapping[str, LazyText] = {
    "active": gettext_lazy("Active"),
    "adult_age": gettext_lazy("Adult from the age of"),
    "adviser_id": gettext_lazy("Adviser (number)"),
    "allowed": gettext_lazy("Allowed"),
    "birth_date": gettext_lazy("Birth date"),
    "branch_id": gettext_lazy("Branch (number)"),
    "channel": gettext_lazy("Channel"),
    "client_id": gettext_lazy("Client (number)"),
    "country": gettext_lazy("Country"),
    "currency": gettext_lazy("Currency"),
    "due_at": gettext_lazy("Due"),
    "effective_from": gettext_lazy("In force from"),
    "expires_on": gettext_lazy("Expires"),
    "fee_minor": gettext_lazy("Fee a year, in minor units"),
    "from_day": gettext_lazy("From"),
    "given_name": gettext_lazy("Given names"),
    "happened_at": gettext_lazy("When it happened"),
    "hysteresis_ppm": gettext_lazy("Band in which a tier is kept, millionths"),
    "identifier": gettext_lazy("Identifier"),
    "key": gettext_lazy("Number"),
    "kind": gettext_lazy("Kind"),
    "language": gettext_lazy("Language"),
    "line": gettext_lazy("Line"),
    "margin_ppm": gettext_lazy("Margin, millionths"),
    "minutes": gettext_lazy("Minutes"),
    "name": gettext_lazy("Name"),
    "number": gettext_lazy("Version"),
    "on": gettext_lazy("Day"),
    "outcome": gettext_lazy("Outcome"),
    "owed_by": gettext_lazy("Who owes it"),
    "permission": gettext_lazy("Permission"),
    "purpose": gettext_lazy("Purpose"),
    "quote": gettext_lazy("In"),
    "rate_ppm": gettext_lazy("Rate, millionths"),
    "reason": gettext_lazy("Reason"),
    "region": gettext_lazy("Region"),
    "role": gettext_lazy("Role"),
    "said": gettext_lazy("Notes"),
    "second_surname": gettext_lazy("Second surname"),
    "since": gettext_lazy("Since"),
    "staff_id": gettext_lazy("Person (number)"),
    "state": gettext_lazy("State"),
    "surname": gettext_lazy("Surname"),
    "thresholds": gettext_lazy("Thresholds, in minor units"),
    "tier": gettext_lazy("Tier"),
    "title": gettext_lazy("Position"),
    "units": gettext_lazy("Rate of so many units"),
    "until": gettext_lazy("Until"),
    "until_day": gettext_lazy("Until"),
    "value": gettext_lazy("Telephone or address"),
    "taken_back": gettext_lazy("Taken back"),
    "what": gettext_lazy("What was promised"),
    "zone": gettext_lazy("Time zone"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: as it was and as it is since, in words. A new thing has no `before`. `personal` was kept sealed."""

    name: str
    label: str
    before: str
    after: str
    personal: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that was changed, added when it was not there before."""

    kind: str
    id: int | None
    added: bool
    fields: Sequence[FieldChange]


def changes_of(facts: Mapping[str, Any], personal: Mapping[str, Any]) -> list[Changed]:
    """What a happening changed, thing by thing: what stands open in it, and of the sealed what was opened."""
    sealed: dict[tuple[str, Any], Mapping[str, Any]] = {
        (one["kind"], one["id"]): one for one in personal.get("changes", ())
    }
    return [_changed(change, sealed.get((change["kind"], change["id"]))) for change in facts.get("changes", ())]


def in_one_line(facts: Mapping[str, Any]) -> str:
    """The changes that stand open, for a cell: "Promise 7: state open → kept; Client 3: …"."""
    return "; ".join(
        f"{one.kind} {one.id}: " + ", ".join(f"{field.name} {field.before} → {field.after}" for field in one.fields)
        for one in changes_of(facts, {})
        if one.fields
    )


def further_facts(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What else an action told of itself: counts, the list that was exported, what it was narrowed by."""
    return [(name, _value(value)) for name, value in facts.items() if name not in ("changes", "reason")]


def kind_in_words(kind: str) -> str:
    """A table as a person calls it; its own name when nobody has written words for it."""
    return str(KINDS.get(kind, kind.rpartition(".")[2]))


def _changed(change: Mapping[str, Any], sealed: Mapping[str, Any] | None) -> Changed:
    before, after = change["before"] or {}, change["after"] or {}
    fields = [_field(name, before, after, personal=False) for name in {**before, **after}]
    if sealed:
        hidden, shown = sealed["before"] or {}, sealed["after"] or {}
        fields += [_field(name, hidden, shown, personal=True) for name in {**hidden, **shown}]
        before = {**before, **hidden}
    return Changed(kind_in_words(change["kind"]), change["id"], not before, fields)


def _field(name: str, before: Mapping[str, Any], after: Mapping[str, Any], *, personal: bool) -> FieldChange:
    return FieldChange(name, str(FIELDS.get(name, name)), _value(before.get(name)), _value(after.get(name)), personal)


def _value(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
