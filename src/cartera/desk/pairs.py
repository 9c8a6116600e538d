"""Two clients side by side: what each says, what differs, and what would survive. Gathered and worded, not decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clients.models import Client, ContactKind, ContactPoint, DuplicatePair, Wishes
from cartera.clients.models.duplicates import PPM
from cartera.clients.rules import plain
from cartera.desk import formats
from cartera.kernel.actor import Actor

CHOICES: Mapping[str, LazyText] = {
    "name": gettext_lazy("Name"),
    "identifier": gettext_lazy("Identifier"),
    "birth_date": gettext_lazy("Date of birth"),
    "sex": gettext_lazy("Sex"),
    "sector": gettext_lazy("Occupation or sector"),
    "country": gettext_lazy("Country"),
    "household": gettext_lazy("Household"),
    "adviser": gettext_lazy("Adviser"),
    "since": gettext_lazy("Client since"),
    "wishes": gettext_lazy("What it asked for"),
}
REACHED: Mapping[str, LazyText] = {
    ContactKind.PHONE: gettext_lazy("Telephone"),
    ContactKind.EMAIL: gettext_lazy("E-mail"),
    ContactKind.ADDRESS: gettext_lazy("Address"),
}
SUREST = 0.999
IN_SHORT = ("name", "identifier", "birth_date", "adviser", "since")


@dataclass(frozen=True, slots=True)
class Line:
    """One trait of two clients in words; `differs` when both say something, and not the same."""

    name: str
    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        return bool(self.one and self.other) and plain(self.one).replace(" ", "") != plain(self.other).replace(" ", "")

    @property
    def is_choice(self) -> bool:
        """Whether somebody has to say which of the two survives."""
        return self.one != self.other


@dataclass(frozen=True, slots=True)
class Beside:
    """A pair that waits for a decision: the two clients, how likely it is one, and the lines between them."""

    pair: DuplicatePair
    lines: Sequence[Line]

    @property
    def probability(self) -> float:
        """Never said to be certain."""
        return min(self.pair.probability_ppm / PPM, SUREST)

    @property
    def survivor(self) -> Client:
        """Who is proposed to stay: the one with more, then the one that came first."""
        return stays(self.pair.client, self.pair.other)

    @property
    def absorbed(self) -> Client:
        return self.pair.other if self.survivor is self.pair.client else self.pair.client


def stays(one: Client, other: Client) -> Client:
    return max(one, other, key=lambda client: (client.until is None, client.assets_minor, -client.pk))


def beside(actor: Actor, pairs: Sequence[DuplicatePair], locale: formats.Locale) -> list[Beside]:
    """The pairs of a page in words; one query for however many."""
    reached = _reached(actor, [client for pair in pairs for client in (pair.client, pair.other)])
    return [Beside(pair, lines_of(pair.client, pair.other, reached, locale, IN_SHORT)) for pair in pairs]


def lines_between(actor: Actor, one: Client, other: Client, locale: formats.Locale) -> list[Line]:
    """Everything that two clients say, choice by choice, then how they are reached."""
    return lines_of(one, other, _reached(actor, [one, other]), locale, tuple(CHOICES))


def lines_of(
    one: Client,
    other: Client,
    reached: Mapping[tuple[int, str], str],
    locale: formats.Locale,
    choices: Sequence[str],
) -> list[Line]:
    lines = [
        Line(name, str(CHOICES[name]), *(_said(name, client, locale) for client in (one, other))) for name in choices
    ]
    lines += [
        Line(kind, str(label), reached.get((one.pk, kind), ""), reached.get((other.pk, kind), ""))
        for kind, label in REACHED.items()
    ]
    return [line for line in lines if line.one or line.other]


def _said(name: str, client: Client, locale: formats.Locale) -> str:
    match name:
        case "name":
            return client.name
        case "identifier":
            return client.identifier
        case "birth_date" | "since":
            day = getattr(client, name)
            return formats.long_day(day, locale) if day else ""
        case "sex":
            return str(client.get_sex_display()) if client.sex else ""
        case "adviser":
            return f"{client.adviser.name}, {client.branch.name}" if client.adviser else client.branch.name
        case "household":
            return client.household.name if client.household else ""
        case "wishes":
            return _wishes(client)
    return str(getattr(client, name))


def _wishes(client: Client) -> str:
    wishes: Wishes | None = getattr(client, "wishes", None)
    if wishes is None:
        return ""
    return f"«{wishes.words}»" if wishes.words else _("Said on %(day)s") % {"day": f"{wishes.said_on:%d/%m/%Y}"}


def _reached(actor: Actor, clients: Sequence[Client]) -> dict[tuple[int, str], str]:
    found: dict[tuple[int, str], list[str]] = {}
    rows = ContactPoint.objects.visible_to(actor).filter(client__in=clients, dead=False).order_by("-preferred", "id")
    for point in rows:
        found.setdefault((point.client_id, point.kind), []).append(point.value)
    return {key: " · ".join(values) for key, values in found.items()}


def as_typed(typed: Mapping[str, Any]) -> dict[str, str]:
    """The choices that a form was sent with."""
    return {name: str(typed[name]) for name in CHOICES if typed.get(name)}
