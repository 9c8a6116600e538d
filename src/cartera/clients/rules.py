"""How a client is found, shown and reached: one line of plain text that holds what people type, ages, masks, telephones."""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import phonenumbers
from phonenumbers import PhoneNumberFormat

SEARCH_LENGTH = 400
TRIGRAM = 3
HIDDEN = "•"
_NOT_A_DIGIT = re.compile(r"\D+")


def search_text(
    *,
    name: str = "",
    given_name: str = "",
    surname: str = "",
    second_surname: str = "",
    identifier: str = "",
    phones: tuple[str, ...] = (),
) -> str:
    """Surname, second surname, given names and any other words of the name, then the identifier and the telephones.

    Letters are without case and accents ("Muñoz Peña" is found as "munoz pena"); an identifier is kept as letters and
    digits, a telephone as its digits. Every part is said once, and the whole fits the column.
    """
    words = plain(" ".join((surname, second_surname, given_name, name))).split()
    numbers = [plain(identifier).replace(" ", ""), *(digits(phone) for phone in phones)]
    return " ".join(dict.fromkeys((*words, *filter(None, numbers))))[:SEARCH_LENGTH]


def plain(text: str) -> str:
    """Text as it is compared: no case, no accents, single spaces for whatever is neither a letter nor a digit."""
    return " ".join(text.translate(_PLAIN).split())


class _Plain(dict[int, str]):
    """What each character is compared as, worked out once: its folded, decomposed letters and digits, else a space."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        shown = "".join(c if c.isalnum() else "" if unicodedata.combining(c) else " " for c in folded)
        return self.setdefault(code, shown)


_PLAIN = _Plain()


def digits(text: str) -> str:
    return _NOT_A_DIGIT.sub("", text)


def search_terms(text: str) -> tuple[str, ...]:
    """What somebody looks for, as terms that must all be found in the search text.

    Digits in groups ("099 123 4567") are one number; so is an identifier with its separators ("171430710-3"). The zero
    that is dialled only at home is left out of a long number, so that it is found in its international spelling too.
    """
    words = [squeezed if _has_digit(word) else plain(word) for word in text.split() if (squeezed := _squeezed(word))]
    terms = ["".join(words)] if all(word.isdigit() for word in words) else " ".join(words).split()
    return tuple(dict.fromkeys(_without_trunk_zero(term) for term in terms if term))


def is_found_at_word_starts(term: str) -> bool:
    """A term of one or two characters is looked for where a word begins, a longer one anywhere."""
    return len(term) < TRIGRAM


def _without_trunk_zero(term: str) -> str:
    return term.removeprefix("0") if term.isdigit() and len(term) > 6 else term


def _squeezed(word: str) -> str:
    return plain(word).replace(" ", "")


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def age(born: date, on: date) -> int:
    """Whole years lived; who was born on 29 February turns a year older on 1 March of other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def birthdays_on(days: Collection[date]) -> frozenset[tuple[int, int]]:
    """Month and day of those who turn a year older on these days: on 1 March of other years also those of 29 February."""
    found = {(day.month, day.day) for day in days}
    if any((day.month, day.day) == (3, 1) and not isleap(day.year) for day in days):
        found.add((2, 29))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Telephone:
    """A telephone number: `shown` as people write it from abroad, `digits` to store it by (E.164 without the plus)."""

    shown: str
    digits: str


def telephone(text: str, country: str) -> Telephone | None:
    """The number that somebody wrote in a country (ISO 3166 code), or None when nobody could be reached by it."""
    try:
        number = phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    shown = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return Telephone(shown, digits(phonenumbers.format_number(number, PhoneNumberFormat.E164)))


def masked(text: str) -> str:
    """The first two and last two characters of an identifier or a number, in groups: "01•• ••• •71".

    Enough to ask the client for the rest, too little to use; a text of six characters or fewer is hidden whole.
    """
    bare = [letter for letter in text if letter.isalnum()]
    if len(bare) <= 6:
        return HIDDEN * len(bare)
    hidden = "".join([*bare[:2], HIDDEN * (len(bare) - 4), *bare[-2:]])
    first = (3, 4, 2)[len(hidden) % 3]
    return " ".join([hidden[:first], *(hidden[at : at + 3] for at in range(first, len(hidden), 3))])
