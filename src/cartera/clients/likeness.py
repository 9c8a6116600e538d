"""Whether two descriptions may be of one client: names, identifiers, telephones, dates and addresses as they are compared.

Spanish names have two surnames and often two given names; people write them in either order, without the second surname,
without accents, with "Ma." for María, with or without "del Carmen". Companies change the spelling of their legal form.
Everything here is pure and never raises on what people write: what cannot be read is compared as the text that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from cartera.clients.rules import plain, telephone

PARTICLES = frozenset({"de", "del", "la", "las", "los", "el", "y", "e", "da", "das", "do", "dos", "van", "von", "san"})
SHORT_FORMS = {
    "ma": "maria", "m": "m", "fco": "francisco", "fca": "francisca", "gpe": "guadalupe", "jse": "jose", "anto": "antonio",
    "mdel": "maria", "ant": "antonio", "fdo": "fernando", "gonz": "gonzalo", "ftz": "fernandez", "hdez": "hernandez",
    "hnz": "hernandez", "fdez": "fernandez", "glez": "gonzalez", "gzlez": "gonzalez", "mtz": "martinez", "mtnez": "martinez",
    "rdz": "rodriguez", "rguez": "rodriguez", "dguez": "dominguez", "glz": "gonzalez", "lpz": "lopez", "jmnz": "jimenez",
    "vda": "",
}  # fmt: skip
LEGAL_FORMS = frozenset(
    {
        *(
            "sa",
            "sas",
            "saa",
            "sac",
            "sab",
            "sapi",
            "sl",
            "slu",
            "slne",
            "srl",
            "scc",
            "rl",
            "cv",
            "ltda",
            "limitada",
            "cia",
        ),
        *(
            "compania",
            "companhia",
            "eirl",
            "spa",
            "sociedad",
            "anonima",
            "simplificada",
            "responsabilidad",
            "inc",
            "ltd",
        ),
        *("llc", "corp", "co", "gmbh", "cl"),
    }
)
STREET_WORDS = frozenset(
    {
        *(
            "calle",
            "c",
            "cl",
            "av",
            "ave",
            "avda",
            "avenida",
            "pasaje",
            "psje",
            "pje",
            "no",
            "num",
            "numero",
            "nro",
            "n",
        ),
        *(
            "carrera",
            "cra",
            "kr",
            "cr",
            "jiron",
            "jr",
            "plaza",
            "pza",
            "paseo",
            "urb",
            "urbanizacion",
            "s",
            "street",
            "st",
        ),
        *(
            "road",
            "rd",
            "avenue",
            "place",
            "pl",
            "drive",
            "dr",
            "crescent",
            "court",
            "ct",
            "de",
            "la",
            "el",
            "los",
            "las",
        ),
        *("del", "y", "esq", "esquina", "intersec", "piso", "dpto", "depto", "departamento", "oficina", "of"),
    }
)
_INITIAL = 1
_PREFIX = 3


@dataclass(frozen=True, slots=True)
class PersonName:
    """Given names and surnames as words without particles, accents and abbreviations, in the order of writing."""

    given: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.given, *self.surnames)


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of one client; anything may be missing. `phones` are E.164 digits, `identifier` as `bare_identifier`."""

    person: PersonName = PersonName()
    company: str = ""
    identifier: str = ""
    born: date | None = None
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two clients are, from 0 to 1, and which traits say so ("identifier", "phone", "email", "born", "name")."""

    score: float
    by: tuple[str, ...]


def person_name(given: str = "", surname: str = "", second_surname: str = "", name: str = "") -> PersonName:
    """A person's name from its parts; from `name` alone by its usual order, or by the comma of "Surnames, given names"."""
    surnames = name_words(f"{surname} {second_surname}")
    if given.strip() or surnames:
        return PersonName(name_words(given), surnames)
    before, comma, after = name.partition(",")
    if comma:
        return PersonName(name_words(after), name_words(before))
    words = name_words(name)
    split = len(words) - 1 if len(words) < 3 else 1 if len(words) == 3 else len(words) - 2
    return PersonName(words[:split], words[split:])


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name that carry it: "María del Carmen" and "Ma. Carmen" are both ("maria", "carmen")."""
    words = [SHORT_FORMS.get(word, word) for word in plain(text.replace(".ª", "ª")).split()]
    kept = tuple(word for word in words if word and word not in PARTICLES)
    return kept or tuple(word for word in words if word)


def company_name(text: str) -> str:
    """A company's name without its legal form: "Yunguilla Cía. Ltda." and "YUNGUILLA S.A." are both "yunguilla"."""
    words = _joined_initials(plain(text).split())
    kept = [word for word in words if word not in LEGAL_FORMS and word not in PARTICLES]
    return " ".join(kept or words)


