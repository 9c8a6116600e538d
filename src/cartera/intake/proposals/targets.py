"""What a column of a file can become: the places of each entity, in words, and the sort of content that each one takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cartera.intake.entities import Entity


class Sort(StrEnum):
    """What the cells of a column hold, by their content alone."""

    EMPTY = "empty"
    IDENTIFIER = "identifier"  # passes the check digits of a country
    EMAIL = "email"
    PHONE = "phone"
    DATE = "date"
    INSTANT = "instant"
    NUMBER = "number"  # whole
    AMOUNT = "amount"  # with decimals, groups or a sign
    CODE = "code"  # few values, often repeated
    NAME = "name"  # words of letters
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Target:
    """One place that a column can fill: `name` in a recipe's words, `label` in the reader's, `takes` which sorts fit.

    `several` columns may fill it together: the first that is not empty, or all of them one after the other. `coded` names
    the code table that says what its values mean, "" where they mean themselves.
    """

    name: str
    label: str
    takes: frozenset[Sort]
    several: bool = False
    coded: str = ""


_WORDS = frozenset({Sort.NAME, Sort.TEXT, Sort.CODE})
_KEY = frozenset({Sort.IDENTIFIER, Sort.NUMBER, Sort.TEXT, Sort.CODE, Sort.PHONE, Sort.NAME, Sort.AMOUNT, Sort.EMAIL})
_DAY = frozenset({Sort.DATE, Sort.INSTANT})
_FIGURE = frozenset({Sort.AMOUNT, Sort.NUMBER, Sort.CODE, Sort.PHONE, Sort.IDENTIFIER})
_CHOICE = frozenset({Sort.CODE, Sort.NAME, Sort.TEXT, Sort.NUMBER})
_PHONE = frozenset({Sort.PHONE, Sort.NUMBER, Sort.IDENTIFIER, Sort.TEXT})
_IDENTIFIER = frozenset({Sort.IDENTIFIER, Sort.NUMBER, Sort.TEXT, Sort.PHONE, Sort.CODE})
_EMAIL = frozenset({Sort.EMAIL})
_TEXT = _WORDS | {Sort.NUMBER, Sort.AMOUNT, Sort.EMAIL, Sort.PHONE, Sort.IDENTIFIER}


def _place(
    name: str, label: str, takes: frozenset[Sort], *, several: bool = False, coded: bool | str = False
) -> Target:
    return Target(name, label, takes, several, coded if isinstance(coded, str) else name * coded)


_PLACES: dict[Entity, tuple[Target, ...]] = {
    Entity.BRANCHES: (
        _place("key", _("Code of the branch"), _KEY),
        _place("name", _("Name of the branch"), _WORDS),
        _place("parent", _("Branch above it"), _KEY),
    ),
    Entity.STAFF: (
        _place("key", _("Code of the person"), _KEY),
        _place("name", _("Complete name"), _WORDS),
        _place("given_name", _("Given names"), _WORDS, several=True),
        _place("surname", _("Surnames"), _WORDS, several=True),
        _place("role", _("Role in Cartera"), _CHOICE, coded=True),
        _place("title", _("Position"), _TEXT),
        _place("branch", _("Branch"), _KEY),
        _place("username", _("User name"), _KEY),
        _place("email", _("E-mail"), _EMAIL),
        _place("active", _("Still works here"), _CHOICE, coded=True),
    ),
    Entity.CLIENTS: (
        _place("key", _("Code of the client"), _KEY - {Sort.NAME}),
        _place("identifier", _("Identity number or tax number"), _IDENTIFIER),
        _place("identifier_kind", _("Kind of identifier"), _CHOICE, coded=True),
        _place("kind", _("Person or company"), _CHOICE, coded=True),
        _place("name", _("Complete name, given names first"), _WORDS),
        _place("surnames_first", _("Complete name, surnames first"), _WORDS),
        _place("company_name", _("Name of the company"), _WORDS),
        _place("given_name", _("Given names"), _WORDS, several=True),
        _place("surnames", _("Both surnames"), _WORDS),
        _place("surname", _("First surname"), _WORDS),
        _place("second_surname", _("Second surname"), _WORDS),
        _place("birth_date", _("Date of birth"), _DAY),
        _place("sex", _("Sex"), _CHOICE, coded=True),
        _place("sector", _("Occupation or line of business"), _TEXT),
        _place("phone", _("Telephone"), _PHONE, several=True),
        _place("email", _("E-mail"), _EMAIL, several=True),
        _place("address", _("Address"), _TEXT, several=True),
        _place("branch", _("Branch"), _KEY),
        _place("adviser", _("Adviser"), _KEY),
        _place("since", _("Client since"), _DAY),
        _place("until", _("Left on"), _DAY),
        _place("household", _("Family or economic group"), _KEY),
    ),
    Entity.RELATIONSHIPS: (
        _place("client", _("Client"), _KEY),
        _place("other", _("Related to"), _KEY),
        _place("kind", _("Kind of relationship"), _CHOICE, coded="relationship"),
        _place("since", _("Since"), _DAY),
        _place("until", _("Until"), _DAY),
        _place("note", _("Note"), _TEXT),
    ),
    Entity.HOLDINGS: (
        _place("key", _("Number of the account, loan or policy"), _KEY),
        _place("client", _("Client"), _KEY),
        _place("product", _("Product"), _KEY, coded=True),
        _place("currency", _("Currency"), _CHOICE),
        _place("balance_minor", _("Balance"), _FIGURE),
        _place("balance_on", _("Date of the balance"), _DAY),
        _place("limit_minor", _("Limit"), _FIGURE),
        _place("rate_ppm", _("Interest rate, in percent"), _FIGURE),
        _place("opened_on", _("Opened on"), _DAY),
        _place("matures_on", _("Matures on"), _DAY),
        _place("closed_on", _("Closed on"), _DAY),
    ),
    Entity.BALANCES: (
        _place("holding", _("Number of the account, loan or policy"), _KEY),
        _place("on", _("Date of the balance"), _DAY),
        _place("balance_minor", _("Balance"), _FIGURE),
        _place("currency", _("Currency"), _CHOICE),
    ),
    Entity.TRANSACTIONS: (
        _place("key", _("Number of the transaction"), _KEY),
        _place("holding", _("Number of the account, loan or policy"), _KEY),
        _place("on", _("Date"), _DAY),
        _place("amount_minor", _("Amount"), _FIGURE),
        _place("side", _("Debit or credit"), _CHOICE, coded=True),
        _place("currency", _("Currency"), _CHOICE),
        _place("kind", _("Kind of transaction"), _TEXT),
        _place("purpose", _("Concept"), _TEXT),
        _place("counterparty", _("Counterparty"), _TEXT),
    ),
    Entity.STANDING_ORDERS: (
        _place("key", _("Number of the order"), _KEY),
        _place("holding", _("Number of the account, loan or policy"), _KEY),
        _place("payee", _("Payee"), _TEXT),
        _place("amount_minor", _("Amount"), _FIGURE),
        _place("purpose", _("Concept"), _TEXT),
        _place("currency", _("Currency"), _CHOICE),
    ),
    Entity.INTERACTIONS: (
        _place("key", _("Number of the contact"), _KEY),
        _place("client", _("Client"), _KEY),
        _place("staff", _("Who attended"), _KEY),
        _place("channel", _("Channel"), _CHOICE, coded=True),
        _place("direction", _("Who called whom"), _CHOICE, coded=True),
        _place("purpose", _("What for"), _CHOICE, coded=True),
        _place("outcome", _("Outcome"), _CHOICE, coded=True),
        _place("happened_at", _("Date and hour"), _DAY),
        _place("minutes", _("Minutes"), frozenset({Sort.NUMBER, Sort.CODE})),
        _place("said", _("What was said"), _TEXT),
    ),
}


def targets(entity: Entity) -> tuple[Target, ...]:
    """All that the columns of a file of this entity can become, with labels in the reader's language."""
    return tuple(_translated(place) for place in _PLACES[entity])


def _translated(place: Target) -> Target:
    return Target(place.name, gettext(place.label), place.takes, place.several, place.coded)
