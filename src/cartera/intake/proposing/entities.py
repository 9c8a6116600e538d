"""What a file holds: the entity whose targets its columns fill best, helped by what the file is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cartera.clients.rules import plain
from cartera.intake.entities import Entity
from cartera.intake.proposals import synonyms
from cartera.intake.proposals.columns import Column
from cartera.intake.proposals.matching import matched
from cartera.intake.proposals.targets import Sort

BY_NAME = 0.3
WORTH_SAYING = 0.35


@dataclass(frozen=True, slots=True)
class Guess:
    entity: Entity | None
    confidence: float
    reason: str
    columns: tuple[Column, ...]


_CALLED = {
    Entity.BRANCHES: gettext_noop("branches"),
    Entity.STAFF: gettext_noop("staff"),
    Entity.CLIENTS: gettext_noop("clients"),
    Entity.RELATIONSHIPS: gettext_noop("relationships"),
    Entity.HOLDINGS: gettext_noop("contracted products"),
    Entity.BALANCES: gettext_noop("balances"),
    Entity.TRANSACTIONS: gettext_noop("transactions"),
    Entity.STANDING_ORDERS: gettext_noop("standing orders"),
    Entity.INTERACTIONS: gettext_noop("contacts"),
}
_NEEDED: dict[Entity, tuple[frozenset[str], ...]] = {
    Entity.BRANCHES: (frozenset({"name"}), frozenset({"key"})),
    Entity.STAFF: (frozenset({"name", "given_name"}), frozenset({"username", "role", "title"})),
    Entity.CLIENTS: (
        frozenset({"name", "surnames_first", "company_name", "given_name"}),
        frozenset({"identifier", "key", "birth_date", "phone", "email", "address"}),
    ),
    Entity.RELATIONSHIPS: (frozenset({"client"}), frozenset({"other"}), frozenset({"kind"})),
    Entity.HOLDINGS: (
        frozenset({"client"}),
        frozenset({"key", "product"}),
        frozenset({"balance_minor", "product", "opened_on", "matures_on", "rate_ppm", "limit_minor"}),
    ),
    Entity.BALANCES: (frozenset({"holding"}), frozenset({"on"}), frozenset({"balance_minor"})),
    Entity.TRANSACTIONS: (frozenset({"holding"}), frozenset({"on"}), frozenset({"amount_minor"})),
    Entity.STANDING_ORDERS: (frozenset({"holding"}), frozenset({"payee"}), frozenset({"amount_minor"})),
    Entity.INTERACTIONS: (
        frozenset({"client"}),
        frozenset({"happened_at"}),
        frozenset({"channel", "said", "outcome", "purpose", "minutes"}),
    ),
}
_PREFERENCE = {Entity.CLIENTS: 0.05, Entity.TRANSACTIONS: 0.02, Entity.STANDING_ORDERS: -0.05, Entity.BRANCHES: -0.05}


def guess(file: str, columns: Sequence[Column]) -> Guess:
    """What a file of these columns holds, None when nothing fits."""
    guesses = sorted((_fit(entity, file, columns) for entity in Entity), key=lambda one: one[0], reverse=True)
    score, best = guesses[0]
    if best.entity is None or score < WORTH_SAYING:
        return Guess(None, 0.0, _("Its columns and its name say nothing that Cartera knows."), tuple(columns))
    return best


def _fit(entity: Entity, file: str, columns: Sequence[Column]) -> tuple[float, Guess]:
    found = matched(entity, columns)
    filled = [column for column in found if column.sort is not Sort.EMPTY]
    there = {column.target for column in filled if column.target}
    needed = _NEEDED[entity]
    share = sum(bool(there & one) for one in needed) / len(needed)
    understood = sum(column.confidence for column in filled if column.target) / max(len(filled), 1)
    named = _called_like(entity, file)
    whole = share == 1
    score = (0.45 * understood + 0.45 if whole else 0.2 * understood + 0.15 * share) + BY_NAME * named
    score += _PREFERENCE.get(entity, 0.0) + _told_by_content(entity, filled)
    told = _("{n} of its {all} columns are those of {entity}")
    reasons = [told.format(n=len(there), all=len(filled), entity=_(_CALLED[entity]))]
    if named:
        reasons.append(_("its name says so"))
    confidence = round(max(0.0, min(0.99, score)), 2)
    return (score if there else 0.0), Guess(entity if there else None, confidence, ", ".join(reasons) + ".", found)


def _called_like(entity: Entity, file: str) -> float:
    words = f" {plain(file.rpartition('.')[0] or file)} "
    listed = synonyms.of_files()[entity]
    return 1.0 if any(f" {word} " in words for word in listed) else 0.0


def _told_by_content(entity: Entity, columns: Sequence[Column]) -> float:
    """What only the cells tell: names of people with an identifier are clients, accounts that repeat are movements."""
    by_target = {column.target: column for column in columns if column.target}
    match entity:
        case Entity.HOLDINGS if "key" in by_target and by_target["key"].content.distinct < 0.9:
            return -0.2
        case Entity.BALANCES | Entity.TRANSACTIONS if "holding" in by_target:
            return -0.1 if by_target["holding"].content.distinct > 0.98 else 0.05
        case Entity.CLIENTS if "identifier" in by_target and by_target["identifier"].content.distinct < 0.5:
            return -0.2
        case Entity.BRANCHES | Entity.STAFF if any(column.sort is Sort.IDENTIFIER for column in columns):
            return -0.15
    return 0.0