def _joined_initials(words: Sequence[str]) -> list[str]:
    """ "s a s" as "sas": points between the letters of a legal form come and go."""
    joined: list[str] = []
    run = ""
    for word in (*words, ""):
        if len(word) == _INITIAL and word.isalpha():
            run += word
            continue
        joined += [run] if run else []
        run = ""
        joined += [word] if word else []
    return joined


def bare_identifier(text: str) -> str:
    """An identifier as letters and digits. An Ecuadorian RUC of a person is its cédula and 001: the cédula is compared."""
    bare = plain(text).replace(" ", "").upper()
    is_person_ruc = len(bare) == 13 and bare.isdigit() and bare.endswith("001") and bare[2] < "6"
    return bare[:10] if is_person_ruc else bare


def bare_phone(text: str, country: str) -> str:
    """A telephone as its E.164 digits; what is no number of any network, as the digits that there are."""
    number = telephone(text, country)
    return number.digits if number else re.sub(r"\D", "", text).lstrip("0")


def bare_email(text: str) -> str:
    return text.strip().lower()


def address_words(text: str) -> tuple[str, ...]:
    """The words and numbers that tell one address from another."""
    words = plain(text).split()
    return tuple(word for word in words if word not in STREET_WORDS) or tuple(words)


def sound(word: str) -> str:
    """What a word sounds like in Spanish, without vowels: Vásquez and Basques, Jiménez and Giménez, Yánez and Llanes."""
    text = _SAME_SOUND.sub(lambda found: _SOUNDS[found[0]], plain(word).replace(" ", ""))
    first, rest = text[:1], re.sub("[aeiou]", "", text[1:])
    return re.sub(r"(.)\1+", r"\1", first + rest)[:6]


_SOUNDS = {
    "ch": "x", "sh": "x", "ge": "je", "gi": "ji", "gue": "ge", "gui": "gi", "ce": "se", "ci": "si", "que": "ke",
    "qui": "ki", "ph": "f", "ll": "y", "ck": "k", "h": "", "v": "b", "w": "b", "z": "s", "c": "k", "q": "k", "x": "s",
}  # fmt: skip
_SAME_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))


def likeness(one: Traits, other: Traits) -> Likeness:
    """How likely two descriptions are of one client, as a person at a counter would judge it. Symmetric.

    The same identifier decides. A name that is the same but for its spelling suffices with a birth date or a telephone,
    and points out a candidate by itself; a different birth date and a different identifier speak against it.
    """
    names = _names_alike(one, other)
    by = ["name"] if names >= 0.85 else []
    same_number = bool(one.identifier) and one.identifier == other.identifier
    if same_number:
        by.insert(0, "identifier")
    if one.phones & other.phones:
        by.append("phone")
    if one.emails & other.emails:
        by.append("email")
    born = _dates_alike(one.born, other.born)
    if born == 1:
        by.append("born")
    if same_number:
        return Likeness(max(0.97, names), tuple(by))
    score = 0.86 * names
    score += 0.08 * bool(one.phones & other.phones) + 0.08 * bool(one.emails & other.emails)
    if born is not None:
        score += 0.08 * born if born >= 0.5 else -0.25
    if one.identifier and other.identifier:
        slips = DamerauLevenshtein.distance(one.identifier, other.identifier)
        score += 0.06 if slips <= 1 else -0.2
    return Likeness(round(min(0.99, max(0.0, score)), 4), tuple(by))


