"""Records as they are compared in bulk: one row each, cleaned, with the keys under which its duplicates are looked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import polars as pl

from cartera.clients.likeness import (
    address_words,
    bare_date,
    bare_email,
    bare_identifier,
    bare_phone,
    company_name,
    is_month_first,
    name_words,
    person_name,
    sound,
)
from cartera.clients.rules import plain

FIELDS = (
    "given_name", "surname", "second_surname", "name", "company", "identifier", "birth_date", "phone", "email", "address",
    "city", "postcode", "region",
)  # fmt: skip
"""What a record may say of a client, each as text; `phone` and `email` may hold several, a line each."""

TEXTS = (
    "given",
    "first_given",
    "surname",
    "second",
    "whole",
    "company",
    "identifier",
    "born",
    "city",
    "postcode",
    "region",
)
LISTS = ("given_words", "whole_words", "phones", "emails", "address", "keys")
MOST_SHARED = 20
"""What more records have in common is no identifier, telephone or address of one person: "0000000000", the branch's own."""

RARE = 0.002
"""The share of records below which a name is rare: to share it says more."""


def comparable(records: pl.DataFrame, country: str) -> pl.DataFrame:
    """The records as rows of `TEXTS` and `LISTS` (null and empty where nothing is known), numbered by `unique_id`.

    `records` has any of `FIELDS` as text. Telephones without a country code are taken for those of `country`.
    """
    said = {name: records[name].fill_null("").to_list() for name in FIELDS if name in records.columns}
    month_first = is_month_first(said.get("birth_date", ()))
    whole_names = not {"given_name", "surname"} & said.keys()
    rows = []
    for values in _rows(said, records.height):
        row = _compared(values, country, month_first=month_first, whole_names=whole_names)
        rows.append(row)
    _forget_placeholders(rows)
    for row in rows:
        row["keys"] = sorted(set(_keys(row)))
    schema: dict[str, Any] = {**dict.fromkeys(TEXTS, pl.String), **dict.fromkeys(LISTS, pl.List(pl.String))}
    frame = pl.DataFrame(rows, schema=schema)
    rare = [_is_rare(frame[name]).alias(f"rare_{name}") for name in ("given", "surname", "whole")]
    return frame.with_columns(rare).with_row_index("unique_id").with_columns(pl.col("unique_id").cast(pl.Int64))


def _rows(said: Mapping[str, Sequence[str]], height: int) -> Iterator[dict[str, str]]:
    if not said:
        return iter([{}] * height)
    return (dict(zip(said, values, strict=True)) for values in zip(*said.values(), strict=True))


def _is_rare(names: pl.Series) -> pl.Series:
    counts = Counter(names.drop_nulls())
    most = max(2.0, RARE * len(names))
    return pl.Series([name is not None and counts[name] <= most for name in names], dtype=pl.Boolean)


Row = dict[str, str | list[str] | None]


def _compared(values: Mapping[str, str], country: str, *, month_first: bool, whole_names: bool) -> Row:
    def of(field: str, read: Callable[[str], str] = plain) -> str | None:
        return read(values.get(field, "")) or None

    def each(field: str, read: Callable[[str], str]) -> list[str]:
        return [found for line in values.get(field, "").split("\n") if (found := read(line))]

    parts = {part: values.get(part, "") for part in ("given_name", "surname", "second_surname", "name")}
    person = person_name(parts["given_name"], parts["surname"], parts["second_surname"], parts["name"])
    company = of("company", company_name)
    told = not company and not whole_names
    words = [] if company else sorted(name_words(parts["name"].replace(",", " ")) if whole_names else person.words)
    return {
        "given": " ".join(person.given) or None if told else None,
        "first_given": person.given[0] if told and person.given else None,
        "given_words": list(person.given) if told else [],
        "surname": person.surnames[0] if told and person.surnames else None,
        "second": " ".join(person.surnames[1:]) or None if told else None,
        "whole": " ".join(words) or None if whole_names else None,
        "whole_words": words,
        "company": company,
        "identifier": of("identifier", bare_identifier),
        "born": of("birth_date", lambda text: bare_date(text, month_first=month_first)),
        "phones": each("phone", lambda text: bare_phone(text, country)),
        "emails": each("email", bare_email),
        "address": sorted(set(address_words(values.get("address", "")))),
        "city": of("city"),
        "postcode": of("postcode", lambda text: plain(text).replace(" ", "")),
        "region": of("region"),
    }


def _forget_placeholders(rows: Sequence[Row]) -> None:
    """Take for missing what stands in for a value that nobody knew; of birth dates, what one record in five hundred has."""
    for trait, most in (("identifier", MOST_SHARED), ("born", max(MOST_SHARED, len(rows) // 500))):
        times = Counter(row[trait] for row in rows)
        for row in rows:
            row[trait] = row[trait] if times[row[trait]] <= most else None
    for trait in ("phones", "emails"):
        times = Counter(one for row in rows for one in row[trait] or ())
        for row in rows:
            row[trait] = [one for one in row[trait] or () if times[one] <= MOST_SHARED]


def _keys(row: Row) -> Iterator[str]:
    """Duplicates share at least one of these: each key leaves something else out, so that no one fault hides a pair.

    The letter before the colon is the key's family.
    """
    number, born, postcode = str(row["identifier"] or ""), str(row["born"] or ""), row["postcode"]
    words = [*row["whole_words"][:5]] if row["whole_words"] else []
    sounds = sorted({heard for word in words if (heard := sound(word))})
    if number:
        yield f"i:{number}"
    if len(number) >= 6:
        yield f"h:{number[: len(number) // 2]}"
        yield f"t:{number[len(number) // 2 :]}"
    if len(born) >= 6:
        first, second = sorted((born[4:6], born[6:]))
        yield f"b:{born[:4]}{first}{second}"
        for heard in sounds:
            yield f"y:{born[:4]}{heard}"
            yield f"m:{first}{second}{heard}"
    yield from (f"n:{one} {other}" for one, other in combinations(sounds, 2))
    yield from (f"w:{' '.join(three)}" for three in combinations(sounds, 3))
    yield from (f"p:{phone[-9:]}" for phone in row["phones"] or ())
    yield from (f"e:{email}" for email in row["emails"] or ())
    places = row["address"] or []
    figures = [word for word in places if word[0].isdigit()]
    longest = max(places, key=lambda word: (word.isalpha(), len(word), word), default="")
    yield from (f"a:{figure} {longest}" for figure in figures)
    for heard in sounds:
        if postcode:
            yield f"z:{postcode} {heard}"
        yield from (f"s:{figure} {heard}" for figure in figures)
        if longest:
            yield f"l:{longest} {heard}"
    if company := str(row["company"] or ""):
        heard_words = sorted(sound(word) for word in company.split())
        yield f"c:{' '.join(heard_words)}"
        yield from (f"d:{one} {other}" for one, other in combinations(heard_words[:5], 2))
