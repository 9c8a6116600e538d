"""Who is meant by a name and a number: a person or a company, which words are surnames, which kind of identifier it is.

Spanish names have one or two given names and two surnames, some of them of several words ("de la Torre"); banks write
them given names first, surnames first, or with a comma between. Where the order of the file and four words leave a
choice, two and two is what most people have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cartera.clients.identifiers import FlawedIdentifier, identifier, kinds_of
from cartera.clients.rules import plain


class Reading(StrEnum):
    """What can be understood."""

    IDENTIFIER = "identifier"  # its one spelling, with the zero that a spreadsheet ate
    IDENTIFIER_KIND = "identifier_kind"  # the first kind of the bank's country whose check digits fit
    KIND = "kind"  # person or company
    NAME = "name"  # the whole name, given names first
    GIVEN_NAME = "given_name"
    SURNAME = "surname"
    SECOND_SURNAME = "second_surname"


class Order(StrEnum):
    GIVEN_FIRST = "given_first"
    SURNAMES_FIRST = "surnames_first"
    SURNAMES_ONLY = "surnames_only"


@dataclass(frozen=True, slots=True)
class Party:
    """What a row says of somebody: a name, the number, the company's name where that has a place of its own."""

    text: str
    identifier: str = ""
    company: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    given: str = ""
    surname: str = ""
    second_surname: str = ""

    @property
    def whole(self) -> str:
        return " ".join(filter(None, (self.given, self.surname, self.second_surname)))


def understand(what: Reading, party: Party, order: Order) -> str | None:
    """One reading of a party, None where there is none: a company has no surname, an unknown number no kind."""
    match what:
        case Reading.IDENTIFIER:
            return spelled(party.text, party.country) or None
        case Reading.IDENTIFIER_KIND:
            return kind_of(spelled(party.text, party.country), party.country) or None
        case Reading.KIND:
            return "company" if is_company(party) else "person"
        case Reading.NAME if is_company(party):
            return party.text or party.company or None
    if is_company(party) and order is not Order.SURNAMES_ONLY:
        return None
    name = split_name(party.text, order)
    parts = {Reading.GIVEN_NAME: name.given, Reading.SURNAME: name.surname, Reading.SECOND_SURNAME: name.second_surname}
    return parts.get(what, name.whole) or None


_SEPARATORS = re.compile(r"[\s.\-/_']+")
_LENGTHS = {"EC": (10, 13), "PE": (8, 11)}


@lru_cache(maxsize=65536)
def spelled(number: str, country: str) -> str:
    """An identifier in capitals without separators; a leading zero comes back where only it makes the number valid."""
    bare = _SEPARATORS.sub("", number).upper()
    whole = bare.removesuffix(".0")
    if whole.isdigit() and len(whole) + 1 in _LENGTHS.get(country, ()) and not kind_of(whole, country):
        return "0" + whole if kind_of("0" + whole, country) else whole
    return whole


@lru_cache(maxsize=65536)
def kind_of(number: str, country: str) -> str:
    """The first kind of the country's identifiers that the number passes, "" for none."""
    for kind in kinds_of(country):
        try:
            identifier(country, kind, number)
        except FlawedIdentifier:
            continue
        return kind
    return ""


_COMPANY = re.compile(
    r"\b(cia|ltda|compania|sociedad|empresas?|corporacion|fundacion|asociacion|cooperativa|coop|consorcio|fideicomiso|"
    r"municipio|gad|ministerio|universidad|colegio|escuela|hospital|clinica|iglesia|comite|sindicato|federacion|hotel|"
    r"constructora|distribuidora|comercial|importadora|exportadora|industrias|laboratorios|inmobiliaria|transportes|holding|"
    r"grupo|group|banco|seguros|hermanos|hnos|e hijos|company|foundation|association|limited|condominio|junta)\b"
)
_ENDING = re.compile(
    r"\b(s a|s a s|sas?|s r l|srl|s l|s l u|slu?|s c|s c a|c a|eirl|e i r l|sac|s a c|de c v|cv|inc|llc|ltd|corp|gmbh)$"
)


@lru_cache(maxsize=65536)
def is_company(party: Party) -> bool:
    """By the number where the country tells (the third digit of a RUC in Ecuador), else by the words of the name."""
    if (told := _company_by_number(spelled(party.identifier, party.country), party.country)) is not None:
        return told
    if not party.text:
        return bool(party.company)
    words = plain(party.text)
    return bool(_ENDING.search(words) or _COMPANY.search(words))


def _company_by_number(number: str, country: str) -> bool | None:
    match country:
        case "EC" if len(number) == 13 and number.isdigit():
            return number[2] in "69"
        case "EC" if len(number) == 10 and kind_of(number, country) == "cedula":
            return False
        case "PE" if len(number) == 11 and number.isdigit():
            return number.startswith("20")
        case "ES" if re.fullmatch(r"[A-HJNP-SUVW]\d{7}[0-9A-J]", number):
            return True
        case "MX" if re.fullmatch(r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}", number):
            return len(number) == 12
    return None


_PARTICLES = frozenset(
    (
        "de",
        "del",
        "la",
        "las",
        "los",
        "el",
        "y",
        "san",
        "santa",
        "da",
        "das",
        "do",
        "dos",
        "van",
        "von",
        "der",
        "mc",
        "mac",
        "di",
    )
)


@lru_cache(maxsize=65536)
def split_name(text: str, order: Order) -> Name:
    """The parts of a person's name; a comma says where the surnames end, whatever the order."""
    before, comma, after = text.partition(",")
    if comma and before.strip() and after.strip() and order is not Order.SURNAMES_ONLY:
        return Name(" ".join(after.split()), *_two(_groups(before)))
    groups = _groups(text)
    if order is Order.SURNAMES_ONLY:
        return Name("", *_two(groups))
    surnames = _how_many_surnames(len(groups))
    if order is Order.SURNAMES_FIRST:
        return Name(" ".join(groups[surnames:]), *_two(groups[:surnames]))
    given = len(groups) - surnames
    return Name(" ".join(groups[:given]), *_two(groups[given:]))


def _how_many_surnames(words: int) -> int:
    """One of two, two of three and more; somebody with one word has no surname that we know."""
    return 0 if words <= 1 else 1 if words == 2 else 2


def _two(groups: list[str]) -> tuple[str, str]:
    return (groups[0] if groups else "", " ".join(groups[1:]))


def _groups(text: str) -> list[str]:
    """Words, particles with the word that they belong to: "de la Torre" is one."""
    groups: list[str] = []
    open_group = False
    for word in text.split():
        if open_group:
            groups[-1] += f" {word}"
        else:
            groups.append(word)
        open_group = plain(word) in _PARTICLES
    return groups