def _names_alike(one: Traits, other: Traits) -> float:
    if one.company or other.company:
        return words_alike(one.company.split(), other.company.split()) if one.company and other.company else 0.0
    mine, theirs = one.person, other.person
    if not mine.words or not theirs.words:
        return 0.0
    in_place = 0.0
    if mine.given and theirs.given and mine.surnames and theirs.surnames:
        in_place = 0.45 * words_alike(mine.given, theirs.given) + 0.55 * _surnames_alike(mine.surnames, theirs.surnames)
    return max(in_place, 0.96 * words_alike(mine.words, theirs.words))


def _surnames_alike(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """The first surname decides; the second counts where both have one."""
    first = word_alike(mine[0], theirs[0])
    if len(mine) == 1 or len(theirs) == 1:
        return 0.97 * first
    return 0.6 * first + 0.4 * word_alike(mine[1], theirs[1])


def words_alike(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """Words in any order, each of the shorter side with its best on the longer; what is only on one side costs a little."""
    shorter, longer = sorted((tuple(mine), tuple(theirs)), key=lambda words: (len(words), words))
    if not shorter:
        return 0.0
    left, found = list(longer), 0.0
    for word in shorter:
        best = max(left, key=lambda candidate: (word_alike(word, candidate), candidate))
        found += word_alike(word, best)
        left.remove(best)
    alone = len(shorter) == 1 and len(longer) > 2
    return found / len(shorter) * (1 - 0.04 * min(len(left), 3)) * (0.8 if alone else 1)


def word_alike(one: str, other: str) -> float:
    """1 for the same word, nearly so for an initial or a word cut short, Jaro-Winkler's measure for a slip of the pen."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and short:
        return 0.85 if len(short) == _INITIAL else 0.93 if len(short) >= _PREFIX else 0.8
    found: float = JaroWinkler.similarity(one, other)
    return found if found >= 0.7 else 0.5 * found


def _dates_alike(one: date | None, other: date | None) -> float | None:
    """1 for the same day, 0.7 for one slip (a digit, or day and month exchanged), 0 for another; None when one is missing."""
    if one is None or other is None:
        return None
    if one == other:
        return 1.0
    exchanged = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    slips = DamerauLevenshtein.distance(f"{one:%Y%m%d}", f"{other:%Y%m%d}")
    return 0.7 if exchanged or slips <= 1 else 0.0


_DIGITS = re.compile(r"\d+")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("ene jan", "feb", "mar", "abr apr", "may", "jun", "jul", "ago aug", "sep set", "oct", "nov", "dic dec"),
        start=1,
    )
    for name in names.split()
}


def bare_date(text: str, *, month_first: bool = False) -> str:
    """A date in any usual spelling as eight digits, year first; what is no date, as the digits that there are.

    It need not exist: "19991350" is a date with a slip, and is compared as such. Years of two digits lie in the past.
    """
    groups = _DIGITS.findall(text.partition("T")[0].partition(" ")[0] if ":" in text else text)
    named = next((_MONTHS[word[:3]] for word in plain(text).split() if word[:3] in _MONTHS and word.isalpha()), None)
    if named and len(groups) == 2:
        day, year = sorted(groups, key=len)
        return f"{_whole_year(year)}{named:02d}{int(day):02d}"
    if len(groups) == 3:
        if len(groups[0]) == 4:
            year, month, day = groups
        elif month_first:
            month, day, year = groups
        else:
            day, month, year = groups
        return f"{_whole_year(year)}{month[-2:]:0>2}{day[-2:]:0>2}"
    return "".join(groups)[:8]


def _whole_year(year: str) -> str:
    return year if len(year) != 2 else ("20" if year <= "26" else "19") + year


def is_month_first(dates: Iterable[str]) -> bool:
    """Whether a column of dates puts the month before the day: what stands second is often over 12, what is first never."""
    first = second = 0
    for text in dates:
        groups = _DIGITS.findall(text)
        if len(groups) == 3 and len(groups[0]) <= 2 and len(groups[2]) in (2, 4):
            first += int(groups[0]) > 12
            second += int(groups[1]) > 12
    return second > first
