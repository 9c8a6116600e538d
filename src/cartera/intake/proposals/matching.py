"""Which target a column fills: by its heading, compared with what banks call things, and by what its cells hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from cartera.clients.rules import plain
from cartera.intake.entities import Entity
from cartera.intake.proposals import synonyms
from cartera.intake.proposals.codes import codes_for
from cartera.intake.proposals.columns import Column
from cartera.intake.proposals.targets import Sort, Target, targets

ALIKE = 84  # of 100: headings that differ by a typing error or an ending
WORTH_SAYING = 0.45
_NUMBERING = frozenset({Sort.IDENTIFIER, Sort.NUMBER, Sort.TEXT, Sort.CODE})
_NUMBERED = re.compile(r"[ (]*\d+\)?$")


@dataclass(frozen=True, slots=True)
class Match:
    score: float
    reason: str


def matched(entity: Entity, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns with the targets of an entity that they fill best, each with how surely and why."""
    places = targets(entity)
    offers = [
        (match.score, -at, place, match)
        for at, column in enumerate(columns)
        for place in places
        if (match := match_of(entity, column, place)).score >= WORTH_SAYING
    ]
    offers.sort(key=lambda offer: offer[:2], reverse=True)
    found: dict[int, tuple[Target, Match]] = {}
    taken: set[str] = set()
    for _score, minus_at, place, match in offers:
        if -minus_at not in found and (place.several or place.name not in taken):
            found[-minus_at] = (place, match)
            taken.add(place.name)
    settled = [_filling(column, *found[at]) if at in found else _unknown(column) for at, column in enumerate(columns)]
    if entity is Entity.HOLDINGS and "key" not in taken:
        settled = _with_a_key(settled)
    return tuple(_clients_settled(settled) if entity is Entity.CLIENTS else settled)


def _with_a_key(columns: list[Column]) -> list[Column]:
    """The first column without a use that tells rows apart is their number: a client may have two of one product."""
    for at, column in enumerate(columns):
        if (
            column.target is None
            and column.sort in _NUMBERING
            and column.content.filled == column.content.distinct == 1
        ):
            number = next(place for place in targets(Entity.HOLDINGS) if place.name == "key")
            match = Match(0.6, _("No two of its cells are alike."))
            return [*columns[:at], _filling(column, number, match), *columns[at + 1 :]]
    return columns


def assigned(
    entity: Entity, columns: Sequence[Column], name: str, target: str | None, reason: str
) -> tuple[Column, ...]:
    """One column filling what a person says; a column that did so before lets go, unless several may."""
    places = {place.name: place for place in targets(entity)}
    if target is not None and target not in places:
        raise KeyError(target)
    told = reason or _("Somebody said so.")

    def settled(column: Column) -> Column:
        if column.name == name:
            if target is None:
                return replace(column, target=None, confidence=1.0, reason=told, codes=())
            return replace(_filling(column, places[target], Match(1.0, told)), confidence=1.0)
        if target and column.target == target and not places[target].several:
            return replace(column, target=None, confidence=0.0, reason=_("Another column fills it."), codes=())
        return column

    return tuple(settled(column) for column in columns)


def match_of(entity: Entity, column: Column, place: Target) -> Match:
    """How well a column fits a place, between 0 and 1."""
    if column.sort is Sort.EMPTY:
        return Match(0.0, "")
    by_name, phrase = _named(column.name, synonyms.of_columns()[entity].get(place.name, ()))
    fits = column.sort in place.takes
    if by_name and fits:
        said = _("It is called like “{name}”.") if by_name == 1 else _("Its name resembles “{name}”.")
        return Match(by_name * (1.0 if by_name < 1 else 0.98), said.format(name=phrase))
    if by_name and not fits:
        return Match(0.0, "")
    return _by_content(entity, column, place)


_TELLING = {Sort.EMAIL: "email", Sort.PHONE: "phone", Sort.IDENTIFIER: "identifier"}


