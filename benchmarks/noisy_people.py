"""Records of people in which some people stand more than once, with the noise that forms, hands and old systems leave.

The truth is known, so what a search for duplicates finds can be counted. `spanish` makes the clients of an Ecuadorian bank,
families included: they share surnames, addresses and telephones and are not duplicates. `english` makes records of the
shape that the FEBRL generator made popular: suburbs, post codes, dates as eight digits.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

from cartera.intake.demo import names

Row = dict[str, str]
Noise = Callable[[random.Random, Row], None]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
STREETS = (
    "Gran Colombia", "Simón Bolívar", "Remigio Crespo", "10 de Agosto", "Amazonas", "De los Shyris", "Loja", "Sucre",
    "Mariscal Lamar", "Eloy Alfaro", "Víctor Manuel Rendón", "Malecón", "Huayna Cápac", "Pichincha", "Quito", "Tarqui",
    "Benigno Malo", "Hermano Miguel", "Las Américas", "Don Bosco", "Paucarbamba", "Los Cerezos", "Ordóñez Lasso",
)  # fmt: skip
CITIES = ("Cuenca", "Quito", "Guayaquil", "Loja", "Ambato", "Manta", "Machala", "Ibarra", "Riobamba", "Azogues")
ENGLISH_GIVEN = [
    "emiily",
    "joshua",
    "jack",
    "thomas",
    "isabella",
    "lachlan",
    "matthew",
    "chloe",
    "sophie",
    "olivia",
    "james",
    "ella",
    "william",
    "jessica",
    "ruby",
    "georgia",
    "mia",
    "daniel",
    "nicholas",
    "hannah",
    "samuel",
    "emma",
    "ethan",
    "charlotte",
    "benjamin",
    "sarah",
    "harry",
    "grace",
    "alexander",
    "lily",
    "luke",
    "caitlin",
    "jacob",
    "zoe",
    "ryan",
    "amy",
    "michael",
    "holly",
    "liam",
    "madison",
    "dylan",
    "jasmine",
    "connor",
    "abbey",
    "riley",
    "brianna",
    "jayden",
    "imogen",
    "harrison",
    "laura",
    "mitchell",
]
ENGLISH_SURNAMES = [
    "white",
    "green",
    "clarke",
    "ryan",
    "smith",
    "campbell",
    "webb",
    "taylor",
    "jones",
    "brown",
    "matthews",
    "nguyen",
    "reid",
    "morrison",
    "dixon",
    "wilson",
    "rudd",
    "mccarthy",
    "goldsworthy",
    "pascoe",
    "coleman",
    "rawlings",
    "quilliam",
    "lowe",
    "burford",
    "vincent",
    "hage",
    "menzies",
    "kranz",
    "stubbs",
    "fitzpatrick",
    "jolly",
    "dolan",
    "blake",
    "petersen",
    "hobson",
    "noble",
    "bishop",
    "thorpe",
    "chandler",
    "egan",
    "hawker",
    "braddock",
    "donaldson",
    "sherriff",
    "ebert",
    "lombardi",
]
ENGLISH_STREETS = [
    "wallaby place",
    "hoseason street",
    "gundulu place",
    "pridham street",
    "barrallier street",
    "burn street",
    "hurley street",
    "archibald street",
    "dawson crescent",
    "chewings street",
    "mcculloch street",
    "kinloch circuit",
    "namatjira drive",
    "tyrrell circuit",
    "shakespeare crescent",
]
SUBURBS = [
    "cleveland",
    "marsden",
    "granville",
    "utakarra",
    "noraville",
    "thornlie",
    "ashfield",
    "bentleigh",
    "morwell",
    "katoomba",
    "toorak",
    "erindale",
    "prahran",
    "kilsyth",
    "baulkham",
    "bowral",
    "wantirna",
    "ferntree",
    "rosebud",
    "duncraig",
    "bundaberg",
    "palmyra",
    "carindale",
    "corinda",
    "leopold",
    "maroubra",
]


@dataclass(frozen=True, slots=True)
class Records:
    """Rows with a `key`, and the pairs of keys that are of one person, the smaller first."""

    rows: list[Row]
    truth: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def spanish(seed: int, people: int, again: int, *, slips: float = 2.0) -> Records:
    """So many people, and `again` further records of some of them with `slips` faults each in the mean."""
    rng = random.Random(seed)
    rows: list[Row] = []
    family: list[Row] = []
    while len(rows) < people:
        one = _ecuadorian(rng)
        if family and rng.random() < 0.35:  # a relative: the same home, often a surname
            kin = rng.choice(family)
            one |= {"address": kin["address"], "city": kin["city"]}
            one["phone"] = kin["phone"] if rng.random() < 0.4 else one["phone"]
            if rng.random() < 0.7:
                one["surname"] = kin["surname"]
                one["second_surname"] = kin["second_surname"] if rng.random() < 0.6 else one["second_surname"]
        else:
            family = []
        family.append(one)
        rows.append(one)
    return _again(rng, rows, again, slips, SPANISH_NOISE)


def english(seed: int, people: int, again: int, *, slips: float = 2.0) -> Records:
    rng = random.Random(seed)
    return _again(rng, [_australian(rng) for _ in range(people)], again, slips, ENGLISH_NOISE)


def only(records: Records, *columns: str) -> Records:
    """The same records with fewer columns."""
    return Records([{name: row[name] for name in ("key", *columns)} for row in records.rows], records.truth)


def _again(rng: random.Random, rows: list[Row], again: int, slips: float, noises: Mapping[Noise, int]) -> Records:
    people = [[row] for row in rows]
    for _ in range(again):
        person = rng.choice(people)
        copy = dict(person[0])
        for _ in range(max(1, round(rng.gauss(slips, slips / 3)))):
            rng.choices(list(noises), list(noises.values()))[0](rng, copy)
        person.append(copy)
    every = [row for person in people for row in person]
    rng.shuffle(every)
    for number, row in enumerate(every):
        row["key"] = f"R{number:06d}"
    truth = {(min(a, b), max(a, b)) for person in people for a, b in combinations([row["key"] for row in person], 2)}
    return Records(every, frozenset(truth))


def _ecuadorian(rng: random.Random) -> Row:
    woman = rng.random() < 0.5
    first, second = (names.WOMEN, names.WOMEN_SECOND) if woman else (names.MEN, names.MEN_SECOND)
    given = _by_rank(rng, first) + (f" {rng.choice(second)}" if rng.random() < 0.75 else "")
    surnames = (*names.SURNAMES, *rng.choice(list(names.SURNAMES_OF.values())))
    surname, mother = _by_rank(rng, surnames), _by_rank(rng, surnames)
    street = f"{rng.choice(('Av.', 'Calle', ''))} {rng.choice(STREETS)} {rng.randint(1, 99)}-{rng.randint(10, 99)}"
    mail = f"{given.split()[0]}.{surname}{rng.randint(1, 999)}@{rng.choice(('gmail.com', 'hotmail.com', 'yahoo.es'))}"
    return {
        "given_name": given,
        "surname": surname,
        "second_surname": mother,
        "birth_date": (date(1940, 1, 1) + timedelta(days=rng.randrange(24_000))).isoformat(),
        "identifier": _cedula(rng),
        "phone": f"09{rng.randrange(10**8):08d}",
        "email": _unaccented(mail).lower() if rng.random() < 0.6 else "",
        "address": street.strip(),
        "city": rng.choice(CITIES),
    }


def _australian(rng: random.Random) -> Row:
    return {
        "given_name": _by_rank(rng, ENGLISH_GIVEN),
        "surname": _by_rank(rng, ENGLISH_SURNAMES) if rng.random() < 0.6 else _made_up(rng),
        "address": f"{rng.randint(1, 200)} {rng.choice(ENGLISH_STREETS)}",
        "suburb": rng.choice(SUBURBS),
        "postcode": str(rng.randint(2000, 6999)),
        "state": rng.choice(("nsw", "vic", "qld", "wa", "sa")),
        "birth_date": (date(1900, 1, 1) + timedelta(days=rng.randrange(36_000))).strftime("%Y%m%d"),
        "identifier": str(rng.randrange(10**6, 10**7)),
    }


def _by_rank(rng: random.Random, words: tuple[str, ...] | list[str]) -> str:
    """The first ones of the list are the most common."""
    return words[min(int(rng.expovariate(2.5 / len(words))), len(words) - 1)]


def _made_up(rng: random.Random) -> str:
    return "".join(rng.choice("bcdfglmnprstw") + rng.choice("aeiou") for _ in range(rng.randint(2, 4)))


def _cedula(rng: random.Random) -> str:
    digits = [int(figure) for figure in f"{rng.randint(1, 24):02d}{rng.randint(0, 5)}{rng.randrange(10**6):06d}"]
    doubled = [figure * (2 - place % 2) for place, figure in enumerate(digits)]
    check = -sum(figure - 9 if figure > 9 else figure for figure in doubled) % 10
    return "".join(map(str, (*digits, check)))


def _unaccented(text: str) -> str:
    return text.translate(str.maketrans("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunAEIOUUN"))


def _slip(rng: random.Random, text: str) -> str:
    """One key wrong: another, one too many, one too few, two exchanged."""
    if len(text) < 2:
        return text
    at, letters = rng.randrange(len(text)), "0123456789" if text.isdigit() else LETTERS
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + rng.choice(letters) + text[at + 1 :]
    if kind == 1:
        return text[:at] + rng.choice(letters) + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1 :]
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _slip_in(*columns: str) -> Noise:
    def slip(rng: random.Random, row: Row) -> None:
        column = rng.choice([name for name in columns if name in row])
        row[column] = _slip(rng, row[column])

    return slip


def _lose(*columns: str) -> Noise:
    def lose(rng: random.Random, row: Row) -> None:
        row[rng.choice([name for name in columns if name in row])] = ""

    return lose


def _swap_names(rng: random.Random, row: Row) -> None:
    row["given_name"], row["surname"] = row["surname"], row["given_name"]


def _cut_name(rng: random.Random, row: Row) -> None:
    """A field was too short for the name, or only the initial or the first given name was asked for."""
    column = rng.choice(("given_name", "surname"))
    words = row[column].split()
    if not words:
        return
    if len(words) > 1 and rng.random() < 0.5:
        row[column] = rng.choice((words[0], words[-1]))
    elif column == "given_name" and rng.random() < 0.4:
        row[column] = f"{words[0][0]}."
    else:
        row[column] = row[column][: max(3, len(row[column]) - rng.randint(2, 5))]


def _plainly(rng: random.Random, row: Row) -> None:
    for column in ("given_name", "surname", "second_surname", "address"):
        row[column] = _unaccented(row.get(column, "")).upper()


def _by_ear(rng: random.Random, row: Row) -> None:
    column = rng.choice(("surname", "given_name"))
    pairs = (
        ("z", "s"),
        ("v", "b"),
        ("b", "v"),
        ("ll", "y"),
        ("s", "z"),
        ("ge", "je"),
        ("c", "s"),
        ("i", "y"),
        ("h", ""),
    )
    known = [(old, new) for old, new in pairs if old in row[column].lower()]
    if known:
        old, new = rng.choice(known)
        row[column] = row[column].lower().replace(old, new, 1)


def _married_or_short(rng: random.Random, row: Row) -> None:
    row["second_surname"] = rng.choice(("", row["second_surname"][:1], ""))


def _short_maria(rng: random.Random, row: Row) -> None:
    row["given_name"] = row["given_name"].replace("María", rng.choice(("Ma.", "Ma", "M.ª"))).replace("del ", "")


def _day_for_month(rng: random.Random, row: Row) -> None:
    digits = row["birth_date"].replace("-", "")
    if len(digits) == 8 and digits[6:] <= "12":
        year, month, day = digits[:4], digits[4:6], digits[6:]
        row["birth_date"] = f"{year}-{day}-{month}" if "-" in row["birth_date"] else f"{year}{day}{month}"


def _number_otherwise(rng: random.Random, row: Row) -> None:
    row["phone"] = rng.choice((f"+593 {row['phone'][1:]}", f"{row['phone'][:3]} {row['phone'][3:]}"))
    row["identifier"] = rng.choice((f"{row['identifier'][:9]}-{row['identifier'][9:]}", f"{row['identifier']}001"))


def _moved(rng: random.Random, row: Row) -> None:
    another = _ecuadorian(rng) if "phone" in row else _australian(rng)
    for column in ("address", "city", "suburb", "postcode"):
        if column in row:
            row[column] = another[column]


def _another_number(rng: random.Random, row: Row) -> None:
    row["phone"] = f"09{rng.randrange(10**8):08d}"


def _street_otherwise(rng: random.Random, row: Row) -> None:
    words = row["address"].split()
    if len(words) > 2:
        words.pop(rng.randrange(len(words)))
    row["address"] = " ".join(words)


SPANISH_NOISE: dict[Noise, int] = {
    _slip_in("given_name", "surname", "second_surname"): 22,
    _slip_in("birth_date"): 6,
    _slip_in("identifier"): 8,
    _slip_in("address", "phone", "email"): 8,
    _lose("birth_date", "identifier", "phone", "email", "address"): 22,
    _lose("given_name", "surname"): 1,
    _swap_names: 4,
    _cut_name: 9,
    _plainly: 8,
    _by_ear: 7,
    _married_or_short: 8,
    _short_maria: 3,
    _day_for_month: 4,
    _number_otherwise: 5,
    _moved: 7,
    _another_number: 7,
    _street_otherwise: 6,
}
ENGLISH_NOISE: dict[Noise, int] = {
    _slip_in("given_name", "surname"): 24,
    _slip_in("address", "suburb"): 16,
    _slip_in("birth_date", "postcode", "identifier"): 16,
    _lose("given_name", "surname"): 4,
    _lose("birth_date", "identifier", "address", "suburb", "postcode", "state"): 14,
    _swap_names: 5,
    _cut_name: 6,
    _day_for_month: 3,
    _moved: 3,
    _street_otherwise: 6,
}