def _by_content(entity: Entity, column: Column, place: Target) -> Match:
    content = column.content
    if entity is Entity.CLIENTS:
        if _TELLING.get(content.sort) == place.name:
            share = {Sort.EMAIL: 0.85, Sort.IDENTIFIER: 0.75}.get(content.sort, 0.55)
            return Match(share, _("Its cells look like it."))
        whole_names = content.sort is Sort.NAME and content.words >= 2 and content.distinct > 0.5
        if whole_names and place.name == ("surnames_first" if content.surnames_first else "name"):
            return Match(0.5, _("Its cells look like it."))
    if place.name == "client" and content.sort is Sort.IDENTIFIER:
        return Match(0.6, _("Its cells look like it."))
    return Match(0.0, "")


def _named(name: str, phrases: tuple[str, ...]) -> tuple[float, str]:
    """By the whole heading; by the heading without its number, which is worth a little less."""
    whole, bare = words_of(name), heading_of(name)
    found = named_alike(whole, phrases)
    if found[0] == 1 or whole == bare:
        return found
    without = named_alike(bare, phrases)
    return max(found, (without[0] * 0.97, without[1]))


@lru_cache(maxsize=4096)
def named_alike(heading: str, phrases: tuple[str, ...]) -> tuple[float, str]:
    """How alike a heading is to the nearest of some phrases, between 0 and 1, and which that is."""
    if not heading:
        return 0.0, ""
    if heading in phrases:
        return 1.0, heading
    best, nearest = 0.0, ""
    for phrase in phrases:
        if len(phrase) < 4 or len(heading) < 4:
            continue
        like = fuzz.token_sort_ratio(heading, phrase)
        near = like / 100 * 0.92 if like >= ALIKE else 0.0
        if not near and len(phrase) >= 5 and set(phrase.split()) < set(heading.split()):
            near = 0.5 + 0.3 * len(phrase) / len(heading)
        if near > best:
            best, nearest = near, phrase
    return best, nearest


@lru_cache(maxsize=4096)
def words_of(name: str) -> str:
    """A heading as it is compared: "CédulaRUC", "fecha_nac." and "Teléfono (2)" are words without accents."""
    return plain(re.sub(r"(?<=[a-záéíóúñ])(?=[A-ZÁÉÍÓÚÑ])", " ", name))


def heading_of(name: str) -> str:
    """The words of a heading without the number at their end."""
    words = words_of(name)
    return plain(_NUMBERED.sub("", words)) or words


def _filling(column: Column, place: Target, match: Match) -> Column:
    codes = codes_for(place.coded, column.content.values) if place.coded else ()
    return replace(column, target=place.name, confidence=round(match.score, 2), reason=match.reason, codes=tuple(codes))


def _unknown(column: Column) -> Column:
    why = _("It is empty.") if column.sort is Sort.EMPTY else _("Nothing that Cartera keeps is called like it.")
    return replace(column, target=None, confidence=0.0, reason=why, codes=())


def _clients_settled(columns: list[Column]) -> list[Column]:
    """What a name is depends on the others: "NOMBRES" beside "APELLIDOS" are given names, alone it is the whole name."""
    there = {column.target for column in columns}
    surnames = {"surnames", "surname"} & there
    whole = {"name", "surnames_first"} & there

    def become(old: str, new: str) -> None:
        at = next(at for at, column in enumerate(columns) if column.target == old)
        columns[at] = replace(columns[at], target=new)

    if "surnames_first" in there and surnames and "given_name" not in there and "name" not in there:
        become("surnames_first", "given_name")
    elif "name" in there and surnames and "given_name" not in there:
        become("name", "given_name")
    elif "given_name" in there and not surnames and not whole:
        at = next(at for at, column in enumerate(columns) if column.target == "given_name")
        become("given_name", "surnames_first" if columns[at].content.surnames_first else "name")
    elif "surname" in there and not {"given_name", "name", "surnames_first", "second_surname"} & there:
        become("surname", "name")
    elif "surnames" in there and not {"given_name", "name", "surnames_first"} & there:
        become("surnames", "surnames_first")
    name = next((column for column in columns if column.target == "name"), None)
    if name and name.content.surnames_first and "surnames_first" not in {column.target for column in columns}:
        become("name", "surnames_first")
    key = next((column for column in columns if column.target == "key"), None)
    if key and key.sort is Sort.IDENTIFIER and "identifier" not in there:
        become("key", "identifier")
    return columns
